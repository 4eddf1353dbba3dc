"""May this person, and this identifier, leave for this destination?

Belongs here: the one decision, with its reason. Does not belong here: who is in the audience or how
values are made.

A list of one brand hears what was said to that brand and to the whole group; a list of the group
(brand `all`) hears what was said to the group, and every no to one of its brands.

Reasons, the first that holds: unknown_person, erasure_requested, withdrawn, opted_out, no_consent,
unreachable_<why>, holdout.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from orchestration.lib.exports.destinations import Consent
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.published import REACHABILITY, Published, Statement
from orchestration.lib.exports.routes import Route

ERASURE = "erasure"
ALL = "all"
ALL_BRANDS = "all"
PRIVACY_REASONS = ("unknown_person", "erasure_requested", "withdrawn", "opted_out", "no_consent")


class Gate:
    """The decision for one route, on the published day."""

    def __init__(self, published: Published, route: Route) -> None:
        self._route = route
        self._consent = route.destination.consent
        self._published = published
        purposes = {self._consent.purpose, ERASURE, *self._consent.not_if_withdrawn}
        self._said: dict[str, list[Statement]] = defaultdict(list)
        self._closed_tokens: set[str] = set()
        # Nearly everybody only ever said yes: two sets answer for them.
        self._refusing: set[str] = set()
        self._granting: set[str] = set()
        for statement in published.statements(purposes):
            if not hears(statement, route.brand):
                continue
            if statement.one_id is not None:
                self._said[statement.one_id].append(statement)
                if not statement.is_granted_by_person:
                    self._refusing.add(statement.one_id)
                elif _is_about(statement, self._consent) and is_for(statement, route.brand):
                    self._granting.add(statement.one_id)
            if not statement.is_granted and self._concerns(statement):
                self._closed_tokens.add(statement.token)
        channel = route.destination.reach_channel
        found = published.unreachable(channel, route.brand) if channel else {}
        if found is None:
            raise ExportError(
                f"{route.name} needs {REACHABILITY} to know who can be reached through {channel}, "
                "and the published file does not have it: run `yutang run`"
            )
        self._unreachable = found

    def _concerns(self, statement: Statement) -> bool:
        """Whether an identifier's own no is about this destination."""
        if statement.purpose == ERASURE:
            # A person known by another identifier may have come back since: asked per person.
            return statement.one_id is None
        return _is_about(statement, self._consent)

    def closed(self, one_ids: Iterable[str]) -> dict[str, str]:
        """Reason by person who may not leave; whoever may is left out."""
        asked = set(one_ids)
        live = self._published.live(asked)
        found = {}
        for one_id in asked:
            reason = self._reason(one_id) if one_id in live else "unknown_person"
            if reason:
                found[one_id] = reason
        return found

    def token_is_open(self, token: str) -> bool:
        """False where the identifier itself said no, whoever has it now."""
        return token not in self._closed_tokens

    def _reason(self, one_id: str) -> str | None:
        if one_id in self._refusing:
            refused = _refused(self._said[one_id], self._consent, self._route.brand)
        else:
            needs_grant = self._consent.basis == "granted" and one_id not in self._granting
            refused = "no_consent" if needs_grant else None
        if refused:
            return refused
        if one_id in self._unreachable:
            return f"unreachable_{self._unreachable[one_id]}"
        holdout = self._route.holdout
        return "holdout" if holdout and holdout.keeps_out(one_id) else None


def hears(statement: Statement, brand: str) -> bool:
    """Whether a list of the brand hears a statement."""
    is_refusal = not statement.is_granted or statement.is_granted_by_person is False
    return is_for(statement, brand) or (brand == ALL_BRANDS and is_refusal)


def is_for(statement: Statement, brand: str) -> bool:
    """Whether it was said to the brand or to the whole group: only that is a yes to its list."""
    return statement.brand in (brand, ALL_BRANDS)


def _refused(said: list[Statement], consent: Consent, brand: str) -> str | None:
    granted_at = _granted_at((one for one in said if is_for(one, brand)), consent)
    erased_at = _newest(one for one in said if one.purpose == ERASURE)
    if erased_at and not (granted_at and granted_at > erased_at):
        return "erasure_requested"
    refusals = [one for one in said if one.is_granted_by_person is False]
    if any(_is_about(one, consent) for one in refusals):
        return "withdrawn"
    if any(one.purpose in consent.not_if_withdrawn for one in refusals):
        return "opted_out"
    return "no_consent" if consent.basis == "granted" and granted_at is None else None


def _is_about(statement: Statement, consent: Consent) -> bool:
    return statement.purpose == consent.purpose and statement.channel in (consent.channel, ALL)


def _granted_at(said: Iterable[Statement], consent: Consent) -> datetime | None:
    return _newest(one for one in said if _is_about(one, consent) and one.is_granted_by_person)


def _newest(said: Iterable[Statement]) -> datetime | None:
    return max((one.stated_by_person_at for one in said if one.stated_by_person_at), default=None)
