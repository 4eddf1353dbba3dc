"""`make bench`: load, identity and whole runs at several sizes, beside the hand-written script;
then the loader beside COPY and the components beside other ways.

Belongs here: the order of the measurements and what is printed. Does not belong here: how one is
taken (measure.py), the data (generate.py), the script (baseline.py).

Run: ``python -m benchmarks [EVENTS ...]`` (default 1,000,000 and 10,000,000). Everything is
written to a temporary folder, or to YUTANG_BENCH_HOME, which is kept.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.baseline import compare
from benchmarks.generate import write_bench_landing
from benchmarks.identity import measure_ways
from benchmarks.loader import measure_loader
from benchmarks.measure import Cost, run_measured
from orchestration.lib.home import PROJECT_DIR, Home

DEFAULT_SIZES = (1_000_000, 10_000_000)
GOAL_RATIO = 2.5  # whole pipeline at 10M events, times of the script


@dataclass(frozen=True)
class Measured:
    """One size: what each part cost, on how many rows."""

    events: int
    rows: int
    baseline: Cost
    load: Cost
    identity: Cost
    pipeline: Cost

    @property
    def ratio(self) -> float:
        return self.pipeline.seconds / self.baseline.seconds

    @property
    def cpu_ratio(self) -> float:
        return self.pipeline.cpu_seconds / self.baseline.cpu_seconds


def measure_size(folder: Path, *, events: int) -> Measured:
    """Generate one size, measure every part of it and check that the numbers are equal.

    Raises:
        NumbersDiffer: If script and pipeline do not agree.
        CommandFailed: If a part fails.
    """
    home = Home(root=folder / f"events-{events}", secrets=folder / "secrets")
    shutil.rmtree(home.root, ignore_errors=True)
    rows = write_bench_landing(home, events=events)
    size = sum(path.stat().st_size for path in home.landing.rglob("*") if path.is_file())
    print(f"\n{events:,} events: {rows:,} rows, {size / 1e9:.2f} GB in landing/", flush=True)
    environment = {
        **home.environment(),
        "DBT_TARGET_PATH": str(folder / "target"),
        "PYTHONPATH": os.pathsep.join([str(PROJECT_DIR), os.environ.get("PYTHONPATH", "")]),
    }

    def cost(part: str, *arguments: str) -> Cost:
        found = run_measured([sys.executable, "-m", *arguments], environment=environment)
        print(f"  {part:<28}{found.describe(rows)}", flush=True)
        return found

    baseline = cost("baseline.sql", "benchmarks.baseline", str(home.root))
    load = cost("load", "benchmarks.stages", "load")
    identity = cost("identity", "benchmarks.stages", "identity")
    for made in (home.raw, home.state, home.dagster):
        shutil.rmtree(made, ignore_errors=True)
    home.warehouse.unlink(missing_ok=True)
    pipeline = cost("whole pipeline", "orchestration.cli", "run")
    for name, value in compare(home.root, published=home.published):
        print(f"  {name:<28}{value}, equal by hand and published")
    measured = Measured(events, rows, baseline, load, identity, pipeline)
    print(
        f"  whole pipeline / baseline   {measured.ratio:.2f} "
        f"({measured.cpu_ratio:.2f} by processor time)"
    )
    return measured


def main(arguments: Sequence[str]) -> None:
    """Measure the sizes given (or the default ones) and print a table to paste into the docs."""
    sizes = [int(argument.replace(",", "")) for argument in arguments] or list(DEFAULT_SIZES)
    with _folder() as folder:
        measured = [measure_size(folder, events=events) for events in sizes]
    print("\nthe loader alone")
    measure_loader()
    print("\ncomponents alone")
    measure_ways(pairs=1_000_000)
    print(
        "\n| events | part | seconds | processor seconds | rows/s | peak memory | times baseline |"
    )
    print("|---|---|---|---|---|---|---|")
    for found in measured:
        for part in ("baseline", "load", "identity", "pipeline"):
            cost: Cost = getattr(found, part)
            cells = (
                f"{found.events:,}",
                part,
                f"{cost.seconds:.1f}",
                f"{cost.cpu_seconds:.1f}",
                f"{found.rows / cost.seconds:,.0f}",
                f"{cost.peak_bytes / 1e9:.1f} GB",
                f"{cost.seconds / found.baseline.seconds:.2f}",
            )
            print(f"| {' | '.join(cells)} |")
    print(f"\ngoal: whole pipeline at 10,000,000 events at most {GOAL_RATIO} times the script")


@contextmanager
def _folder():
    kept = os.environ.get("YUTANG_BENCH_HOME")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept).absolute()
        return
    with tempfile.TemporaryDirectory(prefix="yutang-bench-") as folder:
        yield Path(folder)
