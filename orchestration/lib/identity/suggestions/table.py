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
ACCEPTED_COLUMNS = (("token_a", "varchar"), ("token_b", "varchar"))


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


def place_link_tables(home: Home) -> None:
    """Put what dbt reads below raw/_reference: the suggestions, and empty tables where there are none."""
    folder = home.raw / "_reference"
    source, target = suggestions_path(home), folder / "link_suggestions.parquet"
    if source.exists():
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, unfinished(target))
            unfinished(target).replace(target)
    else:
        _write_empty(target, COLUMNS, replace=True)
    # Filled from seeds/identity/accepted_links.csv.
    _write_empty(folder / "accepted_links.parquet", ACCEPTED_COLUMNS, replace=False)


def _write_empty(path: Path, columns: tuple[tuple[str, str], ...], *, replace: bool) -> None:
    if path.exists():
        is_empty = pq.read_metadata(path).num_rows == 0
        if not replace or (is_empty and pq.read_schema(path).equals(arrow_schema(columns))):
            return
    write_small(unfinished(path), columns, [])
    unfinished(path).replace(path)
