"""Loading delivery days of an entity: landing files to typed, tokenised Parquet in raw.

Belongs here: which way a day is loaded, and several days in a row. Does not belong here: reading
(reading.py), judging (judging.py), replacing what was there (committing.py).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.landing.committing import Place
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.errors import LandingError, without_values
from orchestration.lib.landing.files import LandingFile, landing_files
from orchestration.lib.landing.large import load_large_day
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.small import load_days
from orchestration.lib.landing.tokens import Keys

__all__ = ["LoadResult", "load_entity", "load_partition", "prepare_home"]

# Bytes of text up to which days are loaded in memory, together with others.
SMALL = 32 << 20


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
    place = Place(home, keys, contract)
    try:
        if _text_size(files) > SMALL:
            return load_large_day(place, day, files, connection)
        return next(load_days(place, {day: files}, connection))
    except duckdb.Error as error:
        # The engine's own words may quote a cell.
        raise LandingError(
            f"{contract.name} {day}: loading failed ({without_values(error)}); please report this"
        ) from None


def load_entity(
    contract: EntityContract,
    days: Iterable[date],
    *,
    home: Home,
    keys: Keys,
    connection: duckdb.DuckDBPyConnection | None = None,
    progress: Callable[[LoadResult], None] = lambda result: None,
) -> list[LoadResult]:
    """Load several days; what can be loaded is, also when another day cannot.

    Args:
        progress: Called after each day with its result.

    Raises:
        LandingError: After all days were tried, saying what is wrong with those that failed.
    """
    if connection is None:
        with open_connection(keys) as own:
            return load_entity(
                contract, days, home=home, keys=keys, connection=own, progress=progress
            )
    place = Place(home, keys, contract)
    results: list[LoadResult] = []
    failures: list[str] = []
    for batch in _batches({day: landing_files(home, contract, day) for day in days}):
        done = []
        try:
            for result in _load_batch(place, batch, connection):
                done.append(result)
                progress(result)
        except (LandingError, duckdb.Error):
            # One day spoils the batch: day by day it is clear which.
            for day in [day for day in batch if day not in {result.day for result in done}]:
                try:
                    done.append(
                        load_partition(contract, day, home=home, keys=keys, connection=connection)
                    )
                    progress(done[-1])
                except LandingError as error:
                    failures.append(str(error))
        results += done
    if failures:
        more = f" (and {len(failures) - 1} other days cannot be loaded)" if failures[1:] else ""
        raise LandingError(f"{failures[0]}{more}")
    return results


def _load_batch(
    place: Place, batch: dict[date, list[LandingFile]], connection: duckdb.DuckDBPyConnection
) -> Iterator[LoadResult]:
    if len(batch) == 1:
        day = next(iter(batch))
        yield load_partition(
            place.contract, day, home=place.home, keys=place.keys, connection=connection
        )
    else:
        yield from load_days(place, batch, connection)


def _batches(days: dict[date, list[LandingFile]]) -> Iterator[dict[date, list[LandingFile]]]:
    """Days that are loaded together: as many as stay small."""
    batch: dict[date, list[LandingFile]] = {}
    size = 0
    for day, files in days.items():
        here = _text_size(files)
        if batch and size + here > SMALL:
            yield batch
            batch, size = {}, 0
        batch[day] = files
        size += here
    if batch:
        yield batch


def _text_size(files: list[LandingFile]) -> int:
    return sum(file.text_size for file in files)
