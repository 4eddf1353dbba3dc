"""`yutang run`: everything from landing/ to the published file, then what came out."""

import os
import time
from datetime import date

from orchestration.commands.summary import print_summary, read_summary
from orchestration.commands.terminal import console, progress
from orchestration.lib.engine import require_engine
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home


def run_and_report(*, as_of: date | None, full_refresh: bool, target: str) -> None:
    """Run the same jobs that the schedules start, in this process, and print the outcome.

    Raises:
        YutangError: If the input is bad or a step failed; the published file is then the last
            good one.
    """
    require_engine(target)
    home = Home.from_environment()
    if not any(home.landing.glob("*/*/dt=*/*")) and not any(home.raw.glob("_loads/*/*/dt=*/*")):
        raise YutangError(
            f"{home.landing} holds no delivery (<channel>/<entity>/dt=YYYY-MM-DD/*): run "
            "`yutang demo` for a simulated brand, or put files there"
        )
    started = time.monotonic()
    os.environ["YUTANG_TARGET"] = target
    with progress() as display:
        task = display.add_task("starting", total=None, detail="")
        # Importing Dagster takes seconds; the progress line is there before.
        from orchestration.pipeline import RunOptions, Step, run_everything

        def listener(step: Step) -> None:
            display.update(
                task,
                description=step.stage,
                total=step.total,
                completed=step.done,
                detail=step.detail,
            )

        run_everything(home, RunOptions(as_of=as_of, full_refresh=full_refresh), listener=listener)
    summary = read_summary(home)
    print_summary(console(), home, summary, seconds=time.monotonic() - started)
