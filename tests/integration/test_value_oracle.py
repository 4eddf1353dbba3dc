"""Value, cohorts, concentration, private share and conversions of a run, computed with polars.

The oracle starts from the published orders, touches and raw statements and shares no SQL with the
models: ratios are exact fractions, the Gini coefficient is the mean difference of all pairs, and
the best twenty percent are cut out of a sorted list.
"""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from tests.integration.finished_runs import PROJECT, Finished
from tests.integration.test_lifecycle_oracle import BRAND

pytestmark = pytest.mark.slow

PRIVATE = {
    name
    for name, channel in PROJECT["vars"]["channel_map"].items()
    if channel["domain"] == "private"
}


def ratio(part: int, whole: int) -> Decimal | None:
    """part / whole with four decimals, halves up; None of nothing."""
    if not whole:
        return None
    ten_thousandths = (2 * 10_000 * Fraction(part) / whole + 1) // 2
    return Decimal(int(ten_thousandths)) / 10_000


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_between(start: date, finish: date) -> int:
    return 12 * (finish.year - start.year) + finish.month - start.month


@pytest.fixture(scope="module")
def run(as_defined: Finished) -> Finished:
    return as_defined


@pytest.fixture(scope="module")
def orders(run: Finished) -> pl.DataFrame:
    """Orders of known people: person, number of the order, day, month, channel, fen."""
    rows = [
        (one_id, number, o.paid_date, month_of(o.paid_date), o.channel, o.order_id,
         int(o.net_revenue_cny * 100), o.paid_at)
        for one_id, purchases in run.purchases.items()
        for number, o in enumerate(purchases, start=1)
    ]  # fmt: skip
    return pl.DataFrame(
        rows,
        schema=["one_id", "number", "day", "month", "channel", "order_id", "fen", "paid_at"],
        orient="row",
    )


@pytest.fixture(scope="module")
def firsts(orders: pl.DataFrame) -> pl.DataFrame:
    return orders.filter(pl.col("number") == 1).select(
        "one_id", first_day="day", cohort="month", first_channel="channel", first_paid_at="paid_at"
    )


def test_lifetime_value_per_customer(run: Finished, orders: pl.DataFrame, firsts: pl.DataFrame):
    joined = orders.join(firsts, on="one_id").with_columns(
        age=(pl.col("day") - pl.col("first_day")).dt.total_days()
    )
    expected = {}
    for (one_id,), own in joined.group_by("one_id"):
        first_day = own["first_day"][0]
        figures = [own.height, own["day"].n_unique(), own["fen"].sum()]
        for window in (30, 90, 180, 365):
            is_over = first_day + timedelta(window - 1) <= run.as_of
            within = own.filter(pl.col("age") < window)["fen"].sum()
            figures.append(within if is_over else None)
        expected[one_id] = (*figures, own["cohort"][0], own["first_channel"][0])
    published = run.query(
        "select one_id, order_count, purchase_day_count, ltv_cny, ltv_30d_cny, ltv_90d_cny,"
        " ltv_180d_cny, ltv_365d_cny, cohort_month_date, first_order_channel"
        " from profile.customer_value"
    )
    assert {
        one_id: (
            count, days, *(None if money is None else int(money * 100) for money in values),
            cohort, channel,
        )
        for one_id, count, days, *values, cohort, channel in published
    } == expected  # fmt: skip


def test_acquisition_is_the_first_touch_before_the_first_order(run: Finished, firsts: pl.DataFrame):
    touches = defaultdict(list)
    for one_id, at, touchpoint_id, channel, campaign, placement in run.query(
        "select one_id, touched_at, touchpoint_id, channel, campaign_id, placement"
        " from core.fct_touchpoints where one_id is not null"
    ):
        touches[one_id].append((at, touchpoint_id, channel, campaign, placement))
    expected = {}
    for one_id, channel, paid_at in firsts.select(
        "one_id", "first_channel", "first_paid_at"
    ).iter_rows():
        before = sorted(touch for touch in touches[one_id] if touch[0] <= paid_at)
        expected[one_id] = (
            before[0][2] if before else channel,
            next((campaign for *_, campaign, _ in before if campaign), None),
            next((placement for *_, placement in before if placement), None),
        )
    published = run.query(
        "select one_id, acquisition_channel, acquisition_campaign_id, acquisition_placement"
        " from profile.customer_value"
    )
    assert {one_id: tuple(rest) for one_id, *rest in published} == expected
    sums = run.query(
        "select sum(new_customers), sum(net_revenue_cny), sum(orders)"
        " from profile.rpt_customer_acquisition"
    )
    revenue = sum(o.net_revenue_cny for own in run.purchases.values() for o in own)
    assert sums == [(len(expected), revenue, sum(len(own) for own in run.purchases.values()))]


def test_retention_and_value_of_cohorts(run: Finished, orders: pl.DataFrame, firsts: pl.DataFrame):
    joined = orders.join(firsts, on="one_id")
    expected = {}
    for (cohort, channel), own in joined.group_by("cohort", "first_channel"):
        size = own["one_id"].n_unique()
        cumulative = 0
        for k in range(months_between(cohort, run.as_of) + 1):
            in_month = own.filter(
                pl.Series([months_between(cohort, month) == k for month in own["month"]])
            )
            cumulative += in_month["fen"].sum()
            next_month = month_of(run.as_of + timedelta(1))
            expected[cohort, channel, k] = (
                size,
                in_month["one_id"].n_unique(),
                in_month.height,
                in_month["fen"].sum(),
                cumulative,
                ratio(in_month["one_id"].n_unique(), size),
                (2 * cumulative + size) // (2 * size),
                months_between(cohort, next_month) > k,
            )
    published = run.query(
        "select cohort_month_date, first_order_channel, months_since, customers, active_customers,"
        " orders, cast(100 * net_revenue_cny as bigint),"
        " cast(100 * cumulative_net_revenue_cny as bigint), retention_ratio,"
        " cast(100 * ltv_cny as bigint), is_whole_month from profile.rpt_customer_cohorts"
    )
    assert {tuple(row[:3]): tuple(row[3:]) for row in published} == expected


def test_concentration_is_cut_out_of_the_sorted_customers(run: Finished, orders: pl.DataFrame):
    values = sorted(orders.group_by("one_id").agg(pl.col("fen").sum())["fen"], reverse=True)
    pairs = np.array(values, dtype=np.float64)
    mean_difference = np.abs(pairs[:, None] - pairs[None, :]).sum() / len(values) ** 2
    gini = mean_difference / (2 * pairs.mean())
    published = run.query(
        "select percentile, customers, net_revenue_cny, cumulative_customers,"
        " cumulative_net_revenue_cny, customer_ratio, revenue_ratio, gini_ratio"
        " from profile.rpt_revenue_concentration order by percentile"
    )
    assert [row[0] for row in published] == list(range(1, 101))
    for (
        percentile,
        customers,
        revenue,
        cumulative,
        money,
        share,
        revenue_share,
        published_gini,
    ) in published:
        begin, end = (percentile - 1) * len(values) // 100, percentile * len(values) // 100
        assert (customers, cumulative) == (end - begin, end)
        assert (int(revenue * 100), int(money * 100)) == (sum(values[begin:end]), sum(values[:end]))
        assert share == ratio(end, len(values))
        assert revenue_share == ratio(sum(values[:end]), sum(values))
        assert float(published_gini) == pytest.approx(gini, abs=0.00006)


def test_private_share_of_days_and_months(run: Finished):
    expected: dict[tuple, Counter] = defaultdict(Counter)
    for channel, kind, paid_at, paid, net in run.query(
        "select channel, sales_channel, paid_at, paid_cny, net_revenue_cny from core.fct_orders"
    ):
        day = run.day(paid_at)
        for period in (("day", day), ("month", month_of(day))):
            sums = expected[period]
            for name in ("all", kind, *(["private"] if channel in PRIVATE else [])):
                sums[name, "orders"] += 1
                sums[name, "gmv"] += int(paid * 100)
                sums[name, "net"] += int(net * 100)
    published = run.query(
        "select period_type, period_start_date, orders, private_orders, gmv_cny, private_gmv_cny,"
        " net_revenue_cny, private_net_revenue_cny, own_orders, own_gmv_cny, retail_orders,"
        " retail_gmv_cny, marketplace_orders, marketplace_gmv_cny, takeaway_orders,"
        " takeaway_gmv_cny, private_order_ratio, private_gmv_ratio from profile.rpt_private_share"
    )
    assert {tuple(row[:2]) for row in published} == expected.keys()
    for period, day, *figures in published:
        s = expected[period, day]
        wanted = [s["all", "orders"], s["private", "orders"]]
        wanted += [s["all", "gmv"], s["private", "gmv"], s["all", "net"], s["private", "net"]]
        for kind in ("own", "retail", "marketplace", "takeaway"):
            wanted += [s[kind, "orders"], s[kind, "gmv"]]
        got = [int(f * 100) if isinstance(f, Decimal) else f for f in figures[:-2]]
        assert got == wanted
        assert figures[-2] == ratio(s["private", "orders"], s["all", "orders"])
        assert figures[-1] == ratio(s["private", "gmv"], s["all", "gmv"])


def test_repeat_rate_of_every_period(run: Finished, orders: pl.DataFrame):
    periods: dict[tuple, pl.DataFrame] = {
        ("month", month): own for (month,), own in orders.group_by("month")
    }
    for days in (90, 365):
        start = run.as_of - timedelta(days - 1)
        periods[f"last_{days}_days", start] = orders.filter(pl.col("day") >= start)
    periods["history", None] = orders
    expected = {}
    for period, own in periods.items():
        people = own.group_by("one_id").agg(pl.len().alias("n"), pl.col("number").min())
        repeat = people.filter(pl.col("n") >= 2).height
        returning = people.filter(pl.col("number") > 1).height
        expected[period] = (
            people.height, repeat, returning, people.height - returning, own.height,
            ratio(repeat, people.height), ratio(returning, people.height),
        )  # fmt: skip
    published = run.query(
        "select period_type, period_start_date, customers, repeat_customers, returning_customers,"
        " new_customers, orders, repeat_ratio, returning_ratio from profile.rpt_repeat_rate"
    )
    assert {tuple(row[:2]): tuple(row[2:]) for row in published} == expected


# ---------------------------------------------------------------- conversions


def read_firsts(run: Finished) -> dict[str, dict[str, tuple[datetime, str]]]:
    """(first moment, channel) by role and one_id."""
    owners = dict(
        run.query("select identifier_token, one_id from core.bridge_customer_identifiers")
    )
    moments: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))

    def add(role: str, token: str, at: datetime, channel: str) -> None:
        if token in owners:
            moments[role][owners[token]].append((at, channel))

    for openid, subscribe, seconds, dt in run.raw(
        "wechat_oa/users", "openid, subscribe, subscribe_time, dt"
    ):
        if subscribe == 1:
            at = datetime.fromtimestamp(seconds, UTC) if seconds else _midnight(dt)
            add("fan", openid, at, "wechat_oa")
    for openid, seconds, event in run.raw("wechat_oa/events", "FromUserName, CreateTime, Event"):
        if event.lower() == "subscribe":
            add("fan", openid, datetime.fromtimestamp(seconds, UTC), "wechat_oa")
    for contact, staff in run.raw("wecom/contacts", "external_userid, follow_user"):
        for one in json.loads(staff):
            add("fan", contact, datetime.fromtimestamp(int(one["createtime"]), UTC), "wecom")
    for member, registered_at, updated_at in run.raw(
        "crm/members", "member_id, register_time, updated_at"
    ):
        at = min(moment for moment in (registered_at, updated_at) if moment)
        add("private", member, at.replace(tzinfo=BRAND), "crm")
    for one_id, events in moments["fan"].items():
        moments["private"][one_id] += events
    for one_id, purchases in run.purchases.items():
        for order in purchases:
            event = (order.paid_at.replace(tzinfo=UTC), order.channel)
            moments["customer"][one_id].append(event)
            moments["private" if order.channel in PRIVATE else "public"][one_id].append(event)
    for one_id, at, channel in run.query(
        "select one_id, touched_at, channel from core.fct_touchpoints"
        " where touch_type = 'ad_click' and one_id is not null"
    ):
        moments["public"][one_id].append((at.replace(tzinfo=UTC), channel))
    return {
        role: {one_id: min(events) for one_id, events in people.items()}
        for role, people in moments.items()
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=BRAND)


def test_conversions_between_fans_customers_and_domains(run: Finished):
    firsts = read_firsts(run)
    window = run.definitions["conversion_window_days"]
    expected: dict[tuple, Counter] = defaultdict(Counter)
    for name, source, target, tie_counts in (
        ("fan_to_customer", "fan", "customer", False),
        ("customer_to_fan", "customer", "fan", True),
        ("public_to_private", "public", "private", True),
    ):
        for one_id, (entered_at, channel) in firsts[source].items():
            converted_at = firsts[target].get(one_id, (None,))[0]
            if converted_at and (converted_at < entered_at):
                continue
            if converted_at == entered_at and not tie_counts:
                continue
            entered = entered_at.astimezone(BRAND).date()
            sums = expected[name, month_of(entered), channel]
            sums["entered"] += 1
            is_observed = (run.as_of - entered).days >= window
            sums["observed"] += is_observed
            if converted_at:
                converted = converted_at.astimezone(BRAND).date()
                sums["converted"] += 1
                sums["observed_converted"] += is_observed and (converted - entered).days < window
                expected[name, month_of(converted), channel]["conversions"] += 1
    published = run.query(
        "select conversion_type, month_start_date, channel, entered_people, converted_people,"
        " observed_people, observed_converted_people, conversions, conversion_ratio,"
        " window_conversion_ratio from profile.rpt_domain_conversions"
    )
    names = ("entered", "converted", "observed", "observed_converted", "conversions")
    assert {tuple(row[:3]): tuple(row[3:]) for row in published} == {
        key: (
            *(sums[name] for name in names),
            ratio(sums["converted"], sums["entered"]),
            ratio(sums["observed_converted"], sums["observed"]),
        )
        for key, sums in expected.items()
    }
    assert sum(sums["converted"] for sums in expected.values()) > 0
