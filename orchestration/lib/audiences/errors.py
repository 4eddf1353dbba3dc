"""Errors of audience files, and the nearest name for a wrong one.

Belongs here: one sentence with file, line and what would have been right. Does not belong here: checks.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path

from orchestration.lib.errors import YutangError


class AudienceError(YutangError):
    """An audience file cannot be used; the message names file and line."""


class UnknownAudienceError(YutangError):
    """No audience has the name that was asked for."""


def at(path: Path, line: int | None, sentence: str) -> AudienceError:
    """The error of one place: `file:line: sentence`."""
    where = f"{path}:{line}" if line else str(path)
    return AudienceError(f"{where}: {sentence}")


def nearest(name: str, valid: Iterable[str]) -> str:
    """A hint that ends a sentence: the nearest valid name, or the first of all names.

    >>> nearest("valu_tier", ["gender", "value_tier"])
    "did you mean 'value_tier'?"
    >>> nearest("x", ["gender", "member"])
    'use one of gender, member'
    """
    names = sorted(set(valid))
    found = difflib.get_close_matches(str(name), names, n=1, cutoff=0.5)
    if found:
        return f"did you mean '{found[0]}'?"
    shown = ", ".join(names[:12])
    return f"use one of {shown}{', …' if len(names) > 12 else ''}" if names else "there is none"
