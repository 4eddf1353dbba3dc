"""The Dagster instance of a home: its folder, its settings, and how to open it.

Belongs here: writing dagster.yaml and opening the instance. Does not belong here: running jobs.
"""

import os
import re
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from orchestration.lib.home import Home

# A history of runs, not of data: deleting the folder loses nothing that a run needs.
DAGSTER_YAML = """\
# Written by `yutang`; add what your deployment needs, lines that are there are kept.
telemetry: {enabled: false}
nux: {enabled: false}
freshness: {enabled: true}

# DuckDB admits one writer: every step that opens warehouse.duckdb is in pool `warehouse`.
concurrency:
  pools: {default_limit: 1, granularity: op}

run_retries: {enabled: true, max_retries: 1, retry_on_asset_or_op_failure: false}
run_monitoring: {enabled: true, start_timeout_seconds: 180, cancel_timeout_seconds: 180}
"""

# Added to a file of an earlier version too, unless it says itself where events go.
EVENT_LOG_YAML = """
# The event log of Dagster, its databases kept open between events (orchestration/event_log.py).
event_log_storage:
  module: orchestration.event_log
  class: OpenEventLog
  config: {base_dir: {env: DAGSTER_HOME}}
"""


def prepare_instance(home: Home) -> Path:
    """Create the instance folder and its dagster.yaml if there is none; return the folder."""
    home.dagster.mkdir(parents=True, exist_ok=True)
    settings = home.dagster / "dagster.yaml"
    written = settings.read_text() if settings.exists() else DAGSTER_YAML
    if not re.search(r"^(event_log_)?storage:", written, re.MULTILINE):
        settings.write_text(written + EVENT_LOG_YAML)
    return home.dagster


# Events of one kind that are stored in one transaction: the days of an asset, the plan of a run.
EVENT_BATCH_SIZE = "1000"


@contextmanager
def open_instance(home: Home) -> Generator[dg.DagsterInstance]:
    """Open the instance of ``home``; the environment then names it for child processes too.

    While it is open, commits to SQLite do not wait for the disk. A run writes 2,000 events, each
    in a transaction of its own: waiting took 30 of 82 s of a raw load on a busy disk. What a power
    failure could cost is this history, which no run reads.
    """
    prepare_instance(home)
    os.environ.update(home.environment())
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", EVENT_BATCH_SIZE)
    event.listen(Engine, "connect", _do_not_wait_for_disk)
    try:
        with dg.DagsterInstance.get() as instance:
            yield instance
    finally:
        event.remove(Engine, "connect", _do_not_wait_for_disk)


def _do_not_wait_for_disk(connection: Any, _: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = off")
