"""Loading one day that is too large to be kept in memory: its rows stream from file to Parquet.

Belongs here: the order of the passes. The first collects the distinct identifiers, the second reads,
judges and writes the rows with their tokens; both stream. What has to be grouped afterwards holds
tokens only, so it may spill to a disk. Where even the identifiers do not fit into memory, every
token is made in the row itself, which is slower (large_inline.py).
"""

import contextlib
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime

import duckdb
import pyarrow as pa

from orchestration.lib.landing import judging, row_identifiers
from orchestration.lib.landing.committing import Place, commit
from orchestration.lib.landing.connection import DISABLED_OPTIMIZERS
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.feeds import Feeds
from orchestration.lib.landing.files import LandingFile
from orchestration.lib.landing.large_combinations import (
    collect_combinations,
    observed_combinations_sql,
)
from orchestration.lib.landing.large_inline import inline_data_sql, inline_values
from orchestration.lib.landing.large_tokens import TokenFile
from orchestration.lib.landing.locating import BadRow, Reject, locate, make_reject
from orchestration.lib.landing.reading import Reading, run_reading
from orchestration.lib.landing.results import Counts, LoadResult, check_required, load_id_of
from orchestration.lib.landing.structure import forget_rejects
from orchestration.lib.landing.writing import partition, unfinished
from orchestration.lib.vault.segments import SCHEMA

TABLES = ("loading_combinations", "loading_ids", "loading_tokens", "loading_values")


def load_large_day(
    place: Place, day: date, files: list[LandingFile], connection: duckdb.DuckDBPyConnection
) -> LoadResult:
    """Load one day in passes over its files.

    Raises:
        LandingError: As `load_partition`; also if the memory limit is too low for any way.
    """
    load = _LargeLoad(place, day, files, connection)
    try:
        return load.run()
    except duckdb.OutOfMemoryException:
        raise LandingError(
            f"{place.contract.name} {day}: the memory limit is too low to load the day; raise "
            "YUTANG_MEMORY or deliver it in smaller days"
        ) from None
    finally:
        load.clear()


class _LargeLoad:
    def __init__(
        self,
        place: Place,
        day: date,
        files: list[LandingFile],
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.place = place
        self.contract = place.contract
        self.day = day
        self.files = files
        self.connection = connection
        self.pipes = place.home.tmp
        self.target = partition(place.home, place.contract, day)
        self.is_inline = False
        self.settings = {
            name: connection.execute(f"select current_setting('{name}')").fetchall()[0][0]
            for name in ("threads", "preserve_insertion_order", "disabled_optimizers")
        }

    def run(self) -> LoadResult:
        started = time.perf_counter()
        load_id = load_id_of(self.files, self.contract, self.place.keys)
        metadata = self.place.metadata(load_id)
        self.delivery = Delivery.inspect(self.files, self.contract, self.connection)
        self.delivery.find_unknown_keys(self.connection, self.pipes)
        with TokenFile(self.place, self.target, self.connection, metadata) as rows:
            reading = self._write_rows(rows)
            duplicates = rows.drop_duplicates()
            rejects = self._rejects(reading)
            observed = self._observed(rows, duplicates=duplicates)
            low, high = rows.observed_range() if observed is None else self._observed_range()
            refused = reading.rows_scanned - reading.rows_kept + len(reading.refused)
            counts = Counts(
                rows_read=reading.rows_scanned + len(reading.refused),
                rows_loaded=rows.count(),
                rows_rejected=refused,
                rows_duplicate=duplicates,
                nul_cells_cleaned=self._nul_cells(),
                min_observed_at=low,
                max_observed_at=high,
            )
            counts.check(self.contract, self.day)
            if sum(1 for reject in rejects if reject.line) != refused:
                raise LandingError(
                    f"{self.contract.name} {self.day}: {refused} rows were refused and "
                    f"{len(rejects)} found again; was a file changed while it was loaded? Load "
                    "the day again"
                )
            check_required(self.contract, self.day, counts, rejects)
            self._write_observations(rows, observed)
            values = self._values(rows, all_loaded=not refused)
            rows.finish()
        result = LoadResult.of(
            self.delivery,
            self.files,
            day=self.day,
            load_id=load_id,
            counts=counts,
            rejects=rejects,
            seconds=time.perf_counter() - started,
        )
        commit(self.place, result, self.files, values)
        return result

    def clear(self) -> None:
        for table in TABLES:
            self.connection.execute(f"drop table if exists {table}")
        forget_rejects(self.connection)
        for setting, value in self.settings.items():
            self.connection.execute(f"set {setting} = '{value}'")

    def _write_rows(self, rows: TokenFile) -> Reading:
        """Write the good rows with tokens in place of identifiers, the fastest way that fits."""
        with contextlib.suppress(duckdb.OutOfMemoryException):
            if self.contract.identifiers and self.delivery.layouts:
                collect_combinations(self.connection, self.delivery, self.pipes)
            # The rows must stream past the tokens: the optimizer, who knows no size of a file, would
            # keep the rows in memory and give them back in the order of the tokens.
            disabled = f"{DISABLED_OPTIMIZERS},join_order,build_side_probe_side"
            self.connection.execute(f"set disabled_optimizers = '{disabled}'")
            return self._copy(self._data_sql, rows)
        self.is_inline = True
        self.clear()
        with contextlib.suppress(duckdb.OutOfMemoryException):
            return self._copy(self._inline_sql, rows)
        # One thread keeps the order of the file without holding rows back, so the bytes stay equal.
        self.clear()
        self.delivery.small_buffers = True
        rows.rows_per_group = 20_480
        self.connection.execute("set threads = 1")
        self.connection.execute("set preserve_insertion_order = false")
        return self._copy(self._inline_sql, rows)

    def _inline_sql(self, source: str) -> str:
        return inline_data_sql(self.contract, source)

    def _copy(self, select: Callable[[str], str], rows: TokenFile) -> Reading:
        def statement(source: str) -> str:
            return rows.copy_sql(select(source), rows.path)

        reading = run_reading(self.connection, self.delivery, statement, self.pipes)
        if not self.delivery.layouts:
            nothing = ", ".join(f"null::varchar as r{i}" for i in range(len(self.contract.columns)))
            empty = f"select null::varchar as filename, 0 as nul_cells, {nothing} limit 0"
            made = rows.copy_sql(inline_data_sql(self.contract, empty), rows.path)
            self.connection.execute(made)
        return reading

    def _observed(self, rows: TokenFile, *, duplicates: int) -> str | None:
        """The observations from what the first pass counted; None where that is not enough."""
        if (
            self.is_inline
            or duplicates
            or not (self.contract.identifiers and self.delivery.layouts)
        ):
            return None
        return observed_combinations_sql(
            self.connection, self.contract, self.day, rows=rows.count()
        )

    def _observed_range(self) -> tuple[datetime | None, datetime | None]:
        return self.connection.execute(
            "select min(first_at), max(last_at) from loading_tokens"
        ).fetchall()[0]

    def _write_observations(self, rows: TokenFile, observed: str | None) -> None:
        path = unfinished(self.target.observations)
        if observed is not None:
            with contextlib.suppress(duckdb.OutOfMemoryException):
                select = f"select * exclude (part) from ({observed}) as seen"
                self.connection.execute(rows.copy_sql(select, path))
                return
        rows.write_observations(path, self.day)

    def _data_sql(self, source: str) -> str:
        """The good rows as raw keeps them; identifiers are judged by combination."""
        contract = self.contract
        known = frozenset(i for i, _, _ in row_identifiers.scalars(contract))
        marked = judging.marked_sql(contract, source, known=known)
        good = f"(select * from ({marked}) as marked where bad is null) as good"
        if not known:
            return f"select {row_identifiers.loaded_sql(contract)} from {good}"
        numbers = [*known, *row_identifiers.context_columns(contract)]
        same = " and ".join(f"good.r{i} is not distinct from t.r{i}" for i in sorted(set(numbers)))
        tokens = [f"r{i}" for i in sorted(set(numbers))] + [f"t{i}, s{i}" for i in sorted(known)]
        columns = row_identifiers.loaded_sql(
            contract, token=lambda i: f"t.t{i}", status=lambda i: f"t.s{i}"
        )
        # Every combination is in loading_tokens: a row without one would be missed in the counts.
        return (
            f"select {columns} from {good} join (select {', '.join(tokens)} from loading_tokens "
            f"where bad is null) as t on {same}"
        )

    def _rejects(self, reading: Reading) -> list[Reject]:
        found = [
            make_reject(file, 0, None, code) for file, code in self.delivery.quarantined.items()
        ]
        if reading.rows_scanned == reading.rows_kept and not reading.refused:
            return found
        for file in self.delivery.layouts:
            structural = [reject for reject in reading.refused if reject.file == file]
            bad = []
            if reading.rows_scanned > reading.rows_kept:
                bad = [BadRow(*row) for row in self._bad_rows(file)]
            found += locate(self.delivery, file, bad, structural)
        return sorted(found)

    def _bad_rows(self, file: LandingFile) -> list[tuple]:
        with Feeds(self.pipes) as feeds:
            source = self.delivery.source(feeds, only=file)
            marked = judging.marked_sql(self.contract, source)
            rows = self.connection.execute(
                f"select number, bad, {judging.reasons_sql(self.contract)} from ("
                f"select row_number() over () as number, * from ({marked}) as marked) as numbered "
                "where bad is not null order by number"
            ).fetchall()
        forget_rejects(self.connection)
        return rows

    def _nul_cells(self) -> int:
        if not self.delivery.without_nul or not self.delivery.layouts:
            return 0
        with Feeds(self.pipes) as feeds:
            source = self.delivery.source(feeds)
            cells = self.connection.execute(
                f"select coalesce(sum(nul_cells), 0)::bigint from ({source}) as s"
            ).fetchall()[0][0]
        forget_rejects(self.connection)
        return cells

    def _values(self, rows: TokenFile, *, all_loaded: bool) -> Iterable[pa.Table] | None:
        """Clear values of the loaded rows for the vault."""
        if not self.contract.has_identifiers:
            return None
        if self.is_inline or row_identifiers.listed(self.contract):
            return inline_values(self.connection, self.delivery, self.pipes)
        if not self.delivery.layouts:
            return []
        wanted = "" if all_loaded else f"where token in (select token from ({rows.tokens_sql()}))"
        values = row_identifiers.values_sql(self.contract, "")
        table = self.connection.sql(
            "select unhex(token) as token, any_value(identifier_type) as identifier_type, "
            "any_value(scope) as scope, any_value(value) as value, any_value(brand) as brand "
            f"from ({values}) as v {wanted} "
            "group by v.token"
        ).to_arrow_table()
        return [table.cast(SCHEMA)]
