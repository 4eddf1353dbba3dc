"""Evaluating audiences on the published file: members, and what changed since the day before.

Belongs here: temporary tables of one connection, set-based. Does not belong here: the conditions
(compiling.py), files (state.py), sentences (reasons.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences.compiling import Compiled
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.state import quoted

JOINED, LEFT = "joined", "left"

_PRIOR = """
    create or replace temp table prior as
    select
        roll.audience,
        coalesce(aliases.one_id, roll.one_id) as one_id,
        min(roll.joined_date) as joined_date,
        min_by(roll.is_holdout, (roll.joined_date, roll.one_id)) as is_holdout,
        max_by(roll.definition_hash, roll.one_id) as definition_hash
    from {roll} as roll
    left join core.identity_aliases as aliases on roll.one_id = aliases.retired_one_id
    group by all
"""
_BEFORE = """
    create or replace temp table before as
    select coalesce(aliases.one_id, old.one_id) as person, old.* exclude (one_id)
    from {evaluation} as old
    left join core.identity_aliases as aliases on old.one_id = aliases.retired_one_id
    qualify row_number() over (
        partition by person order by aliases.one_id is null desc, old.one_id
    ) = 1
"""
_MEMBERS = """
    create or replace temp table members (
        audience varchar, one_id varchar, joined_date date, is_holdout boolean, bits bigint
    )
"""
_CHANGES = """
    create or replace temp table changes (
        audience varchar, one_id varchar, change varchar, before bigint, after bigint
    )
"""


@dataclass(frozen=True)
class Counts:
    """What an evaluation of one audience gave.

    Args:
        met_conditions: People who meet the conditions, allowed or not.
        not_allowed: Those of them whom consent, reach or a wish to be erased keeps out.
        net_revenue_cny: Of the members, all their orders; ``recent`` of the last 365 days.
    """

    members: int
    held_out: int
    met_conditions: int
    not_allowed: int
    joined: int
    left: int
    net_revenue_cny: object
    recent_net_revenue_cny: object


def evaluate(connection: duckdb.DuckDBPyConnection, compiled: Compiled) -> None:
    """Fill the temp table ``evaluation``: one row per person, a boolean per different condition."""
    connection.execute(f"create or replace temp table evaluation as {compiled.sql()}")


def load_before(
    connection: duckdb.DuckDBPyConnection, *, roll: Path | None, evaluation: Path | None
) -> None:
    """Fill ``prior`` and ``before`` from the run that this one is compared with.

    People who were merged since stand under the id they have now, with the earlier join and the
    draw that came first; the id a split leaves behind stays with the part that kept it.
    """
    empty_roll = (
        "(select null::varchar as audience, null::varchar as one_id, null::date as joined_date, "
        "null::boolean as is_holdout, null::varchar as definition_hash where false)"
    )
    empty = "(select null::varchar as one_id where false)"
    connection.execute(
        _PRIOR.format(roll=f"read_parquet('{quoted(roll)}')" if roll else empty_roll)
    )
    connection.execute(
        _BEFORE.format(evaluation=f"read_parquet('{quoted(evaluation)}')" if evaluation else empty)
    )
    connection.execute(_MEMBERS)
    connection.execute(_CHANGES)


def add_members(
    connection: duckdb.DuckDBPyConnection,
    audience: Audience,
    compiled: Compiled,
    *,
    before: str | None,
    as_of: date,
    is_due: bool,
) -> None:
    """Add one audience to ``members`` and ``changes``.

    Args:
        compiled: What ``evaluation`` was made from; its question has the audience's name.
        before: Its answer in ``before``, an expression of our own; None if it has none there.
        is_due: False: who was a member stays one, unless consent or the person is gone.
    """
    name, holdout = audience.name, audience.holdout
    inside = (
        chosen(compiled, name, audience)
        if is_due
        else f"select one_id from evaluation semi join mine using (one_id) "
        f"where {compiled.is_allowed[name]}"
    )
    connection.execute(
        _INSERT.format(bits=compiled.bits(name), inside=inside),
        {
            "audience": name,
            "as_of": as_of,
            "salt": holdout.salt if holdout else "",
            "tenths": round(holdout.percent * 100) if holdout else 0,
        },
    )
    connection.execute(
        _DIFFERENCE.format(bits=compiled.bits(name), before=before or "null::bigint"),
        {"audience": name},
    )


def chosen(compiled: Compiled, key: str, audience: Audience) -> str:
    """The members that a question gives, as SQL over `evaluation`."""
    best = ""
    if audience.limit is not None:
        rank = compiled.limits[key]
        best = (
            f" qualify row_number() over (order by {rank} desc nulls last, one_id) "
            f"<= {audience.limit.people:d}"
        )
    return f"select one_id from evaluation where {compiled.members(key)}{best}"


_INSERT = """
    insert into members
    with mine as (select * from prior where audience = $audience),
    inside as ({inside}),
    chosen as (select one_id, {bits} as bits from evaluation semi join inside using (one_id))
    select
        $audience, chosen.one_id, coalesce(mine.joined_date, $as_of::date),
        -- A draw is made once: who was in the control group stays there, under a merged id too.
        coalesce(
            mine.is_holdout,
            ('0x' || sha256($salt || '|' || chosen.one_id)[:8])::ubigint % 10000 < $tenths
        ),
        chosen.bits
    from chosen left join mine using (one_id)
"""
_DIFFERENCE = """
    insert into changes
    with mine as (select * from prior where audience = $audience),
    now as (select * from members where audience = $audience),
    turned as (
        select coalesce(now.one_id, mine.one_id) as one_id,
            case when mine.one_id is null then 'joined' else 'left' end as change
        from now full join mine using (one_id)
        where now.one_id is null or mine.one_id is null
    ),
    was as (
        select person as one_id, {before} as bits from before
        semi join turned on before.person = turned.one_id
    ),
    becomes as (select one_id, {bits} as bits from evaluation semi join turned using (one_id))
    select $audience, turned.one_id, turned.change, was.bits, becomes.bits
    from turned
    left join was using (one_id)
    left join becomes using (one_id)
"""


def counts(
    connection: duckdb.DuckDBPyConnection, audiences: Sequence[Audience], compiled: Compiled
) -> Mapping[str, Counts]:
    """The figures of every audience that was added."""
    found: dict[str, Counts] = {}
    for audience in audiences:
        name = audience.name
        meets, allowed = compiled.meets[name], compiled.is_allowed[name]
        row = connection.execute(
            f"""
            with mine as (select one_id, is_holdout from members where audience = $audience),
            moved as (select change from changes where audience = $audience)
            select
                count(*) filter (where mine.one_id is not null),
                count(*) filter (where mine.is_holdout),
                count(*) filter (where {meets}),
                count(*) filter (where ({meets}) and not {allowed}),
                (select count(*) from moved where change = 'joined'),
                (select count(*) from moved where change = 'left'),
                coalesce(sum(net_revenue_cny) filter (where mine.one_id is not null), 0),
                coalesce(sum(recent_net_revenue_cny) filter (where mine.one_id is not null), 0)
            from evaluation left join mine using (one_id)
            """,
            {"audience": name},
        ).fetchall()[0]
        found[name] = Counts(*row)
    return found
