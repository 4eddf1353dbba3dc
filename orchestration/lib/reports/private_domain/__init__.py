"""The report of the private domain: how much is sold there, who is there, and who stays."""
