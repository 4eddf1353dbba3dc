"""The report of ads: what is spent, what comes of it, and what is out of the usual."""
