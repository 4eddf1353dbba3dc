"""Where each audience goes, and what became of its newest list.

Belongs here: the table. Does not belong here: exporting (lib/exports) or queries.
"""

from pathlib import Path

from orchestration.lib.exports.destinations import load_destinations
from orchestration.lib.exports.errors import DestinationError
from orchestration.lib.reports import exports
from orchestration.lib.reports.asking import NOTHING, Asking, count, part
from orchestration.lib.reports.audiences.facts import Facts
from orchestration.lib.reports.audiences.questions import name, split
from orchestration.lib.reports.parts import Table
from orchestration.lib.reports.said import Said, Texts, same
from orchestration.lib.reports.source import Row


def lists(facts: Facts, ask: Asking) -> Table:
    """Where each audience goes, and what became of its newest list."""
    destinations = _Destinations()
    status = Texts(Path(exports.__file__).with_name("texts.yml"))
    sent = {(row["audience"], row["destination"]): row for row in facts.lists}
    rows = []
    for row in facts.audiences:
        for key in split(row["destinations"]):
            last = sent.pop((row["audience"], key), None)
            rows.append((name(row), destinations.name(key), *_last(last, ask, status)))
    rows += [
        (name(facts.named(row["audience"]) or row), destinations.name(row["destination"]),
         *_last(row, ask, status))
        for row in sent.values()
    ]  # fmt: skip
    columns = ("audience", "destination", "status", "day", "people", "lines", "match", "reason")
    return ask.table("lists", columns, rows, numeric=(4, 5, 6))


def _last(row: Row | None, ask: Asking, status: Texts) -> tuple[Said, ...]:
    if row is None:
        return (ask.say("lists", "not_yet"), *(NOTHING,) * 5)
    reason = Said(row["hold_reason_zh"], row["hold_reason"]) if row["hold_reason"] else NOTHING
    return (
        status("status", row["status"]),
        same(row["as_of_date"].isoformat()),
        count(row["people"]),
        count(row["lines"]),
        part(row["matched"], row["answered"]),
        reason,
    )


class _Destinations:
    """What people call destinations; the key where nobody says."""

    def __init__(self) -> None:
        try:
            self._known = load_destinations()
        except DestinationError:
            self._known = {}

    def name(self, key: str) -> Said:
        found = self._known.get(key)
        return Said(found.name.zh, found.name.en) if found else same(key.replace("_", " "))
