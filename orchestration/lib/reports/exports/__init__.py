"""The report of lists: what went where, what the platforms made of it, what waits."""
