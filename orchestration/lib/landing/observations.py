"""What was seen together on the records of a day: the observations that identity is made of.

Belongs here: SQL over loaded rows (the columns of raw, and `seen_<n>` for the identifiers in arrays).
Does not belong here: how their tokens came to be (row_identifiers.py).
"""

from datetime import date

from orchestration.lib.landing import judging, sql
from orchestration.lib.landing.entities import EntityContract, Identifier
from orchestration.lib.landing.identifying import typed_scope
from orchestration.lib.landing.row_identifiers import listed, scalars, scope_literal

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


def observed_at_sql(contract: EntityContract, otherwise: str) -> str:
    """UTC time of a loaded row; ``otherwise`` where it has none or an impossible one."""
    column = contract.by_name.get(contract.observed_at or "")
    if column is None:
        return otherwise
    value = sql.name(column.name)
    if column.data_type in ("bigint", "integer"):
        latest, micros = 4102444800, f"{value} * 1000000"
        if column.unit == "epoch_ms":  # ten digits are seconds: SDKs send both
            latest *= 1000
            micros = f"{value} * (case when {value} < 100000000000 then 1000000 else 1000 end)"
        made = f"case when {value} between 1 and {latest} then make_timestamp({micros}) end"
    else:
        made = _utc_sql(f"{value}::timestamp", column.timezone or judging.DEFAULT_ZONE)
    return f"coalesce({made}, {otherwise})"


def _utc_sql(local: str, zone: str) -> str:
    """UTC time of a local one."""
    # A time with a zone counts from the epoch in UTC: a second `at time zone` costs as much again.
    made = f"make_timestamp(epoch_us({local} at time zone {sql.text(zone)}))"
    if zone != "Asia/Shanghai":
        return made
    # China has changed no clock since 1991: a subtraction costs a tenth of asking the calendar.
    return (
        f"case when {local} between timestamp '1992-01-01' and timestamp '2100-01-01' "
        f"then make_timestamp(epoch_us({local}) - 28800000000) else {made} end"
    )


def delivered_sql(day: date) -> str:
    """The time of a record that has none of its own: the start of its delivery day."""
    return f"timestamp '{day.isoformat()} 00:00:00'"


def observations_sql(
    contract: EntityContract,
    loaded: str,
    delivered: str,
    *,
    by: str = "0",
    is_counted: bool = False,
) -> str:
    """What stood together on the records of ``loaded``: distinct, with first, last time and count.

    Args:
        delivered: Time of a record that has none of its own.
        by: Rows are kept apart by this expression; it is the first column, ``part``.
        is_counted: ``loaded`` counts its records (large_combinations.py), else each row is one.
    """
    seen, lists = [], []
    keys: dict[str, None] = {}
    for _, column, identifier in scalars(contract):
        if not identifier.is_observed:
            continue
        scope, type = scope_literal(identifier.scope_value), sql.text(identifier.type)
        token, status = sql.name(column.name), sql.name(column.status_name)
        keys |= dict.fromkeys([token, status])
        if identifier.scope_column:
            scope = sql.name(identifier.scope_column)
            keys[scope] = None
        if identifier.type_column:
            type = sql.name(identifier.type_column)
            given = scope if identifier.scope_column else None
            scope = f"nullif({typed_scope(identifier, type, given)}, '')"
            keys[type] = None
        seen.append(_struct(identifier, type, scope, token, status))
    for name, _, _, _, identifier in listed(contract):
        if identifier.is_observed:
            keys[name] = None
            scope, type = scope_literal(identifier.scope_value), sql.text(identifier.type)
            one = _struct(identifier, type, scope, "x.token", "x.status")
            lists.append(f"coalesce(list_transform({name}, lambda x: {one}), [])")
    if seen:
        lists.insert(0, f"[{', '.join(seen)}]")
    every = f"flatten([{', '.join(lists)}])"
    at = observed_at_sql(contract, delivered)
    times = f"min({at}) as first_at, max({at}) as last_at, count(*) as records"
    if is_counted:
        undated = f"case when dated < records then {delivered} end"
        times = (
            f"min(least(first_at, {undated})) as first_at, "
            f"max(greatest(last_at, {undated})) as last_at, sum(records)::bigint as records"
        )
    tokens = (
        "list_sort(list_distinct(list_filter(list_transform(seen, lambda x: x.token), "
        "lambda x: x is not null)))"
    )
    channel, entity = sql.text(contract.channel), sql.text(contract.entity)
    return (
        f"with combinations as (select {by} as part, {', '.join(keys)}, {times} "
        f"from {loaded} group by all), "
        f"listed as (select list_filter({every}, lambda x: x.status is not null) as seen, "
        "part, first_at, last_at, records from combinations), "
        f"grouped as (select unnest(seen) as s, md5(array_to_string({tokens}, '|')) "
        "as record_group, part, first_at, last_at, records from listed) "
        f"select part, {channel} as channel, {entity} as entity, "
        "case when s.token is not null then record_group end as record_group, "
        "s.type as identifier_type, "
        "case when s.token is not null then s.scope end as identifier_scope, "
        "s.token as identifier_token, s.status as identifier_status, s.verified as is_verified, "
        "min(first_at) as first_observed_at, max(last_at) as last_observed_at, "
        "sum(records)::bigint as record_count "
        "from grouped group by 1, 2, 3, 4, 5, 6, 7, 8, 9 order by 1, 7, 5, 8, 4, 9, 6"
    )


def _struct(identifier: Identifier, type: str, scope: str, token: str, status: str) -> str:
    return (
        f"{{'type': {type}, 'scope': {scope}, 'token': {token}, "
        f"'status': {status}, 'verified': {str(identifier.verified).lower()}}}"
    )
