"""Who is in an audience, for whoever sends lists.

Belongs here: reading the newest members of one audience. Does not belong here: computing them.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.lib.audiences.errors import UnknownAudienceError
from orchestration.lib.audiences.state import members_path, quoted
from orchestration.lib.home import Home


@dataclass(frozen=True)
class Member:
    """One person of an audience: since which as-of day without a break, and why."""

    one_id: str
    joined_date: date
    reason: str


def current_members(home: Home, audience: str) -> list[Member]:
    """Members of the newest run, by one_id; who is held out is not among them.

    Args:
        home: The brand's home.
        audience: Name of the audience.

    Raises:
        UnknownAudienceError: If the audience was never computed.
    """
    path = members_path(home, audience)
    if not path.exists():
        raise UnknownAudienceError(
            f"audience '{audience}' has no members in {path.parent}: run `yutang run`, or see "
            "`yutang audience list` for the right name"
        )
    with duckdb.connect() as connection:
        rows = connection.execute(
            f"select one_id, joined_date, reason from read_parquet('{quoted(path)}') order by one_id"
        ).fetchall()
    return [Member(*row) for row in rows]
