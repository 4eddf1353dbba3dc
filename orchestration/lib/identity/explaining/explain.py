"""One question from beginning to end.

Belongs here: putting an Explanation together. Does not belong here: reading what was typed
(asking.py), wording (wording.py), clear values (revealing.py).
"""

from collections.abc import Callable
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.explaining import published
from orchestration.lib.identity.explaining.answer import (
    Explanation,
    Finding,
    Identifier,
    Person,
    Subject,
)
from orchestration.lib.identity.explaining.asking import Asked, resolve
from orchestration.lib.identity.explaining.errors import ExplainError
from orchestration.lib.identity.explaining.hops import path_between
from orchestration.lib.identity.explaining.reasons import links_ended, why_apart, why_nobody
from orchestration.lib.identity.explaining.sources import Sources, open_sources


def explain(
    home: Home,
    identifiers: tuple[str, ...],
    *,
    project_dir: Path = PROJECT_DIR,
    progress: Callable[[str], None] = lambda line: None,
) -> Explanation:
    """Answer about one identifier or person, or about two.

    Args:
        identifiers: One or two texts as typed: type:value, type@scope:value, a token, a one_id.
        progress: Called with a few words before each slow step.

    Raises:
        ExplainError: If nothing is published, or a text names nothing that is known.
    """
    with open_sources(home, project_dir=project_dir) as sources:
        progress("finding the identifiers")
        asked = resolve(identifiers, home, sources, project_dir=project_dir)
        subjects = tuple(_subject(sources, one) for one in asked)
        if len(subjects) == 1:
            return Explanation(sources.as_of, subjects[0].asked, subjects)
        progress("following the records")
        return _compared(sources, subjects[0], subjects[1])


def _subject(sources: Sources, asked: Asked) -> Subject:
    if asked.one_id is not None:
        return _person_subject(sources, asked.one_id)
    token = asked.token or ""
    identifier = published.identifiers(sources, [token]).get(token) or _only_blocked(sources, token)
    history = published.history(sources, [token])
    conflicts = published.conflicts(sources, [token])
    if identifier.one_id is None:
        return Subject(
            asked="identifier",
            identifier=identifier,
            person=None,
            hashed_form=asked.hashed_form,
            history=history,
            conflicts=conflicts,
            why_nobody=why_nobody(sources, identifier),
        )
    person = published.person(sources, identifier.one_id)
    return Subject(
        asked="identifier",
        identifier=identifier,
        person=person,
        hashed_form=asked.hashed_form,
        since_date=next(
            (span.valid_from_date for span in reversed(history) if span.valid_to_date is None), None
        ),
        history=history,
        conflicts=_with_own_first(conflicts, _conflicts_of(sources, person)),
        ended=links_ended(sources, [token]),
        suggestions=published.suggestions(sources, identifier.one_id),
    )


def _only_blocked(sources: Sources, token: str) -> Identifier:
    rows = sources.rows(
        "select min(identifier_type) from blocked where identifier_token = $t", {"t": token}
    )
    return Identifier(identifier_type=rows[0][0] or "unknown", identifier_token=token)


def _person_subject(sources: Sources, one_id: str) -> Subject:
    retired = published.retirement(sources, one_id)
    if retired is not None:
        successor, reason, day = retired
        if successor is None:
            raise ExplainError(
                f"one_id {one_id} was retired on {day} ({reason}) and lives on in nobody"
            )
        one_id = successor
    person = published.person(sources, one_id)
    if person is None:
        raise ExplainError(f"one_id {one_id} has no identifier in the published file")
    history = published.history(sources, [one.identifier_token for one in person.identifiers])
    return Subject(
        asked="person",
        identifier=None,
        person=person,
        since_date=min((s.valid_from_date for s in history if s.one_id == one_id), default=None),
        history=history,
        conflicts=_conflicts_of(sources, person),
        ended=links_ended(sources, [one.identifier_token for one in person.identifiers]),
        suggestions=published.suggestions(sources, one_id),
    )


def _conflicts_of(sources: Sources, person: Person | None) -> tuple[Finding, ...]:
    tokens = [one.identifier_token for one in person.identifiers] if person else []
    return published.conflicts(sources, tokens)


def _with_own_first(own: tuple[Finding, ...], all_: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys([*own, *all_]))


def _compared(sources: Sources, a: Subject, b: Subject) -> Explanation:
    if a.end == b.end:
        return Explanation(sources.as_of, "same", (a, b))
    if a.person is None or b.person is None:
        return Explanation(sources.as_of, "no_person", (a, b), reasons=why_apart(sources, a, b))
    if a.person.one_id != b.person.one_id:
        return Explanation(sources.as_of, "two_people", (a, b), reasons=why_apart(sources, a, b))
    path = path_between(sources, a.person, a.end, b.end)
    reasons = () if path is not None else (Finding("path_not_found"),)
    return Explanation(sources.as_of, "one_person", (a, b), path=path or (), reasons=reasons)
