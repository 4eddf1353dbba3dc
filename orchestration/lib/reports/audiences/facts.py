"""What the audience book is made of, read from the published file.

Belongs here: one query per fact. Does not belong here: who is a member (lib/audiences), words or charts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.lib.reports.source import Row, Source

DAYS = 30  # of joining and leaving that are summed up
PAIRS = 15  # overlaps that are shown

_AUDIENCES = f"""
    select
        audiences.*,
        coalesce(runs.met_conditions, 0) as met_conditions,
        coalesce(runs.not_allowed, 0) as not_allowed,
        coalesce(sums.joined, 0)::bigint as joined,
        coalesce(sums.left_people, 0)::bigint as left_people
    from activation.audiences as audiences
    left join activation.audience_runs as runs
        on audiences.audience = runs.audience and audiences.as_of_date = runs.as_of_date
    left join (
        select audience, sum(joined) as joined, sum("left") as left_people
        from activation.audience_runs
        where as_of_date > (select max(as_of_date) from activation.audience_runs) - {DAYS}
        group by audience
    ) as sums on audiences.audience = sums.audience
    order by audiences.members desc nulls last, audiences.audience
"""
_PEOPLE = "select count(distinct one_id) as people from activation.audience_members"
_REACH = """
    select members.audience, reach.channel, count(*) filter (where reach.is_reachable) as reachable
    from activation.audience_members as members
    inner join profile.customer_reachability as reach on members.one_id = reach.one_id
    group by members.audience, reach.channel
"""
_ANY = """
    select audience, count(*) as reachable
    from activation.audience_members
    where one_id in (select one_id from profile.customer_reachability where is_reachable)
    group by audience
"""
_OVERLAP = f"""
    select one.audience, two.audience as other, count(*) as both_people
    from activation.audience_members as one
    inner join activation.audience_members as two
        on one.one_id = two.one_id and one.audience < two.audience
    group by 1, 2
    order by both_people desc, 1, 2
    limit {PAIRS}
"""
_LISTS = """
    with lists as (
        select
            audience, destination, version,
            max(status) as status, max(as_of_date) as as_of_date, max(people) as people,
            sum(lines)::bigint as lines, sum(matched)::bigint as matched,
            (sum(lines) filter (where matched is not null))::bigint as answered,
            max(hold_reason) as hold_reason, max(hold_reason_zh) as hold_reason_zh
        from activation.export_log
        where status <> 'superseded'
        group by audience, destination, version
    )
    select * from lists
    qualify row_number() over (partition by audience, destination order by version desc) = 1
    order by audience, destination
"""


@dataclass(frozen=True)
class Facts:
    """Everything the book says.

    Args:
        people: People who are in at least one audience.
        reach: By audience, then channel: members who can be reached now; '' is by any channel.
    """

    audiences: list[Row]
    people: int
    reach: Mapping[str, Mapping[str, int]]
    channels: list[str]
    overlaps: list[Row]
    lists: list[Row]

    def named(self, name: str) -> Row:
        return next((row for row in self.audiences if row["audience"] == name), {})


def read_facts(source: Source) -> Facts:
    """All of it; empty where no audience is published."""
    members, reach = "activation.audience_members", "profile.customer_reachability"
    found: dict[str, dict[str, int]] = {}
    for row in source.rows(_REACH, members, reach):
        found.setdefault(row["audience"], {})[row["channel"]] = row["reachable"]
    for row in source.rows(_ANY, members, reach):
        found.setdefault(row["audience"], {})[""] = row["reachable"]
    people = source.rows(_PEOPLE, members)
    return Facts(
        audiences=source.rows(_AUDIENCES, "activation.audiences", "activation.audience_runs"),
        people=people[0]["people"] if people else 0,
        reach=found,
        channels=sorted({channel for one in found.values() for channel in one if channel}),
        overlaps=source.rows(_OVERLAP, members),
        lists=source.rows(_LISTS, "activation.export_log"),
    )
