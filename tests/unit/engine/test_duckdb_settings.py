"""Two faults of DuckDB 2.0.0 that give wrong rows, and the setting of ours that keeps them out."""

from pathlib import Path

import duckdb
import yaml

from orchestration.lib.home import PROJECT_DIR

SETUP = """
create table history as
select * from (values
    ('t', 'a', date '2026-01-01', date '2026-01-02'),
    ('t', 'b', date '2026-01-02', date '2026-01-03'),
    ('u', 'c', date '2026-01-01', null)
) as v (token, one_id, valid_from, valid_to);
create table assignments as select * from (values ('t', 'a'), ('u', 'c')) as v (token, one_id);
create table days as select date '2026-01-03' as today;
"""

# Three rows that are known and one that opens: t is back at a, whose span had ended.
QUERY = """
with
known as (
    select
        history.token, history.one_id, history.valid_from,
        case when history.valid_to <= days.today then history.valid_to end as valid_to
    from history cross join days
),
opened as (
    select assignments.token, assignments.one_id, days.today, cast(null as date)
    from assignments
    cross join days
    left join known
        on assignments.token = known.token
        and assignments.one_id = known.one_id
        and known.valid_to is null
    where known.token is null
)
select count(*) from (
    select token, one_id, valid_from, valid_to from known union all select * from opened
)
"""


# One contact delivered on two days; as of the first one, its newest delivery is the first one.
WINDOW = """
select max(dt) over (partition by contact)
from read_parquet('{folder}/*/*.parquet', hive_partitioning = true)
where dt <= date '2026-01-01'
"""


def rows_found(disabled: str) -> int:
    with duckdb.connect() as connection:
        connection.execute("set disabled_optimizers = $1", [disabled])
        for statement in SETUP.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        return connection.execute(QUERY).fetchall()[0][0]


def test_our_settings_lose_no_rows():
    profile = yaml.safe_load((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    settings = profile["yutang"]["outputs"]["duckdb"]["config_options"]
    assert rows_found(settings["disabled_optimizers"]) == 4


def test_the_fault_is_still_there():
    """When this fails, DuckDB is repaired: remove the setting from profiles.yml and connection.py."""
    assert rows_found("") == 3


def newest_delivery(disabled: str, folder: Path) -> str:
    with duckdb.connect() as connection:
        connection.execute("set disabled_optimizers = $1", [disabled])
        connection.execute(
            "copy (select * from (values ('a', date '2026-01-01'), ('a', date '2026-01-02'))"
            f" as v (contact, dt)) to '{folder}' (format parquet, partition_by (dt))"
        )
        [(day,)] = connection.execute(WINDOW.format(folder=folder)).fetchall()
        return str(day)


def test_with_our_settings_a_window_sees_no_filtered_file(tmp_path: Path):
    profile = yaml.safe_load((PROJECT_DIR / "profiles.yml").read_text(encoding="utf-8"))
    settings = profile["yutang"]["outputs"]["duckdb"]["config_options"]
    assert newest_delivery(settings["disabled_optimizers"], tmp_path / "raw") == "2026-01-01"


def test_the_fault_of_windows_is_still_there(tmp_path: Path):
    """When this fails, DuckDB is repaired: take window_self_join out of the setting."""
    assert newest_delivery("", tmp_path / "raw") == "2026-01-02"
