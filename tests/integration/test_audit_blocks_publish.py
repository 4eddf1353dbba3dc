"""Nothing bad is published: each fault stops the publish, and the last good file keeps serving."""

import csv
import gzip
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.publish.release import publish
from orchestration.lib.quality import trail
from tests.integration.homes import DemoRun, copy_home, yutang

pytestmark = pytest.mark.slow

READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
for _ in sys.stdin:
    query = "select count(*), sum(net_revenue_cny) from core.fct_orders"
    print(connection.execute(query).fetchall(), flush=True)
"""


class Reader:
    """A process that holds the published file open and answers the same question again."""

    def __init__(self, home: Home) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", READER, str(home.published)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("again\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=30)


@pytest.fixture
def brand(demo_run: DemoRun, tmp_path: Path) -> Home:
    return copy_home(demo_run.home, tmp_path)


def newest_day(home: Home, channel: str, entity: str) -> Path:
    return max((home.landing / channel / entity).glob("dt=*"))


def read_lines(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def write_lines(path: Path, rows: list[dict[str, str]]) -> None:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    content = lines.getvalue().encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def refused(home: Home) -> str:
    """Run, expect a refusal, and that the old file still serves a reader that held it open."""
    before = home.published.read_bytes()
    reader = Reader(home)
    answer = reader.ask()
    done = yutang(home, "run", check=False)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert reader.ask() == answer
    reader.close()
    assert home.published.read_bytes() == before
    assert sorted(path.name for path in home.published.parent.iterdir()) == ["yutang.duckdb"]
    return " ".join(done.stderr.split())


def test_a_price_a_hundred_times_too_high_in_one_day_is_refused(brand: Home):
    """Fen written where yuan were meant: every line of one store file's day."""
    for path in newest_day(brand, "pos", "receipts").iterdir():
        rows = read_lines(path)
        for row in rows:
            for column in ("gross_fen", "discount_fen", "paid_fen"):
                row[column] = (
                    str(int(row[column]) * 100)
                    if row[column].lstrip("-").isdigit()
                    else row[column]
                )
        write_lines(path, rows)
    message = refused(brand)
    assert "pos.receipts: amounts_are_usual" in message
    assert "amounts_are_usual" in message


def test_a_single_list_price_a_hundred_times_too_high_is_refused(brand: Home):
    """One product's catalogue price in yuan instead of fen shows on the lines sold."""
    path = next(newest_day(brand, "catalog", "products").iterdir())
    rows = read_lines(path)
    with duckdb.connect(str(brand.published), read_only=True) as connection:
        best = connection.execute(
            "select sku from core.fct_order_lines where paid_cny > 0 and quantity > 0 "
            "group by 1 order by count(*) desc limit 1"
        ).fetchall()[0][0]
    for row in rows:
        if row["sku"] == best:
            row["list_price_fen"] = str(max(1, int(row["list_price_fen"]) // 100))
    write_lines(path, rows)
    assert "no_line_far_above_its_list_price" in refused(brand)


def test_a_source_day_with_ninety_percent_fewer_rows_is_refused(brand: Home):
    for path in newest_day(brand, "pos", "receipts").iterdir():
        rows = read_lines(path)
        write_lines(path, rows[: max(1, len(rows) // 10)])
    message = refused(brand)
    assert "pos.receipts: row_count_is_usual" in message


def test_a_duplicated_key_is_refused(brand: Home):
    """A row twice in a mart, as a broken join makes it: the key test of the model fails."""
    from orchestration.lib.transform.build import record_results, run_tests

    with duckdb.connect(str(brand.warehouse)) as connection:
        connection.execute("insert into core.dim_stores select * from core.dim_stores limit 1")
    before = brand.published.read_bytes()
    run_tests(brand, select="dim_stores")
    record_results(brand)
    with pytest.raises(
        trail.AuditError, match=r"core\.dim_stores: store_id_is_unique \(fail: 1 rows\)"
    ):
        publish(brand, as_of=None)
    assert brand.published.read_bytes() == before


def test_a_reader_keeps_the_old_file_and_the_next_one_sees_the_new(brand: Home):
    reader = Reader(brand)
    old = reader.ask()
    path = min(newest_day(brand, "pos", "receipts").glob("*.csv"))
    rows = read_lines(path)
    write_lines(path, rows[: len(rows) - 3])
    yutang(brand, "run")
    assert reader.ask() == old
    reader.close()
    second = Reader(brand)
    assert second.ask() != old
    second.close()


def test_without_a_finished_audit_nothing_is_published(brand: Home):
    before = brand.published.read_bytes()
    trail.begin(brand, "models")
    with pytest.raises(trail.AuditError, match="models, publish has not finished"):
        publish(brand, as_of=None)
    assert brand.published.read_bytes() == before
