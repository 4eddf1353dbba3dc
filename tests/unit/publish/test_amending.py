"""Tables are added to the published file whole or not at all."""

import threading
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.publish.amending import amend, create_table
from orchestration.lib.publish.candidate import STORAGE_VERSION


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    made.published.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{made.published}' as published (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("create table published.facts as select 1 as x")
    return made


def tables(home: Home) -> dict[str, int]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() order by 1"
        ).fetchall()
        return {
            name: connection.execute(f"select count(*) from {name}").fetchall()[0][0]
            for (name,) in names
        }


def add(name: str, rows: int):
    def write(connection: duckdb.DuckDBPyConnection) -> None:
        create_table(
            connection,
            f"activation.{name}",
            f"select range::varchar as x from range({rows})",
            description="It's a table.",
            columns={"x": ("bigint", "A number; 'quoted'.")},
        )

    return write


def test_a_table_is_added_with_its_types_and_descriptions(home: Home):
    amend(home, add("numbers", 3))
    assert tables(home) == {"activation.numbers": 3, "main.facts": 1}
    with duckdb.connect(str(home.published), read_only=True) as connection:
        [(kind, text)] = connection.execute(
            "select data_type, comment from duckdb_columns() where table_name = 'numbers'"
        ).fetchall()
        [(version,)] = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'yutang'"
        ).fetchall()
    assert (kind, text) == ("BIGINT", "A number; 'quoted'.")
    assert version.startswith(STORAGE_VERSION[:4])


def test_a_failure_leaves_the_published_file_and_nothing_beside_it(home: Home):
    before = home.published.read_bytes()

    def fails(connection: duckdb.DuckDBPyConnection) -> None:
        add("half", 10)(connection)
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        amend(home, fails)
    assert home.published.read_bytes() == before
    assert {p.name for p in home.published.parent.iterdir()} == {"yutang.duckdb"}


def test_a_reader_keeps_the_file_it_has_open(home: Home):
    with home.published.open("rb") as reader:
        before = home.published.read_bytes()
        amend(home, add("more", 1000))
        assert reader.read() == before
    assert tables(home)["activation.more"] == 1000


def test_two_amendments_lose_nothing_of_each_other(home: Home):
    threads = [threading.Thread(target=amend, args=(home, add(f"t{n}", n + 1))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tables(home) == {f"activation.t{n}": n + 1 for n in range(4)} | {"main.facts": 1}
