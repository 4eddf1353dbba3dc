"""The books of the raw load: per partition, what was read and what became of it.

Belongs here: reading raw/_loads and saying whether a partition reconciles. Does not belong here:
writing it (the loader does, with the data).
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.lib.home import Home

# The day of the empty file every entity has, so that a silent channel is an empty source.
PLACEHOLDER_DAY = date(1970, 1, 1)

_COLUMNS = """
    channel, entity, dt, load_id, files, bytes, rows_read, rows_loaded, rows_rejected,
    rows_duplicate, files_quarantined, coalesce(unknown_columns, '')
"""


@dataclass(frozen=True)
class LoadCounts:
    """One row of raw/_loads: one channel, entity and delivery day."""

    channel: str
    entity: str
    day: date
    load_id: str
    files: int
    bytes: int
    rows_read: int
    rows_loaded: int
    rows_rejected: int
    rows_duplicate: int
    files_quarantined: int
    unknown_columns: str

    @property
    def rows_missing(self) -> int:
        """Rows read that are neither loaded, rejected nor duplicates; anything but 0 is a fault."""
        return self.rows_read - self.rows_loaded - self.rows_rejected - self.rows_duplicate

    @property
    def reconciles(self) -> bool:
        return self.rows_missing == 0 and self.files_quarantined == 0

    @property
    def sentence(self) -> str:
        """What is wrong with the partition, in words."""
        faults = []
        if self.files_quarantined:
            faults.append(f"{self.files_quarantined} of {self.files} files could not be read")
        if self.rows_missing:
            faults.append(f"{self.rows_missing} of {self.rows_read} rows are unaccounted for")
        return f"{self.channel}.{self.entity} dt={self.day}: " + (", ".join(faults) or "reconciles")


def read_loads(
    home: Home, *, channel: str = "*", entity: str = "*", until: date | None = None
) -> list[LoadCounts]:
    """Counts per partition, oldest first; empty when nothing was ever loaded.

    Args:
        home: The brand's home.
        channel: One channel, or ``*`` for all.
        entity: One entity, or ``*`` for all.
        until: Newest delivery day that counts, the as-of day of a back-run.
    """
    pattern = home.raw / "_loads" / channel / entity / "dt=*" / "*.parquet"
    if not any((home.raw / "_loads").glob(f"{channel}/{entity}/dt=*/*.parquet")):
        return []
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select {_COLUMNS} from read_parquet($pattern, hive_partitioning = true) "
            "where dt > $placeholder and dt <= $until order by channel, entity, dt",
            {
                "pattern": str(pattern),
                "placeholder": PLACEHOLDER_DAY,
                "until": until or date.max.replace(year=9000),
            },
        ).fetchall()
    return [LoadCounts(*row) for row in rows]


def newest_delivery_day(home: Home) -> date | None:
    """The newest loaded delivery day, None when nothing was loaded."""
    return max((counts.day for counts in read_loads(home)), default=None)
