"""Making the candidate the published file: only when its audit is complete and passed.

Belongs here: the audit's own table, durability, and the one atomic rename. Does not belong here:
building the candidate or checking it.
"""

import os
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.identity.state import save_state
from orchestration.lib.publish.candidate import candidate_path, discard_candidate
from orchestration.lib.quality import trail

_AUDIT_RESULTS = """
    create table quality.audit_results (
        edge varchar not null,
        table_name varchar not null,
        check_name varchar not null,
        is_passed boolean not null,
        is_blocking boolean not null,
        failing_rows bigint,
        details varchar not null,
        as_of_date date
    )
"""

_COMMENTS = {
    "edge": "Where in the flow: load, landing, models, publish.",
    "table_name": "What was checked: channel.entity on load and landing, schema.table afterwards.",
    "check_name": "The check; within an edge and table it is unique.",
    "is_passed": "True if the data is as expected.",
    "is_blocking": "True if a failure would have stopped this publish.",
    "failing_rows": "Rows that were not as expected; null where a check does not count rows.",
    "details": "Counts and bounds of a failure; empty when passed. Never personal data.",
    "as_of_date": "Day the published tables describe.",
}


def publish(home: Home, *, as_of: date | None) -> Path:
    """Rename the audited candidate over the published file.

    A reader that holds the old file open keeps reading it; the next one opens the new file. When
    the audit did not pass, the published file stays as it is and the candidate is removed.

    Returns:
        The published file.

    Raises:
        AuditError: If a blocking check failed or an edge was not audited.
    """
    try:
        results = trail.require_publishable(home)
    except trail.AuditError:
        discard_candidate(home)
        raise
    candidate = candidate_path(home)
    if not candidate.exists():
        raise trail.AuditError("nothing was published: there is no candidate; run `yutang run`")
    _write_results(candidate, results, as_of)
    if as_of is not None:
        _carry_activation(home, candidate, as_of)
    _sync(candidate)
    if as_of is not None:
        save_state(home, candidate, as_of=as_of)
    os.replace(candidate, home.published)  # noqa: PTH105 - the atomicity is the point
    _sync(home.published.parent)
    return home.published


def _carry_activation(home: Home, candidate: Path, as_of: date) -> None:
    """Members and lists of the newest run, until both are made anew from the new file."""
    from orchestration.lib.audiences.carrying import carry_over
    from orchestration.lib.exports.log import write_log

    with duckdb.connect(str(candidate)) as connection:
        carry_over(connection, home, as_of=as_of)
        write_log(connection, home)
        connection.execute("checkpoint")


def _write_results(candidate: Path, results: list[trail.AuditResult], as_of: date | None) -> None:
    rows = sorted(
        (
            r.edge, r.table_name, r.check_name, r.is_passed, r.is_blocking, r.failing_rows,
            r.details, as_of,
        )
        for r in results
    )  # fmt: skip
    with duckdb.connect(str(candidate)) as connection:
        connection.execute("create schema if not exists quality")
        connection.execute("drop table if exists quality.audit_results")
        connection.execute(_AUDIT_RESULTS)
        connection.execute(
            "comment on table quality.audit_results is "
            "'One row per edge, table and check of the audit that let this file be published.'"
        )
        for column, text in _COMMENTS.items():
            connection.execute(f"comment on column quality.audit_results.{column} is '{text}'")
        if rows:
            connection.executemany(
                "insert into quality.audit_results values (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        connection.execute("checkpoint")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
