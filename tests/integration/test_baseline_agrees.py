"""The published marts equal what a hand-written script makes of the same landing files.

baseline.sql shares no SQL with the models, so it is a second opinion on people, identifiers,
orders, revenue, RFM and touchpoints; `make bench` repeats this at 1M and 10M events.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.baseline import compare, run_script
from benchmarks.generate import write_bench_landing
from orchestration.lib.home import PROJECT_DIR, Home

pytestmark = pytest.mark.slow


def test_published_numbers_equal_the_hand_written_script(tmp_path: Path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    write_bench_landing(home, events=20_000)
    environment = {**os.environ, **home.environment(), "DBT_TARGET_PATH": str(tmp_path / "target")}
    finished = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "run"],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, f"{finished.stdout[-4000:]}\n{finished.stderr[-4000:]}"
    run_script(home.root)
    same = dict(compare(home.root, published=home.published))
    assert {"people", "net_revenue_cny", "RFM of every customer"} <= same.keys()
