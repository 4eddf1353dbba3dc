"""What all tests share: a dbt target for each worker, and a quiet end.

DuckDB's binding prints a page about its own reference counts at the end of a process that imported
it before Great Expectations. pytest has reported everything by then, so the process just ends.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

_exit_status = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Let two workers not write one manifest; each starts from what is parsed already."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        # A worker's __main__ has no file, which PySpark takes for a doctest: it ends the process
        # when Great Expectations looks whether Spark Connect is there.
        sys.modules["__main__"].__file__ = __file__
    if worker and "DBT_TARGET_PATH" not in os.environ:
        parsed = config.rootpath / "target"
        mine = parsed / "workers" / worker
        shutil.rmtree(mine, ignore_errors=True)
        mine.mkdir(parents=True)
        for path in filter(Path.is_file, parsed.iterdir()):
            shutil.copy2(path, mine)
        os.environ["DBT_TARGET_PATH"] = str(mine.relative_to(config.rootpath))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_exit_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if "great_expectations" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash.get(_exit_status, 1))
