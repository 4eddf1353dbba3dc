"""Loading days that fit into memory, several at a time.

Belongs here: the path for most deliveries. Planning one statement costs more than running it on a
few thousand rows, so all days given are read, judged and tokenised together and only written apart;
a day loaded alone gives the same bytes. Days that are larger go through large.py.
"""

import time
from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.lib.landing import judging, observations, sql
from orchestration.lib.landing.committing import Place, commit
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import raw_columns
from orchestration.lib.landing.files import LandingFile
from orchestration.lib.landing.locating import BadRow, Reject, locate, make_reject
from orchestration.lib.landing.reading import Reading, run_reading
from orchestration.lib.landing.results import Counts, LoadResult, check_required, load_id_of
from orchestration.lib.landing.writing import (
    OBSERVATION_COLUMNS,
    arrow_schema,
    partition,
    unfinished,
)
from orchestration.lib.vault.segments import SCHEMA

TABLES = ("loading_marked", "loading_rows", "loading_ids", "loading_seen", "loading_values")


def load_days(
    place: Place, days: dict[date, list[LandingFile]], connection: duckdb.DuckDBPyConnection
) -> Iterator[LoadResult]:
    """Load the files of several days; one result per day, each committed when it is given.

    Raises:
        LandingError: If one of the days cannot be loaded; some days may be committed by then.
    """
    load = _SmallLoad(place, days, connection)
    try:
        yield from load.run()
    finally:
        for table in TABLES:
            connection.execute(f"drop table if exists {table}")


class _SmallLoad:
    def __init__(
        self,
        place: Place,
        days: dict[date, list[LandingFile]],
        connection: duckdb.DuckDBPyConnection,
    ) -> None:
        self.place = place
        self.contract = place.contract
        self.days = list(days)
        self.files = days
        self.connection = connection

    def run(self) -> Iterator[LoadResult]:
        started = time.perf_counter()
        every = [file for files in self.files.values() for file in files]
        self.delivery = Delivery.inspect(every, self.contract, self.connection)
        self.reading = self._read()
        self.delivery.find_unknown_keys(self.connection, self.place.home.tmp)
        rejects = self._rejects()
        self._keep_accepted()
        counts = self._counts()
        for part, day in enumerate(self.days):
            counts[part].check(self.contract, day)
            check_required(self.contract, day, counts[part], rejects[part])
        rows = self._table(self._data_sql(), raw_columns(self.contract))
        seen, values = self._observations()
        elapsed = (time.perf_counter() - started) / len(self.days)
        for part, day in enumerate(self.days):
            began = time.perf_counter()
            files = self.files[day]
            load_id = load_id_of(files, self.contract, self.place.keys)
            target = partition(self.place.home, self.contract, day)
            metadata = self.place.metadata(load_id)
            self._write(target.data, rows, part, metadata)
            if seen is not None:
                self._write(target.observations, seen, part, metadata)
            result = LoadResult(
                channel=self.contract.channel,
                entity=self.contract.entity,
                day=day,
                load_id=load_id,
                files=len(files),
                bytes=sum(file.size for file in files),
                counts=counts[part],
                quarantined={
                    file.path.name: code
                    for file, code in self.delivery.quarantined.items()
                    if file.day == day
                },
                unknown_columns=self._unknown_columns(day),
                rejects=tuple(rejects[part]),
                seconds=elapsed + time.perf_counter() - began,
            )
            kept = None if values is None else [_part(values, part).cast(SCHEMA)]
            commit(self.place, result, files, kept)
            yield result

    def _read(self) -> Reading:
        """Everything the reader gives as loading_marked: good and bad rows, with text and values."""
        connection = self.connection

        def statement(source: str) -> str:
            marked = judging.marked_sql(self.contract, source)
            return (
                "create or replace temp table loading_marked as "
                f"select row_number() over () as n, * from ({marked}) as marked"
            )

        connection.execute("set enable_profiling = 'no_output'")
        try:
            reading = run_reading(connection, self.delivery, statement, self.place.home.tmp)
        finally:
            connection.execute("reset enable_profiling")
        if not self.delivery.layouts:
            nothing = ", ".join(f"null::varchar as r{i}" for i in range(len(self.contract.columns)))
            empty = f"select null::varchar as filename, 0 as nul_cells, {nothing} limit 0"
            connection.execute(statement(empty))
        return reading

    def _rejects(self) -> list[list[Reject]]:
        """Refused rows and files by day."""
        found: list[list[Reject]] = [[] for _ in self.days]
        bad: dict[LandingFile, list[BadRow]] = {}
        refused = self.reading.refused
        if self.connection.execute(
            "select 1 from loading_marked where bad is not null limit 1"
        ).fetchall():
            reasons = judging.reasons_sql(self.contract)
            for path, number, column, code in self.connection.execute(
                f"select filename, number, bad, {reasons} from (select *, "
                "n - min(n) over (partition by filename) + 1 as number from loading_marked) as m "
                "where bad is not null order by n"
            ).fetchall():
                file = self.delivery.by_path[path]
                bad.setdefault(file, []).append(BadRow(number, column, code))
        for file, code in self.delivery.quarantined.items():
            found[self.days.index(file.day)].append(make_reject(file, 0, None, code))
        for file in self.delivery.layouts:
            structural = [reject for reject in refused if reject.file == file]
            rejects = locate(self.delivery, file, bad.get(file, []), structural)
            found[self.days.index(file.day)] += rejects
        return [sorted(rejects) for rejects in found]

    def _keep_accepted(self) -> None:
        """loading_rows: the good rows with the number of their day, each distinct row once a day."""
        paths = list(self.delivery.by_path)
        parts = [str(self.days.index(self.delivery.by_path[path].day)) for path in paths]
        order = sorted(range(len(paths)), key=lambda k: self.delivery.by_path[paths[k]].name)
        places = [str(order.index(k)) for k in range(len(paths))]
        at = f"list_position({sql.texts(paths)}, filename)"
        columns = judging.loading_columns_sql(self.contract)
        numbers = (
            f"[{', '.join(parts)}][{at}] as part, [{', '.join(places)}][{at}] as place"
            if paths
            else "0 as part, 0 as place"
        )
        self.connection.execute(
            f"create or replace temp table loading_rows as select {numbers}, n, {columns} "
            "from loading_marked where bad is null"
        )
        self.accepted = self._by_part("count(*)")
        names = ", ".join(judging.loading_names(self.contract))
        rows, distinct = self.connection.execute(
            f"select count(*), count(distinct hash(part, {names})) from loading_rows"
        ).fetchall()[0]
        if distinct < rows:
            self.connection.execute(
                "create or replace temp table loading_rows as select * from loading_rows qualify "
                f"row_number() over (partition by part, {names} order by place, n) = 1"
            )

    def _by_part(self, expression: str) -> dict[int, int]:
        return dict(
            self.connection.execute(
                f"select part, {expression} from loading_rows group by 1"
            ).fetchall()
        )

    def _counts(self) -> list[Counts]:
        scanned, cells = [0] * len(self.days), [0] * len(self.days)
        for path, rows, cleaned in self.connection.execute(
            "select filename, count(*), sum(nul_cells)::bigint from loading_marked group by 1"
        ).fetchall():
            part = self.days.index(self.delivery.by_path[path].day)
            scanned[part] += rows
            cells[part] += cleaned
        if sum(scanned) != self.reading.rows_scanned:
            scanned[0] += self.reading.rows_scanned - sum(scanned)  # shown by Counts.check
        for reject in self.reading.refused:
            scanned[self.days.index(reject.file.day)] += 1
        at = observations.observed_at_sql(self.contract, "null::timestamp")
        rows = self.connection.execute(
            f"select part, count(*), min({at}), max({at}) from loading_rows group by 1"
        ).fetchall()
        kept = {part: (count, low, high) for part, count, low, high in rows}
        result = []
        for part in range(len(self.days)):
            count, low, high = kept.get(part, (0, None, None))
            accepted = self.accepted.get(part, 0)
            result.append(
                Counts(
                    rows_read=scanned[part],
                    rows_loaded=count,
                    rows_rejected=scanned[part] - accepted,
                    rows_duplicate=accepted - count,
                    nul_cells_cleaned=cells[part],
                    min_observed_at=low,
                    max_observed_at=high,
                )
            )
        return result

    def _data_sql(self) -> str:
        if self.contract.identifiers:
            made = observations.identifiers_sql(self.contract)
            self.connection.execute(f"create or replace temp table loading_ids as {made}")
        data = observations.data_sql(self.contract, also="r.part, ")
        return f"{data} order by r.part, r.place, r.n"

    def _observations(self) -> tuple[pa.Table | None, pa.Table | None]:
        """What was seen together, and the clear values of it, by day."""
        if not self.contract.has_identifiers:
            return None, None
        days = ", ".join(f"timestamp '{day.isoformat()} 00:00:00'" for day in self.days)
        made = observations.observations_sql(self.contract, f"[{days}][part + 1]", by="part")
        self.connection.execute(f"create or replace temp table loading_seen as {made}")
        self.connection.execute(
            f"create or replace temp table loading_values as {observations.values_sql(self.contract)}"
        )
        values = self.connection.sql(
            "select part, unhex(token) as token, any_value(identifier_type) as identifier_type, "
            "any_value(scope) as scope, any_value(value) as value from (select distinct part, "
            "identifier_token as token from loading_seen where identifier_token is not null) as seen "
            "join loading_values using (token) group by part, token order by part, token"
        ).to_arrow_table()
        return self._table("from loading_seen", list(OBSERVATION_COLUMNS)), values

    def _table(self, select: str, columns: list[tuple[str, str]]) -> pa.Table:
        part = pa.field("part", pa.int32())
        schema = pa.schema([part, *arrow_schema(columns)])
        return self.connection.sql(select).to_arrow_table().cast(schema)

    def _write(self, path, table: pa.Table, part: int, metadata: dict[str, str]) -> None:  # noqa: ANN001
        rows = _part(table, part)
        pq.write_table(
            rows.replace_schema_metadata(metadata),
            unfinished(path),
            compression="snappy",
            store_decimal_as_integer=True,
        )

    def _unknown_columns(self, day: date) -> tuple[str, ...]:
        found = [names for file, names in self.delivery.unknown_columns.items() if file.day == day]
        return tuple(sorted(set().union(*found)))


def _part(table: pa.Table, part: int) -> pa.Table:
    """The rows of one day, without the number of the day."""
    return table.filter(pc.equal(table["part"], part)).drop_columns(["part"])
