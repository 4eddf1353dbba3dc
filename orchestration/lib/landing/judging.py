"""What the text of a record means: for every column its value, and whether it must be refused.

Belongs here: one SQL expression per column for the value (`v<i>`) and one for "bad". The same
expressions decide while loading and while locating refused lines, so both always agree.
"""

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import Column, EntityContract, Field

DEFAULT_ZONE = "Asia/Shanghai"


def value_sql(column: Column, r: str) -> str:  # noqa: PLR0911 - one line per type reads best
    """Value of a column from its text ``r``; null where it is missing or cannot be cast."""
    if column.is_text_id:
        return f"yt_id({r})"
    match column.data_type:
        case "varchar":
            return r
        case "integer":
            return f"try_cast(yt_bigint({r}) as integer)"
        case "bigint":
            return f"yt_bigint({r})"
        case "double":
            return f"try_cast(yt_number({r}) as double)"
        case "boolean":
            return f"yt_boolean({r})"
        case "date":
            return f"case when not yt_is_no_time({r}) then yt_date({r}) end"
        case "timestamp":
            zone = sql.text(column.timezone or DEFAULT_ZONE)
            return f"case when not yt_is_no_time({r}) then yt_timestamp({r}, {zone}) end"
        case "json":
            return f"yt_json_array({r})" if column.fields else f"yt_json({r})"
        case decimal:
            return f"try_cast(yt_number({r}) as {decimal})"


def stored_sql(column: Column, v: str) -> str:
    """What raw holds for value ``v`` of a column without identifiers."""
    if column.is_free_text or (column.data_type == "json" and not column.fields):
        return f"yt_guarded({v}, {sql.text(column.name)})"
    if column.is_text_id:
        return f"yt_without_nul({v}, {sql.text(column.name)})"
    if column.fields:
        return _elements_sql(column, v)
    return v


def bad_sql(column: Column, r: str, v: str) -> str:
    """True where the row must be refused because of this column; never null."""
    conditions = []
    if column.required:
        conditions.append(f"{v} is null")
    elif column.data_type != "varchar":
        nothing = "yt_is_no_time" if column.data_type in ("date", "timestamp") else "yt_is_nothing"
        conditions.append(f"({v} is null and {r} is not null and not {nothing}(yt_clean({r})))")
    if column.is_text_id:
        conditions.append(f"coalesce(yt_is_float({v}), false)")
    conditions += [f"coalesce({check}, false)" for check in _element_checks(column, v)]
    return f"({' or '.join(conditions)})" if conditions else "false"


def reason_sql(column: Column, r: str, v: str) -> str:
    """Code of the reason why ``bad_sql`` is true."""
    nothing = f"({r} is null or yt_is_no_time(yt_clean({r})))"
    if column.is_text_id:
        return f"case when {v} is null then 'missing_required' else 'float_like_id' end"
    cases = [f"when {nothing} then 'missing_required'"]
    if column.fields:
        cases.append(f"when {v} is not null then 'bad_element'")
    wanted = column.data_type.split("(")[0]
    code = {"decimal": "number", "double": "number", "bigint": "integer"}.get(wanted, wanted)
    return f"case {' '.join(cases)} else 'not_a_{code}' end"


def is_row_bad(contract: EntityContract) -> str:
    """True where any column refuses the row, over columns r<i> and v<i>."""
    tests = [bad_sql(c, f"r{i}", f"v{i}") for i, c in enumerate(contract.columns)]
    return " or ".join(test for test in tests if test != "false") or "false"


def judged_sql(contract: EntityContract, source: str) -> str:
    """A select that adds v<i> to the r<i> of ``source``."""
    values = ", ".join(f"{value_sql(c, f'r{i}')} as v{i}" for i, c in enumerate(contract.columns))
    return f"select *, {values} from ({source}) as source"


def elements(column: Column, v: str) -> str:
    """The JSON array ``v`` as a list of structs that have the declared fields, all as text."""
    shape = ", ".join(f'"{field.name}": {_field_shape(field)}' for field in column.fields)
    return f"from_json({v}, {sql.text('[{' + shape + '}]')})"


def _field_shape(field: Field) -> str:
    if field.is_list:
        return '["VARCHAR"]'
    return '"JSON"' if field.data_type == "json" else '"VARCHAR"'


def _field_value(field: Field, e: str) -> str:
    source = f"{e}.{sql.name(field.name)}"
    if field.identifier:
        kind, scope = field.identifier.kind, field.identifier.scope_value
        space = sql.text(f"{kind.name}:{scope}" if scope else kind.name)
        normaliser, pattern = sql.text(kind.normaliser), sql.text(kind.pattern or "")
        normalised = f"yt_normalised(x, {normaliser})"
        status = f"yt_status({normalised}, {normaliser}, {sql.text(kind.scope)}, {pattern})"
        values = source if field.is_list else f"[{source}]"
        tokens = (
            f"list_transform(list_filter({values}, lambda x: yt_id(x) is not null and "
            f"{status} = 'valid'), lambda x: yt_token({space}, {normalised}))"
        )
        return tokens if field.is_list else f"{tokens}[1]"
    if field.is_id:
        return f"yt_id({source})"
    match field.data_type:
        case "varchar" | "varchar[]" | "json":
            return source
        case "integer" | "bigint":
            return f"yt_bigint({source})"
        case "boolean":
            return f"yt_boolean({source})"
        case "double":
            return f"try_cast(yt_number({source}) as double)"
        case kind:
            return f"try_cast(yt_number({source}) as {kind})"


def _elements_sql(column: Column, v: str) -> str:
    """The array again as JSON text: declared fields only, identifiers as tokens."""
    fields = ", ".join(f"{sql.name(f.name)} := {_field_value(f, 'e')}" for f in column.fields)
    made = f"to_json(list_transform({elements(column, v)}, lambda e: struct_pack({fields})))"
    return f"{made}::varchar"


def _element_checks(column: Column, v: str) -> list[str]:
    """Conditions under which an element of the array refuses the row."""
    checks = []
    for field in column.fields:
        source = f"e.{sql.name(field.name)}"
        if field.is_id:
            checks.append(f"yt_is_float(yt_id({source}))")
        elif field.data_type not in ("varchar", "varchar[]", "json"):
            made = _field_value(field, "e")
            checks.append(f"({source} is not null and not yt_is_nothing({source}) and {made} is null)")
    if not checks:
        return []
    bad = " or ".join(checks)
    return [f"len(list_filter({elements(column, v)}, lambda e: coalesce({bad}, false))) > 0"]
