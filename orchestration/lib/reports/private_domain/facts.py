"""What the private-domain report is made of, read from the published file.

Belongs here: one query per fact. Does not belong here: what a stage or a channel is
(the marts), words, charts.
"""

from dataclasses import dataclass
from datetime import date

from orchestration.lib.reports.source import Row, Source

MONTHS, COHORTS = 12, 9  # newest ones that are shown
METRICS = (
    "private_gmv_share", "private_gmv", "private_order_share", "private_orders", "private_people", "people",
    "repeat_rate", "buyers_to_date", "repeat_buyers", "high_tier_revenue_share", "ltv",
)  # fmt: skip

_MONTHS = f"""
    select * from (
        select * from profile.rpt_private_share
        where period_type = 'month'
        order by period_start_date desc limit {MONTHS}
    )
    order by period_start_date
"""
_STAGES = """
    select aipl_stage as stage, count(*) as people from profile.customer_lifecycle
    where aipl_stage is not null group by 1
"""
_FLOW = """
    select from_stage, to_stage, people, from_date, to_date from profile.{table}
    where period_type = '30_days' order by from_stage, to_stage
"""
_FUNNELS = """
    select
        conversion_type,
        channel,
        sum(entered_people)::bigint as entered,
        sum(converted_people)::bigint as converted,
        sum(observed_people)::bigint as observed,
        sum(observed_converted_people)::bigint as soon
    from profile.rpt_domain_conversions
    group by conversion_type, channel
    order by conversion_type, entered desc, channel
"""
_CONTACTS = """
    select
        count(*) filter (where is_oa_follower) as oa_all,
        count(*) filter (where is_oa_follower and is_reachable_wechat_oa) as oa_reachable,
        count(*) filter (where is_oa_follower and is_buyer) as oa_bought,
        count(*) filter (where is_oa_follower and order_count >= 2) as oa_again,
        count(*) filter (where is_wecom_contact) as wecom_all,
        count(*) filter (where is_wecom_contact and is_reachable_wecom) as wecom_reachable,
        count(*) filter (where is_wecom_contact and is_buyer) as wecom_bought,
        count(*) filter (where is_wecom_contact and order_count >= 2) as wecom_again
    from profile.customer_360
"""
_CONCENTRATION = """
    select percentile, customer_ratio, revenue_ratio, gini_ratio, cumulative_customers
    from profile.rpt_revenue_concentration order by percentile
"""
_COHORTS = """
    select
        cohort_month_date as month,
        months_since,
        sum(customers)::bigint as customers,
        sum(active_customers)::bigint as active,
        bool_and(is_whole_month) as is_whole
    from profile.rpt_customer_cohorts
    group by 1, 2 order by 1, 2
"""
_REPEAT = """
    select * from profile.rpt_repeat_rate
    order by period_type = 'month', period_type, period_start_date desc
"""
_REACH = """
    select channel, reason, is_reachable, count(*) as people
    from profile.customer_reachability
    group by all order by channel, people desc, reason
"""


@dataclass(frozen=True)
class Facts:
    """Everything the report says; a list is empty where its table is not published."""

    metrics: Row
    months: list[Row]
    stages: dict[str, int]
    aipl_flow: list[Row]
    lifecycle_flow: list[Row]
    funnels: list[Row]
    contacts: Row
    concentration: list[Row]
    cohorts: dict[date, dict[int, Row]]
    repeat: list[Row]
    reach: list[Row]
    window_days: int


def read_facts(source: Source) -> Facts:
    """All of it."""
    cohorts: dict[date, dict[int, Row]] = {}
    for row in source.rows(_COHORTS, "profile.rpt_customer_cohorts"):
        cohorts.setdefault(row["month"], {})[row["months_since"]] = row
    metrics: dict = {}
    for name in METRICS:  # each from its own tables: one that is missing takes none with it
        for row in source.metrics([name]):
            metrics |= row
    contacts = source.rows(_CONTACTS, "profile.customer_360")
    return Facts(
        metrics=metrics,
        months=source.rows(_MONTHS, "profile.rpt_private_share"),
        stages={
            row["stage"]: row["people"]
            for row in source.rows(_STAGES, "profile.customer_lifecycle")
        },
        aipl_flow=_flow(source, "rpt_aipl_flow"),
        lifecycle_flow=_flow(source, "rpt_lifecycle_flow"),
        funnels=source.rows(_FUNNELS, "profile.rpt_domain_conversions"),
        contacts=contacts[0] if contacts else {},
        concentration=source.rows(_CONCENTRATION, "profile.rpt_revenue_concentration"),
        cohorts=dict(sorted(cohorts.items())[-COHORTS:]),
        repeat=source.rows(_REPEAT, "profile.rpt_repeat_rate"),
        reach=source.rows(_REACH, "profile.customer_reachability"),
        window_days=int(source.settings["conversion_window_days"]),
    )


def _flow(source: Source, table: str) -> list[Row]:
    return source.rows(_FLOW.format(table=table), f"profile.{table}")
