"""The Parquet file a large day is streamed into, and all that is computed from it.

Belongs here: duplicates, observations, times. The file holds tokens and nothing clear, so it is
read by a second database that may spill to a disk.
"""

from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from orchestration.lib.landing import observations, row_identifiers, sql
from orchestration.lib.landing.committing import Place
from orchestration.lib.landing.entities import raw_columns
from orchestration.lib.landing.writing import Partition, unfinished

# Rows whose hashes are sorted in memory (8 bytes each), in half the time of counting distinct ones.
SORTED_IN_MEMORY = 32_000_000


class TokenFile:
    """Rows with the columns of raw, and `seen_<n>` where the contract has identifiers in arrays.

    Args:
        loading: The loading connection, for its settings only.
        metadata: What every file of the load says about itself.
    """

    def __init__(
        self,
        place: Place,
        target: Partition,
        loading: duckdb.DuckDBPyConnection,
        metadata: dict[str, str],
    ) -> None:
        self.contract = place.contract
        self.path = unfinished(target.data)
        self._metadata = metadata
        self.rows_per_group = 122_880  # held in memory while they are written
        self._names = ", ".join(sql.name(name) for name, _ in raw_columns(place.contract))
        place.home.tmp.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect()
        for setting in ("memory_limit", "threads"):
            value = loading.execute(f"select current_setting('{setting}')").fetchall()[0][0]
            self._connection.execute(f"set {setting} = $1", [value])
        self._connection.execute("set temp_directory = $1", [str(place.home.tmp / "spill")])
        self._connection.execute("set TimeZone = 'UTC'")

    def __enter__(self) -> "TokenFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._beside.unlink(missing_ok=True)

    @property
    def _beside(self) -> Path:
        return self.path.with_name(f"{self.path.name}.beside")

    @property
    def _rows(self) -> str:
        return f"read_parquet({sql.text(str(self.path))}, hive_partitioning = false)"

    def count(self) -> int:
        return pq.read_metadata(self.path).num_rows

    def drop_duplicates(self) -> int:
        """Drop rows that equal an earlier one in every column of raw. Returns how many went."""
        key = [self.contract.by_name[name] for name in self.contract.key]
        # Two equal rows have equal keys; only keys that are identifiers may be null.
        if key and not self._has_repeats(", ".join(sql.name(column.name) for column in key)):
            return 0
        if not self._has_repeats(self._names):
            return 0
        before = self.count()
        rows = (
            f"read_parquet({sql.text(str(self.path))}, file_row_number = true, "
            "hive_partitioning = false)"
        )
        self._rewrite(
            f"select * exclude (file_row_number) from {rows} qualify row_number() over "
            f"(partition by {self._names} order by file_row_number) = 1 order by file_row_number"
        )
        return before - self.count()

    def observed_range(self) -> tuple[datetime | None, datetime | None]:
        """First and last time of the rows, UTC; null where the contract declares none."""
        at = observations.observed_at_sql(self.contract, "null::timestamp")
        return self._connection.execute(
            f"select min({at}), max({at}) from {self._rows}"
        ).fetchall()[0]

    def write_observations(self, path: Path, day: date) -> None:
        if not self.contract.has_identifiers:
            return
        delivered = observations.delivered_sql(day)
        made = observations.observations_sql(self.contract, self._rows, delivered)
        no_row = "" if self.contract.is_observed else " limit 0"
        self._copy(f"select * exclude (part) from ({made}) as seen{no_row}", path)

    def tokens_sql(self) -> str:
        """A select of all tokens in the file, for another connection."""
        names = [sql.name(column.name) for _, column, _ in row_identifiers.scalars(self.contract)]
        return " union ".join(f"select {name} as token from {self._rows}" for name in names)

    def finish(self) -> None:
        """Leave only the columns of raw."""
        if row_identifiers.listed(self.contract):
            self._rewrite(f"select {self._names} from {self._rows}")

    def copy_sql(self, select: str, path: Path) -> str:
        """A statement that writes ``select`` to ``path`` with the load's metadata."""
        pairs = ", ".join(f"{sql.text(k)}: {sql.text(v)}" for k, v in self._metadata.items())
        return (
            f"copy ({select}) to {sql.text(str(path))} (format parquet, "
            f"row_group_size {self.rows_per_group}, kv_metadata {{{pairs}}})"
        )

    def _has_repeats(self, columns: str) -> bool:
        """Whether two rows may be equal in ``columns``: two hashes are."""
        if self.count() > SORTED_IN_MEMORY:
            rows, distinct = self._connection.execute(
                f"select count(*), count(distinct hash({columns})) from {self._rows}"
            ).fetchall()[0]
            return distinct < rows
        found = self._connection.execute(f"select hash({columns}) as row from {self._rows}")
        hashes = np.sort(found.fetchnumpy()["row"])
        return bool((hashes[1:] == hashes[:-1]).any())

    def _rewrite(self, select: str) -> None:
        self._copy(select, self._beside)
        self._beside.replace(self.path)

    def _copy(self, select: str, path: Path) -> None:
        self._connection.execute(self.copy_sql(select, path))
