"""Errors of the raw load. Their texts name files, columns and lines, never a value of a cell."""

from orchestration.lib.errors import YutangError


class ContractError(YutangError):
    """A source contract (`_<channel>__sources.yml`) cannot be used; names the file and the column."""


class LandingError(YutangError):
    """A delivery day cannot be loaded at all; the partition that was there stays."""
