"""Looking at what was published: sizes, and that nobody is listed who must not be.

Belongs here: checks apart from the code that computes members. Does not belong here: Dagster.
"""

import duckdb

from orchestration.lib.audiences.schema import Audience
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said

_FORBIDDEN = """
    select members.audience, count(distinct members.one_id)
    from activation.audience_members as members
    inner join activation.audiences as audiences using (audience)
    where members.one_id in (
        select one_id from core.privacy_statements where purpose = 'erasure' and one_id is not null
    )
        or exists (
            select 1 from profile.customer_consents as consents
            where consents.one_id = members.one_id and not consents.is_granted
                and consents.channel = 'all'
                and consents.purpose in (audiences.purpose, 'profiling')
                and (audiences.brand = 'all' or consents.brand in (audiences.brand, 'all'))
        )
    group by members.audience
"""


def forbidden_members(home: Home) -> dict[str, int]:
    """Members by audience who asked to be erased, objected to profiling or took the purpose back."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        return dict(connection.execute(_FORBIDDEN).fetchall())


def size_problem(audience: Audience, members: int) -> Said | None:
    """One sentence if the size is not plausible; None if it is."""
    size = audience.size
    if members < size.at_least:
        return Said(
            f"{members:,} 人，少于文件预期的 {size.at_least:,} 人",
            f"{members:,} members, fewer than the {size.at_least:,} that its file expects",
        )
    if size.at_most is not None and members > size.at_most:
        return Said(
            f"{members:,} 人，多于文件预期的 {size.at_most:,} 人",
            f"{members:,} members, more than the {size.at_most:,} that its file expects",
        )
    return None
