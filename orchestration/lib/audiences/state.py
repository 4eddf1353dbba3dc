"""What audiences remember between runs, below state/audiences/.

Belongs here: the files and replacing them whole. Does not belong here: who is a member.

    rolls/<as_of>.parquet        members of every audience after the run of that day
    evaluations/<as_of>.parquet  which conditions hold for everybody, and in its metadata how the
                                 answer of each audience is read from them
    changes/<as_of>.parquet      who joined and left in the run of that day
    runs.parquet                 one row per audience and day that it ran
    members/<audience>.parquet   the newest members of one audience, for who exports them

A roll is complete when its evaluation is there, which is written last but for members/: the newest
complete day before the run's own is what the run compares with, so a run repeated gives the same.
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from orchestration.lib.home import Home

_ANSWERS = "yutang.answers"
# `c` and `w` with a number: columns of evaluations kept before conditions were bits.
_EXPRESSION = re.compile(r"(?:[cw]\d+|b\d*_\d+|\d+|and|or|not|case|when|then|else|end|<>|[()+& ])+")
KEPT_DAYS = 30  # runs whose changes stay; their counts stay for ever in runs.parquet
ROLL_COLUMNS = {
    "audience": "varchar", "as_of_date": "date", "one_id": "varchar", "joined_date": "date",
    "is_holdout": "boolean", "bits": "bigint", "definition_hash": "varchar", "reason": "varchar",
    "reason_zh": "varchar",
}  # fmt: skip
CHANGE_COLUMNS = {
    "audience": "varchar", "as_of_date": "date", "one_id": "varchar", "change": "varchar",
    "reason": "varchar", "reason_zh": "varchar",
}  # fmt: skip
RUN_COLUMNS = {
    "audience": "varchar", "as_of_date": "date", "definition_hash": "varchar", "members": "bigint",
    "held_out": "bigint", "met_conditions": "bigint", "not_allowed": "bigint", "joined": "bigint",
    "left": "bigint", "net_revenue_cny": "decimal(18,2)", "recent_net_revenue_cny": "decimal(18,2)",
    "is_refreshed": "boolean",
}  # fmt: skip


def folder(home: Home) -> Path:
    return home.state / "audiences"


def roll_path(home: Home, day: date) -> Path:
    return folder(home) / "rolls" / f"{day}.parquet"


def evaluation_path(home: Home, day: date) -> Path:
    return folder(home) / "evaluations" / f"{day}.parquet"


def change_path(home: Home, day: date) -> Path:
    return folder(home) / "changes" / f"{day}.parquet"


def runs_path(home: Home) -> Path:
    return folder(home) / "runs.parquet"


def members_path(home: Home, audience: str) -> Path:
    """Columns audience, as_of_date, one_id, joined_date, reason; nobody who is held out."""
    return folder(home) / "members" / f"{audience}.parquet"


def complete_days(home: Home) -> list[date]:
    """Days whose roll is whole, oldest first."""
    found = (date.fromisoformat(p.stem) for p in (folder(home) / "evaluations").glob("*.parquet"))
    return sorted(day for day in found if roll_path(home, day).exists())


def newest_day(home: Home) -> date | None:
    """The newest day that audiences were computed for; None before the first."""
    days = complete_days(home)
    return days[-1] if days else None


def write(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    path: Path,
    *,
    answers: Mapping[str, str] | None = None,
) -> None:
    """Replace a file by the rows of a query, in one step and on the disk when it returns.

    Args:
        answers: By audience, the expression over the file's columns that is its answer.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    noted = f", kv_metadata {{'{_ANSWERS}': '{json.dumps(answers)}'}}" if answers else ""
    connection.execute(
        f"copy ({query}) to '{quoted(beside)}' (format parquet, compression zstd{noted})"
    )
    descriptor = os.open(beside, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    beside.replace(path)


def answers(home: Home, day: date) -> dict[str, str]:
    """By audience, how its answer is read from the evaluation of a day.

    Only names of columns, brackets, numbers and the words of a boolean are taken for one.
    """
    metadata = pq.read_schema(evaluation_path(home, day)).metadata or {}
    said = json.loads(metadata.get(_ANSWERS.encode(), b"{}"))
    return {name: text for name, text in said.items() if _EXPRESSION.fullmatch(text)}


def forget_old(home: Home, day: date) -> None:
    """Remove what no later run needs: all but two days of rolls, and changes beyond KEPT_DAYS."""
    days = complete_days(home)
    for old in days[:-2]:
        if old < day:
            roll_path(home, old).unlink(missing_ok=True)
            evaluation_path(home, old).unlink(missing_ok=True)
    changes = sorted((folder(home) / "changes").glob("*.parquet"))
    for path in changes[:-KEPT_DAYS]:
        path.unlink()


def quoted(path: Path) -> str:
    """A path inside a single-quoted SQL literal."""
    return str(path).replace("'", "''")
