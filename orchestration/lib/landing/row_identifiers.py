"""Identifiers of judged and loaded rows: what their tokens depend on, tokens, clear values.

Belongs here: SQL over tables of the loading connection. `loading_ids` has one row per distinct
identifier (group g, type, brand, raw text, scope, normalised n, status, token); "loaded" rows have
the columns of raw, and `seen_<n>` for the identifiers in arrays. Does not belong here: the rules of
one value (macros.sql), what was seen together (observations.py).
"""

from collections.abc import Callable

from orchestration.lib.landing import judging, sql
from orchestration.lib.landing.branding import brand_columns, brand_sql
from orchestration.lib.landing.entities import Column, EntityContract, Field, Identifier
from orchestration.lib.landing.identifying import group_sql, typed_scope
from orchestration.lib.landing.nested import seen_in_elements_sql


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
        f"{scope_literal(identifier.scope_value)} as scope, x.n as value, {brand} as brand "
        f"from (select unnest({name}) as x from {loaded}) as t where x.status = 'valid'"
        for name, _, _, _, identifier in listed(contract)
        if identifier.is_observed
    ]
    return " union all ".join(selects)


def scope_literal(scope: str | None) -> str:
    """A declared scope as SQL; null where there is none."""
    return sql.text(scope) if scope else "null::varchar"
