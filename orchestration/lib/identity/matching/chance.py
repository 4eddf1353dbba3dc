"""What strangers have in common by chance, where random pairs are too few to see it.

Belongs here: how often two values are equal, how often two numbers are one digit apart, and how
many certain pairs that makes. Equality is counted on all records. A pair that is one digit apart
and differs in something else is nearly always of two people; their number, over how many of all
pairs differ in something else, is the chance. Half a pair is added, so that nothing is impossible.
"""

import duckdb

from orchestration.lib.identity.matching.blocks import find_candidates
from orchestration.lib.identity.matching.comparisons import KnownChance, conditions, different
from orchestration.lib.identity.matching.definition import (
    Block,
    MatchField,
    MatchModel,
    parse_block,
)

_SHIFTS = (1, 7919, 104_729, 1_299_709)  # row i is compared with row i + shift: any fixed pairs do


def measure_chances(
    connection: duckdb.DuckDBPyConnection, model: MatchModel
) -> tuple[KnownChance, ...]:
    """The chance of equality of every field, and of one digit for those a ``field~`` term names."""
    near = {t.field for b in (*model.blocks, *model.certain) for t in b if t.is_near}
    equal = [KnownChance(field.name, 0, _equal(connection, field)) for field in model.fields]
    alike = [
        KnownChance(field.name, 1, _one_digit(connection, model, field))
        for field in model.fields
        if field.name in near and field.similarities
    ]
    return (*equal, *alike)


def expected_strangers(
    connection: duckdb.DuckDBPyConnection, model: MatchModel, chances: tuple[KnownChance, ...]
) -> float:
    """Certain pairs that strangers make by chance; those of blocks without ``~`` are taken as 0."""
    shares = {chance.field: chance.share for chance in chances if chance.level == 1}
    return sum(_expected(connection, model, block, shares) for block in model.certain)


def _expected(
    connection: duckdb.DuckDBPyConnection,
    model: MatchModel,
    block: Block,
    shares: dict[str, float],
) -> float:
    near = [term.field for term in block if term.is_near]
    if not near:
        return 0.0
    others = [f'"{term.field}_l" = "{term.field}_r"' for term in block if not term.is_near]
    total, share = _share(connection, model, near[0], " and ".join(others) or "true")
    for name in near:
        share *= shares[name]
    return total * share


def _equal(connection: duckdb.DuckDBPyConnection, field: MatchField) -> float:
    equal, known = connection.execute(
        "select sum(records * (records - 1) / 2), sum(records) from ("
        f'select count(*) as records from records where "{field.name}" is not null '
        f'group by "{field.name}")'
    ).fetchall()[0]
    pairs = max((known or 0) * ((known or 0) - 1) / 2, 1.0)
    return min((float(equal or 0) + 0.5) / pairs, 0.99)


def _one_digit(
    connection: duckdb.DuckDBPyConnection, model: MatchModel, field: MatchField
) -> float:
    others = [different(f) for f in model.fields if f.name != field.name]
    strangers = f"({' or '.join(others)})" if others else "true"
    found = find_candidates(
        connection,
        (parse_block([f"{field.name}~"]),),
        table="near_pairs",
        largest_block=model.largest_block,
        is_link=False,
    )
    equal, alike = conditions(field)[:2]
    seen = connection.execute(
        f"select count(*) from (select {_columns(model)} from {found.table} as pairs "
        "join records as l on pairs.row_l = l.row_no join records as r on pairs.row_r = r.row_no) "
        f"where not ({equal}) and {alike} and {strangers}"
    ).fetchall()[0][0]
    connection.execute(f"drop table {found.table}")
    total, share = _share(connection, model, field.name, strangers)
    return min((seen + 0.5) / max(total * share, 1.0), 0.5)


def _share(
    connection: duckdb.DuckDBPyConnection, model: MatchModel, name: str, condition: str
) -> tuple[float, float]:
    """Pairs of records that have field ``name``, and the share of them that a condition holds for."""
    total, share = connection.execute(
        f"""
        with known as (
            select *, row_number() over (order by row_no) as position, count(*) over () as total
            from records where "{name}" is not null
        ),
        partners as materialized (
            select *, (position - 1 + unnest($shifts::bigint[])) % total + 1 as partner
            from known
        ),
        shifted as (
            select {_columns(model)}
            from partners as l
            join known as r on r.position = l.partner
            where l.row_no <> r.row_no
        )
        select
            (select count(*) from known),
            (select avg(coalesce({condition}, false)::int) from shifted)
        """,
        {"shifts": list(_SHIFTS)},
    ).fetchall()[0]
    return total * (total - 1) / 2, share or 0.0


def _columns(model: MatchModel) -> str:
    return ", ".join(f'l."{n}" as "{n}_l", r."{n}" as "{n}_r"' for n in model.names)
