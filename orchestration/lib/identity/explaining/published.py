"""What the published file says of identifiers and people.

Belongs here: one query per question, rows as values of answer.py. Does not belong here: records
(sightings.py) or judgements about why (reasons.py).
"""

from collections.abc import Iterable
from datetime import date

from orchestration.lib.identity.explaining.answer import Finding, Identifier, Person, Span
from orchestration.lib.identity.explaining.sources import Sources

_IDENTIFIER = """
    select
        identifier_type, identifier_token, one_id, identifier_class, source_channels,
        first_seen_at, last_seen_at
    from published.core.bridge_customer_identifiers
"""
# An identifier that belongs to nobody is known from its conflicts or from the records alone.
_ELSEWHERE = """
    select identifier_token, min(identifier_type), min(source_channels), null, null
    from published.quality.identity_conflicts
    where identifier_token in (select unnest($tokens))
    group by identifier_token
    union all
    select
        identifier_token, min(identifier_type), string_agg(distinct channel, ',' order by channel),
        min(first_observed_at), max(last_observed_at)
    from delivered
    where identifier_token in (select unnest($tokens))
    group by identifier_token
"""


def identifiers(sources: Sources, tokens: Iterable[str]) -> dict[str, Identifier]:
    """Identifiers by token; those nobody ever delivered are left out."""
    wanted = sorted(set(tokens))
    rows = sources.rows(
        f"{_IDENTIFIER} where identifier_token in (select unnest($tokens))", {"tokens": wanted}
    )
    found = {row[1]: _identifier(row) for row in rows}
    missing = [token for token in wanted if token not in found]
    if missing:
        for token, kind, channels, first, last in sources.rows(_ELSEWHERE, {"tokens": missing}):
            found[token] = _identifier((kind, token, None, None, channels, first, last))
    return found


def person(sources: Sources, one_id: str) -> Person | None:
    """A live person with all identifiers, the longest known first; None if there is none."""
    rows = sources.rows(
        f"{_IDENTIFIER} where one_id = $one_id order by first_seen_at nulls last, identifier_token",
        {"one_id": one_id},
    )
    if not rows:
        return None
    retired = sources.rows(
        "select retired_one_id from published.core.identity_aliases where one_id = $one_id order by 1",
        {"one_id": one_id},
    )
    return Person(
        one_id=one_id,
        identifiers=tuple(_identifier(row) for row in rows),
        retired_one_ids=tuple(row[0] for row in retired),
    )


def retirement(sources: Sources, one_id: str) -> tuple[str | None, str | None, date | None] | None:
    """Successor, reason and day of a retired id; None for a live or unknown one."""
    rows = sources.rows(
        "select successor_one_id, retired_reason, retired_date from published.core.one_ids "
        "where one_id = $one_id and not is_live",
        {"one_id": one_id},
    )
    return rows[0] if rows else None


def history(sources: Sources, tokens: Iterable[str]) -> tuple[Span, ...]:
    """Who was whom: spans of the identifiers, oldest first."""
    rows = sources.rows(
        "select identifier_type, identifier_token, one_id, reason, ended_reason, valid_from_date, "
        "valid_to_date from published.core.identity_history "
        "where identifier_token in (select unnest($tokens)) "
        "order by valid_from_date, identifier_type, identifier_token",
        {"tokens": sorted(set(tokens))},
    )
    return tuple(Span(*row) for row in rows)


def conflicts(sources: Sources, tokens: Iterable[str]) -> tuple[Finding, ...]:
    """What did not join the identifiers to anything, and why."""
    rows = sources.rows(
        "select rule, identifier_token, other_identifier_token, evidence, person_count "
        "from published.quality.identity_conflicts where identifier_token in (select unnest($tokens)) "
        "or other_identifier_token in (select unnest($tokens)) order by all",
        {"tokens": sorted(set(tokens))},
    )
    known = identifiers(sources, [token for row in rows for token in row[1:3] if token])
    return tuple(
        Finding(
            rule=rule,
            identifier=known.get(token),
            other=known.get(other) if other else None,
            evidence=evidence,
            person_count=people,
        )
        for rule, token, other, evidence, people in rows
    )


def suggestions(sources: Sources, one_id: str) -> tuple[Finding, ...]:
    """Probabilistic links of a person, joined or not."""
    rows = sources.rows(
        "select decision, token_a, token_b, agreeing_fields, match_probability from suggested "
        "where one_id_a = $one_id or one_id_b = $one_id order by match_probability desc, token_a, token_b",
        {"one_id": one_id},
    )
    known = identifiers(sources, [token for row in rows for token in row[1:3]])
    return tuple(
        Finding(
            rule=f"suggestion:{decision}",
            identifier=known.get(a),
            other=known.get(b),
            evidence=fields,
            match_probability=probability,
        )
        for decision, a, b, fields, probability in rows
    )


def _identifier(row: tuple) -> Identifier:
    kind, token, one_id, identifier_class, channels, first, last = row
    return Identifier(
        identifier_type=kind,
        identifier_token=token,
        one_id=one_id,
        identifier_class=identifier_class,
        channels=tuple((channels or "").split(",")) if channels else (),
        first_seen_at=first,
        last_seen_at=last,
    )
