"""What the next version of a route would be: the difference, and why it may have to wait.

Belongs here: computing, from the published file, the members, the vault and the state; nothing is
written. Does not belong here: versions, files, approvals (run.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from orchestration.lib.exports.adapters.base import APPEND, REMOVE, REPLACE
from orchestration.lib.exports.brake import Stop, stops
from orchestration.lib.exports.gate import PRIVACY_REASONS, Gate
from orchestration.lib.exports.members import read_members
from orchestration.lib.exports.published import Published
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sets import Entry, Held, Key, difference, digest, ordered
from orchestration.lib.exports.target import Target, build_target
from orchestration.lib.home import Home
from orchestration.lib.vault.store import Vault

ERASED = "erasure_requested"
DIFFERENCE, FULL, PRIVACY = "difference", "full", "privacy"
Operations = list[tuple[str, list[Entry]]]


@dataclass(frozen=True)
class Plan:
    """The next version as it would be now."""

    kind: str
    as_of: date
    digest: str
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    private: tuple[Entry, ...]  # of the removed: must go even if the rest waits
    target: Target
    held: Held
    stops: tuple[Stop, ...]
    is_full_due: bool

    @property
    def is_empty(self) -> bool:
        return (
            not self.added and not self.removed and not (self.is_full_due and self.target.entries)
        )

    @property
    def books(self) -> dict[str, Any]:
        """Counts for the manifest: people and lines, never who."""
        return {
            "members": self.target.member_count,
            "people": self.target.people,
            "people_without_identifier": self.target.without_value,
            "people_left_out": dict(self.target.closed),
            "lines": len(self.target.entries),
            "lines_added": len(self.added),
            "lines_removed": len(self.removed),
            "lines_before": len(self.held),
            "identifiers_rejected": dict(
                sorted(Counter(reject.reason for reject in self.target.rejects).items())
            ),
        }


def make_plan(
    home: Home,
    route: Route,
    *,
    published: Published,
    vault: Vault,
    held: Held,
    last_full: date | None,
) -> Plan:
    """The difference between what a destination holds and what it should.

    Args:
        held: What it holds, certain or possible.
        last_full: Published day of the last full version; None before the first.
    """
    members = read_members(home, route.audience, published_as_of=published.as_of)
    gate = Gate(published, route)
    target = build_target(
        route, members, published=published, gate=gate, vault=vault,
        known=frozenset(entry.token for entry, _ in held.values()),
    )  # fmt: skip
    added, removed = difference(held, target.entries)
    private = _private(route, removed, published=published, gate=gate, lines_before=len(held))
    fresh = [entry for entry in added if entry.key not in held]
    return Plan(
        kind=FULL if not held else DIFFERENCE,
        as_of=published.as_of,
        digest=digest(target.entries),
        added=tuple(added),
        removed=tuple(removed),
        private=tuple(private),
        target=target,
        held=held,
        stops=stops(
            route.destination,
            target,
            lines_before=len(held),
            added=len(fresh),
            removed=len(removed) - len(private),
            leaked=leaks(route, target.entries.values(), published=published, gate=gate),
        ),
        is_full_due=_is_full_due(route, published.as_of, last_full),
    )


def make_retired_plan(route: Route, *, published: Published, held: Held) -> Plan:
    """The plan of a route that no audience sends any more: only who must not be there leaves."""
    gate = Gate(published, route)
    entries = [entry for entry, _ in held.values()]
    private = _private(route, entries, published=published, gate=gate, lines_before=len(held))
    return Plan(
        kind=PRIVACY, as_of=published.as_of, digest="", added=(), removed=tuple(private),
        private=tuple(private), held=held, stops=(), is_full_due=False,
        target=Target(entries={}, member_count=0, closed={}, people=0, without_value=0),
    )  # fmt: skip


def operations(route: Route, plan: Plan) -> tuple[str, Operations]:
    """(kind, parts' operations) of the whole version."""
    can = route.destination.made.operations
    target = ordered(plan.target.entries.values())
    if target and REPLACE in can and (REMOVE not in can or (plan.is_full_due and plan.held)):
        return FULL, [(REPLACE, target)]
    if plan.is_full_due and plan.held:
        return FULL, [(APPEND, target), (REMOVE, list(plan.removed))]
    return plan.kind, [(APPEND, list(plan.added)), (REMOVE, list(plan.removed))]


def private_operations(route: Route, plan: Plan) -> Operations:
    """Only the removals that must not wait; where a platform replaces, all others again."""
    if REMOVE in route.destination.made.operations:
        return [(REMOVE, list(plan.private))]
    gone = {entry.key for entry in plan.private}
    kept = [entry for key, (entry, _) in plan.held.items() if key not in gone]
    return [(REPLACE, ordered(kept))]


def digest_after_private(plan: Plan) -> str:
    """Digest of what the destination holds once those removals are done."""
    gone = {entry.key for entry in plan.private}
    return digest(key for key in plan.held if key not in gone)


def leaks(route: Route, entries: Iterable[Entry], *, published: Published, gate: Gate) -> int:
    """People among some entries who may not leave: the gate asked anew, and a look of its own."""
    entries = list(entries)
    people = {entry.one_id for entry in entries}
    consent = route.destination.consent
    closed = {one_id for one_id, reason in gate.closed(people).items() if reason in PRIVACY_REASONS}
    closed |= {e.one_id for e in entries if e.token and not gate.token_is_open(e.token)}
    return max(
        len(closed), published.refusing(people, consent.purpose, consent.channel, route.brand)
    )


def reasons_now(entries: Iterable[Entry], *, published: Published, gate: Gate) -> Mapping[Key, str]:
    """Why values must not be at the destination any more, by key; those that may are left out.

    People are looked up by the identifier, because ids may have merged since.
    """
    entries = list(entries)
    owners = published.owners(entry.token for entry in entries if entry.token)
    people = {entry.key: owners.get(entry.token, entry.one_id) for entry in entries}
    closed = gate.closed(people.values())
    found = {}
    for entry in entries:
        reason = closed.get(people[entry.key])
        if entry.token and not gate.token_is_open(entry.token):
            reason = reason or "withdrawn"
        if reason in PRIVACY_REASONS:
            found[entry.key] = reason
    return found


def _private(
    route: Route, removed: list[Entry], *, published: Published, gate: Gate, lines_before: int
) -> list[Entry]:
    """Removals by consent or erasure. Beyond the usual share only erasures: then something else is wrong."""
    reasons = reasons_now(removed, published=published, gate=gate)
    private = [entry for entry in removed if entry.key in reasons]
    if len(private) * 100 > route.destination.guard.max_removed_pct * lines_before:
        private = [entry for entry in private if reasons[entry.key] == ERASED]
    return private


def _is_full_due(route: Route, as_of: date, last_full: date | None) -> bool:
    days = route.destination.full_reset_days
    return bool(days and last_full and (as_of - last_full).days >= days)
