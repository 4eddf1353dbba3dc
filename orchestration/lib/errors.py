"""Errors that people read: one clear sentence saying what was attempted, found, where, and what to do.

Belongs here: the two families every other error derives from. Does not belong here: errors of
one domain, which live beside the code that raises them.
"""


class YutangError(Exception):
    """A permanent failure: repeating the same call gives the same error. The CLI prints it and exits 1."""


class RetryableError(YutangError):
    """A failure that may pass by itself (a busy file, a lock): the scheduler retries it."""
