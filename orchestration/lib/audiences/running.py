"""A run: every audience evaluated, remembered, and written into the published file.

Belongs here: the order of these steps. Does not belong here: any of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences import state
from orchestration.lib.audiences.catalogue import Catalogue, read_catalogue
from orchestration.lib.audiences.checking import check_files
from orchestration.lib.audiences.compiling import Compiled, Question, compile_questions
from orchestration.lib.audiences.consent import TABLES
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.evaluating import (
    Counts,
    add_members,
    counts,
    evaluate,
    load_before,
)
from orchestration.lib.audiences.files import AUDIENCES_DIR, AudienceFiles, read_audiences
from orchestration.lib.audiences.hashing import definition_hash
from orchestration.lib.audiences.reasons import FIRST_RUN, NEW_DEFINITION, Reasons
from orchestration.lib.audiences.routes import destination_names
from orchestration.lib.audiences.schema import Audience, Schedule
from orchestration.lib.audiences.words import Words
from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class AudienceRun:
    """What a run did with one audience."""

    audience: Audience
    definition_hash: str
    was_due: bool
    counts: Counts


@dataclass(frozen=True)
class Opened:
    """The published file with everything that audiences are read against."""

    connection: duckdb.DuckDBPyConnection
    files: AudienceFiles
    catalogue: Catalogue
    words: Words
    as_of: date
    zone: str

    def compiled(self, questions: Sequence[Question]) -> Compiled:
        return compile_questions(
            self.files, self.catalogue, questions, as_of=self.as_of, brand_zone=self.zone
        )

    def question(self, audience: Audience, key: str | None = None) -> Question:
        return Question(key or audience.name, audience, audience.timezone or self.zone)


def open_home(home: Home, folder: Path = AUDIENCES_DIR) -> Opened:
    """Open the published file and check the audience files against it; the caller closes.

    Raises:
        AudienceError: If nothing is published, or a file cannot be used.
    """
    if not home.published.exists():
        raise AudienceError(f"{home.published} does not exist yet: run `yutang run`")
    files = read_audiences(folder)
    settings = brand_vars(home)
    connection = duckdb.connect(
        str(home.published),
        read_only=True,
        config={"threads": 2, "temp_directory": str(home.tmp), "preserve_insertion_order": False},
    )
    try:
        catalogue = read_catalogue(
            connection, marketing_purpose=str(settings["reach_marketing_purpose"])
        )
        missing = [name for name in TABLES if name not in catalogue.columns]
        if missing:
            raise AudienceError(
                f"{home.published} has no {', '.join(missing)}, without which nobody may be "
                "listed: run `yutang run`"
            )
        check_files(files, catalogue, destinations=destination_names(folder.parent))
        day = _published_day(connection, catalogue)
        words = Words(files, settings["channel_map"], catalogue.tags)
        return Opened(connection, files, catalogue, words, day, settings["brand_timezone"])
    except BaseException:
        connection.close()
        raise


def _published_day(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> date:
    """Day that the published file describes; its audit says it even where there are no people."""
    audited = "quality.audit_results" in catalogue.columns
    table = "quality.audit_results" if audited else "profile.customer_360"
    rows = connection.execute(f"select max(as_of_date) from {table}").fetchall()
    return rows[0][0] or date(1970, 1, 1)


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
    _remember(home, opened, compiled, runs)
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


def _remember(home: Home, opened: Opened, compiled: Compiled, runs: Sequence[AudienceRun]) -> None:
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
