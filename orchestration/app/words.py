"""Names of what tables hold, as people read them.

Belongs here: one look-up for every code that a page may show. Does not belong here: sentences (texts.yml).
Names of channels, identifier types, rules and reasons are those of the reports; touches and segments are
named by their seeds; the rest is in words.yml. An unknown code loses its underscores.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.reports.words import Words


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
        if code is None:
            return _words()["other"]["unknown"][self._language]
        named = _words().get(kind, {}).get(code) or _seeded(kind).get(code)
        return (named or {}).get(self._language) or code.replace("_", " ")


def codes(kind: str) -> list[str]:
    """The codes of a kind that have a name."""
    return sorted({*_words().get(kind, {}), *_seeded(kind)})


@cache
def _words() -> dict[str, dict[str, dict[str, str]]]:
    return yaml.safe_load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"))


@cache
def _seeded(kind: str) -> dict[str, dict[str, str]]:
    folder = PROJECT_DIR / "seeds" / "reference"
    if kind == "touch":
        return {
            one["touch_type"]: {"zh": one["touch_name_zh"]}
            for one in _lines(folder / "touch_types.csv")
        }
    if kind == "attributed":
        return {
            one["channel"]: {"zh": one["channel_name_zh"], "en": one["channel_name"]}
            for one in _lines(folder.parent / "attribution" / "attribution_channels.csv")
        }
    if kind == "segment":
        return {
            one["rfm_segment"]: {"zh": one["segment_name_zh"], "en": one["segment_name_en"]}
            for one in _lines(folder / "rfm_segments.csv")
        }
    return {}


def _lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
