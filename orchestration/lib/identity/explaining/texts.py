"""Sentences of an explanation in the languages of texts.yml.

Belongs here: looking texts up and filling them. Does not belong here: layout (commands/).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from orchestration.lib.identity.explaining.answer import Finding, Hop, Identifier

TEXTS = Path(__file__).with_name("texts.yml")
LANGUAGES = ("en", "zh")
SHORT = 8  # digits of a token that are shown; as many as `yutang explain` takes


@dataclass(frozen=True)
class Texts:
    """One language.

    Args:
        zone: Of the days and times shown.
        values: Clear values by token, shown instead of tokens in sentences.
    """

    language: str
    zone: ZoneInfo
    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def _all(self) -> dict[str, dict[str, Any]]:
        return yaml.safe_load(TEXTS.read_text(encoding="utf-8"))

    def word(self, name: str, **filled: object) -> str:
        return self._all["words"][name][self.language].format(**filled)

    def verdict(self, name: str) -> str:
        return self._all["verdicts"][name][self.language]

    def type(self, name: str) -> str:
        """A type that people added to the seed is called by its own name."""
        return self._or_name("types", name)

    def identifier_class(self, name: str | None) -> str:
        return self._or_name("classes", name or "?")

    def reason(self, name: str | None) -> str:
        head, _, detail = (name or "").partition(":")
        said = self._or_name("reasons", head)
        return f"{said}: {detail}" if detail else said

    def rule_name(self, rule: str) -> str:
        """A rule in a few words, for charts and tables; its detail stands in brackets."""
        head, _, detail = rule.partition(":")
        if head in ("max_values", "too_many_people"):
            detail = self.type(detail.partition(":")[0])
        opening, closing = ("（", "）") if self.language == "zh" else (" (", ")")
        return self._or_name("rule_names", head) + (opening + detail + closing if detail else "")

    def status(self, name: str) -> str:
        """Why a value cannot name anybody."""
        return self._or_name("statuses", name)

    def identifier(self, one: Identifier | None) -> str:
        if one is None:
            return "?"
        shown = self.values.get(one.identifier_token) or one.identifier_token[:SHORT]
        return f"{self.type(one.identifier_type)} {shown}"

    def day(self, at: datetime | date | None) -> str:
        if isinstance(at, datetime):
            return at.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone).date().isoformat()
        return at.isoformat() if at else "?"

    def finding(self, one: Finding) -> str:
        """The sentence of a rule; a rule without a text is named as it is."""
        head, _, detail = one.rule.partition(":")
        texts = self._all["rules"]
        text = texts.get(one.rule) or texts.get(head)
        if text is None:
            return f"{one.rule}: {self.identifier(one.identifier)}"
        if head in ("max_values", "too_many_people"):
            detail = self.type(detail.partition(":")[0])
        elif head == "was_theirs":
            detail = self.reason(detail)
        return text[self.language].format(
            identifier=self.identifier(one.identifier),
            other=self.identifier(one.other),
            people="?" if one.person_count is None else f"{one.person_count:,}",
            detail=detail,
            at=self.day(one.at),
            evidence=one.evidence or "?",
            probability=self._probability(one.match_probability),
        )

    def hop(self, one: Hop) -> str:
        """Why the two ends of a step are one person's."""
        note = one.note or "?"
        if one.kind == "event":
            note = self._or_name("events", note)
        return self._all["kinds"][one.kind][self.language].format(
            note=note, probability=self._probability(one.match_probability)
        )

    def _or_name(self, section: str, name: str) -> str:
        found = self._all[section].get(name)
        return found[self.language] if found else name

    @staticmethod
    def _probability(value: float | None) -> str:
        return "?" if value is None else f"{value:.3f}"
