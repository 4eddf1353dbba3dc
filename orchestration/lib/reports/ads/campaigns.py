"""Campaigns, and what platforms claim: one function per question.

Belongs here: which figures answer it, and how. Does not belong here: platforms (questions.py), queries.
"""

from orchestration.lib.reports.ads.facts import CAMPAIGNS, Facts
from orchestration.lib.reports.asking import NOTHING, Asking, cny, count, part
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Table
from orchestration.lib.reports.said import Said, same
from orchestration.lib.reports.source import Row, Source


def claims(facts: Facts, ask: Asking, source: Source) -> Table:
    """What platforms claim beside what is credited to them, and what several touched."""
    columns = ("platform", "claimed", "credited", "times", "touched", "shared", "overlap")
    rows = []
    for row in facts.platforms:
        touched, shared = facts.shared.get(row["platform"], (0, 0))
        times = (
            count(row["claimed"] / float(row["conversions"]), 1)
            if row["claimed"] is not None and row["conversions"]
            else NOTHING
        )
        rows.append((
            source.codes.channel(row["platform"]), count(row["claimed"]),
            count(row["conversions"], 1), times, count(touched), count(shared),
            part(shared, touched),
        ))  # fmt: skip
    return ask.table("claims", columns, rows, numeric=range(1, len(columns)))


def without_sales(facts: Facts, ask: Asking, source: Source) -> Table:
    """Campaigns that cost money and sold nothing."""
    columns = ("campaign", "platform", "cost", "clicks", "landings", "claimed")
    return ask.table(
        "without_sales",
        columns,
        [
            (
                _campaign(row),
                source.codes.channel(row["platform"]),
                cny(row["cost_cny"]),
                count(row["clicks"]),
                count(row["landings"]),
                count(row["platform_claimed_conversions"]),
            )
            for row in facts.without_sales[:CAMPAIGNS]
        ],
        numeric=range(2, len(columns)),
        of=len(facts.without_sales),
        model=named("model", facts.model),
    )


def campaigns(facts: Facts, ask: Asking, source: Source) -> Table:
    """What each campaign cost and brought, and when it paid for itself."""
    columns = (
        "campaign",
        "platform",
        "cost",
        "revenue",
        "roas",
        "cpa",
        "new",
        "cac",
        "ltv",
        "payback",
    )
    return ask.table(
        "campaigns",
        columns,
        [
            (
                _campaign(row),
                source.codes.channel(row["platform"]),
                cny(row["cost_cny"]),
                cny(row["revenue_cny"]),
                count(row["roas"], 2),
                cny(row["cpa_cny"]),
                count(row["new_customers"], 1),
                cny(row["cac_cny"]),
                cny(row["ltv_cny"]),
                count(row["payback_days"]),
            )
            for row in facts.campaigns[:CAMPAIGNS]
        ],
        numeric=range(2, len(columns)),
        of=len(facts.campaigns),
        model=named("model", facts.model),
    )


def _campaign(row: Row) -> Said:
    return same(row["campaign_name"] or row["campaign_id"])
