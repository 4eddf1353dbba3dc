"""The card of an audience, as values: what the definition means in people, money and other readings.

Belongs here: the shape of a card, which `yutang audience card --json` writes. Does not belong here:
counting (counting.py), texts of a page (card_page.py) or a terminal (commands/).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.lib.audiences.words import Line
from orchestration.lib.reports.said import Said

VERSION = 2


@dataclass(frozen=True)
class Reach:
    """How many members can be written to through one channel or go to one destination."""

    kind: str  # channel or destination
    key: str
    name: Said
    people: int
    hindrances: tuple[tuple[str, int], ...]  # why the others cannot, the most frequent first
    least: int = 1  # people whom a destination needs; with fewer the list waits


@dataclass(frozen=True)
class Change:
    """People who joined or left in the newest run, by the condition that turned."""

    change: str
    reason: Said
    people: int


@dataclass(frozen=True)
class Overlap:
    """Members who are in another audience too."""

    audience: str
    name: Said
    people: int


@dataclass(frozen=True)
class ReadingCount:
    """What another reading of one choice gives: members, and how many people differ."""

    number: str
    choice: Said
    written: Said
    other: Said
    members: int
    only_written: int
    only_other: int

    @property
    def differ(self) -> int:
        return self.only_written + self.only_other


@dataclass(frozen=True)
class Card:
    """Everything a card says; `yutang audience card --json` writes exactly this structure.

    Args:
        last_run: Day of the newest run of this audience; None: it never ran.
        is_as_run: Whether that run used this very definition.
        seconds: What evaluating the audience and its readings took; never part of published data.
    """

    audience: str
    name: Said
    owner: str
    purpose: str
    brand: str
    zone: str
    as_of: date
    definition: Said
    lines: tuple[Line, ...]
    rules: tuple[Said, ...]
    schedule: Said
    definition_hash: str
    last_run: date | None
    is_as_run: bool
    members: int
    held_out: int
    people: int
    met_conditions: int
    not_allowed: int
    size_problem: Said | None
    joined: int
    left: int
    changes: tuple[Change, ...]
    net_revenue_cny: Decimal
    recent_net_revenue_cny: Decimal
    reach: tuple[Reach, ...]
    overlaps: tuple[Overlap, ...]
    readings: tuple[ReadingCount, ...]
    seconds: float
    version: int = VERSION
