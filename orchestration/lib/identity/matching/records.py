"""Records as they are compared: one table, blanks as nulls, values in one form, rows numbered.

Belongs here: the table ``records`` of the in-memory database. Does not belong here: pairs.
"""

from typing import Any

import duckdb

from orchestration.lib.identity.matching.definition import MatchField, MatchModel
from orchestration.lib.identity.matching.errors import MatchRecordsError

_BLANKS = r"[\s\x{00a0}\x{3000}\x{200b}]+"  # no-break, ideographic and zero-width spaces too


def open_database(*, threads: int, memory_limit: str) -> duckdb.DuckDBPyConnection:
    """An in-memory database that never spills: records may hold clear personal values."""
    connection = duckdb.connect()
    connection.execute("set temp_directory = ''")
    connection.execute("set memory_limit = $1", [memory_limit])
    connection.execute("set threads = $1", [threads])
    connection.execute("set enable_progress_bar = false")
    connection.execute("set preserve_insertion_order = true")
    return connection


def prepare_records(
    connection: duckdb.DuckDBPyConnection,
    model: MatchModel,
    tables: list[Any],
    *,
    id_column: str,
    group_column: str | None,
) -> int:
    """Make ``records``: row_no, record_id, side, group_no, and the model's fields as text.

    Rows are numbered by id, so the order in which records arrive changes nothing.

    Returns:
        The number of records.

    Raises:
        MatchRecordsError: If a column is missing, an id is blank, or an id comes twice.
    """
    selects = []
    for side, table in enumerate(tables):
        name = f"given_{side}"
        connection.register(name, table)
        wanted = [id_column, *([group_column] if group_column else []), *model.names]
        columns = {r[0]: r[1] for r in connection.execute(f"describe {name}").fetchall()}
        missing = [column for column in wanted if column not in columns]
        if missing:
            raise MatchRecordsError(
                f"cannot compare records: table {side + 1} has no column {', '.join(missing)}"
            )
        values = [f"{_value(f, columns[f.name])} as {f.name}" for f in model.fields]
        group = f'cast("{group_column}" as varchar)' if group_column else "null::varchar"
        selects.append(
            f'select cast("{id_column}" as varchar) as record_id, {side} as side, '
            f"{group} as group_id, {', '.join(values)} from {name}"
        )
    connection.execute(
        "create table records as select row_number() over (order by record_id) as row_no, "
        "record_id, side, "
        "case when group_id is not null then dense_rank() over (order by group_id) end as group_no, "
        f"{', '.join(model.names)} from ({' union all '.join(selects)}) order by row_no"
    )
    total, distinct, blank = connection.execute(
        "select count(*), count(distinct record_id), "
        "count_if(record_id is null or trim(record_id) = '') from records"
    ).fetchall()[0]
    if blank or distinct < total:
        raise MatchRecordsError(
            f"cannot compare records: of {total} ids {blank} are blank and "
            f"{total - blank - distinct} come twice; every record needs an id of its own"
        )
    return total


def _value(field: MatchField, data_type: str) -> str:
    """SQL of a field's value in the form that is compared; null where nothing is left of it."""
    column = f'"{field.name}"'
    if field.kind in ("date", "digits", "postcode"):
        if data_type.startswith(("DATE", "TIMESTAMP")):
            return f"strftime({column}, '%Y%m%d')"
        pattern = "[^0-9]+" if field.kind != "postcode" else r"[^0-9a-z]+"
        return f"nullif(regexp_replace(lower(cast({column} as varchar)), '{pattern}', '', 'g'), '')"
    return (
        f"nullif(trim(regexp_replace(lower(cast({column} as varchar)), '{_BLANKS}', ' ', 'g')), '')"
    )
