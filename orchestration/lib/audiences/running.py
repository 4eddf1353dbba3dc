"""A run: every audience evaluated, remembered, and written into the published file.

Belongs here: the order of these steps. Does not belong here: any of them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences import state
from orchestration.lib.audiences.evaluating import (
    add_members,
    counts,
    evaluate,
    load_before,
)
from orchestration.lib.audiences.files import AUDIENCES_DIR
from orchestration.lib.audiences.hashing import definition_hash
from orchestration.lib.audiences.opening import Opened, open_home
from orchestration.lib.audiences.reasons import FIRST_RUN, NEW_DEFINITION, Reasons
from orchestration.lib.audiences.remembering import AudienceRun, remember
from orchestration.lib.audiences.schema import Schedule
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def is_due(schedule: Schedule, day: date) -> bool:
    """Whether a schedule computes anew on a day.

    >>> is_due(Schedule(every="week", on="monday"), date(2026, 6, 29))
    True
    """
    if schedule.every == "week":
        return _WEEKDAYS[day.weekday()] == schedule.on
    return schedule.every == "day" or day.day == schedule.on


def run_audiences(
    home: Home, *, names: Iterable[str] | None = None, folder: Path = AUDIENCES_DIR
) -> list[AudienceRun]:
    """Compute what is due, remember it, and publish the tables of schema activation.

    An audience is due by its schedule, when its definition changed, and when it never ran. One
    that is not keeps its members, but for people whom consent or erasure forbids now.

    Args:
        home: The brand's home; something is published.
        names: Compute these whether due or not, and leave the others as they are due.

    Returns:
        One run per audience, by name. A run for a day before the newest remembered one is
        published and not remembered: it reads the past.
    """
    from orchestration.lib.audiences.tables import publish_tables

    opened = open_home(home, folder)
    forced = set(names or ())
    for name in forced:
        opened.files[name]
    try:
        runs = _run(home, opened, forced)
    finally:
        opened.connection.close()
    publish_tables(home, opened.files, opened.words, opened.as_of)
    return runs


def _run(home: Home, opened: Opened, forced: set[str]) -> list[AudienceRun]:
    connection, day = opened.connection, opened.as_of
    days = [one for one in state.complete_days(home) if one < day]
    base = days[-1] if days else None
    load_before(
        connection,
        roll=state.roll_path(home, base) if base else None,
        evaluation=state.evaluation_path(home, base) if base else None,
    )
    before = state.answers(home, base) if base else {}
    audiences = list(opened.files.audiences.values())
    compiled = opened.compiled([opened.question(one) for one in audiences])
    evaluate(connection, compiled)
    hashes = {one.name: definition_hash(opened.files, one) for one in audiences}
    known = dict(
        connection.execute(
            "select audience, any_value(definition_hash) from prior group by 1"
        ).fetchall()
    )
    ran_before = _ran_before(connection, home, day)
    done_today = _refreshed(connection, home, day)
    due: dict[str, bool] = {}
    for audience in audiences:
        name = audience.name
        due[name] = (
            name in forced
            or is_due(audience.schedule, day)
            or name not in ran_before
            or ran_before[name] != hashes[name]
            or name in done_today
        )
        add_members(
            connection,
            audience,
            compiled,
            before=before.get(name),
            as_of=day,
            is_due=due[name],
        )
    found = counts(connection, audiences, compiled)
    _add_texts(connection, opened, hashes, {**ran_before, **known})
    runs = [AudienceRun(one, hashes[one.name], due[one.name], found[one.name]) for one in audiences]
    remember(home, opened, compiled, runs)
    return runs


def _ran_before(connection: duckdb.DuckDBPyConnection, home: Home, day: date) -> dict[str, str]:
    """Definition of the newest run before the day, by audience: also of those without members."""
    path = state.runs_path(home)
    if not path.exists():
        return {}
    rows = connection.execute(
        "select audience, max_by(definition_hash, as_of_date) from read_parquet($path) "
        "where as_of_date < $day group by audience",
        {"path": str(path), "day": day},
    ).fetchall()
    return dict(rows)


def _refreshed(connection: duckdb.DuckDBPyConnection, home: Home, day: date) -> set[str]:
    """Audiences that an earlier run of the same day computed anew; a repetition does too."""
    path = state.runs_path(home)
    if not path.exists():
        return set()
    rows = connection.execute(
        "select audience from read_parquet($path) where as_of_date = $day and is_refreshed",
        {"path": str(path), "day": day},
    ).fetchall()
    return {name for (name,) in rows}


def _add_texts(
    connection: duckdb.DuckDBPyConnection,
    opened: Opened,
    hashes: Mapping[str, str],
    ran_before: Mapping[str, str],
) -> None:
    """Sentences for the few different answers that there are, joined to everybody who has them."""
    reasons = {name: Reasons(one, opened.words) for name, one in opened.files.audiences.items()}
    fixed = _fixed_reasons(hashes, ran_before)
    members = [
        (name, bits, said.en, said.zh)
        for name, bits in connection.execute(
            "select distinct audience, bits from members order by all"
        ).fetchall()
        for said in [reasons[name].membership(bits)]
    ]
    changes = [
        (name, change, before, after, said.en, said.zh)
        for name, change, before, after in connection.execute(
            "select distinct audience, change, before, after from changes order by all"
        ).fetchall()
        for said in [
            fixed.get(name) or reasons[name].change(before, after, joined=change == "joined")
        ]
    ]
    connection.execute(
        "create or replace temp table member_texts (audience varchar, bits bigint, reason varchar, "
        "reason_zh varchar)"
    )
    connection.execute(
        "create or replace temp table change_texts (audience varchar, change varchar, "
        "before bigint, after bigint, reason varchar, reason_zh varchar)"
    )
    if members:
        connection.executemany("insert into member_texts values (?, ?, ?, ?)", members)
    if changes:
        connection.executemany("insert into change_texts values (?, ?, ?, ?, ?, ?)", changes)


def _fixed_reasons(hashes: Mapping[str, str], ran_before: Mapping[str, str]) -> dict[str, Said]:
    """Audiences all of whose changes have one reason: they are new, or defined anew."""
    found = {name: FIRST_RUN for name in hashes if name not in ran_before}
    changed = [name for name, now in hashes.items() if ran_before.get(name, now) != now]
    return {**found, **dict.fromkeys(changed, NEW_DEFINITION)}
