"""Loading one delivery day of one entity: landing files to typed, tokenised Parquet in raw.

Belongs here: the order of the steps and what makes them repeatable. All files are written beside
their place and renamed at the end; the rows' own file comes last, and that rename is the commit: a
load that dies before it leaves the old rows, and the next run sees that the day is still pending.
"""

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.landing import duplicates, judging, observations, sql
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.files import (
    LandingFile,
    content_hash,
    landing_files,
    stat_fingerprint,
)
from orchestration.lib.landing.locating import Reject, locate
from orchestration.lib.landing.reading import Delivery, run_reading
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import (
    LOAD_COLUMNS,
    REJECT_COLUMNS,
    Partition,
    partition,
    unfinished,
    write_small,
)
from orchestration.lib.vault.store import Vault

__all__ = ["LoadResult", "load_entity", "load_partition", "prepare_home"]

LOADER_VERSION = "1"  # part of every load_id: raise it when the same files would give other rows


@dataclass(frozen=True)
class LoadResult:
    """What one load did. ``rows_read = rows_loaded + rows_rejected + rows_duplicate``, always."""

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
    quarantined: dict[str, str]  # file -> reason code
    unknown_columns: tuple[str, ...]
    nul_cells_cleaned: int
    rejects: tuple[Reject, ...] = field(repr=False)
    min_observed_at: datetime | None
    max_observed_at: datetime | None
    seconds: float

    @property
    def files_quarantined(self) -> int:
        return len(self.quarantined)


def load_entity(
    contract: EntityContract,
    days: Iterable[date],
    *,
    home: Home,
    keys: Keys,
    progress: Callable[[LoadResult], None] = lambda result: None,
) -> list[LoadResult]:
    """Load several days on one connection; ``progress`` is called after each."""
    with open_connection(keys) as connection:
        results = []
        for day in days:
            results.append(
                load_partition(contract, day, home=home, keys=keys, connection=connection)
            )
            progress(results[-1])
        return results


def load_partition(
    contract: EntityContract,
    day: date,
    *,
    home: Home,
    keys: Keys,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> LoadResult:
    """Load all files of one delivery day and replace what was there.

    Args:
        connection: From `open_connection`; one is opened for this call if not given.

    Raises:
        LandingError: If nothing was delivered, a required column is missing, or clear personal
            values would pass. The partition that was there stays.
    """
    if connection is None:
        with open_connection(keys) as own:
            return load_partition(contract, day, home=home, keys=keys, connection=own)
    files = landing_files(home, contract, day)
    if not files:
        raise LandingError(
            f"{contract.name}: nothing was delivered on {day}; its folder in landing/ has no files"
        )
    return _Load(contract, day, home, keys, connection, files).run()


def load_id_of(files: list[LandingFile], contract: EntityContract, keys: Keys) -> str:
    """Names what a load is made from: the same files, contract and pepper give the same rows."""
    parts = (LOADER_VERSION, content_hash(files), contract.digest, keys.version)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


class _Load:
    """One run of `load_partition`."""

    def __init__(
        self,
        contract: EntityContract,
        day: date,
        home: Home,
        keys: Keys,
        connection: duckdb.DuckDBPyConnection,
        files: list[LandingFile],
    ) -> None:
        self.contract = contract
        self.day = day
        self.home = home
        self.keys = keys
        self.connection = connection
        self.files = files
        self.target: Partition = partition(home, contract, day)

    def run(self) -> LoadResult:
        started = time.perf_counter()
        self.load_id = load_id_of(self.files, self.contract, self.keys)
        self.delivery = Delivery.inspect(self.files, self.contract, self.connection)
        try:
            rows_read, kept, refused = self._read()
            rows_duplicate = duplicates.drop(self.connection, self.contract) if kept else 0
            rejected = rows_read - kept + len(refused)
            rejects = self._rejects(refused, rejected)
            self._check_required(rows_read, kept, rejects)
            result = self._write(
                rows_read=rows_read + len(refused),
                rows_rejected=rejected,
                rows_duplicate=rows_duplicate,
                rejects=rejects,
                started=started,
            )
        finally:
            self.connection.execute("drop table if exists loading_rows")
            self.connection.execute("drop table if exists loading_ids")
        return result

    def _read(self):  # noqa: ANN202
        self.connection.execute("set enable_profiling = 'no_output'")
        try:
            read = run_reading(
                self.connection, self.delivery, self._statement, self.home.tmp
            )
        finally:
            self.connection.execute("reset enable_profiling")
        if not self.delivery.layouts:
            nothing = ", ".join(f"null::varchar as r{i}" for i in range(len(self.contract.columns)))
            self.connection.execute(self._statement(f"select {nothing} limit 0"))
        return read

    def _statement(self, source: str) -> str:
        columns = []
        for i, column in enumerate(self.contract.columns):
            if column.identifier:
                columns.append(f"v{i} as i{i}")
                continue
            columns.append(f"{judging.stored_sql(column, f'v{i}')} as c{i}")
            if column.list_identifiers:
                columns.append(f"v{i} as a{i}")
        return (
            f"create or replace temp table loading_rows as select {', '.join(columns)} "
            f"from ({judging.accepted_sql(self.contract, source)}) as accepted"
        )

    def _rejects(self, refused, rejected: int) -> list[Reject]:  # noqa: ANN001
        if not rejected and not self.delivery.quarantined:
            return []
        return locate(self.connection, self.delivery, refused, self.home.tmp)

    def _check_required(self, rows_read: int, kept: int, rejects: list[Reject]) -> None:
        """One clear error instead of a refusal of every row, where a required key is nowhere."""
        if kept or not rows_read:
            return
        lacking = {r.column_name for r in rejects if r.reason_code == "missing_required"}
        if len(lacking) == 1 and all(r.reason_code == "missing_required" for r in rejects):
            column = self.contract.by_name[lacking.pop() or ""]
            raise LandingError(
                f"{self.contract.name}: none of the {rows_read} rows of {self.day} has "
                f"'{'.'.join(column.path)}', which the contract requires; first file "
                f"{rejects[0].file}. Deliver the files again with it, or change the contract"
            )

    def _write(
        self,
        *,
        rows_read: int,
        rows_rejected: int,
        rows_duplicate: int,
        rejects: list[Reject],
        started: float,
    ) -> LoadResult:
        contract, connection, target = self.contract, self.connection, self.target
        metadata = {
            "yutang.load_id": self.load_id,
            "yutang.key_version": self.keys.version,
            "yutang.contract": contract.digest,
        }
        if contract.identifiers:
            connection.execute(
                f"create or replace temp table loading_ids as {observations.identifiers_sql(contract)}"
            )
        rows_loaded = self._copy(observations.data_sql(contract), target.data, metadata)
        if rows_loaded + rows_rejected + rows_duplicate != rows_read:
            raise LandingError(
                f"{contract.name} {self.day}: {rows_read} rows read are not {rows_loaded} loaded + "
                f"{rows_rejected} refused + {rows_duplicate} duplicates; nothing was changed"
            )
        if contract.has_identifiers:
            self._copy(observations.observations_sql(contract, self.day), target.observations, metadata)
        low, high = self._observed_range()
        result = LoadResult(
            channel=contract.channel,
            entity=contract.entity,
            day=self.day,
            load_id=self.load_id,
            files=len(self.files),
            bytes=sum(file.size for file in self.files),
            rows_read=rows_read,
            rows_loaded=rows_loaded,
            rows_rejected=rows_rejected,
            rows_duplicate=rows_duplicate,
            quarantined={f.path.name: code for f, code in self.delivery.quarantined.items()},
            unknown_columns=tuple(sorted(self.delivery.unknown_columns)),
            nul_cells_cleaned=0,
            rejects=tuple(rejects),
            min_observed_at=low,
            max_observed_at=high,
            seconds=time.perf_counter() - started,
        )
        self._commit(result, rejects, metadata)
        return result

    def _copy(self, select: str, path, metadata: dict[str, str]) -> int:  # noqa: ANN001
        pairs = ", ".join(f"{sql.text(k)}: {sql.text(v)}" for k, v in metadata.items())
        return self.connection.execute(
            f"copy ({select}) to {sql.text(str(unfinished(path)))} "
            f"(format parquet, kv_metadata {{{pairs}}})"
        ).fetchall()[0][0]

    def _observed_range(self) -> tuple[datetime | None, datetime | None]:
        time_column = self.contract.by_name.get(self.contract.observed_at or "")
        if time_column is None:
            return None, None
        i = observations.column_number(self.contract, time_column.name)
        at = observations.observed_at_sql(time_column, f"c{i}", self.day)
        return self.connection.execute(f"select min({at}), max({at}) from loading_rows").fetchall()[0]

    def _commit(self, result: LoadResult, rejects: list[Reject], metadata: dict[str, str]) -> None:
        contract, target = self.contract, self.target
        if contract.has_identifiers:
            values = self.connection.sql(
                "select unhex(token) as token, identifier_type, scope, value "
                f"from ({observations.vault_sql(contract)}) as v"
            ).to_arrow_table()
            Vault(self.home, self.keys.vault_key).put(
                contract.channel, contract.entity, self.day, values, label=self.load_id
            )
        if rejects:
            rows = [(r.file, r.line, r.column_name, r.reason_code, r.reason) for r in rejects]
            write_small(unfinished(target.rejects), REJECT_COLUMNS, rows, metadata=metadata)
        load = {
            **{name: getattr(result, name, None) for name, _ in LOAD_COLUMNS},
            "unknown_columns": ", ".join(result.unknown_columns) or None,
            "key_version": self.keys.version,
        }
        write_small(
            unfinished(target.load),
            LOAD_COLUMNS,
            [tuple(load[name] for name, _ in LOAD_COLUMNS)],
            metadata={**metadata, "yutang.landing": stat_fingerprint(self.files)},
        )
        if contract.has_identifiers:
            unfinished(target.observations).replace(target.observations)
        if rejects:
            unfinished(target.rejects).replace(target.rejects)
        else:
            target.rejects.unlink(missing_ok=True)
        unfinished(target.load).replace(target.load)
        unfinished(target.data).replace(target.data)
