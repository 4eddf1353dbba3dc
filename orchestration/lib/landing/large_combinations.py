"""The distinct combinations of identifiers on the records of a large day, with their tokens.

Belongs here: the first pass over the files. It leaves `loading_ids` (row_identifiers.py) and
`loading_tokens`: a row per combination of identifier texts with its tokens and, where that is all
the observations need, how many records have it and when. Does not belong here: the rows themselves
(large.py).
"""

from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.landing import judging, observations, row_identifiers, sql
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.reading import run_reading

SEEN = "min(made_at) as first_at, max(made_at) as last_at, count(made_at) as dated, count(*) as records"


def collect_combinations(
    connection: duckdb.DuckDBPyConnection, delivery: Delivery, pipes: Path
) -> None:
    """Make loading_tokens from the files of ``delivery``; nothing if none of them can be read."""
    contract = delivery.contract
    numbers = _numbers(contract)
    texts = ", ".join(f"r{i}" for i in numbers)
    values = ", ".join(
        f"{judging.value_sql(contract.columns[i], f'r{i}')} as v{i}" for i in numbers
    )
    seen = f", {SEEN}" if _can_be_counted(contract) else ""

    def statement(source: str) -> str:
        rows = _timed_sql(contract, texts, source) if seen else source
        return (
            f"create or replace temp table loading_combinations as select *, {values} from "
            f"(select {texts}{seen} from ({rows}) as t group by {texts}) as d"
        )

    run_reading(connection, delivery, statement, pipes)
    if not delivery.layouts:
        return
    made = row_identifiers.identifiers_sql(contract, "loading_combinations")
    connection.execute(f"create or replace temp table loading_ids as {made}")
    tokens, bad = [], []
    for i, column, _ in row_identifiers.scalars(contract):
        status = row_identifiers.status_sql(f"d{i}.status", f"v{i}")
        tokens.append(f"d{i}.token as t{i}, {status} as s{i}")
        bad.append(f"when {judging.bad_sql(column, f'r{i}', f'v{i}')} then {i}")
    connection.execute(
        f"create or replace temp table loading_tokens as select loading_combinations.*, "
        f"{', '.join(tokens)}, case {' '.join(bad)} end as bad from loading_combinations"
        f"{row_identifiers.joins_sql(contract)}"
    )


def observed_combinations_sql(
    connection: duckdb.DuckDBPyConnection, contract: EntityContract, day: date, *, rows: int
) -> str | None:
    """The observations of a day from loading_tokens; None where the rows themselves must be asked.

    Args:
        rows: Loaded rows. Where every record of the files was loaded, the combinations tell all.
    """
    if not _can_be_counted(contract):
        return None
    [(counted,)] = connection.execute("select sum(records) from loading_tokens").fetchall()
    if counted != rows:
        return None
    columns = []
    for i in _numbers(contract):
        column = contract.columns[i]
        if column.identifier:
            columns.append(
                f"t{i} as {sql.name(column.name)}, s{i} as {sql.name(column.status_name)}"
            )
        else:
            columns.append(f"{judging.stored_sql(column, f'v{i}')} as {sql.name(column.name)}")
    counted_rows = (
        f"(select {', '.join(columns)}, first_at, last_at, dated, records from loading_tokens) as c"
    )
    return observations.observations_sql(
        contract, counted_rows, observations.delivered_sql(day), is_counted=True
    )


def _numbers(contract: EntityContract) -> list[int]:
    """Columns whose texts make a combination."""
    numbers = [i for i, _, _ in row_identifiers.scalars(contract)]
    return list(dict.fromkeys(numbers + row_identifiers.context_columns(contract)))


def _can_be_counted(contract: EntityContract) -> bool:
    return not row_identifiers.listed(contract) and contract.is_observed


def _timed_sql(contract: EntityContract, texts: str, source: str) -> str:
    """The texts with ``made_at``, when the record was made in UTC; null where it does not say."""
    column = contract.by_name.get(contract.observed_at or "")
    if column is None:
        return f"select {texts}, null::timestamp as made_at from ({source}) as s"
    value = judging.value_sql(column, f"r{contract.columns.index(column)}")
    valued = f"select {texts}, {value} as v from ({source}) as s"
    stored = f"select {texts}, {judging.stored_sql(column, 'v')} as {sql.name(column.name)}"
    at = observations.observed_at_sql(contract, "null::timestamp")
    return f"select {texts}, {at} as made_at from ({stored} from ({valued}) as s) as s"
