"""A published file written by hand: what the identity report reads, and nothing else.

Belongs here: tables and rows, with every case a report must show. Does not belong here: assertions.
"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.home import Home

FIRST, SECOND, THIRD = date(2026, 6, 1), date(2026, 6, 3), date(2026, 6, 30)
HUB = "ab" * 32

_TABLES = """
    create schema core; create schema quality;
    create table quality.audit_results (as_of_date date);
    create table quality.identity_stats (as_of_date date, metric text, dimension text, value double);
    create table quality.identity_conflicts (identifier_type text, identifier_token text, rule text,
        other_identifier_token text, person_count bigint, record_count bigint, source_channels text);
    create table core.fct_orders (order_id text, channel text, one_id text);
    create table core.one_ids (one_id text, successor_one_id text, retired_reason text,
        retired_date date);
    create table core.identity_history (identifier_type text, identifier_token text, one_id text,
        reason text, valid_from_date date);
"""


@dataclass
class Published:
    """Rows by table; `write` puts them on disk."""

    home: Home
    as_of: date | None = THIRD
    tables: dict[str, list[tuple]] = field(default_factory=dict)

    @classmethod
    def empty(cls, folder: Path) -> "Published":
        return cls(Home(root=folder / "home", secrets=folder / "secrets"))

    @classmethod
    def full(cls, folder: Path) -> "Published":
        """Three published days, every rule, merges and splits."""
        brand = cls.empty(folder)
        for day, people, changed in (
            (FIRST, 1_000_000, 0),
            (SECOND, 1_100_000, 40),
            (THIRD, 1_234_567, 1_204),
        ):
            brand.day(day, people=people, changed=changed)
        for rule, kind, people, records in (
            ("too_many_people:member_id", "wx_openid", 50_000, 81_000),
            ("too_many_orders", "phone", None, 7_000),
            ("blocked_list:placeholder", "phone", None, 58),
            ("shared", "oaid", 4, 120),
            ("over_limit", "anonymous_id", 1, 3),
        ):
            brand.conflict(rule, kind, people=people, records=records)
        for rule in ("max_values:member_id", "cannot_link", "kept_apart"):
            brand.conflict(rule, "phone", other="cd" * 32)
        for channel, known, guests in (("pos", 6, 5), ("tmall", 9, 0), ("youzan", 3, 0)):
            brand.orders(channel, known=known, guests=guests)
        brand.merge("1" * 32, "2" * 32, day=SECOND, moved=("phone", "wx_openid"))
        brand.split("2" * 32, "3" * 32, day=THIRD, moved=("card_no",))
        return brand

    def day(self, day: date, *, people: int, changed: int) -> None:
        known = people if day != FIRST else 0
        for metric, dimension, value in (
            ("people", "all", people), ("identifiers_per_person", "all", 5.728),
            ("largest_cluster", "all", 23), ("identifiers_known_before", "all", known),
            ("identifiers_with_changed_one_id", "all", changed),
            ("people_by_identifiers", "1", people * 0.3), ("people_by_identifiers", "4-5", people * 0.6),
            ("people_by_identifiers", "over 20", people * 0.1),
            ("people_with", "phone", people * 0.9), ("people_with", "wecom_external_userid", 7),
            ("people_with", "new_kind_of_id", 2), ("conflicts", "shared", 21),
            ("conflicts", "too_many_people", 1_300), ("conflicts", "max_values", 2),
            ("refused_masked", "phone", 4_000), ("refused_virtual", "phone", 11),
        ):  # fmt: skip
            self.add("quality.identity_stats", day, metric, dimension, value)

    def conflict(
        self,
        rule: str,
        kind: str,
        *,
        people: int | None = None,
        records: int = 1,
        other: str | None = None,
    ) -> None:
        token = HUB if rule.startswith("too_many_people") else f"{len(self.tables):064x}"
        channels = "crm,pos,new_channel"
        self.add("quality.identity_conflicts", kind, token, rule, other, people, records, channels)

    def orders(self, channel: str, *, known: int, guests: int) -> None:
        for number in range(known + guests):
            one_id = f"{number:032x}" if number < known else None
            self.add("core.fct_orders", f"{channel}:{number}", channel, one_id)

    def merge(self, before: str, after: str, *, day: date, moved: tuple[str, ...]) -> None:
        self.add("core.one_ids", before, after, "merged", day)
        self._move(before, after, "merged", day, moved)

    def split(self, before: str, after: str, *, day: date, moved: tuple[str, ...]) -> None:
        self._move(before, after, "split", day, moved)

    def _move(
        self, before: str, after: str, reason: str, day: date, moved: tuple[str, ...]
    ) -> None:
        for kind in moved:
            token = f"{kind} of {before}"
            self.add("core.identity_history", kind, token, before, "new", FIRST)
            self.add("core.identity_history", kind, token, after, reason, day)

    def add(self, table: str, *row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def write(self, *, backwards: bool = False) -> Home:
        self.home.published.parent.mkdir(parents=True)
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute(_TABLES)
            connection.execute("insert into quality.audit_results values ($1)", [self.as_of])
            for table, rows in self.tables.items():
                marks = ", ".join("?" for _ in rows[0])
                ordered = rows[::-1] if backwards else rows
                connection.executemany(f"insert into {table} values ({marks})", ordered)
        return self.home
