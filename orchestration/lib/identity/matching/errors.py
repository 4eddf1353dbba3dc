"""What can be wrong with a matching job, in sentences that hold no value of any record."""

from orchestration.lib.errors import YutangError


class MatchingError(YutangError):
    """Records could not be compared."""


class MatchModelError(MatchingError):
    """The definition of the model cannot be used; the message names the entry."""


class MatchRecordsError(MatchingError):
    """The records lack a column of the model, an id, or have an id twice."""


class TooLittleDataError(MatchingError):
    """The records hold too few look-alikes to say what agreement means."""
