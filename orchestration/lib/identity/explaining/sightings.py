"""Records of some identifiers: who stood on them, and which of those sightings hold.

Belongs here: reading sightings (sightings.sql) and leaving out what the published tables say does not
link. Does not belong here: what they connect (paths.py).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from orchestration.lib.identity.explaining.sources import Sources

SQL = Path(__file__).with_name("sightings.sql")
UNVERIFIED_RULES = frozenset({"too_many_orders"})  # block only what staff typed
STRONG = ("unique", "many")


@dataclass(frozen=True)
class Sighting:
    """One identifier on the records of one group, of one channel.entity.

    Args:
        identifier_class: unique, many or weak, as it counts on these records.
        is_fresh: False where a weak value was last seen longer ago than its type allows.
    """

    record_group: str
    identifier_token: str
    identifier_type: str
    channel: str
    entity: str
    event: str | None
    identifier_class: str
    identifier_rank: int
    record_count: int
    first_observed_at: datetime | None
    last_observed_at: datetime | None
    days: tuple[date, ...]
    is_fresh: bool = True

    @property
    def is_strong(self) -> bool:
        return self.identifier_class in STRONG

    @property
    def place(self) -> tuple[str, str]:
        return (self.record_group, self.identifier_token)


def read_sightings(sources: Sources, tokens: Iterable[str]) -> list[Sighting]:
    """All that stood on the records of ``tokens`` up to the as-of day, in a fixed order.

    Only these records leave the files; a brand's other records stay where they are.
    """
    sources.connection.execute("set variable tokens = $1::varchar[]", [sorted(set(tokens))])
    return [
        Sighting(*row[:11], days=tuple(row[11] or ()), is_fresh=row[12])
        for row in sources.rows(SQL.read_text(encoding="utf-8"))
    ]


def ended_places(
    sources: Sources, sightings: Iterable[Sighting]
) -> dict[tuple[str, str], tuple[str, datetime]]:
    """Reason and time by (record group, identifier) whose place on the record has ended."""
    groups = sorted({sighting.record_group for sighting in sightings})
    rows = sources.rows(
        "select record_group, identifier_token, reason, ended_at from ended "
        "where record_group in (select unnest($groups))",
        {"groups": groups},
    )
    return {(group, token): (reason, at) for group, token, reason, at in rows}


def blocked_rules(sources: Sources, tokens: Iterable[str]) -> dict[str, set[str]]:
    """Rules that block identifiers as such, by token."""
    rows = sources.rows(
        "select identifier_token, rule from published.quality.identity_conflicts "
        "where other_identifier_token is null and identifier_token in (select unnest($tokens)) "
        "and (starts_with(rule, 'blocked_list') or starts_with(rule, 'too_many'))",
        {"tokens": sorted(set(tokens))},
    )
    found: dict[str, set[str]] = {}
    for token, rule in rows:
        found.setdefault(token, set()).add(rule)
    return found


def holding(
    sightings: Iterable[Sighting],
    *,
    blocked: dict[str, set[str]],
    ended: Collection[tuple[str, str]],
) -> list[Sighting]:
    """The sightings that may link: fresh, not ended, not blocked for their use."""
    kept = []
    for sighting in sightings:
        rules = blocked.get(sighting.identifier_token, set())
        if sighting.is_strong:
            rules = rules - UNVERIFIED_RULES
        if sighting.is_fresh and sighting.place not in ended and not rules:
            kept.append(sighting)
    return kept
