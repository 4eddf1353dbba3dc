"""Loading days that fit into memory, several at a time.

Belongs here: the path for most deliveries. Planning one statement costs more than running it on a
few thousand rows, so all days given are read, judged and tokenised together and only written apart;
a day loaded alone gives the same bytes. Days that are larger go through large.py.
"""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.landing import judging, observations, row_identifiers, sql
from orchestration.lib.landing.committing import Place, commit
from orchestration.lib.landing.delivery import Delivery
from orchestration.lib.landing.entities import raw_columns
from orchestration.lib.landing.files import LandingFile
from orchestration.lib.landing.locating import BadRow, Reject, locate, make_reject
from orchestration.lib.landing.reading import Reading, explain_guard, run_reading
from orchestration.lib.landing.results import Counts, LoadResult, check_required, load_id_of
from orchestration.lib.landing.writing import (
    OBSERVATION_COLUMNS,
    arrow_schema,
    partition,
    unfinished,
)
from orchestration.lib.vault.segments import SCHEMA

TABLES = ("loading_marked", "loading_ids", "loading_data", "loading_seen", "loading_values")


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
        try:
            self._read_and_tokenise()
        except duckdb.Error as error:
            explain_guard(self.delivery, error)
            self._read_and_tokenise()  # once more, without the NUL bytes
        self.delivery.find_unknown_keys(self.connection, self.place.home.tmp)
        rejects = self._rejects()
        counts = self._counts()
        for part, day in enumerate(self.days):
            counts[part].check(self.contract, day)
            check_required(self.contract, day, counts[part], rejects[part])
        names = ", ".join(sql.name(name) for name, _ in raw_columns(self.contract))
        rows = self._table(
            f"select part, {names} from loading_data order by part, place, n",
            raw_columns(self.contract),
        )
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
            result = LoadResult.of(
                self.delivery,
                files,
                day=day,
                load_id=load_id,
                counts=counts[part],
                rejects=rejects[part],
                seconds=elapsed + time.perf_counter() - began,
            )
            kept = None if values is None else [_part(values, part).cast(SCHEMA)]
            commit(self.place, result, files, kept)
            yield result

    def _read_and_tokenise(self) -> None:
        self.reading = self._read()
        self._tokenise()

    def _read(self) -> Reading:
        """Everything the reader gives as loading_marked: good and bad rows, text and values.

        Its rowid is the order of the files: numbering the rows would bind them to one thread.
        """

        def statement(source: str) -> str:
            marked = judging.marked_sql(self.contract, source)
            return f"create or replace temp table loading_marked as {marked}"

        reading = run_reading(self.connection, self.delivery, statement, self.place.home.tmp)
        if not self.delivery.layouts:
            nothing = ", ".join(f"null::varchar as r{i}" for i in range(len(self.contract.columns)))
            empty = f"select null::varchar as filename, 0 as nul_cells, {nothing} limit 0"
            self.connection.execute(statement(empty))
        return reading

    def _rejects(self) -> list[list[Reject]]:
        """Refused rows and files by day."""
        found: list[list[Reject]] = [[] for _ in self.days]
        bad: dict[LandingFile, list[BadRow]] = {}
        if self.connection.execute(
            "select 1 from loading_marked where bad is not null limit 1"
        ).fetchall():
            for path, number, column, code in self.connection.execute(
                f"select filename, number, bad, {judging.reasons_sql(self.contract)} from ("
                "select marked.*, n - first + 1 as number "
                "from (select *, rowid as n from loading_marked) as marked "
                "join (select filename, min(rowid) as first from loading_marked group by 1) as files "
                "using (filename) where bad is not null) as numbered order by n"
            ).fetchall():
                file = self.delivery.by_path[path]
                bad.setdefault(file, []).append(BadRow(number, column, code))
        for file, code in self.delivery.quarantined.items():
            found[self.days.index(file.day)].append(make_reject(file, 0, None, code))
        for file in self.delivery.layouts:
            structural = [reject for reject in self.reading.refused if reject.file == file]
            rejects = locate(self.delivery, file, bad.get(file, []), structural)
            found[self.days.index(file.day)] += rejects
        return [sorted(rejects) for rejects in found]

    def _tokenise(self) -> None:
        """loading_data: the good rows as raw keeps them, each distinct row once a day."""
        good = "(select *, rowid as n from loading_marked where bad is null)"
        if self.contract.identifiers:
            made = row_identifiers.identifiers_sql(self.contract, good)
            self.connection.execute(f"create or replace temp table loading_ids as {made}")
        paths = list(self.delivery.by_path)
        files = [self.delivery.by_path[path] for path in paths]
        parts = [str(self.days.index(file.day)) for file in files] or ["0"]
        order = {file: place for place, file in enumerate(sorted(files, key=lambda f: f.name))}
        places = [str(order[file]) for file in files] or ["0"]
        at = f"list_position({sql.texts(paths)}::varchar[], filename)"
        self.connection.execute(
            f"create or replace temp table loading_data as select [{', '.join(parts)}][{at}] "
            f"as part, [{', '.join(places)}][{at}] as place, good.n, "
            f"{row_identifiers.loaded_sql(self.contract, with_values=True)} "
            f"from {good} as good{row_identifiers.joins_sql(self.contract)}"
        )
        # Equal hashes are only a hint: the rows themselves decide.
        names = ", ".join(sql.name(name) for name, _ in raw_columns(self.contract))
        rows, distinct = self.connection.execute(
            f"select count(*), count(distinct hash(part, {names})) from loading_data"
        ).fetchall()[0]
        if distinct < rows:
            self.connection.execute(
                "delete from loading_data where rowid in (select row from (select rowid as row, "
                f"row_number() over (partition by part, {names} order by place, n) as nth "
                f"from loading_data where hash(part, {names}) in (select hash(part, {names}) "
                "from loading_data group by 1 having count(*) > 1)) as repeated where nth > 1)"
            )

    def _counts(self) -> list[Counts]:
        read, good, bad, cells = ([0] * len(self.days) for _ in range(4))
        for path, rows, refused, cleaned in self.connection.execute(
            "select filename, count(*), count(bad), sum(nul_cells)::bigint "
            "from loading_marked group by 1"
        ).fetchall():
            part = self.days.index(self.delivery.by_path[path].day)
            read[part] += rows
            good[part] += rows - refused
            bad[part] += refused
            cells[part] += cleaned
        # Rows that the reader gave and that are in no table would show in Counts.check.
        read[0] += self.reading.rows_scanned - sum(read)
        for reject in self.reading.refused:
            read[self.days.index(reject.file.day)] += 1
            bad[self.days.index(reject.file.day)] += 1
        at = observations.observed_at_sql(self.contract, "null::timestamp")
        rows = self.connection.execute(
            f"select part, count(*), min({at}), max({at}) from loading_data group by 1"
        ).fetchall()
        kept = {part: (count, low, high) for part, count, low, high in rows}
        result = []
        for part in range(len(self.days)):
            loaded, low, high = kept.get(part, (0, None, None))
            result.append(
                Counts(
                    rows_read=read[part],
                    rows_loaded=loaded,
                    rows_rejected=bad[part],
                    rows_duplicate=good[part] - loaded,
                    nul_cells_cleaned=cells[part],
                    min_observed_at=low,
                    max_observed_at=high,
                )
            )
        return result

    def _observations(self) -> tuple[pa.Table | None, pa.Table | None]:
        """What was seen together, and the clear values of it, by day."""
        if not self.contract.has_identifiers:
            return None, None
        days = ", ".join(observations.delivered_sql(day) for day in self.days)
        made = observations.observations_sql(
            self.contract, "loading_data", f"[{days}][part + 1]", by="part"
        )
        self.connection.execute(f"create or replace temp table loading_seen as {made}")
        values = row_identifiers.values_sql(self.contract, "loading_data")
        self.connection.execute(f"create or replace temp table loading_values as {values}")
        values = self.connection.sql(
            "select part, unhex(token) as token, any_value(identifier_type) as identifier_type, "
            "any_value(scope) as scope, any_value(value) as value, any_value(brand) as brand from ("
            "select distinct part, identifier_token as token from loading_seen "
            "where identifier_token is not null) as seen "
            "join loading_values using (token) group by part, token order by part, token"
        ).to_arrow_table()
        seen = "from loading_seen" if self.contract.is_observed else "from loading_seen limit 0"
        return self._table(seen, list(OBSERVATION_COLUMNS)), values

    def _table(self, select: str, columns: list[tuple[str, str]]) -> pa.Table:
        part = pa.field("part", pa.int32())
        schema = pa.schema([part, *arrow_schema(columns)])
        return self.connection.sql(select).to_arrow_table().cast(schema)

    def _write(self, path: Path, table: pa.Table, part: int, metadata: dict[str, str]) -> None:
        rows = _part(table, part)
        pq.write_table(
            rows.replace_schema_metadata(metadata),
            unfinished(path),
            compression="snappy",
            store_decimal_as_integer=True,
        )


def _part(table: pa.Table, part: int) -> pa.Table:
    """The rows of one day, without the number of the day; ``table`` is in its order."""
    first, end = np.searchsorted(table["part"].to_numpy(), [part, part + 1])
    return table.slice(first, end - first).drop_columns(["part"])
