"""What was paid for ads: by platform, by campaign, and days that are out of range.

Belongs here: spend. Does not belong here: credit (attribution.py).
"""

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Bar
from orchestration.app.parts import chart, missing, table
from orchestration.app.reading import Reading
from orchestration.lib.metrics.values import shown

_CAMPAIGNS = """
    select platform, campaign_id, campaign_name, cost_cny, revenue_cny, roas, new_customers, cac_cny
    from attribution.rpt_ad_performance
    where period_type = 'total' and campaign_id is not null
    order by cost_cny desc, platform, campaign_id
    limit 20
"""
_ALERTS = """
    select date, platform, metric, value, expected_value, judgement
    from attribution.rpt_ad_alerts
    where judgement in ('above', 'below')
    order by date desc, platform, metric
    limit 20
"""


def campaigns(reading: Reading) -> None:
    """What the most expensive campaigns cost and brought."""
    if not reading.has("attribution.rpt_ad_performance"):
        return
    rows = reading.rows(_CAMPAIGNS)
    if not rows:
        return
    columns = ("channel", "campaign", "cost", "revenue", "roas", "new", "cac")
    with st.container(border=True):
        st.markdown(f"#### {reading.say('attribution', 'campaigns')}")
        table(
            [reading.say("attribution", name) for name in columns],
            [
                (
                    reading.words.channel(row["platform"]),
                    row["campaign_name"] or row["campaign_id"],
                    shown(row["cost_cny"], "CNY").en,
                    shown(row["revenue_cny"], "CNY").en,
                    shown(row["roas"], "ratio").en,
                    f"{float(row['new_customers'] or 0):,.1f}",
                    shown(row["cac_cny"], "CNY").en,
                )
                for row in rows
            ],
            numeric=range(2, len(columns)),
        )
        st.caption(reading.say("attribution", "campaigns_counted"))


def alerts(reading: Reading) -> None:
    """Days of ad platforms that are out of the range of their own history."""
    if not reading.has("attribution.rpt_ad_alerts"):
        return
    say, words, rows = reading.say, reading.words, reading.rows(_ALERTS)
    with st.container(border=True):
        st.markdown(f"#### {say('attribution', 'alerts')}")
        st.write(
            say("attribution", "alerts_answer", n=str(len(rows)))
            if rows
            else say("attribution", "alerts_none")
        )
        if rows:
            names = ("day", "channel", "measure", "value", "expected", "judgement")
            table(
                [say("attribution", name) for name in names],
                [
                    (
                        row["date"].isoformat(),
                        words.channel(row["platform"]),
                        words.of("alert", row["metric"]),
                        f"{float(row['value']):,.2f}",
                        "–"
                        if row["expected_value"] is None
                        else f"{float(row['expected_value']):,.2f}",
                        words.of("judgement", row["judgement"]),
                    )
                    for row in rows
                ],
                numeric=[3, 4],
            )
        st.caption(say("attribution", "alerts_counted"))


def spend(reading: Reading) -> None:
    """What was paid; there without attribution too."""
    names = ["ad_cost", "impressions", "clicks", "ctr", "cpc", "platform_conversions"]
    rows = reading.metrics(names, by=["ad_report__platform"])
    rows = sorted((row for row in rows if row["ad_cost"]), key=lambda row: -row["ad_cost"])
    if not rows:
        missing(reading.say("attribution", "no_spend"))
        return
    (total,) = reading.metrics(["ad_cost", "ad_cost_rate"])
    chart(
        reading.say("attribution", "spend"),
        reading.say("attribution", "spend_answer", n=shown(total["ad_cost"], "CNY").en,
                    share=shown(total["ad_cost_rate"], "share").en),
        charts.bars([
            Bar(reading.words.channel(row["ad_report__platform"]), float(row["ad_cost"]),
                shown(row["ad_cost"], "CNY").en)
            for row in rows
        ]),
        reading.definitions.metric("ad_cost").definition[reading.language],
    )  # fmt: skip
    table(
        [reading.say("attribution", "channel"),
         *(reading.definitions.metric(name).label[reading.language] for name in names)],
        [
            (reading.words.channel(row["ad_report__platform"]),
             *(shown(row[name], reading.definitions.metric(name).unit)[reading.language] for name in names))
            for row in rows
        ],
        numeric=range(1, len(names) + 1),
    )  # fmt: skip
