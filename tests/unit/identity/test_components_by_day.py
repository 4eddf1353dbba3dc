"""The materialization works in newer days only, and its rows equal those of all pairs at once."""

import random
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import yaml
from dbt.cli.main import dbtRunner

from orchestration.lib.home import PROJECT_DIR
from tests.unit.identity.graphs import Pairs, random_pairs, shuffled, token, union_find

MODEL = """
{{ config(materialized='connected_components', first_day='first_dt') }}
select token_a, token_b, first_dt from main.pairs
"""
NUMBERED = """
{{ config(
    materialized='connected_components', first_day='first_dt', pair_number='pair_number'
) }}
select token_a, token_b, first_dt, hash(token_a, token_b) as pair_number from main.pairs
"""
FIRST = date(2026, 6, 1)


class DayWarehouse:
    """A project with one model over a table `pairs` (token_a, token_b, first_dt)."""

    def __init__(self, folder: Path, *, rest: Pairs) -> None:
        self.folder = folder
        self.path = folder / "warehouse.duckdb"
        self.rest = rest  # pairs that were not delivered yet
        macros = [str(PROJECT_DIR / "macros" / name) for name in ("engine", "identity")]
        project = {"name": "days", "version": "1.0.0", "profile": "days", "macro-paths": macros}
        output = {"type": "duckdb", "path": str(self.path), "threads": 1}
        profiles = {"days": {"target": "here", "outputs": {"here": output}}}
        (folder / "models").mkdir(exist_ok=True)
        (folder / "models" / "components.sql").write_text(MODEL)
        (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
        (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))

    def deliver(self, day: date, pairs: Pairs) -> None:
        with duckdb.connect(str(self.path)) as con:
            con.execute(
                "insert into pairs select unnest($1::varchar[]), unnest($2::varchar[]), $3",
                [[a for a, _ in pairs], [b for _, b in pairs], day],
            )

    def change(self, statement: str) -> None:
        with duckdb.connect(str(self.path)) as con:
            con.execute(statement)

    def build(self, *arguments: str) -> bool:
        """Run the model; True if the table was built upon, False if it was made anew."""
        with duckdb.connect(str(self.path)) as con:
            tables = con.execute("select * from duckdb_tables() where table_name = 'components'")
            if tables.fetchall():
                con.execute("comment on table components is 'the one before'")
        folders = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        result = dbtRunner().invoke(
            ["--quiet", "run", *folders, "--target-path", str(self.folder / "target"), *arguments]
        )
        assert result.success, result.exception
        with duckdb.connect(str(self.path)) as con:
            sql = "select comment from duckdb_tables() where table_name = 'components'"
            return con.execute(sql).fetchall() == [("the one before",)]

    def is_right(self) -> bool:
        with duckdb.connect(str(self.path)) as con:
            pairs = con.execute("select token_a, token_b from pairs").fetchall()
            rows = con.execute("select identifier_token, component_key from components").fetchall()
        return len(rows) == len(dict(rows)) and dict(rows) == union_find(pairs)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> DayWarehouse:
    """Three days are in the table: one by the first run, two worked in."""
    pairs = shuffled(random_pairs(7), seed=7)
    part = len(pairs) // 4
    made = DayWarehouse(tmp_path_factory.mktemp("grown"), rest=pairs[3 * part :])
    made.change("create table pairs (token_a varchar, token_b varchar, first_dt date)")
    for number in range(3):
        made.deliver(FIRST + timedelta(days=number), pairs[number * part : (number + 1) * part])
        assert made.build() == (number > 0)
        assert made.is_right()
    return made


@pytest.fixture
def warehouse(grown: DayWarehouse, tmp_path: Path) -> DayWarehouse:
    shutil.copytree(grown.folder, tmp_path / "copy")
    return DayWarehouse(tmp_path / "copy", rest=grown.rest)


def test_a_run_without_news_changes_nothing(warehouse: DayWarehouse) -> None:
    assert warehouse.build()
    assert warehouse.is_right()


def test_several_new_days_are_worked_in_at_once(warehouse: DayWarehouse) -> None:
    half = len(warehouse.rest) // 2
    warehouse.deliver(FIRST + timedelta(days=5), warehouse.rest[:half])
    warehouse.deliver(FIRST + timedelta(days=9), warehouse.rest[half:])
    assert warehouse.build()
    assert warehouse.is_right()


@pytest.mark.parametrize(
    "change",
    [
        "delete from pairs where first_dt = '2026-06-02' and hash(token_a, token_b) % 3 = 0",
        "delete from pairs where first_dt = '2026-06-03'",
        "update pairs set first_dt = '2026-06-01' where first_dt = '2026-06-02'",
        f"update pairs set token_b = '{token('other')}' where rowid = 40",
        "delete from components where hash(identifier_token) % 100 = 0",
        "drop table components__days",
    ],
)
def test_what_changed_before_is_found_anew(warehouse: DayWarehouse, change: str) -> None:
    warehouse.change(change)
    warehouse.deliver(FIRST + timedelta(days=5), warehouse.rest)
    assert not warehouse.build()
    assert warehouse.is_right()
    assert warehouse.build()


def test_a_late_pair_is_found_anew(warehouse: DayWarehouse) -> None:
    warehouse.deliver(FIRST, random.Random(1).sample(warehouse.rest, 5))
    assert not warehouse.build()
    assert warehouse.is_right()


def test_the_number_of_a_pair_stands_for_it(warehouse: DayWarehouse) -> None:
    (warehouse.folder / "models" / "components.sql").write_text(NUMBERED)
    assert not warehouse.build()  # the notes were made of the texts
    warehouse.deliver(FIRST + timedelta(days=5), warehouse.rest)
    assert warehouse.build()
    assert warehouse.is_right()
    warehouse.change(f"update pairs set token_b = '{token('other')}' where rowid = 40")
    assert not warehouse.build()
    assert warehouse.is_right()


def test_full_refresh_makes_all_anew(warehouse: DayWarehouse) -> None:
    warehouse.deliver(FIRST + timedelta(days=5), warehouse.rest)
    assert not warehouse.build("--full-refresh")
    assert warehouse.is_right()
