"""Rows that are exactly the same as another of the day: one stays.

Belongs here: finding and dropping them in the loading table. Rows that share a key and differ are
no duplicates; staging decides between those.
"""

import duckdb

from orchestration.lib.landing.entities import EntityContract


def drop(connection: duckdb.DuckDBPyConnection, contract: EntityContract) -> int:
    """Drop repeated rows from loading_rows, the first of each stays. Returns how many went."""
    columns = [row[0] for row in connection.execute("describe loading_rows").fetchall()]
    key = [_column(contract, name) for name in contract.key]
    if key and not _has_repeats(connection, key):
        return 0
    if not _has_repeats(connection, columns):
        return 0
    before = connection.execute("select count(*) from loading_rows").fetchall()[0][0]
    every = ", ".join(columns)
    connection.execute(
        "create or replace temp table loading_rows as select * exclude (place) from ("
        f"select *, rowid as place from loading_rows) qualify row_number() over "
        f"(partition by {every} order by place) = 1 order by place"
    )
    after = connection.execute("select count(*) from loading_rows").fetchall()[0][0]
    return before - after


def _column(contract: EntityContract, name: str) -> str:
    number = [column.name for column in contract.columns].index(name)
    return f"{'i' if contract.columns[number].identifier else 'c'}{number}"


def _has_repeats(connection: duckdb.DuckDBPyConnection, columns: list[str]) -> bool:
    """Whether two rows may agree in ``columns``: no two equal hashes means no two equal rows."""
    rows, distinct = connection.execute(
        f"select count(*), count(distinct hash({', '.join(columns)})) from loading_rows"
    ).fetchall()[0]
    return distinct < rows
