"""Running suites on one DuckDB file and turning every expectation into an audit result.

Belongs here: validation, and what counts as a failure: a metric that raised an exception is a
failed check, never a pass. Does not belong here: suites, or storing results.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from expectations.context import close_database, open_context, open_database, table_batch
from orchestration.lib.quality.trail import AuditResult

SAMPLE_ROWS = 5


def run_suites(
    database: Path, suites: Iterable[Any], *, edge: str, is_blocking: bool = True
) -> list[AuditResult]:
    """Validate suites named ``<schema>.<table>`` on the tables of that name.

    Args:
        database: DuckDB file; opened read-only.
        suites: Expectation suites.
        edge: Edge the results belong to: ``landing`` or ``publish``.
        is_blocking: Whether a failure stops a publish.

    Returns:
        One result per expectation, in the order of the suites. Details hold counts, and rows only
        of queries that declare their rows to be counts (meta ``rows_are_counts``).
    """
    import great_expectations as gx

    context = open_context()
    source = open_database(context, database)
    outcomes: list[tuple[str, Any]] = []
    try:
        for suite in suites:
            schema, table = suite.name.split(".", maxsplit=1)
            validation = gx.ValidationDefinition(
                name=suite.name, data=table_batch(source, schema, table), suite=suite
            )
            context.suites.add(suite)
            # No sample of values: a column may hold something about a person.
            outcome = context.validation_definitions.add(validation).run(
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
            )
            outcomes += [(suite.name, result) for result in outcome.results]
    finally:
        close_database(source)
    with duckdb.connect(str(database), read_only=True) as connection:
        results = [
            _convert(connection, result, name, edge=edge, is_blocking=is_blocking)
            for name, result in outcomes
        ]
    return sorted(results, key=lambda result: (result.table_name, result.check_name))


def _convert(
    connection: duckdb.DuckDBPyConnection, result: Any, table: str, *, edge: str, is_blocking: bool
) -> AuditResult:
    meta = result.expectation_config.meta or {}
    raised = _exception(result.exception_info)
    passed = bool(result.success) and not raised
    if raised:
        details = f"the check itself failed: {raised}"
    elif passed:
        details = ""
    elif meta.get("rows_are_counts"):
        query = result.expectation_config.kwargs["unexpected_rows_query"]
        details = _sample(connection, query, table)
    else:
        details = _count(result.result)
    return AuditResult(
        edge=edge,
        table_name=table,
        check_name=meta.get("name") or result.expectation_config.type.removeprefix("expect_"),
        is_passed=passed,
        is_blocking=is_blocking,
        failing_rows=None if raised else _failing_rows(result),
        details=details,
    )


def _exception(info: dict[str, Any]) -> str:
    """The message of a metric that raised; the info is flat or keyed by metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = [e.get("exception_message") for e in entries if e and e.get("raised_exception")]
    return " ".join(str(messages[0]).split())[:200] if messages else ""


def _failing_rows(result: Any) -> int | None:
    if result.expectation_config.type == "unexpected_rows_expectation":
        return int(result.result["observed_value"])
    count = result.result.get("unexpected_count")
    return None if count is None else int(count)


def _count(found: dict[str, Any]) -> str:
    if "unexpected_count" in found:
        return f"{found['unexpected_count']} of {found.get('element_count')} rows"
    return f"found {found.get('observed_value')}"


def _sample(connection: duckdb.DuckDBPyConnection, query: str, table: str) -> str:
    """The first rows of a failed query, as Great Expectations formats it for the whole table."""
    schema, name = table.split(".", maxsplit=1)
    selected = query.format(batch=f'"{schema}"."{name}"')
    found = connection.execute(f"select * from ({selected}) limit {SAMPLE_ROWS}")
    names = [column[0] for column in found.description or ()]
    return "; ".join(
        ", ".join(f"{name} {_plain(value)}" for name, value in zip(names, row, strict=True))
        for row in found.fetchall()
    )


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
