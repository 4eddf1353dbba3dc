"""What the report of ads is made of, read from the published file.

Belongs here: one query per fact. Does not belong here: judging a day (attribution.rpt_ad_alerts does),
the budget (lib/attribution/budget), words or charts.
"""

from dataclasses import dataclass

from orchestration.lib.reports.source import Row, Source

WEEKS, ALERTS, CAMPAIGNS = 12, 20, 20  # newest or largest ones that are shown
METRICS = (
    "ad_cost", "clicks", "platform_conversions", "ad_attributed_revenue", "ad_attributed_orders",
    "ad_attributed_new_customers", "attributed_roas", "attributed_cpa", "attributed_cac",
)  # fmt: skip

_PERFORMANCE = "attribution.rpt_ad_performance"
_WEEKS = f"""
    select period_start_date as week, platform, sum(cost_cny) as cost_cny
    from {_PERFORMANCE}
    where period_type = 'week' and period_start_date > (
        select max(period_start_date) from {_PERFORMANCE} where period_type = 'week'
    ) - {7 * WEEKS}
    group by all
    order by week, platform
"""
_PLATFORMS = f"""
    select
        platform,
        sum(cost_cny) as cost_cny,
        sum(clicks)::bigint as clicks,
        sum(landings)::bigint as landings,
        sum(conversions) as conversions,
        sum(new_customers) as new_customers,
        sum(revenue_cny) as revenue_cny,
        sum(own_revenue_cny) as own_cny,
        sum(marketplace_revenue_cny) as marketplace_cny,
        sum(platform_claimed_conversions)::bigint as claimed
    from {_PERFORMANCE}
    where period_type = 'total'
    group by platform
    order by cost_cny desc, platform
"""
_SHARED = """
    select channel as platform, touched_orders, shared_ad_orders
    from attribution.rpt_channel_attribution
    where model = $model
"""
_CAMPAIGNS = f"""
    select * from {_PERFORMANCE}
    where period_type = 'total' and campaign_id is not null
    order by cost_cny desc, platform, campaign_id
"""
_NEWEST = """
    select * from attribution.rpt_ad_alerts
    where date = (select max(date) from attribution.rpt_ad_alerts)
    order by
        case when judgement in ('above', 'below') then 1 when judgement = 'usual' then 2 else 3 end,
        platform, metric
"""
_ALERTS = f"""
    select *, count(*) over () as alerts from attribution.rpt_ad_alerts
    where judgement in ('above', 'below')
    order by date desc, platform, metric
    limit {ALERTS}
"""


@dataclass(frozen=True)
class Facts:
    """Everything the report says; a list is empty where its table is not published.

    Args:
        model: The model whose credit ads are measured by.
        shared: By platform: orders its ads touched, and those of them other platforms touched too.
    """

    model: str
    metrics: Row
    weeks: list[Row]
    platforms: list[Row]
    shared: dict[str, tuple[int, int]]
    campaigns: list[Row]
    newest: list[Row]
    alerts: list[Row]

    @property
    def without_sales(self) -> list[Row]:
        """Campaigns that cost money and were credited with no order."""
        return [row for row in self.campaigns if row["cost_cny"] > 0 and not row["conversions"]]


def read_facts(source: Source) -> Facts:
    """All of it."""
    model = str(source.settings["attribution_report_model"])
    metrics: dict = {}
    for name in METRICS:  # each from its own tables: one that is missing takes none with it
        for row in source.metrics([name]):
            metrics |= row
    shared = source.rows(_SHARED, "attribution.rpt_channel_attribution", model=model)
    alerts = "attribution.rpt_ad_alerts"
    return Facts(
        model=model,
        metrics=metrics,
        weeks=source.rows(_WEEKS, _PERFORMANCE),
        platforms=source.rows(_PLATFORMS, _PERFORMANCE),
        shared={
            row["platform"]: (row["touched_orders"], row["shared_ad_orders"]) for row in shared
        },
        campaigns=source.rows(_CAMPAIGNS, _PERFORMANCE),
        newest=source.rows(_NEWEST, alerts),
        alerts=source.rows(_ALERTS, alerts),
    )
