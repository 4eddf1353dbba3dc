"""What a destination should hold: members, less those who may not leave, as finished values.

Belongs here: the way from people to values, and what was refused on it. Does not belong here: what
the destination holds already (sets.py) or whether a version may leave (brake.py).

Which identifiers of a person are used (docs/guides/exports.md): for ad platforms every verified phone
and every device; for messages one address, the most recently seen that fits. A phone that only staff
typed is nobody's consent, so it is never used.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from orchestration.lib.exports.adapters.generic import ONE_ID
from orchestration.lib.exports.gate import Gate
from orchestration.lib.exports.id_types import IdType
from orchestration.lib.exports.members import Members
from orchestration.lib.exports.published import Identifier, Published
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sets import Entry, Key, distinct
from orchestration.lib.exports.values import ValueRejected
from orchestration.lib.vault.store import Vault

VERIFIED_ONLY = frozenset({"phone", "email"})
NOT_IN_VAULT = "not_in_vault"
IDENTIFIER_WITHDRAWN = "identifier_withdrawn"
OUT_OF_PATTERN = "out_of_pattern"
NO_SENDER = "no_sender"  # no member of staff has the contact any more
_FORMED = (IDENTIFIER_WITHDRAWN, NO_SENDER)


@dataclass(frozen=True, slots=True)
class Reject:
    """One identifier that does not leave, by person and reason; never its value."""

    one_id: str
    identifier_type: str
    id_type: str
    reason: str


@dataclass(frozen=True)
class Target:
    """What should be there, and the books of how it came about."""

    entries: Mapping[Key, Entry]
    member_count: int
    closed: Mapping[str, int]  # people left out, by reason
    people: int  # with at least one value
    without_value: int  # may leave, but have no usable identifier
    rejects: tuple[Reject, ...] = ()
    considered: int = 0  # identifiers looked at
    shared: int = 0  # values that more than one person has
    by_type: Mapping[str, int] = field(default_factory=dict)

    @property
    def malformed(self) -> int:
        """Identifiers that are wrong in form, or that nobody can read any more."""
        return sum(reject.reason not in _FORMED for reject in self.rejects)


def build_target(
    route: Route,
    members: Members,
    *,
    published: Published,
    gate: Gate,
    vault: Vault,
    known: frozenset[str] = frozenset(),
) -> Target:
    """Values of all members who may leave.

    Args:
        gate: Made for this route.
        vault: Opened once, for the identifiers of these people; the opening is logged with the
            number of values and the route.
        known: Tokens of what the destination holds. In a message list a person keeps the address
            they were written to, or a newer phone would be a second message.
    """
    closed = dict.fromkeys(members.held_out, "holdout") | gate.closed(members.one_ids)
    allowed = [one_id for one_id in members.one_ids if one_id not in closed]
    types = route.destination.types()
    sources = {source for kind in types for source in kind.forms} - {ONE_ID}
    identifiers = [
        one
        for one in (published.identifiers(allowed, sources) if sources else [])
        if not (one.is_weak and one.identifier_type in VERIFIED_ONLY)
    ]
    open_ones = [one for one in identifiers if gate.token_is_open(one.token)]
    if route.destination.made.best_only:
        open_ones.sort(key=lambda one: one.token not in known)
    senders = _senders(route, open_ones, published)
    without = [one for one in open_ones if senders is not None and one.token not in senders]
    open_ones = [one for one in open_ones if senders is None or one.token in senders]
    clear = _clear_values(vault, open_ones, route)
    rejects = [
        Reject(one.one_id, one.identifier_type, "", IDENTIFIER_WITHDRAWN)
        for one in identifiers
        if not gate.token_is_open(one.token)
    ] + [Reject(one.one_id, one.identifier_type, "", NO_SENDER) for one in without]
    made: list[Entry] = []
    considered = 0
    for kind in types:
        if ONE_ID in kind.forms:
            made += [Entry(kind.name, one_id, one_id, "") for one_id in allowed]
            considered += len(allowed)
            continue
        found, refused = _entries(kind, open_ones, clear, route, senders or {})
        made += found
        rejects += refused
        considered += len(found) + len(refused)
    entries = distinct(made)
    owners: defaultdict[Key, set[str]] = defaultdict(set)
    for entry in made:
        owners[entry.key].add(entry.one_id)
    people = {entry.one_id for entry in made}
    return Target(
        entries=entries,
        member_count=len(members.one_ids),
        closed=dict(sorted(Counter(closed.values()).items())),
        people=len(people),
        without_value=len(allowed) - len(people),
        rejects=tuple(
            sorted(rejects, key=lambda r: (r.reason, r.id_type, r.identifier_type, r.one_id))
        ),
        considered=considered,
        shared=sum(len(found) > 1 for found in owners.values()),
        by_type=dict(sorted(Counter(id_type for id_type, _ in entries).items())),
    )


def _senders(
    route: Route, identifiers: Iterable[Identifier], published: Published
) -> Mapping[str, str] | None:
    """Who writes to each identifier; None where nobody must, or one does for all."""
    destination = route.destination
    if not destination.made.needs_sender or destination.options.get("sender"):
        return None
    return published.senders(one.token for one in identifiers)


def _clear_values(
    vault: Vault, identifiers: Iterable[Identifier], route: Route
) -> dict[str, tuple[str, str]]:
    tokens = {one.token for one in identifiers}
    if not tokens:
        return {}
    return vault.lookup_scoped(tokens, purpose=f"export {route.name}")


def _entries(
    kind: IdType,
    identifiers: Iterable[Identifier],
    clear: Mapping[str, tuple[str, str]],
    route: Route,
    senders: Mapping[str, str],
) -> tuple[list[Entry], list[Reject]]:
    made, refused = [], []
    served: set[str] = set()
    scope = route.destination.account.get(kind.scope) if kind.scope else None
    for one in identifiers:
        form = kind.forms.get(one.identifier_type)
        if form is None or (route.destination.made.best_only and one.one_id in served):
            continue
        try:
            if one.token not in clear:
                raise ValueRejected(NOT_IN_VAULT)
            value, own_scope = clear[one.token]
            if scope is not None and own_scope != str(scope):
                continue  # an id of another app or corporation: nothing is wrong with it
            finished = form(value)
            if not kind.accepts(finished):
                raise ValueRejected(OUT_OF_PATTERN)
        except ValueRejected as rejected:
            refused.append(Reject(one.one_id, one.identifier_type, kind.name, rejected.reason))
            continue
        served.add(one.one_id)
        sender = senders.get(one.token, "")
        made.append(Entry(kind.name, finished, one.one_id, one.token, sender))
    return made, refused
