"""Parquet files of raw and how they replace each other: written beside, renamed, old ones kept till then.

Belongs here: names and places below raw/, small tables, the empty files, the metadata that says
what a file was made from. Does not belong here: how rows come to be.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract, raw_columns
from orchestration.lib.landing.observations import OBSERVATION_COLUMNS

EMPTY_DAY = date(1970, 1, 1)
REJECT_COLUMNS = (
    ("file", "varchar"),
    ("line", "bigint"),
    ("column_name", "varchar"),
    ("reason_code", "varchar"),
    ("reason", "varchar"),
)
LOAD_COLUMNS = (
    ("channel", "varchar"),
    ("entity", "varchar"),
    ("files", "bigint"),
    ("bytes", "bigint"),
    ("rows_read", "bigint"),
    ("rows_loaded", "bigint"),
    ("rows_rejected", "bigint"),
    ("rows_duplicate", "bigint"),
    ("files_quarantined", "bigint"),
    ("nul_cells_cleaned", "bigint"),
    ("unknown_columns", "varchar"),
    ("load_id", "varchar"),
    ("key_version", "varchar"),
    ("min_observed_at", "timestamp"),
    ("max_observed_at", "timestamp"),
)
ARROW_TYPES = {
    "varchar": pa.string(),
    "bigint": pa.int64(),
    "integer": pa.int32(),
    "double": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Partition:
    """The files of raw that one delivery day of one entity has."""

    home: Home
    channel: str
    entity: str
    day: date

    def _folder(self, kind: str) -> Path:
        return self.home.raw / kind / self.channel / self.entity / f"dt={self.day.isoformat()}"

    @property
    def data(self) -> Path:
        return self._folder("") / "part-0.parquet"

    @property
    def observations(self) -> Path:
        return self._folder("_observations") / "part-0.parquet"

    @property
    def rejects(self) -> Path:
        return self._folder("_rejects") / "part-0.parquet"

    @property
    def load(self) -> Path:
        return self._folder("_loads") / "load.parquet"


def partition(home: Home, contract: EntityContract, day: date) -> Partition:
    return Partition(home, contract.channel, contract.entity, day)


def unfinished(path: Path) -> Path:
    """Where ``path`` is written before it is renamed; readers of ``*.parquet`` do not see it."""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.unfinished")


def arrow_schema(columns: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> pa.Schema:
    return pa.schema([(name, _arrow_type(data_type)) for name, data_type in columns])


def _arrow_type(data_type: str) -> pa.DataType:
    if data_type.startswith("decimal"):
        precision, scale = data_type[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    return ARROW_TYPES[data_type]


def write_small(
    path: Path,
    columns: list[tuple[str, str]] | tuple[tuple[str, str], ...],
    rows: list[tuple],
    *,
    metadata: dict[str, str] | None = None,
) -> None:
    """Write rows that fit into memory; the same rows give the same bytes."""
    schema = arrow_schema(columns).with_metadata(metadata or {})
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = [pa.array(list(cell), type=f.type) for cell, f in zip(cells, schema, strict=True)]
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), path, compression="snappy")


def write_empty_files(home: Home, contract: EntityContract) -> None:
    """The files without rows that make a silent entity an empty source instead of an error."""
    empty = partition(home, contract, EMPTY_DAY)
    wanted = (
        (empty.data, raw_columns(contract)),
        (empty.observations, OBSERVATION_COLUMNS),
        (empty.rejects, REJECT_COLUMNS),
        (empty.load, LOAD_COLUMNS),
    )
    for day_file, columns in wanted:
        path = day_file.with_name("empty.parquet")
        if path.exists() and pq.read_schema(path).remove_metadata() == arrow_schema(columns):
            continue
        write_small(unfinished(path), columns, [])
        unfinished(path).replace(path)


def metadata_of(path: Path) -> dict[str, str]:
    """Key-value metadata of a Parquet file; empty if there is no readable file."""
    try:
        found = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowInvalid):
        return {}
    return {key.decode(): value.decode("utf-8", "replace") for key, value in found.items()}
