"""Homes that integration tests run on: a demo brand in a folder of its own, driven by the CLI.

Belongs here: running `yutang` in a home and copying homes. Does not belong here: assertions.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.home import PROJECT_DIR, Home

# Another brand of the simulator for the same comparisons: YUTANG_TEST_SEED=11 make pytest.
PEOPLE = int(os.environ.get("YUTANG_TEST_PEOPLE", "1500"))
DAYS = int(os.environ.get("YUTANG_TEST_DAYS", "60"))
SEED = int(os.environ.get("YUTANG_TEST_SEED", "7"))
IS_USUAL = (PEOPLE, DAYS, SEED) == (1_500, 60, 7)  # what is said of this brand holds of no other


@dataclass(frozen=True)
class DemoRun:
    """A home after `yutang demo` and `yutang run`, and what the run printed."""

    home: Home
    output: str

    def query(self, sql: str) -> list[tuple]:
        """Rows of a query on the published file."""
        with duckdb.connect(str(self.home.published), read_only=True) as connection:
            return connection.execute(sql).fetchall()


def environment(home: Home) -> dict[str, str]:
    """The environment of a child process that works on ``home``."""
    return {**os.environ, **home.environment(), "DBT_TARGET_PATH": str(_target()), "COLUMNS": "200"}


def yutang(home: Home, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line on ``home``; with ``check`` it must exit 0."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_DIR,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    if check:
        assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def copy_home(home: Home, folder: Path) -> Home:
    """A copy of a whole home with its secrets, to damage."""
    copy = Home(root=folder / "home", secrets=folder / "secrets")
    shutil.copytree(home.root, copy.root, ignore=shutil.ignore_patterns(".dagster"))
    shutil.copytree(home.secrets, copy.secrets)
    return copy


def published_contents(home: Home) -> dict[str, str]:
    """A digest of the rows of every published table, by ``schema.table``; order does not count."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        return {
            table: connection.execute(
                f"select count(*) || '/' || coalesce(bit_xor(hash(t)), 0) || '/' || "
                f"coalesce(sum(hash(t) % 1000003), 0) from {table} as t"
            ).fetchall()[0][0]
            for (table,) in tables
        }


def _target() -> Path:
    """One dbt target for all tests, so that the project is parsed once."""
    return Path(os.environ.get("DBT_TARGET_PATH", "target"))


def stop(process: subprocess.Popen) -> None:
    """End a server: politely, and after 30 s, when a thread of it still answers somebody, at once."""
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
