"""What all tests share: a quiet end.

DuckDB's binding prints a page about its own reference counts at the end of a process that imported
it before Great Expectations. pytest has reported everything by then, so the process just ends.
"""

import os
import sys

import pytest

_exit_status = pytest.StashKey[int]()


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_exit_status] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if "great_expectations" in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash.get(_exit_status, 1))
