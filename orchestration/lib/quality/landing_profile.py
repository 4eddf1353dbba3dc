"""The newest delivery days measured against their own history, as a small DuckDB file.

Belongs here: rows, median amounts and clear values per day. Does not belong here: which figures
are acceptable (expectations/suites/landing.py).

Only the newest days are judged: what was published stays published, and a fault that was accepted
once does not block for ever. History is the days before them, by median, so that a first delivery
of many months or one festival does not move it.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.quality.loads import PLACEHOLDER_DAY, read_loads

CHECKED_DAYS = 3  # newest delivery days that are judged
HISTORY_DAYS = 14  # delivery days before each that are its history
LEAST_HISTORY_DAYS = 5  # with fewer there is no usual
LEAST_USUAL_ROWS = 40  # below, a day's count is chance
LEAST_AMOUNTS = 20  # amounts of a day below which its median is chance
MONEY_UNITS = ("fen", "yuan")

# Eleven digits alone, or a mailbox. Ids are not searched: an order number may look like a phone.
CLEAR_VALUE = (
    r"(^|[^0-9A-Za-z])1[3-9][0-9]{9}([^0-9A-Za-z]|$)|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]"
)

_SCHEMA = """
    create schema landing;
    create table landing.loads (channel varchar, entity varchar, dt date, row_count bigint);
    create table landing.amount_days (
        channel varchar, entity varchar, column_name varchar, dt date,
        amount_count bigint, median_amount double
    );
    create table landing.clear_values (
        channel varchar, entity varchar, column_name varchar, rows_with_clear_value bigint
    );
"""

_DAYS = """
    create table landing.days as
    with numbered as (
        select *, row_number() over (partition by channel, entity order by dt desc) as newest
        from landing.loads
    )
    select
        this.channel, this.entity, this.dt, this.row_count,
        median(before.row_count) as usual_row_count,
        any_value(this.row_count) / median(before.row_count) as row_ratio
    from numbered as this
    inner join numbered as before
        on this.channel = before.channel and this.entity = before.entity
            and before.newest between this.newest + 1 and this.newest + $history_days
    where this.newest <= $checked_days
    group by this.channel, this.entity, this.dt, this.row_count
    having count(*) >= $least_days and median(before.row_count) >= $least_rows
"""

_AMOUNTS = """
    create table landing.amounts as
    with numbered as (
        select
            *,
            row_number() over (
                partition by channel, entity, column_name order by dt desc
            ) as newest
        from landing.amount_days
        where amount_count >= $least_amounts
    )
    select
        this.channel, this.entity, this.column_name, this.dt, this.median_amount,
        median(before.median_amount) as usual_amount,
        any_value(this.median_amount) / median(before.median_amount) as amount_ratio
    from numbered as this
    inner join numbered as before
        on this.channel = before.channel and this.entity = before.entity
            and this.column_name = before.column_name
            and before.newest between this.newest + 1 and this.newest + $history_days
    where this.newest <= $checked_days
    group by this.channel, this.entity, this.column_name, this.dt, this.median_amount
    having count(*) >= $least_days and median(before.median_amount) > 0
"""


def measure_landing(
    home: Home, contracts: Iterable[EntityContract], *, until: date | None = None
) -> tuple[Path, list[EntityContract]]:
    """Write the profile file of the newest delivery days.

    Args:
        home: The brand's home; every contract has at least its empty placeholder in raw/.
        contracts: Entities to measure.
        until: Newest delivery day that counts, the as-of day of a back-run.

    Returns:
        The file, and the contracts that have rows to judge.
    """
    path = home.tmp / "audit" / "landing_profile.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    loads = read_loads(home, until=until)
    delivered = {(counts.channel, counts.entity) for counts in loads}
    judged = [c for c in contracts if (c.channel, c.entity) in delivered]
    with duckdb.connect(str(path), config={"threads": 2}) as connection:
        connection.execute(_SCHEMA)
        connection.executemany(
            "insert into landing.loads values (?, ?, ?, ?)",
            [(c.channel, c.entity, c.day, c.rows_loaded) for c in loads]
            or [("", "", PLACEHOLDER_DAY, 0)],
        )
        for contract in judged:
            days = sorted(
                c.day for c in loads if (c.channel, c.entity) == (contract.channel, contract.entity)
            )
            _measure_entity(connection, home, contract, days)
        limits = {
            "history_days": HISTORY_DAYS,
            "checked_days": CHECKED_DAYS,
            "least_days": LEAST_HISTORY_DAYS,
        }
        connection.execute(_DAYS, {**limits, "least_rows": LEAST_USUAL_ROWS})
        connection.execute(_AMOUNTS, {**limits, "least_amounts": LEAST_AMOUNTS})
    return path, judged


def _measure_entity(
    connection: duckdb.DuckDBPyConnection, home: Home, contract: EntityContract, days: list[date]
) -> None:
    connection.execute(f'create schema if not exists "{contract.channel}"')
    view = f'"{contract.channel}"."{contract.entity}"'
    checked = _files(home, contract, days[-CHECKED_DAYS:])
    connection.execute(f"create view {view} as select * from {checked}")
    amounts = [
        c.name for c in contract.columns if c.unit in MONEY_UNITS and _is_number(c.data_type)
    ]
    if amounts:
        recent = _files(home, contract, days[-(CHECKED_DAYS + HISTORY_DAYS) :])
        measured = " union all ".join(
            f"select $channel, $entity, '{name}', dt, count(*), median(abs(\"{name}\"))"
            f' from {recent} where "{name}" != 0 group by dt'
            for name in amounts
        )
        connection.execute(
            f"insert into landing.amount_days {measured}",
            {"channel": contract.channel, "entity": contract.entity},
        )
    texts = [c.name for c in contract.columns if c.is_free_text or c.data_type == "json"]
    if texts:
        counted = " union all ".join(
            f"select $channel, $entity, '{name}', coalesce(sum(row_count), 0) from ("
            f'select "{name}" as value, count(*) as row_count from {view} group by 1)'
            " where regexp_matches(value, $pattern)"
            for name in texts
        )
        connection.execute(
            f"insert into landing.clear_values {counted}",
            {"channel": contract.channel, "entity": contract.entity, "pattern": CLEAR_VALUE},
        )


def _files(home: Home, contract: EntityContract, days: list[date]) -> str:
    folder = home.raw / contract.channel / contract.entity
    files = [str(path) for day in days for path in sorted((folder / f"dt={day}").glob("*.parquet"))]
    files = files or [str(path) for path in folder.glob(f"dt={PLACEHOLDER_DAY}/*.parquet")]
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in files)
    return f"read_parquet([{listed}], hive_partitioning = true, hive_types = {{'dt': date}})"


def _is_number(data_type: str) -> bool:
    return data_type in ("integer", "bigint", "double") or data_type.startswith("decimal")
