"""Identifiers of loaded rows: their tokens, and what was seen together on one record.

Belongs here: SQL over tables of the loading connection. `loading_ids` has one row per distinct
identifier (group g, type, brand, raw text, scope, normalised n, status, token); "loaded" rows have
the columns of raw, and `seen_<n>` for the identifiers in arrays. Does not belong here: the rules of one value
(macros.sql), files.
"""

from collections.abc import Callable

from orchestration.lib.landing import judging, sql
from orchestration.lib.landing.branding import brand_columns, brand_sql
from orchestration.lib.landing.entities import Column, EntityContract, Field, Identifier
from orchestration.lib.landing.identifying import group_sql, typed_scope
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
    for _, _, identifier in scalars(contract):
        found.setdefault(identifier.group, identifier)
    return list(found.values())


def scalars(contract: EntityContract) -> list[tuple[int, Column, Identifier]]:
    """Number, column and identifier of every identifier column."""
    return [
        (i, column, column.identifier)
        for i, column in enumerate(contract.columns)
        if column.identifier is not None
    ]


def listed(contract: EntityContract) -> list[tuple[str, int, Column, Field, Identifier]]:
    """Name of the `seen_<n>` column, number, column, field and identifier of those in arrays."""
    found = [
        (i, column, field, field.identifier)
        for i, column in enumerate(contract.columns)
        for field in column.list_identifiers
        if field.identifier is not None
    ]
    return [(f"seen_{n}", *one) for n, one in enumerate(found)]


def column_number(contract: EntityContract, name: str | None) -> int:
    return [column.name for column in contract.columns].index(name or "")


def context_columns(contract: EntityContract) -> list[int]:
    """Numbers of the columns that say the scope, the type or the brand of an identifier."""
    names = {
        name
        for _, _, identifier in scalars(contract)
        for name in (identifier.scope_column, identifier.type_column)
        if name
    }
    return sorted(column_number(contract, name) for name in names | set(brand_columns(contract)))


def context_sql(contract: EntityContract, identifier: Identifier) -> dict[str, str]:
    """What the token depends on beside the value, as SQL on a judged row.

    ``scope`` is a column, a constant, or the empty text; null where a value names nobody without
    it. ``type`` is there where a column holds it, ``brand`` where identity is kept per brand.
    """
    brand = brand_sql(contract)
    branded = {"brand": brand} if brand else {}
    given = None
    if identifier.scope_column:
        given = f"v{column_number(contract, identifier.scope_column)}"
    if identifier.type_column:
        type = f"v{column_number(contract, identifier.type_column)}"
        return {"scope": typed_scope(identifier, type, given), "type": type, **branded}
    return {"scope": given or sql.text(identifier.scope_value or ""), **branded}


def texts_sql(contract: EntityContract, identifier: Identifier, i: int) -> str:
    """The select list of raw text and context of identifier column ``i``."""
    context = context_sql(contract, identifier)
    return ", ".join([f"v{i} as raw", *(f"{made} as {name}" for name, made in context.items())])


def identifiers_sql(contract: EntityContract, rows: str) -> str:
    """The select of loading_ids from ``rows``, a relation with v<i> of identifiers and scopes."""
    selects = []
    for g, identifier in enumerate(groups(contract)):
        texts = " union ".join(
            f"select distinct {texts_sql(contract, other, i)} from {rows} where v{i} is not null"
            for i, _, other in scalars(contract)
            if other.group == identifier.group
        )
        made = group_sql(texts, identifier, context_sql(contract, identifier))
        selects.append(
            f"select {g} as g, {type_sql(identifier)} as type, {vault_brand_sql(contract)} as brand, "
            f"raw, scope, n, status, token from ({made}) as g{g} where scope is not null"
        )
    return " union all ".join(selects)


def type_sql(identifier: Identifier) -> str:
    """The type of an identifier among the columns of `group_sql`."""
    return "type" if identifier.type_column else sql.text(identifier.type)


def vault_brand_sql(contract: EntityContract) -> str:
    """The brand of an identifier among the columns of `group_sql`; null where there is none."""
    return "brand" if contract.brand_rule else "null::varchar"


def joins_sql(contract: EntityContract) -> str:
    """Left joins of judged rows to loading_ids, as d<i> per identifier column."""
    numbers = {identifier.group: g for g, identifier in enumerate(groups(contract))}
    joins = []
    for i, _, identifier in scalars(contract):
        ids = f"(select * from loading_ids where g = {numbers[identifier.group]})"
        context = context_sql(contract, identifier)
        if not (identifier.scope_column or identifier.type_column):
            del context["scope"]
        if not brand_columns(contract):
            context.pop("brand", None)
        same = "".join(f" and d{i}.{name} = {made}" for name, made in context.items())
        joins.append(f" left join {ids} as d{i} on d{i}.raw = v{i}{same}")
    return "".join(joins)


def status_sql(status: str, value: str) -> str:
    """Status of an identifier; without a known scope the value names nobody: malformed."""
    return f"coalesce({status}, case when {value} is not null then 'malformed' end)"


def loaded_sql(
    contract: EntityContract,
    *,
    token: Callable[[int], str] = lambda i: f"d{i}.token",
    status: Callable[[int], str] = lambda i: status_sql(f"d{i}.status", f"v{i}"),
    with_values: bool = False,
) -> str:
    """Columns of loaded rows from judged rows.

    Args:
        token: Where the token of identifier column i stands; by default as `joins_sql` joins it.
        status: The same for its status.
        with_values: Whether `seen_<n>` keep the normalised values: for a table in memory only.
    """
    selected = []
    for i, column in enumerate(contract.columns):
        if column.identifier:
            selected.append(f"{token(i)} as {sql.name(column.name)}")
            selected.append(f"{status(i)} as {sql.name(column.status_name)}")
        else:
            stored = judging.stored_sql(column, f"v{i}")
            selected.append(f"{stored} as {sql.name(column.name)}")
    for name, i, _, field, _ in listed(contract):
        seen = seen_in_elements_sql(field, f"v{i}")
        if not with_values:
            one = "{'status': x.status, 'token': x.token}"
            seen = f"list_transform({seen}, lambda x: {one})"
        selected.append(f"{seen} as {name}")
    return ", ".join(selected)


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
        zone = sql.text(column.timezone or judging.DEFAULT_ZONE)
        made = f"({value}::timestamp at time zone {zone}) at time zone 'UTC'"
    return f"coalesce({made}, {otherwise})"


def observations_sql(
    contract: EntityContract, loaded: str, delivered: str, *, by: str = "0"
) -> str:
    """What stood together on the records of ``loaded``: distinct, with first, last time and count.

    Args:
        delivered: Time of a record that has none of its own.
        by: Rows are kept apart by this expression; it is the first column, ``part``.
    """
    seen, lists = [], []
    keys: dict[str, None] = {}
    for _, column, identifier in scalars(contract):
        if not identifier.is_observed:
            continue
        scope, type = _literal(identifier.scope_value), sql.text(identifier.type)
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
            scope, type = _literal(identifier.scope_value), sql.text(identifier.type)
            one = _struct(identifier, type, scope, "x.token", "x.status")
            lists.append(f"coalesce(list_transform({name}, lambda x: {one}), [])")
    if seen:
        lists.insert(0, f"[{', '.join(seen)}]")
    every = f"flatten([{', '.join(lists)}])"
    at = observed_at_sql(contract, delivered)
    tokens = (
        "list_sort(list_distinct(list_filter(list_transform(seen, lambda x: x.token), "
        "lambda x: x is not null)))"
    )
    channel, entity = sql.text(contract.channel), sql.text(contract.entity)
    return (
        f"with combinations as (select {by} as part, {', '.join(keys)}, min({at}) as first_at, "
        f"max({at}) as last_at, count(*) as records from {loaded} group by all), "
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


def _literal(scope: str | None) -> str:
    return sql.text(scope) if scope else "null::varchar"


def values_sql(contract: EntityContract, loaded: str) -> str:
    """Clear values worth keeping: token, type, scope, normalised value and brand; one may repeat.

    From loading_ids and from ``loaded``, whose `seen_<n>` still hold the normalised values.
    """
    brand = "x.brand" if contract.brand_rule else "null::varchar"
    selects = [
        "select token, type as identifier_type, nullif(scope, '') as scope, n as value, brand "
        f"from loading_ids where g = {g} and status = 'valid'"
        for g, identifier in enumerate(groups(contract))
        if identifier.is_observed
    ]
    selects += [
        f"select x.token, {sql.text(identifier.type)} as identifier_type, "
        f"{_literal(identifier.scope_value)} as scope, x.n as value, {brand} as brand "
        f"from (select unnest({name}) as x from {loaded}) as t where x.status = 'valid'"
        for name, _, _, _, identifier in listed(contract)
        if identifier.is_observed
    ]
    return " union all ".join(selects)
