"""What the published file says of audiences: the newest run of each.

Belongs here: reading it for lists and pages. Does not belong here: members (members.py).
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.lib.home import Home


@dataclass(frozen=True)
class PublishedRun:
    """The newest run of one audience."""

    as_of: date
    members: int
    joined: int
    left: int


def published_runs(home: Home) -> dict[str, PublishedRun]:
    """By audience; empty where nothing is published or no audience ever ran."""
    if not home.published.exists():
        return {}
    with duckdb.connect(str(home.published), read_only=True) as connection:
        known = connection.execute(
            "select count(*) from duckdb_tables() where schema_name = 'activation' "
            "and table_name = 'audience_runs'"
        ).fetchall()
        if not known[0][0]:
            return {}
        rows = connection.execute(
            'select audience, as_of_date, members, joined, "left" from activation.audience_runs '
            "qualify row_number() over (partition by audience order by as_of_date desc) = 1"
        ).fetchall()
    return {name: PublishedRun(*row) for name, *row in rows}
