"""The table of suggested links: its columns, its file in state/, its copy that dbt reads.

Belongs here: writing and reading it. Only tokens, ids and scores are in it, never a value.
"""

import shutil
from pathlib import Path

import pyarrow.parquet as pq

from orchestration.lib.home import Home
from orchestration.lib.landing.writing import arrow_schema, unfinished, write_small

COLUMNS = (
    ("token_a", "varchar"),
    ("token_b", "varchar"),
    ("one_id_a", "varchar"),
    ("one_id_b", "varchar"),
    ("match_probability", "double"),
    ("agreeing_fields", "varchar"),
    ("as_of_date", "date"),
    ("model_digest", "varchar"),
)


def suggestions_path(home: Home) -> Path:
    """Where suggestions live; they survive a rebuild, like all of state/."""
    return home.state / "identity" / "suggestions.parquet"


def read_suggestions(home: Home) -> list[dict]:
    """Rows of the last `yutang suggest`; none if it never ran."""
    path = suggestions_path(home)
    return pq.read_table(path).to_pylist() if path.exists() else []


def write_suggestions(home: Home, rows: list[tuple], *, metadata: dict[str, str]) -> None:
    """Replace the table in one step; the same rows give the same bytes."""
    path = suggestions_path(home)
    write_small(unfinished(path), COLUMNS, sorted(rows), metadata=metadata)
    unfinished(path).replace(path)


def place_suggestions(home: Home) -> None:
    """Put what dbt reads below raw/_reference: a copy of the table, or an empty one."""
    source, target = suggestions_path(home), home.raw / "_reference" / "link_suggestions.parquet"
    if source.exists():
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, unfinished(target))
            unfinished(target).replace(target)
        return
    if target.exists() and pq.read_table(target).equals(arrow_schema(COLUMNS).empty_table()):
        return
    write_small(unfinished(target), COLUMNS, [])
    unfinished(target).replace(target)
