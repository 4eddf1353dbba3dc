"""What is made of the published file for marketing: audiences and what follows from them."""
