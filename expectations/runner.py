"""Running suites on one DuckDB file and turning every expectation into an audit result.

Belongs here: validation, and what counts as a failure: a metric that raised an exception is a
failed check, never a pass. Does not belong here: suites, or storing results.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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
        One result per expectation, in the order of the suites. Details hold counts, and samples
        only of queries that declare their rows to be counts (meta ``rows_are_counts``).
    """
    import great_expectations as gx

    context = open_context()
    source = open_database(context, database)
    results: list[AuditResult] = []
    try:
        for suite in suites:
            schema, table = suite.name.split(".", maxsplit=1)
            validation = gx.ValidationDefinition(
                name=suite.name, data=table_batch(source, schema, table), suite=suite
            )
            context.suites.add(suite)
            outcome = context.validation_definitions.add(validation).run(
                result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
            )
            results += _in_order(suite, [_convert(r, suite.name, edge) for r in outcome.results])
    finally:
        close_database(source)
    return [_with_blocking(result, is_blocking) for result in results]


def _convert(result: Any, table: str, edge: str) -> AuditResult:
    config = result.expectation_config
    name = (config.meta or {}).get("name") or config.type.removeprefix("expect_")
    raised = _exception(result.exception_info)
    failing = _failing_rows(result.result)
    if raised:
        details = f"the check itself failed: {raised}"
    elif result.success:
        details = ""
    else:
        details = _details(result.result, meta=config.meta or {})
    return AuditResult(
        edge=edge,
        table_name=table,
        check_name=name,
        is_passed=bool(result.success) and not raised,
        is_blocking=True,
        failing_rows=None if raised else failing,
        details=details,
    )


def _exception(info: dict[str, Any]) -> str:
    """The message of a metric that raised; the info is flat or keyed by metric."""
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = [e.get("exception_message") for e in entries if e and e.get("raised_exception")]
    return " ".join(str(messages[0]).split())[:200] if messages else ""


def _failing_rows(result: dict[str, Any]) -> int | None:
    if "unexpected_count" in result:
        return int(result["unexpected_count"] or 0)  # None: a column without any value
    if "details" in result and "unexpected_rows" in result["details"]:
        return int(result["observed_value"])
    return None


def _details(result: dict[str, Any], *, meta: dict[str, Any]) -> str:
    if meta.get("rows_are_counts"):
        rows = result.get("details", {}).get("unexpected_rows", [])[:SAMPLE_ROWS]
        return "; ".join(
            ", ".join(f"{key} {_plain(value)}" for key, value in row.items()) for row in rows
        )
    if "unexpected_count" in result:
        return f"{result['unexpected_count']} of {result.get('element_count')} rows"
    return f"observed {result.get('observed_value')}"


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _in_order(suite: Any, results: Sequence[AuditResult]) -> list[AuditResult]:
    names = [(e.meta or {}).get("name") or "" for e in suite.expectations]
    return sorted(results, key=lambda r: names.index(r.check_name) if r.check_name in names else 0)


def _with_blocking(result: AuditResult, is_blocking: bool) -> AuditResult:  # noqa: FBT001
    return replace(result, is_blocking=is_blocking)
