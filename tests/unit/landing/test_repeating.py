"""Loads can be repeated, corrected, interrupted; broken files stand aside alone."""

import random
import signal
import subprocess
import sys
import textwrap
import time
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.landing import loader
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.partitions import landing_days, pending_days
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from tests.unit.landing.conftest import DAY, KEYS, SOURCES, Shop, gz, zst

SALES = "order_no,card,phone,paid_fen,sold_at,note\n"


def sales(*numbers: int) -> str:
    lines = (f"S{n},C{n % 7},138{n:08d},{n},2026-05-01 10:00:00,x\n" for n in numbers)
    return SALES + "".join(lines)


def snapshot(shop: Shop) -> dict[str, bytes]:
    """Every byte of raw and of the vault's segments."""
    found = [*shop.home.raw.rglob("*"), *(shop.home.vault / "segments").rglob("*")]
    return {str(path): path.read_bytes() for path in found if path.is_file()}


def test_repeating_a_load_changes_nothing(shop: Shop, way: str):
    shop.put("sales", "a.csv", sales(*range(3000)) + "S1,,,bad,,\n")
    shop.load("sales")
    before = snapshot(shop)
    shop.load("sales")
    assert snapshot(shop) == before
    assert not list(shop.home.root.rglob("*unfinished*"))


def test_days_loaded_together_equal_days_loaded_alone(shop: Shop):
    days = [DAY + timedelta(days=n) for n in range(4)]
    for n, day in enumerate(days):
        shop.put("sales", "a.csv", sales(*range(n * 10, n * 10 + 50)) + "S,,,,,\n", day=day)
        shop.put("sales", "b.csv.gz", gz(sales(n, n + 1)), day=day)
    for day in days:
        shop.load("sales", day=day)
    alone = snapshot(shop)
    seen = []
    results = loader.load_entity(
        shop.contract("sales"), days, home=shop.home, keys=KEYS, progress=seen.append
    )
    assert snapshot(shop) == alone
    assert [result.day for result in seen] == days and results == seen


def test_one_day_that_cannot_be_loaded_does_not_stop_the_others(shop: Shop):
    days = [DAY + timedelta(days=n) for n in range(3)]
    for n, day in enumerate(days):
        shop.put("sales", "a.csv", sales(n) if n != 1 else "card\nC1\n", day=day)
    with pytest.raises(LandingError, match="order_no"):
        loader.load_entity(shop.contract("sales"), days, home=shop.home, keys=KEYS)
    loaded = [path.parent.name for path in (shop.home.raw / "shop").rglob("part-0.parquet")]
    assert sorted(loaded) == ["dt=2026-05-01", "dt=2026-05-03"]


def test_a_corrected_file_replaces_its_day(shop: Shop, way: str):
    path = shop.put("sales", "a.csv", sales(1, 2, 3))
    shop.load("sales")
    path.write_text(sales(1, 4))
    result = shop.load("sales")
    assert result.rows_loaded == 2
    assert shop.rows("sales", "order_no") == [("S1",), ("S4",)]
    assert shop.clear_values() == ["+8613800000001", "+8613800000004", "C1", "C4"]


def test_rows_that_are_equal_in_all_columns_load_once(shop: Shop, way: str):
    lines = sales(1, 2, 3)
    shop.put("sales", "a.csv", lines + lines.split("\n")[1] + "\n")
    shop.put("sales", "b.csv", lines)
    shop.put("sales", "c.csv", lines.replace(",x\n", ",y\n"))
    result = shop.load("sales")
    assert (result.rows_read, result.rows_loaded, result.rows_duplicate) == (10, 6, 4)
    counts = shop.observations("sales", "record_count")
    assert {count for (count,) in counts} == {2}


def test_counts_reconcile_whatever_is_delivered(shop: Shop, way: str):
    dice = random.Random(7)
    for name in ("a.csv", "b.csv.gz", "c.csv"):
        lines = sales(*(dice.randrange(40) for _ in range(60))).splitlines()
        for _ in range(12):
            at = dice.randrange(1, len(lines))
            lines[at] = dice.choice(
                ["", "S1", "S2,,,x,,", ",,,1,,", lines[at] + ",9", '"', lines[1]]
            )
        content = "\n".join(lines) + "\n"
        shop.put("sales", name, gz(content) if name.endswith("gz") else content)
    result = shop.load("sales")
    assert result.rows_read == result.rows_loaded + result.rows_rejected + result.rows_duplicate
    assert result.rows_loaded == len(shop.rows("sales"))
    assert result.rows_rejected == len(result.rejects)
    load = shop.home.raw / "_loads" / "shop" / "sales" / f"dt={DAY}" / "load.parquet"
    stored = pq.read_table(load, partitioning=None).to_pylist()[0]
    assert (stored["rows_read"], stored["rows_duplicate"]) == (
        result.rows_read,
        result.rows_duplicate,
    )
    assert stored["load_id"] == result.load_id


BROKEN = {
    "truncated.csv.gz": gz(sales(*range(20000)))[:-3000],
    "half.csv.gz": gz(sales(*range(20000)))[:2000],
    "noise.csv.gz": random.Random(1).randbytes(5000),
    "corrupt.csv.gz": gz(sales(*range(5000)))[:800] + b"\x00" * 200,
    "truncated.csv.zst": zst(sales(*range(20000)))[:-3000],
    "noise.csv.zst": random.Random(1).randbytes(5000),
    "noise.parquet": random.Random(1).randbytes(5000),
    "book.xlsx": b"PK\x03\x04",
    "empty.csv": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_set_aside_alone(shop: Shop, way: str, name: str):
    shop.put("sales", "good.csv", sales(1, 2))
    shop.put("sales", name, BROKEN[name])
    result = shop.load("sales")
    assert list(result.quarantined) == [name]
    assert (result.rows_read, result.rows_loaded) == (2, 2)
    [reject] = result.rejects
    assert (reject.file.rsplit("/")[-1], reject.line, reject.column_name) == (name, 0, None)
    load = shop.home.raw / "_loads" / "shop" / "sales" / f"dt={DAY}" / "load.parquet"
    assert pq.read_table(load, partitioning=None).to_pylist()[0]["files_quarantined"] == 1


def test_a_broken_gbk_file_is_set_aside_though_it_streams_through_a_pipe(shop: Shop, way: str):
    content = ("code,city\n" + "0001,上海\n" * 50000).encode("gbk")
    import gzip

    shop.put("legacy", "a.csv.gz", gzip.compress(content)[:-500])
    shop.put("legacy", "b.csv", "code,city\n0002,广州\n".encode("gbk"))
    result = shop.load("legacy")
    assert result.quarantined == {"a.csv.gz": "unreadable_file"}
    assert shop.rows("legacy") == [("0002", "广州")]
    assert not list(shop.home.tmp.glob("feed-*"))


def test_a_day_of_which_no_file_can_be_read_is_a_day_without_rows(shop: Shop, way: str):
    shop.put("sales", "a.csv.gz", b"nothing")
    result = shop.load("sales")
    assert (result.rows_read, result.rows_loaded, result.files_quarantined) == (0, 0, 1)
    assert shop.rows("sales") == []


def test_half_copied_and_hidden_files_are_no_delivery(shop: Shop):
    for name in (".a.csv", "_b.csv", "c.csv.part", "d.csv.tmp"):
        shop.put("sales", name, sales(1))
    assert landing_days(shop.home, shop.contract("sales")) == []
    with pytest.raises(LandingError, match="nothing was delivered on 2026-05-01"):
        shop.load("sales")


def test_pending_days_are_those_that_changed(shop: Shop):
    contract = shop.contract("sales")
    later = DAY + timedelta(days=1)
    path = shop.put("sales", "a.csv", sales(1))
    shop.put("sales", "a.csv", sales(2), day=later)
    (shop.home.landing / "shop" / "sales" / "dt=soon").mkdir()
    assert landing_days(shop.home, contract) == [DAY, later]
    assert pending_days(shop.home, contract, KEYS) == [DAY, later]
    shop.load("sales")
    shop.load("sales", day=later)
    assert pending_days(shop.home, contract, KEYS) == []
    assert pending_days(shop.home, contract, Keys(b"other", b"")) == [DAY, later]
    shop.put("sales", "b.csv", sales(3), day=later)
    assert pending_days(shop.home, contract, KEYS) == [later]
    path.unlink()
    assert pending_days(shop.home, contract, KEYS) == [later]


def test_a_changed_contract_makes_its_days_pending(shop: Shop):
    shop.put("sales", "a.csv", sales(1))
    shop.load("sales")
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    sources.write_text(SOURCES.replace("name: note", "name: remark"), encoding="utf-8")
    changed = load_contracts(shop.project)["shop", "sales"]
    assert pending_days(shop.home, changed, KEYS) == [DAY]


SCRIPT = """
    import os, signal, sys
    from datetime import date
    from pathlib import Path
    from orchestration.lib.home import Home
    from orchestration.lib.landing.contract import load_contracts
    from orchestration.lib.landing.loader import load_partition
    from orchestration.lib.landing.tokens import Keys

    root, left = Path(sys.argv[1]), int(sys.argv[2])
    replace = Path.replace

    def counted(self, target):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)

    Path.replace = counted
    home = Home(root=root / "home", secrets=root / "secrets")
    contract = load_contracts(root / "project")["shop", "sales"]
    load_partition(contract, date(2026, 5, 1), home=home, keys=Keys(b"pepper-test", b"k" * 32))
"""


def test_a_killed_load_leaves_the_old_partition(shop: Shop, tmp_path: Path):
    path = shop.put("sales", "a.csv", sales(1, 2, 3))
    shop.load("sales")
    path.write_text(sales(7, 8) + "S9,,,bad,,\n")
    for renames in range(10):
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path), str(renames)],
            cwd=PROJECT_DIR,
            capture_output=True,
            check=False,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL
        assert shop.rows("sales", "order_no") == [("S1",), ("S2",), ("S3",)]
        assert pending_days(shop.home, shop.contract("sales"), KEYS) == [DAY]
    # Observations, rejects, load, rows; the vault's segment was in place after the second try.
    assert renames == 4
    assert shop.rows("sales", "order_no") == [("S7",), ("S8",)]
    assert pending_days(shop.home, shop.contract("sales"), KEYS) == []


def test_a_load_killed_at_any_moment_can_be_done_again(shop: Shop, tmp_path: Path):
    path = shop.put("sales", "a.csv", sales(1))
    shop.load("sales")
    path.write_text(sales(*range(60000)))
    dice = random.Random(3)
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(SCRIPT), str(tmp_path), "99"], cwd=PROJECT_DIR
        )
        time.sleep(dice.uniform(0.2, 1.2))
        process.kill()
        process.wait()
        assert len(shop.rows("sales")) in (1, 60000)
    assert shop.load("sales").rows_loaded == 60000
    prepare_home(shop.home, [shop.contract("sales")], KEYS, project_dir=shop.project)
    assert not list(shop.home.tmp.glob("feed-*"))


def test_a_day_larger_than_memory_is_loaded(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    lines = "".join(
        f"S{n:08d},C{n % 45000:07d},138{n % 45000:08d},{n},2026-05-01 10:00:00,{'x' * 40}\n"
        for n in range(450_000)
    )
    path = shop.put("sales", "a.csv", SALES + lines)
    assert path.stat().st_size > 42_000_000
    with open_connection(KEYS, memory_limit="40MB", threads=1) as connection:
        result = loader.load_partition(
            shop.contract("sales"), DAY, home=shop.home, keys=KEYS, connection=connection
        )
    assert (result.rows_loaded, result.rows_duplicate) == (450_000, 0)
    assert shop.rows("sales", "count(*), count(distinct card), count(phone)") == [
        (450_000, 45_000, 450_000)
    ]
    assert len(shop.clear_values()) == len(set(shop.clear_values())) == 90_000
    assert not list(shop.home.tmp.rglob("*.tmp"))


def test_prepare_home_makes_every_source_readable(shop: Shop):
    prepare_home(shop.home, shop.contracts.values(), KEYS, project_dir=shop.project)
    for kind in (
        "shop/sales",
        "_observations/shop/sales",
        "_rejects/shop/sales",
        "_loads/shop/sales",
    ):
        rows = duckdb.execute(f"from read_parquet('{shop.home.raw}/{kind}/dt=*/*.parquet')")
        assert rows.fetchall() == []
    blocked = shop.home.raw / "_reference" / "blocked_identifiers.parquet"
    tokens = {row["identifier_token"] for row in pq.read_table(blocked).to_pylist()}
    assert KEYS.token("phone", "+8613800138000") in tokens
    assert b"13800138000" not in blocked.read_bytes()
    before = {path: path.stat().st_mtime_ns for path in shop.home.raw.rglob("*.parquet")}
    prepare_home(shop.home, shop.contracts.values(), KEYS, project_dir=shop.project)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    # Loaded and empty files have one schema.
    shop.put("sales", "a.csv", sales(1))
    shop.load("sales")
    loaded = shop.home.raw / "shop" / "sales"
    described = [
        duckdb.execute(
            f"describe from read_parquet('{path}', hive_partitioning = false)"
        ).fetchall()
        for path in loaded.rglob("*.parquet")
    ]
    assert len(described) == 2 and described[0] == described[1]
    assert date(1970, 1, 1) not in landing_days(shop.home, shop.contract("sales"))
