"""The way without any table in memory: tokens are made in the row, values are collected in slices.

Belongs here: what large.py does when the distinct identifiers of a day do not fit into memory.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.lib.landing import judging, row_identifiers, sql
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.identifying import (
    Rules,
    group_sql,
    namespace_sql,
    rules_of,
    typed_rules,
)
from orchestration.lib.landing.nested import seen_in_elements_sql
from orchestration.lib.landing.structure import forget_rejects
from orchestration.lib.vault.segments import SCHEMA

SLICE = 256 << 20  # bytes of text whose distinct identifiers are collected at a time


def inline_data_sql(contract: EntityContract, source: str) -> str:
    """The good rows as raw keeps them, each identifier normalised and hashed where it stands."""
    marked = judging.marked_sql(contract, source)
    rows = f"select * from ({marked}) as marked where bad is null"
    cleaned, split, made, judged, tokens = [], [], [], [], []
    for i, _, identifier in row_identifiers.scalars(contract):
        context = row_identifiers.context_sql(contract, identifier)
        cleaned.append(f"case when {context['scope']} is not null then yt_clean(v{i}) end as k{i}")
        rules = rules_of(identifier.kind)
        if identifier.type_column:
            found = typed_rules(identifier, context["type"])
            rules = Rules(f"z{i}", f"y{i}", f"x{i}")
            cleaned.append(
                f"{found.normaliser} as z{i}, {found.scope} as y{i}, {found.pattern} as x{i}"
            )
        split.append(f"yt_digits(k{i}) as g{i}")
        made.append(f"yt_normalised(k{i}, g{i}, {rules.normaliser}) as n{i}")
        status = f"yt_status(n{i}, g{i}, {rules.normaliser}, {rules.scope}, {rules.pattern})"
        judged.append(f"case when n{i} is not null then {status} end as s{i}")
        space = namespace_sql(identifier, context)
        tokens.append(f"case when s{i} = 'valid' then yt_token({space}, n{i}) end as t{i}")
    for step in (cleaned, split, made, judged, tokens):
        if step:
            rows = f"select *, {', '.join(step)} from ({rows}) as step"
    columns = row_identifiers.loaded_sql(
        contract,
        token=lambda i: f"t{i}",
        status=lambda i: row_identifiers.status_sql(f"s{i}", f"v{i}"),
    )
    return f"select {columns} from ({rows}) as identified"


def inline_values(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, pipes: Path
) -> Iterator[pa.Table]:
    """Clear values of the good rows, slice by slice of their hash; a value may come twice."""
    contract = delivery.contract
    slices = max(4, -(-sum(file.text_size for file in delivery.layouts) // SLICE))
    for i, _, identifier in row_identifiers.scalars(contract):
        if not identifier.is_observed:
            continue
        context = row_identifiers.context_sql(contract, identifier)
        for number in range(slices):
            texts = (
                f"select distinct {row_identifiers.texts_sql(contract, identifier, i)} from {{rows}} "
                f"where v{i} is not null and hash(v{i}) % {slices} = {number}"
            )
            select = (
                f"select distinct unhex(token), {row_identifiers.type_sql(identifier)}, "
                f"nullif(scope, ''), n, {row_identifiers.vault_brand_sql(contract)} "
                f"from ({group_sql(texts, identifier, context)}) as t "
                "where status = 'valid' and scope is not null"
            )
            yield _slice(connection, delivery, pipes, select)
    for _, i, _, field, identifier in row_identifiers.listed(contract):
        if not identifier.is_observed:
            continue
        scope = sql.text(identifier.scope_value) if identifier.scope_value else "null::varchar"
        brand = "x.brand" if contract.brand_rule else "null::varchar"
        seen = f"unnest({seen_in_elements_sql(field, f'v{i}')})"
        for number in range(slices):
            select = (
                f"select distinct unhex(x.token), {sql.text(identifier.type)}, {scope}, x.n, {brand} "
                f"from (select {seen} as x from {{rows}}) as t "
                f"where x.status = 'valid' and hash(x.n) % {slices} = {number}"
            )
            yield _slice(connection, delivery, pipes, select)


def _slice(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, pipes: Path, select: str
) -> pa.Table:
    if not delivery.layouts:
        return SCHEMA.empty_table()
    with Feeds(pipes) as feeds:
        marked = judging.marked_sql(delivery.contract, delivery.source(feeds))
        rows = f"(select * from ({marked}) as marked where bad is null) as good"
        names = SCHEMA.names
        table = connection.sql(select.replace("{rows}", rows)).to_arrow_table()
    forget_rejects(connection)
    return table.rename_columns(names).cast(SCHEMA)
