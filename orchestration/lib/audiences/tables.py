"""The tables of schema activation that audiences fill, in the published file.

Belongs here: columns, descriptions, and writing them from the state. Does not belong here: who is a
member (evaluating.py). A publish writes them into its candidate, so it never loses them.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.audiences import state
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.words import Words
from orchestration.lib.home import Home
from orchestration.lib.publish.amending import amend, create_table

Columns = Mapping[str, tuple[str, str]]
_AUDIENCE = ("varchar", "Name of the audience: its file in activation/audiences.")
_AS_OF = ("date", "Day that the run describes, in the brand's zone.")
MEMBERS: Columns = {
    "audience": _AUDIENCE,
    "as_of_date": _AS_OF,
    "one_id": ("varchar", "The person."),
    "joined_date": ("date", "As-of day since which the person is a member without a break."),
    "reason": ("varchar", "Conditions that hold for the person, in English."),
    "reason_zh": ("varchar", "The same in Chinese."),
    "is_holdout": ("boolean", "True: kept out of every list, to see what the lists bring."),
}
CHANGES: Columns = {
    "audience": _AUDIENCE,
    "as_of_date": _AS_OF,
    "one_id": ("varchar", "The person."),
    "change": ("varchar", "joined or left, since the newest run of an earlier day."),
    "reason": ("varchar", "Which condition turned, in English."),
    "reason_zh": ("varchar", "The same in Chinese."),
}
RUNS: Columns = {
    "audience": _AUDIENCE,
    "as_of_date": _AS_OF,
    "definition_hash": ("varchar", "Digest of all that decides who is a member."),
    "members": ("bigint", "Members, held-out ones included. Unit people."),
    "held_out": ("bigint", "Members who are kept out of every list. Unit people."),
    "met_conditions": ("bigint", "People who meet the conditions, allowed or not. Unit people."),
    "not_allowed": (
        "bigint",
        "Those of them whom consent, reach or erasure keeps out. Unit people.",
    ),
    "joined": ("bigint", "People who joined since the run before. Unit people."),
    "left": ("bigint", "People who left since the run before. Unit people."),
    "net_revenue_cny": ("decimal(18,2)", "Net revenue of all orders of the members, in yuan."),
    "recent_net_revenue_cny": (
        "decimal(18,2)",
        "Net revenue of their orders of the last 365 days, in yuan.",
    ),
    "is_refreshed": (
        "boolean",
        "True: computed anew; false: kept as before, without people who are not allowed any more.",
    ),
}
AUDIENCES: Columns = {
    "audience": _AUDIENCE,
    "name_en": ("varchar", "English name."),
    "name_zh": ("varchar", "Chinese name."),
    "owner": ("varchar", "Team that answers for the definition."),
    "purpose": ("varchar", "Purpose of consent that members must allow."),
    "brand": ("varchar", "Brand whose orders count; all: every brand."),
    "definition_en": ("varchar", "The definition in plain English, made from the file."),
    "definition_zh": ("varchar", "The same in Chinese."),
    "channels": ("varchar", "Channels it is written through, separated by commas; empty: none."),
    "destinations": ("varchar", "Destinations, separated by commas; empty: none."),
    "schedule": ("varchar", "When members are computed anew: day, week monday, month 1."),
    "holdout_pct": ("decimal(9,4)", "Share of members held out, 0-100; 0: nobody."),
    "as_of_date": ("date", "Day of the newest run; null: it never ran."),
    "definition_hash": ("varchar", "Digest of the definition that this run used; null as above."),
    "members": ("bigint", "Members of the newest run, held-out ones included; null as above."),
    "held_out": ("bigint", "Members held out; null as above."),
    "recent_net_revenue_cny": (
        "decimal(18,2)",
        "Their net revenue of 365 days, yuan; null as above.",
    ),
}


def publish_tables(home: Home, files: AudienceFiles, words: Words, as_of: date) -> None:
    """Replace the published file by one whose activation tables are those of the newest run."""
    amend(home, lambda connection: write_tables(connection, home, files, words, as_of=as_of))


def write_tables(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    files: AudienceFiles,
    words: Words,
    *,
    as_of: date,
) -> None:
    """Write the tables into an open file that holds core and profile.

    Where the file describes a day before the newest remembered one, what was computed for that day
    is written; nothing of the days after it.
    """
    newest = state.newest_day(home)
    is_past = newest is not None and as_of < newest
    folder = state.folder(home)
    rolls = (
        folder / "past" / "members.parquet" if is_past else state.roll_path(home, newest or as_of)
    )
    runs = state.runs_path(home)
    changes = folder / "changes"
    # People who are no longer known (erased, merged away since) are never carried over.
    members = (
        f"select roll.* from {_rows(rolls, state.ROLL_COLUMNS)} as roll "
        "semi join core.dim_customers using (one_id)"
    )
    create_table(
        connection, "activation.audience_members",
        f"{members} order by audience, one_id",
        description="One row per audience and member of its newest run.", columns=MEMBERS,
    )  # fmt: skip
    pattern = changes / "*.parquet" if any(changes.glob("*.parquet")) else changes
    create_table(
        connection, "activation.audience_changes",
        f"select * from {_rows(pattern, state.CHANGE_COLUMNS)} as found "
        f"where as_of_date <= date '{as_of}' order by audience, as_of_date, change, one_id",
        description="One row per audience, as-of day and person who joined or left in that run; the "
        f"last {state.KEPT_DAYS} days with a run.", columns=CHANGES,
    )  # fmt: skip
    create_table(
        connection, "activation.audience_runs",
        f"select * from {_rows(runs, state.RUN_COLUMNS)} as found "
        f"where as_of_date <= date '{as_of}' order by audience, as_of_date",
        description="One row per audience and as-of day that it ran.", columns=RUNS,
    )  # fmt: skip
    _write_audiences(connection, files, words)


def _write_audiences(
    connection: duckdb.DuckDBPyConnection, files: AudienceFiles, words: Words
) -> None:
    connection.execute(
        "create or replace temp table said (audience varchar, name_en varchar, name_zh varchar, "
        "owner varchar, purpose varchar, brand varchar, definition_en varchar, "
        "definition_zh varchar, channels varchar, destinations varchar, schedule varchar, "
        "holdout_pct decimal(9,4))"
    )
    rows = [
        (
            one.name, one.name_en, one.name_zh, one.owner, one.purpose, one.brand, said.en, said.zh,
            ",".join(one.channels), ",".join(one.destinations),
            " ".join(str(p) for p in (one.schedule.every, one.schedule.on) if p is not None),
            one.holdout.percent if one.holdout else 0,
        )
        for one in files.audiences.values()
        for said in [words.definition(one)]
    ]  # fmt: skip
    if rows:
        connection.executemany(f"insert into said values ({', '.join('?' * 12)})", rows)
    create_table(
        connection, "activation.audiences",
        "select * from said left join (select * from activation.audience_runs "
        "qualify row_number() over (partition by audience order by as_of_date desc) = 1) "
        "using (audience) order by audience",
        description="One row per audience that is defined, with its newest run.", columns=AUDIENCES,
    )  # fmt: skip
    connection.execute("drop table said")


def _rows(path: Path, columns: Mapping[str, str]) -> str:
    """A Parquet file, or no rows of its columns where there is none."""
    if "*" in path.name or path.is_file():
        return f"read_parquet('{state.quoted(path)}')"
    nulls = ", ".join(f'null::{kind} as "{name}"' for name, kind in columns.items())
    return f"(select {nulls} where false)"
