"""What the text of a record means: for every column its value, and whether it must be refused.

Belongs here: one SQL expression per column for the value (`v<i>`) and one for "bad". The same
expressions decide while loading and while locating refused lines, so both always agree.
"""

from orchestration.lib.landing import sql
from orchestration.lib.landing.branding import brand_sql
from orchestration.lib.landing.entities import Column, EntityContract
from orchestration.lib.landing.nested import (
    bad_element_sql,
    stored_elements_sql,
    typed_elements_sql,
)

DEFAULT_ZONE = "Asia/Shanghai"


def value_sql(column: Column, r: str, brand: str | None = None) -> str:  # noqa: PLR0911 - one line per type reads best
    """Value of a column from its text ``r``; null where it is missing or cannot be cast.

    Args:
        brand: SQL of the brand of the row, for identifiers in arrays.
    """
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
            return f"yt_date({r})"
        case "timestamp":
            macro = "yt_timestamp_or_epoch" if column.unit == "epoch_ms" else "yt_timestamp"
            return f"{macro}({r}, {sql.text(column.timezone or DEFAULT_ZONE)})"
        case "json":
            return typed_elements_sql(column, r, brand) if column.fields else f"yt_json({r})"
        case decimal:
            return (
                f"coalesce(case when not contains({r}, '_') then try_cast({r} as {decimal}) end, "
                f"case when {r} is not null then try_cast(yt_number({r}) as {decimal}) end)"
            )


def stored_sql(column: Column, v: str) -> str:
    """What raw holds for value ``v`` of a column that is no identifier itself."""
    if column.is_free_text or (column.data_type == "json" and not column.fields):
        return f"yt_guarded({v}, {sql.text(column.name)})"
    if column.fields:
        return stored_elements_sql(column, v)
    if column.data_type == "timestamp":
        return f"case when not yt_is_no_moment({v}) then {v} end"
    if column.data_type == "date":
        return f"case when {v} > date '1000-01-01' then {v} end"
    return v


def bad_sql(column: Column, r: str, v: str) -> str:
    """True where the row must be refused because of this column; null counts as false."""
    conditions = []
    moment = column.data_type == "timestamp"
    nothing = "yt_is_no_time" if column.data_type in ("date", "timestamp") else "yt_is_nothing"
    if column.required:
        conditions.append(f"{v} is null")
        if moment:
            conditions.append(f"yt_is_no_moment({v})")
    elif not column.is_free_text:
        conditions.append(f"{v} is null and {r} is not null and not {nothing}(yt_clean({r}))")
    if element := bad_element_sql(column, v):
        conditions.append(element)
    return " or ".join(f"({condition})" for condition in conditions)


def unknown_type_sql(contract: EntityContract, i: int) -> str | None:
    """True where column ``i`` must say the type of other columns and names none that may be.

    Those columns may be judged elsewhere, so their text decides.
    """
    typed = contract.type_columns().get(contract.columns[i].name)
    if not typed or typed[0].identifier is None:
        return None
    known = ", ".join(sql.text(each.kind.name) for each in typed[0].identifier.kinds)
    numbers = [contract.columns.index(column) for column in typed]
    untyped = " or ".join(f"yt_id(r{number}) is not null" for number in numbers)
    return f"(v{i} not in ({known})) or (v{i} is null and ({untyped}))"


def _tests(contract: EntityContract, i: int) -> str:
    """All that makes column ``i`` refuse a row."""
    found = [bad_sql(contract.columns[i], f"r{i}", f"v{i}"), unknown_type_sql(contract, i)]
    return " or ".join(test for test in found if test)


def _reason_sql(contract: EntityContract, i: int) -> str:
    """Code of the reason why `_tests` is true."""
    column, r, v = contract.columns[i], f"r{i}", f"v{i}"
    missing = f"{r} is null or yt_is_no_time(yt_clean({r}))"
    if column.data_type == "timestamp":
        missing = f"{missing} or coalesce(yt_is_no_moment({v}), false)"
    kind = column.data_type.split("(")[0]
    kind = {"decimal": "number", "double": "number", "bigint": "integer"}.get(kind, kind)
    cast = f"'not_a_{kind}'"
    if column.is_text_id:
        cast = f"case when contains({r}, chr(10)) then 'line_break_in_id' else 'float_like_id' end"
    wrong = "unknown_identifier_type" if unknown_type_sql(contract, i) else "bad_element"
    return (
        f"case when {missing} then 'missing_required' when {v} is not null then '{wrong}' "
        f"else {cast} end"
    )


def judged_sql(
    contract: EntityContract, source: str, *, known: frozenset[int] = frozenset()
) -> str:
    """A select that adds v<i> to the r<i> of ``source``.

    Args:
        known: Columns that are judged elsewhere; they get no v<i>.
    """
    brand = brand_sql(contract)
    values = "".join(
        f", {value_sql(column, f'r{i}', brand)} as v{i}"
        for i, column in enumerate(contract.columns)
        if i not in known
    )
    return f"select *{values} from ({source}) as source"


def marked_sql(
    contract: EntityContract,
    source: str,
    *,
    known: frozenset[int] = frozenset(),
) -> str:
    """The judged rows with ``bad``: the number of the first column that refuses the row, or null.

    ``random()`` keeps the optimizer from moving a filter on ``bad`` below the casts, which would
    then be made twice: 15 % of the time of a load. Args as in `judged_sql`.
    """
    tests = [(i, _tests(contract, i)) for i in range(len(contract.columns)) if i not in known]
    cases = " ".join(f"when {test} then {i}" for i, test in tests if test)
    judged = judged_sql(contract, source, known=known)
    return f"select *, case {cases} when random() < 0 then 0 end as bad from ({judged}) as judged"


def reasons_sql(contract: EntityContract) -> str:
    """Code of the reason why a marked row is bad."""
    cases = " ".join(
        f"when {i} then {_reason_sql(contract, i)}"
        for i in range(len(contract.columns))
        if _tests(contract, i)
    )
    # A JSON line that cannot be read comes as a row of nothing.
    nothing = " and ".join(f"r{i} is null" for i in range(len(contract.columns)))
    return f"case when {nothing} then 'malformed_json' else case bad {cases} end end"
