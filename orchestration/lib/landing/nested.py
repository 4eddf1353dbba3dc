"""Arrays inside a record: only declared fields of their elements pass, identifiers as tokens.

Belongs here: the SQL for JSON columns that declare ``fields``. The array becomes a list of typed
structs once; what raw stores and what is observed are both made from that list.
"""

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import Column, Field
from orchestration.lib.landing.identifying import identified_list


def typed_elements_sql(column: Column, r: str, brand: str | None) -> str:
    """The JSON text ``r`` as a list of structs: per field its value, or the list of identifiers.

    A field ``x`` that cannot be cast is null; ``bad`` counts such fields of an element.

    Args:
        brand: SQL of the brand of the row, where identity is kept per brand.
    """
    shape = ", ".join(f'"{field.name}": {_shape(field)}' for field in column.fields)
    texts = f"from_json(yt_json_array({r}), {sql.text('[{' + shape + '}]')})"
    fields = ", ".join(f"{sql.name(f.name)} := {_typed(f, 'e', brand)}" for f in column.fields)
    checks = [check for f in column.fields if (check := _is_bad(f, "e"))]
    bad = " or ".join(checks) or "false"
    return f"list_transform({texts}, lambda e: struct_pack({fields}, is_bad := {bad}))"


def bad_element_sql(column: Column, v: str) -> str | None:
    """True where a field of an element could not be cast."""
    if not any(_is_bad(field, "e") for field in column.fields):
        return None
    return f"list_bool_or(list_transform({v}, lambda e: e.is_bad))"


def stored_elements_sql(column: Column, v: str) -> str:
    """The array again as JSON text; stops the load where free text holds clear values."""
    fields = ", ".join(f"{sql.name(f.name)} := {_stored(column, f)}" for f in column.fields)
    return f"to_json(list_transform({v}, lambda e: struct_pack({fields})))::varchar"


def seen_in_elements_sql(field: Field, v: str) -> str:
    """All identifiers of one field over the elements: a list of {n, status, token}."""
    return f"flatten(list_transform({v}, lambda e: e.{sql.name(field.name)}))"


def _shape(field: Field) -> str:
    if field.is_list:
        return '["VARCHAR"]'
    return '"JSON"' if field.data_type == "json" else '"VARCHAR"'


def _typed(field: Field, e: str, brand: str | None = None) -> str:
    source = f"{e}.{sql.name(field.name)}"
    if field.identifier:
        listed = source if field.is_list else f"[{source}]"
        return identified_list(listed, field.identifier, brand)
    if field.is_id:
        return f"yt_id({source})"
    match field.data_type:
        case "varchar" | "varchar[]" | "json":
            return source
        case "integer" | "bigint":
            return f"try_cast(yt_bigint({source}) as {field.data_type})"
        case "boolean":
            return f"yt_boolean({source})"
        case kind:
            return f"try_cast(yt_number({source}) as {kind})"


def _is_bad(field: Field, e: str) -> str | None:
    """True where the field has a text that is not nothing and no value of its type."""
    is_text = field.data_type in ("varchar", "varchar[]", "json")
    if field.identifier or (is_text and not field.is_id):
        return None
    source = f"{e}.{sql.name(field.name)}"
    return (
        f"coalesce({source} is not null and {_typed(field, e)} is null "
        f"and not yt_is_nothing(yt_clean({source})), false)"
    )


def _stored(column: Column, field: Field) -> str:
    source = f"e.{sql.name(field.name)}"
    if field.identifier:
        valid = f"list_filter({source}, lambda x: x.status = 'valid')"
        tokens = f"list_transform({valid}, lambda x: x.token)"
        return tokens if field.is_list else f"{tokens}[1]"
    if field.is_free_text:
        where = sql.text(f"{column.name}.{field.name}")
        if field.is_list:
            return f"list_transform({source}, lambda x: yt_guarded(x, {where}))"
        return f"yt_guarded({source}::varchar, {where})::{field.data_type}"
    return source
