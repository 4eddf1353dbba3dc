"""The audience book: who is in which audience, why, who can be reached, and where the lists went."""
