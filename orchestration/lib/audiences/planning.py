"""What an edit of an audience file changes, before it is merged.

Belongs here: comparing a file with the newest run of the same audience. Does not belong here: printing.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.lib.audiences.counting import evaluate_names, file_name, with_file
from orchestration.lib.audiences.evaluating import chosen
from orchestration.lib.audiences.files import AUDIENCES_DIR
from orchestration.lib.audiences.hashing import definition_hash
from orchestration.lib.audiences.opening import open_home
from orchestration.lib.audiences.tree import audiences_in
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said

VERSION = 1


@dataclass(frozen=True)
class Side:
    """One side of a plan: members and their money of the last 365 days and ever, in yuan."""

    members: int
    recent_net_revenue_cny: Decimal
    net_revenue_cny: Decimal


@dataclass(frozen=True)
class Affected:
    """Another audience that asks about this one: how many people would join and leave it."""

    audience: str
    joined: int
    left: int


@dataclass(frozen=True)
class AudiencePlan:
    """The difference between a file and the newest run of the audience that it defines.

    Args:
        is_new: No run of this audience was ever published.
        compared_with: Day of the members that it is compared with.
        is_same_definition: The run used the same definition; what differs is then the data alone.
        before, after: Members and money on either side.
        joined, left: People that only one side has.
        destinations_added, destinations_removed: Against what is published.
    """

    audience: str
    name: Said
    as_of: date
    definition: Said
    definition_hash: str
    is_new: bool
    compared_with: date | None
    is_same_definition: bool
    before: Side
    after: Side
    joined: int
    left: int
    joined_recent_net_revenue_cny: Decimal
    left_recent_net_revenue_cny: Decimal
    destinations: tuple[str, ...]
    destinations_added: tuple[str, ...]
    destinations_removed: tuple[str, ...]
    affected: tuple[Affected, ...]
    version: int = VERSION

    @property
    def has_changes(self) -> bool:
        """Whether anybody or anything would differ."""
        return bool(
            self.is_new or self.joined or self.left or self.destinations_added
            or self.destinations_removed or any(a.joined or a.left for a in self.affected)
        )  # fmt: skip


def plan_audience(home: Home, path: Path, *, folder: Path = AUDIENCES_DIR) -> AudiencePlan:
    """Evaluate a file on what is published and compare it with what was published for its name.

    Nothing is written. People of the old members who were merged since are followed.

    Raises:
        AudienceError: If the file cannot be used or nothing is published.
    """
    opened = open_home(home, folder)
    try:
        opened = with_file(opened, path)
        name = file_name(opened.files, path)
        audience = opened.files[name]
        askers = sorted(
            other for other, one in opened.files.audiences.items() if name in audiences_in(one.who)
        )
        compiled = evaluate_names(opened, [name, *askers])
        connection = opened.connection
        connection.execute(
            f"create or replace temp table after as {chosen(compiled, name, audience)}"
        )
        known = "activation.audience_members" in opened.catalogue.columns
        rows = (
            connection.execute(
                "select as_of_date, definition_hash from activation.audience_runs "
                "where audience = ? order by 1 desc limit 1",
                [name],
            ).fetchall()
            if known
            else []
        )
        _before(opened.connection, name, is_known=known)
        sides = connection.execute(_SIDES).fetchall()[0]
        was = _published_destinations(connection) if known else {}
        made = definition_hash(opened.files, audience)
        return AudiencePlan(
            audience=name,
            name=Said(audience.name_zh, audience.name_en),
            as_of=opened.as_of,
            definition=opened.words.definition(audience),
            definition_hash=made,
            is_new=not rows,
            compared_with=rows[0][0] if rows else None,
            is_same_definition=bool(rows) and rows[0][1] == made,
            before=Side(*sides[0:3]),
            after=Side(*sides[3:6]),
            joined=sides[6],
            left=sides[7],
            joined_recent_net_revenue_cny=sides[8],
            left_recent_net_revenue_cny=sides[9],
            destinations=audience.destinations,
            destinations_added=tuple(sorted(set(audience.destinations) - was.get(name, set()))),
            destinations_removed=tuple(sorted(was.get(name, set()) - set(audience.destinations))),
            affected=tuple(
                _affected(connection, other, compiled.members(other)) for other in askers if known
            ),
        )
    finally:
        opened.connection.close()


_SIDES = """
    with sides as (
        select evaluation.*, before.one_id is not null as was, after.one_id is not null as is_now
        from evaluation
        left join before using (one_id)
        left join after using (one_id)
    )
    select
        count(*) filter (where was),
        coalesce(sum(recent_net_revenue_cny) filter (where was), 0),
        coalesce(sum(net_revenue_cny) filter (where was), 0),
        count(*) filter (where is_now),
        coalesce(sum(recent_net_revenue_cny) filter (where is_now), 0),
        coalesce(sum(net_revenue_cny) filter (where is_now), 0),
        count(*) filter (where is_now and not was),
        count(*) filter (where was and not is_now),
        coalesce(sum(recent_net_revenue_cny) filter (where is_now and not was), 0),
        coalesce(sum(recent_net_revenue_cny) filter (where was and not is_now), 0)
    from sides
"""


def _before(connection: duckdb.DuckDBPyConnection, name: str, *, is_known: bool) -> None:
    source = (
        "select distinct coalesce(aliases.one_id, members.one_id) as one_id "
        "from activation.audience_members as members "
        "left join core.identity_aliases as aliases on members.one_id = aliases.retired_one_id "
        "where members.audience = $audience"
        if is_known
        else "select null::varchar as one_id where $audience is null"
    )
    connection.execute(f"create or replace temp table before as {source}", {"audience": name})


def _published_destinations(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute("select audience, destinations from activation.audiences").fetchall()
    return {name: {one for one in said.split(",") if one} for name, said in rows}


def _affected(connection: duckdb.DuckDBPyConnection, other: str, members: str) -> Affected:
    joined, left = connection.execute(
        f"""
        with old as (select one_id from activation.audience_members where audience = $audience),
        new as (select one_id from evaluation where {members})
        select (select count(*) from new anti join old using (one_id)),
            (select count(*) from old anti join new using (one_id))
        """,
        {"audience": other},
    ).fetchall()[0]
    return Affected(other, joined, left)
