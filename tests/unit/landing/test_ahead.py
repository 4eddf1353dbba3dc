"""Entities that other processes load: the same bytes, and a fault is left to the step that names it."""

import os
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.landing.ahead import loaded_ahead, loading_ahead
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.loader import load_entity, prepare_home
from orchestration.lib.landing.partitions import pending_days
from orchestration.lib.landing.tokens import Keys
from tests.unit.landing.conftest import DAY, Shop, gz

ENTITIES = ("items", "sales", "legacy", "clicks")


@pytest.fixture
def delivered(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setenv("YUTANG_THREADS", "2")
    shop.put("items", "a.csv", "sku,title,units\n" + "".join(f"A{n},t,{n}\n" for n in range(50)))
    lines = "".join(f"S{n},C{n},138{n:08d},{n},2026-05-01 10:00:00,x\n" for n in range(200))
    shop.put("sales", "a.csv", "order_no,card,phone,paid_fen,sold_at,note\n" + lines)
    shop.put("legacy", "a.csv", "code,city\n1,上海\n".encode("gbk"))
    shop.put("clicks", "a.csv.gz", gz("id,md5,sha256\n1,,\n"))
    prepare_home(
        shop.home,
        shop.contracts.values(),
        Keys.load_or_create(shop.home),
        project_dir=shop.project,
    )
    return shop


def rows_in_raw(shop: Shop) -> dict[str, bytes]:
    found = sorted((shop.home.raw / "shop").rglob("part-0.parquet"))
    found += sorted((shop.home.raw / "_observations" / "shop").rglob("part-0.parquet"))
    return {str(path.relative_to(shop.home.raw)): path.read_bytes() for path in found}


def test_what_is_loaded_ahead_equals_what_a_step_loads(delivered: Shop):
    keys = Keys.load_or_create(delivered.home)
    contracts = [delivered.contract(name) for name in ENTITIES]
    with loading_ahead(delivered.home, [(contract, [DAY]) for contract in contracts]):
        assert [loaded_ahead(delivered.home, contract) for contract in contracts] == [[DAY]] * 4
    assert not any(pending_days(delivered.home, contract, keys) for contract in contracts)
    ahead = rows_in_raw(delivered)
    shutil.rmtree(delivered.home.raw / "shop")
    shutil.rmtree(delivered.home.raw / "_observations" / "shop")
    prepare_home(delivered.home, contracts, keys, project_dir=delivered.project)
    for contract in contracts:
        load_entity(contract, [DAY], home=delivered.home, keys=keys)
    assert rows_in_raw(delivered) == ahead
    assert len(ahead) > len(ENTITIES)
    assert loaded_ahead(delivered.home, contracts[0]) == []  # nothing is running any more


def test_a_day_that_cannot_be_loaded_is_left_to_its_step(delivered: Shop):
    delivered.put("sales", "a.csv", "card,phone\nC1,13812345678\n")
    keys = Keys.load_or_create(delivered.home)
    contracts = [delivered.contract(name) for name in ENTITIES]
    with loading_ahead(delivered.home, [(contract, [DAY]) for contract in contracts]):
        loaded = {contract.entity: loaded_ahead(delivered.home, contract) for contract in contracts}
        assert loaded == {"items": [DAY], "sales": [], "legacy": [DAY], "clicks": [DAY]}
        sales = delivered.contract("sales")
        assert pending_days(delivered.home, sales, keys) == [DAY]
        with pytest.raises(LandingError, match="order_no"):
            load_entity(sales, [DAY], home=delivered.home, keys=keys)


def test_a_few_entities_start_no_process(delivered: Shop):
    contract = delivered.contract("items")
    with loading_ahead(delivered.home, [(contract, [DAY]), (delivered.contract("sales"), [])]):
        assert loaded_ahead(delivered.home, contract) == []


def test_a_killed_run_leaves_no_process_that_goes_on(tmp_path: Path):
    script = tmp_path / "killed.py"
    script.write_text(
        textwrap.dedent("""
            import multiprocessing, os, signal, time
            from concurrent.futures import ProcessPoolExecutor
            from orchestration.lib.landing.ahead import _end_with_parent

            if __name__ == "__main__":
                pool = ProcessPoolExecutor(
                    1, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
                )
                print(pool.submit(os.getpid).result(), flush=True)
                pool.submit(time.sleep, 600)
                os.kill(os.getpid(), signal.SIGKILL)
        """),
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
        timeout=60,
    )
    worker = int(done.stdout)
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail(f"process {worker} still runs")
