"""Names of what tables hold, in the language of the page.

Belongs here: choosing the language. Does not belong here: the names (lib/reports/codes.yml: reports and
pages say the same).
"""

from collections.abc import Mapping
from typing import Any

from orchestration.lib.reports.codes import codes, named
from orchestration.lib.reports.words import Words

__all__ = ["AppWords", "codes"]


class AppWords:
    """The words in one language."""

    def __init__(self, channels: Mapping[str, Mapping[str, Any]], language: str) -> None:
        self.reports = Words(channels)
        self._language = language

    def channel(self, code: str | None) -> str:
        return self.reports.channel(code)[self._language] if code else self.of("other", None)

    def identifier(self, code: str) -> str:
        return self.reports.type(code)[self._language]

    def of(self, kind: str, code: str | None) -> str:
        """The name of a code of one kind (stage, tier, touch, ...); a null code is 'unknown'."""
        return named(kind, code)[self._language]
