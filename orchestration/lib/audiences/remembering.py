"""Writing what a run gave into state/audiences, in an order from which a crash is made good.

Belongs here: the rows of the files. Does not belong here: who is a member (evaluating.py), places
(state.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.lib.audiences import state
from orchestration.lib.audiences.compiling import Compiled
from orchestration.lib.audiences.evaluating import Counts
from orchestration.lib.audiences.opening import Opened
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.home import Home


@dataclass(frozen=True)
class AudienceRun:
    """What a run did with one audience."""

    audience: Audience
    definition_hash: str
    was_due: bool
    counts: Counts


def remember(home: Home, opened: Opened, compiled: Compiled, runs: Sequence[AudienceRun]) -> None:
    """Write a run of the newest day; one of a day before it only where the past is shown from."""
    connection, day = opened.connection, opened.as_of
    _final_tables(connection, day, runs)
    newest = state.newest_day(home)
    if newest is not None and day < newest:
        # The past: shown in the published file from here, not remembered.
        return _past(home, connection)
    state.write(
        connection,
        "select * from final_members order by audience, one_id",
        state.roll_path(home, day),
    )
    state.write(
        connection,
        "select * from final_changes order by audience, change, one_id",
        state.change_path(home, day),
    )
    old = state.runs_path(home)
    keep = (
        f"select * from read_parquet('{state.quoted(old)}') where as_of_date <> date '{day}' union all "
        if old.exists()
        else ""
    )
    state.write(connection, f"{keep}select * from final_runs order by audience, as_of_date", old)
    state.write(
        connection,
        "select * exclude (net_revenue_cny, recent_net_revenue_cny) from evaluation order by one_id",
        state.evaluation_path(home, day),
        answers={run.audience.name: compiled.bits(run.audience.name) for run in runs},
    )
    for run in runs:
        name = run.audience.name  # letters, digits and _ only
        state.write(
            connection,
            "select audience, as_of_date, one_id, joined_date, reason from final_members "
            f"where audience = '{name}' and not is_holdout order by one_id",
            state.members_path(home, name),
        )
    for path in (state.folder(home) / "members").glob("*.parquet"):
        if path.stem not in opened.files.found:
            path.unlink()
    state.forget_old(home, day)
    return None


def _past(home: Home, connection: duckdb.DuckDBPyConnection) -> None:
    for name, order in (
        ("members", "audience, one_id"),
        ("changes", "audience, change, one_id"),
        ("runs", "audience"),
    ):
        state.write(
            connection,
            f"select * from final_{name} order by {order}",
            state.folder(home) / "past" / f"{name}.parquet",
        )


def _final_tables(
    connection: duckdb.DuckDBPyConnection, day: date, runs: Sequence[AudienceRun]
) -> None:
    connection.execute(
        "create or replace temp table run_rows ("
        + ", ".join(f'"{c}" {t}' for c, t in state.RUN_COLUMNS.items())
        + ")"
    )
    rows = [
        (
            run.audience.name, day, run.definition_hash, c.members, c.held_out, c.met_conditions,
            c.not_allowed, c.joined, c.left, c.net_revenue_cny, c.recent_net_revenue_cny,
            run.was_due,
        )
        for run in runs
        for c in [run.counts]
    ]  # fmt: skip
    if rows:
        connection.executemany(
            f"insert into run_rows values ({', '.join('?' * len(state.RUN_COLUMNS))})", rows
        )
    connection.execute("create or replace temp view final_runs as select * from run_rows")
    connection.execute(
        f"""
        create or replace temp view final_members as
        select audience, date '{day}' as as_of_date, one_id, joined_date, is_holdout, bits,
            run_rows.definition_hash, reason, reason_zh
        from members
        left join member_texts using (audience, bits)
        left join run_rows using (audience)
        """
    )
    connection.execute(
        f"""
        create or replace temp view final_changes as
        select changes.audience, date '{day}' as as_of_date, one_id, changes.change, reason, reason_zh
        from changes
        left join change_texts on changes.audience = change_texts.audience
            and changes.change = change_texts.change
            and changes.before is not distinct from change_texts.before
            and changes.after is not distinct from change_texts.after
        """
    )
