"""How many members could leave for a destination, and why the others could not: a look, no export.

Belongs here: the count that the card and the preview of an audience show. Does not belong here: the
decision itself (gate.py), which is the same one an export asks; values, for which an export opens the
vault (target.py). So a phone of a wrong form still counts here.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.lib.exports.adapters.generic import ONE_ID
from orchestration.lib.exports.gate import Gate
from orchestration.lib.exports.published import Published
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.target import NO_SENDER, VERIFIED_ONLY

NO_IDENTIFIER = "no_identifier"


@dataclass(frozen=True)
class Exportable:
    """People who could leave, and the others by reason, the most frequent first."""

    people: int
    reasons: tuple[tuple[str, int], ...]


def exportable(published: Published, route: Route, one_ids: Sequence[str]) -> Exportable:
    """Count the members of an audience who could leave now.

    Args:
        published: The published file, open.
        route: The audience on its way to the destination; its brand and holdout count.
        one_ids: The members.
    """
    gate = Gate(published, route)
    closed = gate.closed(one_ids)
    allowed = [one_id for one_id in one_ids if one_id not in closed]
    reasons = Counter(closed.values())
    destination = route.destination
    sources = {source for kind in destination.types() for source in kind.forms}
    if ONE_ID in sources:
        return Exportable(len(allowed), _listed(reasons))
    usable = [
        one
        for one in published.identifiers(allowed, sources)
        if gate.token_is_open(one.token)
        and not (one.is_weak and one.identifier_type in VERIFIED_ONLY)
    ]
    have = {one.one_id for one in usable}
    people = have
    if destination.made.needs_sender and not destination.options.get("sender"):
        senders = published.senders(one.token for one in usable)
        people = {one.one_id for one in usable if one.token in senders}
        reasons[NO_SENDER] += len(have - people)
    reasons[NO_IDENTIFIER] += len(allowed) - len(have)
    return Exportable(len(people), _listed(reasons))


def _listed(reasons: Counter[str]) -> tuple[tuple[str, int], ...]:
    found = [(reason, number) for reason, number in reasons.items() if number]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))
