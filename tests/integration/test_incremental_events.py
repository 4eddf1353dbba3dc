"""Behaviour events are built by delivery day: an incremental build equals a full refresh.

The days are changed in raw/, where a load would change them: one day vanishes, one comes again with
a correction that repeats events of a neighbour, and one arrives for the first time.
"""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.transform import project
from tests.integration.homes import DemoRun, copy_home

pytestmark = pytest.mark.slow

MODELS = "int_engagement__event_slots fct_touchpoints int_engagement__activity"
COMPILED = "compiled/yutang/models/intermediate/engagement/int_engagement__event_slots.sql"


def _build(home: Home, *arguments: str) -> list[str]:
    """Build the event models; returns the delivery days the slots were built for."""
    target = home.root / ".dbt"
    project.run(
        ["run", "--select", MODELS, "--target-path", str(target), *arguments],
        environment=home.environment(),
    )
    compiled = (target / COMPILED).read_text(encoding="utf-8")
    return re.findall(r"date '(\d{4}-\d{2}-\d{2})'", compiled.split("loads as (")[0])


def _rows(home: Home) -> dict[str, list[tuple]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        return {
            table: connection.execute(f"select * from {table} order by all").fetchall()
            for table in (
                "intermediate.int_engagement__event_slots",
                "core.fct_touchpoints",
                "intermediate.int_engagement__activity",
            )
        }


def _folders(home: Home, day: str) -> tuple[Path, Path]:
    events = Path("miniprogram/events") / f"dt={day}"
    return home.raw / events, home.raw / "_loads" / events


def _take_away(home: Home, day: str, aside: Path) -> None:
    for number, folder in enumerate(_folders(home, day)):
        shutil.move(folder, aside / f"{day}-{number}")


def _give_back(home: Home, day: str, aside: Path) -> None:
    for number, folder in enumerate(_folders(home, day)):
        shutil.move(aside / f"{day}-{number}", folder)


def _correct(home: Home, day: str, *, repeats: str) -> None:
    """Load ``day`` again: half of its own events, and a third of those of the day ``repeats``."""
    rows, load = _folders(home, day)
    (part,), (book,) = sorted(rows.glob("*.parquet")), sorted(load.glob("*.parquet"))
    (other,) = sorted(_folders(home, repeats)[0].glob("*.parquet"))
    with duckdb.connect() as connection:
        connection.execute(
            f"create table corrected as "
            f"select * from read_parquet('{part}', hive_partitioning = false) "
            f"where hash(distinct_id, time) % 2 = 0 "
            f"union all by name "
            f"select * from read_parquet('{other}', hive_partitioning = false) "
            f"where hash(distinct_id, time) % 3 = 0"
        )
        connection.execute(
            f"create table load as select * replace ('corrected' as load_id) "
            f"from read_parquet('{book}', hive_partitioning = false)"
        )
        connection.execute(f"copy corrected to '{part}' (format parquet)")
        connection.execute(f"copy load to '{book}' (format parquet)")


def test_incremental_events_equal_a_full_refresh(demo_run: DemoRun, tmp_path: Path) -> None:
    home = copy_home(demo_run.home, tmp_path)
    aside = tmp_path / "aside"
    aside.mkdir()
    days = sorted(
        folder.name.removeprefix("dt=")
        for folder in (home.raw / "miniprogram/events").glob("dt=2*")
    )
    gone, neighbour, corrected, newest = days[1], days[-4], days[-3], days[-1]

    _take_away(home, newest, aside)
    _build(home, "--full-refresh")
    without_newest = _rows(home)
    assert without_newest["core.fct_touchpoints"]

    assert _build(home) == [], "a build without new deliveries builds no day"
    assert _rows(home) == without_newest

    _take_away(home, gone, aside)
    _correct(home, corrected, repeats=neighbour)
    _give_back(home, newest, aside)
    assert _build(home) == [gone, corrected, newest]
    incremental = _rows(home)
    assert incremental != without_newest

    _build(home, "--full-refresh")
    refreshed = _rows(home)
    for table, rows in refreshed.items():
        assert incremental[table] == rows, f"{table} differs from its full refresh"


def test_an_event_that_comes_in_two_deliveries_counts_once(
    demo_run: DemoRun, tmp_path: Path
) -> None:
    home = copy_home(demo_run.home, tmp_path)
    days = sorted(
        folder.name.removeprefix("dt=")
        for folder in (home.raw / "miniprogram/events").glob("dt=2*")
    )
    _correct(home, days[-2], repeats=days[-3])
    _build(home)
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        counted = connection.execute(
            "select sum(event_count) from core.fct_touchpoints where touch_type = 'mp_visit'"
        ).fetchall()[0][0]
        delivered, distinct = connection.execute(
            "select count(*), count(distinct (anonymous_id, time, event)) "
            f"from read_parquet('{home.raw}/miniprogram/events/dt=2*/*.parquet') "
            "where type = 'track'"
        ).fetchall()[0]
    assert distinct < delivered
    assert counted == distinct
