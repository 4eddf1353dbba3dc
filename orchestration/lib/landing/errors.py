"""Errors of the raw load. Their texts name files, columns and lines, never a value of a cell."""

import re

from orchestration.lib.errors import YutangError


class ContractError(YutangError):
    """A source contract (`_<channel>__sources.yml`) cannot be used; names file and column."""


class LandingError(YutangError):
    """A delivery day cannot be loaded at all; the partition that was there stays."""


def without_values(error: Exception) -> str:
    """What an engine's error says, without anything that may come from a cell."""
    first = str(error).split("\n", maxsplit=1)[0]
    bare = re.sub(r"'[^']*'|\"[^\"]*\"|\S*\d{4,}\S*|\S+@\S+", "...", first)
    return f"{type(error).__name__}: {bare[:200]}"
