"""Overview: how the brand does, by the metrics that are defined once.

Belongs here: which metrics and charts. Does not belong here: what a metric means (models/semantic).
"""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Bar
from orchestration.app.parts import Card, cards, chart, missing
from orchestration.app.reading import Reading
from orchestration.lib.metrics.values import shown

PERIODS = ("7", "30", "90", "all")
# Metrics of a period and whether a rise is good.
SALES: dict[str, bool | None] = {
    "gmv": True, "net_revenue": True, "orders": True, "buyers": True, "aov": True,
    "refund_rate": False, "private_gmv_share": True, "new_buyers": True, "ad_cost": None,
    "roas": True,
}  # fmt: skip
STANDING = ("people", "private_people", "members", "oa_followers", "wecom_contacts", "repeat_rate", "ltv",
            "high_tier_revenue_share")  # fmt: skip


def show(reading: Reading) -> None:
    """The page."""
    if not reading.has("core.fct_orders", "profile.customer_360") or reading.as_of is None:
        missing(reading.say("frame", "no_table"))
        return
    period = str(
        st.segmented_control(
            reading.say("overview", "period"),
            PERIODS,
            format_func=lambda name: reading.say("overview", f"period_{name}"),
            default="30",
            required=True,
            key="period",
        )
        or "30"
    )
    since = reading.as_of - timedelta(days=int(period) - 1) if period != "all" else None
    _figures(reading, since)
    left, right = st.columns(2)
    with left:
        _over_time(reading, since)
        _stages(reading)
    with right:
        _channels(reading, since)
        _tiers(reading)


def _figures(reading: Reading, since: date | None) -> None:
    names = list(SALES)
    until = reading.as_of
    (now,) = reading.metrics(names, since=since, until=until)
    before = {}
    if since and until:
        length = until - since
        until_before = since - timedelta(days=1)
        (before,) = reading.metrics(names, since=until_before - length, until=until_before)
    st.subheader(reading.say("overview", "sales"))
    cards(
        [
            _card(reading, name, now[name], before.get(name), is_good=is_good)
            for name, is_good in SALES.items()
        ]
    )
    st.caption(reading.say("overview", "compared") if before else reading.say("overview", "whole"))
    (standing,) = reading.metrics(STANDING)
    st.subheader(reading.say("overview", "standing"))
    cards([_card(reading, name, standing[name]) for name in STANDING])


def _card(
    reading: Reading, name: str, now: Any, before: Any = None, *, is_good: bool | None = None
) -> Card:
    metric = reading.definitions.metric(name)
    delta = None
    if now is not None and before:
        if metric.unit == "share":
            delta = reading.say(
                "overview", "points", n=f"{100 * (float(now) - float(before)):+.1f}"
            )
        else:
            delta = f"{float(now) / float(before) - 1:+.1%}"
    return Card(
        metric.label[reading.language],
        shown(now, metric.unit)[reading.language],
        metric.definition[reading.language],
        delta,
        is_good,
    )


def _over_time(reading: Reading, since: date | None) -> None:
    grain = "day" if since and reading.as_of and (reading.as_of - since).days < 60 else "week"
    rows = reading.metrics(
        ["net_revenue"], by=[f"metric_time__{grain}"], since=since, until=reading.as_of
    )
    points = [(row[f"metric_time__{grain}"], "net", float(row["net_revenue"])) for row in rows]
    best = max(points, key=lambda one: one[2], default=None)
    answer = (
        reading.say(
            "overview",
            f"over_time_answer_{grain}",
            day=best[0].isoformat(),
            n=shown(best[2], "CNY")[reading.language],
        )
        if best
        else reading.say("frame", "nothing")
    )
    chart(
        reading.say("overview", "over_time"),
        answer,
        charts.line(points, money=True),
        _counted(reading, "net_revenue"),
    )


def _channels(reading: Reading, since: date | None) -> None:
    rows = reading.metrics(["gmv"], by=["order__channel"], since=since, until=reading.as_of)
    rows.sort(key=lambda row: (-row["gmv"], row["order__channel"]))
    total = sum(row["gmv"] for row in rows)
    drawn = [
        Bar(
            reading.words.channel(row["order__channel"]),
            float(row["gmv"]),
            f"{shown(row['gmv'], 'CNY')[reading.language]} · {float(row['gmv'] / total):.1%}",
        )
        for row in rows
        if total
    ]
    (share,) = reading.metrics(["private_gmv_share"], since=since, until=reading.as_of)
    answer = (
        reading.say(
            "overview",
            "channels_answer",
            channel=drawn[0].label,
            share=shown(share["private_gmv_share"], "share")[reading.language],
        )
        if drawn
        else reading.say("frame", "nothing")
    )
    chart(reading.say("overview", "channels"), answer, charts.bars(drawn), _counted(reading, "gmv"))


def _stages(reading: Reading) -> None:
    rows = reading.rows(
        "select lifecycle_stage as stage, count(*) as people from profile.customer_360 "
        "where is_buyer group by 1"
    )
    order = ("introduction", "growth", "maturity", "dormant", "churned")
    counts = {row["stage"]: row["people"] for row in rows}
    total = sum(counts.values())
    drawn = [
        Bar(reading.words.of("lifecycle", stage), counts[stage], _of(counts[stage], total))
        for stage in order
        if stage in counts
    ]
    lost = counts.get("dormant", 0) + counts.get("churned", 0)
    answer = (
        reading.say("overview", "stages_answer", share=f"{lost / total:.1%}")
        if total
        else reading.say("frame", "nothing")
    )
    chart(
        reading.say("overview", "stages"),
        answer,
        charts.bars(drawn),
        reading.say("overview", "stages_counted"),
    )


def _tiers(reading: Reading) -> None:
    rows = reading.metrics(["net_revenue", "buyers"], by=["customer__value_tier"])
    found = {row["customer__value_tier"]: row for row in rows}
    total = sum(row["net_revenue"] for row in rows)
    drawn = [
        Bar(
            reading.words.of("tier", tier) if tier else reading.say("overview", "guests"),
            float(found[tier]["net_revenue"]),
            f"{float(found[tier]['net_revenue'] / total):.1%}",
        )
        for tier in ("high", "middle", "low", None)
        if tier in found and total
    ]
    (share,) = reading.metrics(["high_tier_revenue_share"])
    value = shown(share["high_tier_revenue_share"], "share")[reading.language]
    chart(
        reading.say("overview", "tiers"),
        reading.say("overview", "tiers_answer", share=value)
        if drawn
        else reading.say("frame", "nothing"),
        charts.bars(drawn),
        reading.say("overview", "tiers_counted"),
    )


def _of(part: int, whole: int) -> str:
    return f"{part:,} · {part / whole:.1%}"


def _counted(reading: Reading, name: str) -> str:
    metric = reading.definitions.metric(name)
    end = "。" if reading.language == "zh" else "."
    return (
        f"{metric.label[reading.language]}: {metric.definition[reading.language]}".rstrip("。.")
        + end
    )
