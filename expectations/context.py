"""Great Expectations without a project folder: an ephemeral context on one DuckDB file.

Belongs here: making the context and reading a table as a batch. Does not belong here: suites.
"""

import os
import warnings
from pathlib import Path
from typing import Any

from expectations import dialect


def open_context() -> Any:
    """An ephemeral context that sends no analytics and prints no progress bars.

    Great Expectations is imported here: it takes 3 to 10 seconds, and most commands never need it.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import great_expectations as gx

        context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # ty: ignore[invalid-assignment]
    return context


def open_database(context: Any, database: Path) -> Any:
    """A data source that reads ``database`` through our dialect, read-only."""
    dialect.register()
    return context.data_sources.add_sql(
        name=database.stem,
        connection_string=f"{dialect.NAME}:///{database}?access_mode=read_only",
    )


def close_database(source: Any) -> None:
    """Close every connection of a data source: a file that is open cannot be opened to write."""
    source.get_execution_engine().close()
    source.get_execution_engine().engine.dispose()
    source.get_engine().dispose()


def table_batch(source: Any, schema: str, table: str) -> Any:
    """A batch definition of one whole table or view."""
    with warnings.catch_warnings():
        # The schema of the connection would be one for all; a file here has many.
        warnings.simplefilter("ignore", DeprecationWarning)
        asset = source.add_table_asset(f"{schema}.{table}", table_name=table, schema_name=schema)
    return asset.add_batch_definition_whole_table("all")
