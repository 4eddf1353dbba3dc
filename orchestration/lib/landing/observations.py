"""Identifiers of the rows of one partition: from clear text to tokens, and what was seen together.

Belongs here: the SQL over the loading connection's tables `loading_rows` (one row per record, the
clear identifiers as i<n>, arrays with identifiers as a<n>) and `loading_ids` (one row per distinct
identifier). Does not belong here: rules of one value (macros.sql), files.
"""

from orchestration.lib.landing import judging, sql
from orchestration.lib.landing.entities import Column, EntityContract, Field, Identifier
from orchestration.lib.landing.identifying import identified_sql, namespace_sql
from orchestration.lib.landing.nested import seen_in_elements_sql

OBSERVATION_COLUMNS = (
    ("channel", "varchar"),
    ("entity", "varchar"),
    ("record_group", "varchar"),
    ("identifier_type", "varchar"),
    ("identifier_scope", "varchar"),
    ("identifier_token", "varchar"),
    ("identifier_status", "varchar"),
    ("is_verified", "boolean"),
    ("first_observed_at", "timestamp"),
    ("last_observed_at", "timestamp"),
    ("record_count", "bigint"),
)


def groups(contract: EntityContract) -> list[Identifier]:
    """One identifier per group of columns that share tokens; its place is the group's number."""
    found: dict[tuple, Identifier] = {}
    for column in contract.identifiers:
        found.setdefault(column.identifier.group, column.identifier)  # type: ignore[union-attr]
    return list(found.values())


def group_number(contract: EntityContract, identifier: Identifier) -> int:
    return [group.group for group in groups(contract)].index(identifier.group)


def column_number(contract: EntityContract, name: str | None) -> int:
    return [column.name for column in contract.columns].index(name or "")


def scope_sql(contract: EntityContract, identifier: Identifier, table: str) -> str:
    """The scope of an identifier on a row: a column, a constant, or the empty text."""
    if identifier.scope_column:
        return f"{table}.c{column_number(contract, identifier.scope_column)}"
    return sql.text(identifier.scope_value or "")


def identifiers_sql(contract: EntityContract) -> str:
    """Distinct identifiers of loading_rows: group g, raw text, scope, normalised n, status, token."""
    selects = []
    for g, identifier in enumerate(groups(contract)):
        texts = " union ".join(
            f"select distinct i{i} as raw, {scope_sql(contract, identifier, 'loading_rows')} as scope "
            f"from loading_rows where i{i} is not null"
            for i, column in enumerate(contract.columns)
            if column.identifier and column.identifier.group == identifier.group
        )
        namespace = namespace_sql(identifier, "scope")
        made = identified_sql(texts, identifier.kind, namespace)
        selects.append(f"select {g} as g, * from ({made}) as g{g} where scope is not null")
    return " union all ".join(selects)


def joins_sql(contract: EntityContract, table: str) -> str:
    """Left joins of ``table`` to loading_ids as d<n>, one per identifier column."""
    joins = []
    for i, column in enumerate(contract.columns):
        if column.identifier is None:
            continue
        scope = column.identifier.scope_column
        same_scope = (
            f" and d{i}.scope = {scope_sql(contract, column.identifier, table)}" if scope else ""
        )
        g = group_number(contract, column.identifier)
        joins.append(
            f" left join (select * from loading_ids where g = {g}) as d{i} "
            f"on d{i}.raw = {table}.i{i}{same_scope}"
        )
    return "".join(joins)


def status_sql(i: int, table: str) -> str:
    """Status of an identifier column; without a known scope the value names nobody: malformed."""
    return f"coalesce(d{i}.status, case when {table}.i{i} is not null then 'malformed' end)"


def data_sql(contract: EntityContract, *, also: str = "") -> str:
    """The rows as raw holds them; ``also`` names columns of loading_rows to put before."""
    selected = []
    for i, column in enumerate(contract.columns):
        if column.identifier:
            selected.append(f"d{i}.token as {sql.name(column.name)}")
            selected.append(f"{status_sql(i, 'r')} as {sql.name(column.status_name)}")
        else:
            selected.append(f"r.c{i} as {sql.name(column.name)}")
    return f"select {also}{', '.join(selected)} from loading_rows as r{joins_sql(contract, 'r')}"


def observed_at_sql(contract: EntityContract, otherwise: str) -> str:
    """UTC time of a row of loading_rows; ``otherwise`` where it has none or an impossible one."""
    column = contract.by_name.get(contract.observed_at or "")
    if column is None:
        return otherwise
    value = f"c{column_number(contract, column.name)}"
    if column.data_type in ("bigint", "integer"):
        seconds = f"case when abs({value}) < 100000000000 then {value} * 1000000 else {value} * 1000 end"
        if column.unit == "epoch_s":
            seconds = f"{value} * 1000000"
        latest = 4102444800 if column.unit == "epoch_s" else 4102444800000
        made = f"case when {value} between 1 and {latest} then make_timestamp({seconds}) end"
    else:
        zone = sql.text(column.timezone or judging.DEFAULT_ZONE)
        made = f"({value}::timestamp at time zone {zone}) at time zone 'UTC'"
    return f"coalesce({made}, {otherwise})"


def observations_sql(contract: EntityContract, delivered: str, *, by: str = "0") -> str:
    """Which identifiers stood together on the records, distinct, with first and last time and count.

    Args:
        delivered: Time of a record that has none of its own.
        by: Rows are kept apart by this expression; it is the first column, ``part``.
    """
    scalars = [
        (i, c) for i, c in enumerate(contract.columns) if c.identifier and c.identifier.kind.is_observed
    ]
    arrays = [
        (i, c, [f for f in c.list_identifiers if f.identifier and f.identifier.kind.is_observed])
        for i, c in enumerate(contract.columns)
    ]
    arrays = [(i, c, fields) for i, c, fields in arrays if fields]
    scopes = sorted(
        {
            column_number(contract, c.identifier.scope_column)
            for c in contract.columns
            if c.identifier and c.identifier.scope_column
        }
    )
    joined = [i for i, c in enumerate(contract.columns) if c.identifier]
    keys = [f"i{i}" for i in joined if i in dict(scalars)] + [f"c{i}" for i in scopes]
    keys += [f"a{i}" for i, _, _ in arrays]
    at = observed_at_sql(contract, delivered)
    seen = [_seen_scalar(contract, i, column) for i, column in scalars]
    lists = [f"[{', '.join(seen)}]"] if seen else []
    lists += [_seen_list(i, c, field) for i, c, fields in arrays for field in fields]
    only = _Only(contract, {i for i, _ in scalars})
    return (
        "with combinations as ("
        f"select {by} as part, {', '.join(keys)}, min({at}) as first_at, max({at}) as last_at, count(*) as records "
        "from loading_rows group by all), "
        "listed as (select list_filter(flatten([" + ", ".join(lists) + "]), "
        "lambda x: x.status is not null) as seen, part, first_at, last_at, records "
        f"from combinations as r{only.joins('r')}), "
        "grouped as (select unnest(seen) as s, md5(array_to_string(list_sort(list_distinct("
        "list_filter(list_transform(seen, lambda x: x.token), lambda x: x is not null))), '|')) "
        "as record_group, part, first_at, last_at, records from listed) "
        f"select part, {sql.text(contract.channel)} as channel, {sql.text(contract.entity)} as entity, "
        "case when s.token is not null then record_group end as record_group, "
        "s.type as identifier_type, case when s.token is not null then s.scope end "
        "as identifier_scope, s.token as identifier_token, s.status as identifier_status, "
        "s.verified as is_verified, min(first_at) as first_observed_at, "
        "max(last_at) as last_observed_at, sum(records)::bigint as record_count "
        "from grouped group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 5, 8, 7, 4, 9, 6"
    )


class _Only:
    """The contract's joins, limited to some identifier columns."""

    def __init__(self, contract: EntityContract, wanted: set[int]) -> None:
        self.contract, self.wanted = contract, wanted

    def joins(self, table: str) -> str:
        parts = joins_sql(self.contract, table).split(" left join ")
        kept = [part for part in parts[1:] if int(part.split(" as d")[1].split(" ")[0]) in self.wanted]
        return "".join(f" left join {part}" for part in kept)


def _seen_scalar(contract: EntityContract, i: int, column: Column) -> str:
    identifier = column.identifier
    assert identifier is not None
    scope = f"nullif({scope_sql(contract, identifier, 'r')}, '')"
    return (
        f"{{'type': {sql.text(identifier.type)}, 'scope': {scope}, 'token': d{i}.token, "
        f"'status': {status_sql(i, 'r')}, 'verified': {str(identifier.verified).lower()}}}"
    )


def _seen_list(i: int, column: Column, field: Field) -> str:
    identifier = field.identifier
    assert identifier is not None
    scope = sql.text(identifier.scope_value) if identifier.scope_value else "null::varchar"
    return (
        f"coalesce(list_transform({seen_in_elements_sql(column, field, f'r.a{i}')}, lambda x: "
        f"{{'type': {sql.text(identifier.type)}, 'scope': {scope}, 'token': x.token, "
        f"'status': x.status, 'verified': {str(identifier.verified).lower()}}}), [])"
    )


def values_sql(contract: EntityContract) -> str:
    """Clear values worth keeping: token, type, scope and normalised value; may repeat."""
    selects = [
        f"select token, {sql.text(identifier.type)} as identifier_type, nullif(scope, '') as scope, "
        f"n as value from loading_ids where g = {g} and status = 'valid'"
        for g, identifier in enumerate(groups(contract))
        if identifier.kind.is_observed
    ]
    for i, column in enumerate(contract.columns):
        for field in column.list_identifiers:
            identifier = field.identifier
            assert identifier is not None
            if not identifier.kind.is_observed:
                continue
            scope = sql.text(identifier.scope_value) if identifier.scope_value else "null::varchar"
            seen = f"unnest({seen_in_elements_sql(column, field, f'a{i}')})"
            selects.append(
                f"select x.token, {sql.text(identifier.type)} as identifier_type, {scope} as scope, "
                f"x.n as value from (select {seen} as x from loading_rows) as t "
                "where x.status = 'valid'"
            )
    return " union all ".join(selects)
