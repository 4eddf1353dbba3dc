"""Names of what tables hold, as people read them, in both languages.

Belongs here: one look-up for every code that a page or report may show. Does not belong here: sentences
(texts.yml). Names of channels, identifier types, rules and reasons are in Words; touches and segments are
named by their seeds; the rest is in codes.yml. An unknown code loses its underscores.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.reports.said import Said, read_yaml
from orchestration.lib.reports.words import Words


class Codes(Words):
    """The dictionary of one brand, with the codes of all marts."""

    def of(self, kind: str, code: str | None) -> Said:
        """The name of a code of one kind (stage, tier, touch, ...); a null code is 'unknown'."""
        return named(kind, code)

    def attributed(self, row: Mapping[str, Any]) -> Said:
        """The channel of a row of schema attribution, by its own names where the row has them."""
        code = row["channel"]
        if code in _named()["attributed"]:
            return named("attributed", code)
        english, chinese = row.get("channel_name"), row.get("channel_name_zh")
        if english and chinese and english != code:
            return Said(chinese, english)
        return self.channel(code)


def named(kind: str, code: str | None) -> Said:
    """The name of a code of one kind."""
    if code is None:
        return Said(**_named()["other"]["unknown"])
    found = _named().get(kind, {}).get(code) or seeded(kind).get(code) or {}
    spoken = code.replace("_", " ")
    return Said(found.get("zh") or spoken, found.get("en") or spoken)


def codes(kind: str) -> list[str]:
    """The codes of a kind that have a name."""
    return sorted({*_named().get(kind, {}), *seeded(kind)})


@cache
def _named() -> dict[str, dict[str, dict[str, str]]]:
    return read_yaml(Path(__file__).with_name("codes.yml"))


@cache
def seeded(kind: str) -> dict[str, dict[str, str]]:
    """Names that a seed gives to the codes of a kind."""
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
