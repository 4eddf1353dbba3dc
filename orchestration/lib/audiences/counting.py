"""Counting what a card says, on the published file.

Belongs here: the queries of a card. Does not belong here: its shape (card.py).
"""

import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.lib.audiences.card import Card, Change, Overlap, Reach, ReadingCount
from orchestration.lib.audiences.checking import CHANNELS, check_audience
from orchestration.lib.audiences.checks import size_problem
from orchestration.lib.audiences.compiling import Compiled, Question
from orchestration.lib.audiences.evaluating import chosen, evaluate
from orchestration.lib.audiences.files import AUDIENCES_DIR, AudienceFiles
from orchestration.lib.audiences.hashing import definition_hash
from orchestration.lib.audiences.naming import schedule_words
from orchestration.lib.audiences.opening import Opened, open_home
from orchestration.lib.audiences.readings import Reading, readings
from orchestration.lib.audiences.routes import DESTINATIONS, destination_names
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said

_OTHERS = 8
_REASONS = 6
ELSEWHERE = Said("其他", "other")


def make_card(home: Home, name: str | Path, *, folder: Path = AUDIENCES_DIR) -> Card:
    """The card of a defined audience, or of a file that is not there yet.

    Raises:
        AudienceError: If a file cannot be used or nothing is published.
        UnknownAudienceError: If no audience has the name.
    """
    opened = open_home(home, folder)
    try:
        if isinstance(name, Path):
            opened = with_file(opened, name)
            name = opened.files.found[file_name(opened.files, name)].audience.name
        return _card(opened, opened.files[name], folder.parent)
    finally:
        opened.connection.close()


def with_file(opened: Opened, path: Path) -> Opened:
    """The same home, with one file added or taken instead of the audience of its name."""
    files = opened.files.with_file(path)
    found = files.found[file_name(files, path)]
    check_audience(
        files, found, opened.catalogue, destinations=destination_names(files.folder.parent)
    )
    from orchestration.lib.audiences.tree import evaluation_order
    from orchestration.lib.audiences.words import Words

    evaluation_order(files)
    words = Words(files, opened.words.channels, opened.catalogue.tags)
    return Opened(opened.connection, files, opened.catalogue, words, opened.as_of, opened.zone)


def file_name(files: AudienceFiles, path: Path) -> str:
    """Name of the audience that a file defines."""
    return next(name for name, one in files.found.items() if one.document.path == path)


def _card(opened: Opened, audience: Audience, activation: Path) -> Card:
    started = time.monotonic()
    connection = opened.connection
    zone = audience.timezone or opened.zone
    others = readings(audience, opened.words, opened.files.event_sets, zone)
    questions = [opened.question(audience, "written")] + [
        Question(f"reading_{n}", one.audience, one.zone) for n, one in enumerate(others)
    ]
    compiled = opened.compiled(questions)
    evaluate(connection, compiled)
    connection.execute(
        f"create or replace temp table written as {chosen(compiled, 'written', audience)}"
    )
    counted = tuple(
        _reading_count(connection, compiled, f"reading_{n}", one) for n, one in enumerate(others)
    )
    meets, allowed = compiled.meets["written"], compiled.is_allowed["written"]
    people, met, blocked = connection.execute(
        f"select count(*), count(*) filter (where {meets}), "
        f"count(*) filter (where ({meets}) and not {allowed}) from evaluation"
    ).fetchall()[0]
    members, recent, ever = connection.execute(
        "select count(*), coalesce(sum(recent_net_revenue_cny), 0), "
        "coalesce(sum(net_revenue_cny), 0) from evaluation semi join written using (one_id)"
    ).fetchall()[0]
    last = _last_run(connection, audience.name)
    made = definition_hash(opened.files, audience)
    return Card(
        audience=audience.name,
        name=Said(audience.name_zh, audience.name_en),
        owner=audience.owner,
        purpose=audience.purpose,
        brand=audience.brand,
        zone=zone,
        as_of=opened.as_of,
        definition=opened.words.definition(audience),
        lines=tuple(opened.words.lines(audience)),
        rules=tuple(opened.words.rules(audience)),
        schedule=schedule_words(audience.schedule),
        definition_hash=made,
        last_run=last[0],
        is_as_run=last[1] == made,
        members=members,
        held_out=last[2],
        people=people,
        met_conditions=met,
        not_allowed=blocked,
        size_problem=size_problem(audience, members),
        joined=last[3],
        left=last[4],
        changes=_changes(connection, audience.name, last[0]),
        net_revenue_cny=ever,
        recent_net_revenue_cny=recent,
        reach=(
            *_channels(opened, audience),
            *destination_reach(opened, audience, activation, "written"),
        ),
        overlaps=_overlaps(opened, audience),
        readings=counted,
        seconds=round(time.monotonic() - started, 3),
    )


def _reading_count(
    connection: duckdb.DuckDBPyConnection, compiled: Compiled, key: str, reading: Reading
) -> ReadingCount:
    members, only_other, only_written = connection.execute(
        f"with other as ({chosen(compiled, key, reading.audience)}) "
        "select (select count(*) from other), "
        "(select count(*) from other anti join written using (one_id)), "
        "(select count(*) from written anti join other using (one_id))"
    ).fetchall()[0]
    return ReadingCount(
        reading.number, reading.choice, reading.written, reading.other, members, only_written,
        only_other,
    )  # fmt: skip


def _has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    schema, short = table.split(".")
    rows = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = ? and table_name = ? "
        "and database_name = current_database()",
        [schema, short],
    ).fetchall()
    return bool(rows[0][0])


def _last_run(
    connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[date | None, str | None, int, int, int]:
    if not _has(connection, "activation.audience_runs"):
        return None, None, 0, 0, 0
    rows = connection.execute(
        'select as_of_date, definition_hash, held_out, joined, "left" '
        "from activation.audience_runs where audience = ? order by as_of_date desc limit 1",
        [name],
    ).fetchall()
    return rows[0] if rows else (None, None, 0, 0, 0)


def _changes(
    connection: duckdb.DuckDBPyConnection, name: str, day: date | None
) -> tuple[Change, ...]:
    if day is None:
        return ()
    rows = connection.execute(
        "select change, reason_zh, reason, count(*) as people from activation.audience_changes "
        "where audience = ? and as_of_date = ? group by all "
        "order by change, people desc, reason",
        [name, day],
    ).fetchall()
    found: list[Change] = []
    for change in ("joined", "left"):
        mine = [row for row in rows if row[0] == change]
        found += [Change(change, Said(zh, en), people) for _, zh, en, people in mine[:_REASONS]]
        rest = sum(row[3] for row in mine[_REASONS:])
        if rest:
            found.append(Change(change, ELSEWHERE, rest))
    return tuple(found)


def _channels(opened: Opened, audience: Audience) -> list[Reach]:
    named = [c for c in CHANNELS if c in audience.channels] + [
        c for c in CHANNELS if c not in audience.channels
    ]
    rows = opened.connection.execute(
        "select channel, next_possible_date <= $day, reason, count(*) "
        "from profile.customer_reachability semi join written using (one_id) "
        "group by all order by 4 desc, 3",
        {"day": opened.as_of + timedelta(days=1)},
    ).fetchall()
    return [
        Reach(
            "channel", channel, opened.words.write_channel(channel),
            sum(n for c, ok, _, n in rows if c == channel and ok),
            tuple((str(why), n) for c, ok, why, n in rows if c == channel and not ok)[:3],
        )
        for channel in named
    ]  # fmt: skip


def destination_reach(
    opened: Opened, audience: Audience, activation: Path, members: str
) -> list[Reach]:
    """Per destination of the audience, who of the members could leave and why the others could not.

    Members stay members: consent to share with a platform is asked by the export, per destination.

    Args:
        members: Name of a table with their one_id.
    """
    path = activation / DESTINATIONS
    if not audience.destinations or not path.exists():
        return []
    from orchestration.lib.exports.destinations import load_destinations
    from orchestration.lib.exports.published import Published
    from orchestration.lib.exports.reach import exportable
    from orchestration.lib.exports.routes import Holdout, Route

    known = load_destinations(path)
    published = Published(opened.connection, opened.as_of)
    people = [
        one for (one,) in opened.connection.execute(f"select one_id from {members}").fetchall()
    ]
    held = Holdout(audience.holdout.percent, audience.holdout.salt) if audience.holdout else None
    found = []
    for key in audience.destinations:
        destination = known[key]
        route = Route(destination, audience.name, "", held, audience.brand)
        could = exportable(published, route, people)
        found.append(
            Reach(
                "destination", key, Said(destination.name.zh, destination.name.en), could.people,
                could.reasons[:_REASONS], destination.min_people,
            )
        )  # fmt: skip
    return found


def _overlaps(opened: Opened, audience: Audience) -> tuple[Overlap, ...]:
    if not _has(opened.connection, "activation.audience_members"):
        return ()
    rows = opened.connection.execute(
        "select audience, count(*) as people from activation.audience_members "
        "semi join written using (one_id) where audience <> ? group by 1 order by 2 desc, 1",
        [audience.name],
    ).fetchall()
    known = opened.files.audiences
    return tuple(
        Overlap(other, Said(known[other].name_zh, known[other].name_en), people)
        for other, people in rows[:_OTHERS]
        if other in known
    )


def evaluate_names(opened: Opened, names: Sequence[str]) -> Compiled:
    """Evaluate some audiences on an open home, for previews and plans."""
    compiled = opened.compiled([opened.question(opened.files[name]) for name in names])
    evaluate(opened.connection, compiled)
    return compiled
