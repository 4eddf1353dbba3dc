"""Loading one day that is too large to be kept in memory as text: the rows stream from file to Parquet."""

from datetime import date

import duckdb

from orchestration.lib.landing.committing import Place
from orchestration.lib.landing.files import LandingFile
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.small import load_days


def load_large_day(
    place: Place, day: date, files: list[LandingFile], connection: duckdb.DuckDBPyConnection
) -> LoadResult:
    return next(load_days(place, {day: files}, connection))
