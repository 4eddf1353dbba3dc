"""Who is in an audience now: the state that the audiences' own step leaves.

Belongs here: reading it, and refusing what is older or newer than the published file. Does not
belong here: making members (lib/audiences).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.exports.errors import ExportError, PastDayError
from orchestration.lib.home import Home


@dataclass(frozen=True)
class Members:
    """The newest members of one audience, sorted, and those of them who are held out."""

    audience: str
    as_of: date
    one_ids: tuple[str, ...]
    held_out: frozenset[str] = frozenset()


def members_path(home: Home, audience: str) -> Path:
    return home.state / "audiences" / "members" / f"{audience}.parquet"


def read_members(home: Home, audience: str, *, published_as_of: date) -> Members:
    """The members of the newest day in the state.

    An audience that nobody is in has a file without rows; its day is the published one.

    Raises:
        ExportError: If there is no state, or it is older than the published day.
        PastDayError: If it is newer: somebody recomputed a past day.
    """
    path = members_path(home, audience)
    if not path.exists():
        raise ExportError(
            f"audience {audience} has no members yet ({path.name} is missing): run `yutang run`"
        )
    with duckdb.connect() as connection:
        place = {"path": str(path)}
        described = connection.execute(
            "describe select * from read_parquet($path)", place
        ).fetchall()
        held_out = "is_holdout" if any(row[0] == "is_holdout" for row in described) else "false"
        rows = connection.execute(
            f"select as_of_date, one_id, coalesce({held_out}, false) from read_parquet($path) "
            "where as_of_date = (select max(as_of_date) from read_parquet($path)) order by one_id",
            place,
        ).fetchall()
    as_of = rows[0][0] if rows else published_as_of
    if as_of > published_as_of:
        raise PastDayError(
            f"the published file describes {published_as_of}, members of {audience} are of {as_of}: "
            "a past day is looked at, not exported"
        )
    if as_of != published_as_of:
        raise ExportError(
            f"members of {audience} are of {as_of}, the published file is of {published_as_of}: "
            "run `yutang run`, so that nobody is exported whom nobody audited"
        )
    return Members(
        audience,
        as_of,
        tuple(dict.fromkeys(row[1] for row in rows)),
        frozenset(row[1] for row in rows if row[2]),
    )
