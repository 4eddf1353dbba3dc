"""RFM, tiers, lifecycle and AIPL of a finished run, computed a second time without SQL.

The oracle walks through plain Python lists of the published orders and touchpoints: no ranks, no
window functions, and the first day of a stage is found by asking every day what the stage was. It
shares nothing with the models but the numbers of the definitions in dbt_project.yml.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml

from orchestration.lib.home import PROJECT_DIR

UTC = ZoneInfo("UTC")
VARS = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Purchase:
    """One paid order: its day in the brand's zone, its time for the order of orders, its money."""

    paid_date: date
    paid_at: object
    order_id: str
    net_revenue_cny: Decimal


def read_purchases(published: Path) -> dict[str, list[Purchase]]:
    """Paid orders of known persons by one_id, oldest first."""
    zone = ZoneInfo(VARS["brand_timezone"])
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute(
            "select one_id, paid_at, order_id, net_revenue_cny from core.fct_orders"
            " where one_id is not null and paid_at is not null"
        ).fetchall()
    purchases = defaultdict(list)
    for one_id, paid_at, order_id, net_revenue_cny in rows:
        day = paid_at.replace(tzinfo=UTC).astimezone(zone).date()
        purchases[one_id].append(Purchase(day, paid_at, order_id, net_revenue_cny))
    for orders in purchases.values():
        orders.sort(key=lambda order: (order.paid_at, order.order_id))
    return purchases


def score(worse: int, customers: int) -> int:
    """1 + floor(5 × customers strictly worse / customers), exactly."""
    return 1 + (5 * worse) // customers


def recompute_rfm(purchases: dict[str, list[Purchase]], *, as_of: date) -> dict[str, tuple]:
    """(recency_days, order_count, net_revenue_cny, r, f, m) by one_id."""
    window_days = VARS["rfm_window_days"]
    measured = {}
    for one_id, orders in purchases.items():
        counted = [
            order
            for order in orders
            if not window_days or (as_of - order.paid_date).days < window_days
        ]
        if counted:
            recency_days = min((as_of - order.paid_date).days for order in counted)
            revenue = sum((order.net_revenue_cny for order in counted), Decimal(0))
            measured[one_id] = (recency_days, len(counted), revenue)
    # Sorted from worst to best: the position of the first equal value is the number strictly worse.
    recencies = sorted(-recency for recency, _, _ in measured.values())
    counts = sorted(count for _, count, _ in measured.values())
    revenues = sorted(revenue for _, _, revenue in measured.values())
    return {
        one_id: (
            recency,
            count,
            revenue,
            score(bisect_left(recencies, -recency), len(measured)),
            score(bisect_left(counts, count), len(measured)),
            score(bisect_left(revenues, revenue), len(measured)),
        )
        for one_id, (recency, count, revenue) in measured.items()
    }


def recompute_value_tier(purchases: dict[str, list[Purchase]]) -> dict[str, str]:
    """high, middle or low by one_id of every buyer."""
    revenue = {
        one_id: sum((order.net_revenue_cny for order in orders), Decimal(0))
        for one_id, orders in purchases.items()
    }
    ordered = sorted(-value for value in revenue.values())
    high = Fraction(str(VARS["value_tier_high_share"])) * len(revenue)
    middle = high + Fraction(str(VARS["value_tier_middle_share"])) * len(revenue)

    def tier(value: Decimal) -> str:
        better = bisect_left(ordered, -value)
        if value <= 0 or better >= middle:
            return "low"
        return "high" if better < high else "middle"

    return {one_id: tier(value) for one_id, value in revenue.items()}


def stage_on(day: date, orders: list[Purchase]) -> str | None:
    """Lifecycle stage on ``day`` by the orders until then; None before the first one."""
    known = [order for order in orders if order.paid_date <= day]
    if not known:
        return None
    pause = (day - max(order.paid_date for order in known)).days
    kept = sum(order.net_revenue_cny > 0 for order in known)
    if pause > VARS["lifecycle_dormant_days"]:
        return "churned"
    if pause > VARS["lifecycle_active_days"]:
        return "dormant"
    if kept >= VARS["lifecycle_maturity_min_orders"]:
        return "maturity"
    return "growth" if kept >= VARS["lifecycle_growth_min_orders"] else "introduction"


def recompute_lifecycle(orders: list[Purchase], *, as_of: date) -> tuple[str, date]:
    """Stage on ``as_of`` and the first day of its unbroken run, by asking day after day."""
    stage = stage_on(as_of, orders)
    since = as_of
    while stage_on(since - timedelta(days=1), orders) == stage:
        since -= timedelta(days=1)
    return stage, since


def recompute_aipl(published: Path, purchases: dict[str, list[Purchase]], *, as_of: date) -> dict:
    """AIPL stage by one_id of everyone in dim_customers."""
    first_day = as_of - timedelta(days=VARS["aipl_interest_days"] - 1)
    with duckdb.connect(str(published), read_only=True) as marts:
        people = marts.execute(
            "select one_id, is_member or is_oa_follower or is_wecom_contact from core.dim_customers"
        ).fetchall()
        touches = marts.execute(
            "select one_id, touched_at from core.fct_touchpoints"
            " where one_id is not null and activity_type = 'interest'"
        ).fetchall()
    zone = ZoneInfo(VARS["brand_timezone"])
    interested = {
        one_id
        for one_id, touched_at in touches
        if first_day <= touched_at.replace(tzinfo=UTC).astimezone(zone).date() <= as_of
    }

    def stage(one_id: str, *, has_relation: bool) -> str:
        orders = purchases.get(one_id, [])
        recent_kept = sum(
            order.net_revenue_cny > 0 and (as_of - order.paid_date).days < VARS["aipl_loyal_days"]
            for order in orders
        )
        if recent_kept >= VARS["aipl_loyal_min_orders"]:
            return "loyal"
        if orders:
            return "purchase"
        return "interest" if has_relation or one_id in interested else "aware"

    return {one_id: stage(one_id, has_relation=relation) for one_id, relation in people}


@pytest.fixture(scope="module")
def published(demo_run) -> Path:
    return demo_run.home.published


@pytest.fixture(scope="module")
def purchases(published: Path) -> dict[str, list[Purchase]]:
    found = read_purchases(published)
    assert found, "the run has no order of a known person: nothing would be compared"
    return found


@pytest.fixture(scope="module")
def as_of(published: Path) -> date:
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute(
            "select distinct as_of_date from profile.customer_lifecycle"
        ).fetchall()
    assert len(rows) == 1
    return rows[0][0]


def test_rfm_equals_the_oracle(published: Path, purchases, as_of: date):
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute(
            "select one_id, recency_days, order_count, net_revenue_cny, r_score, f_score, m_score"
            " from profile.customer_rfm"
        ).fetchall()
    assert {row[0]: row[1:] for row in rows} == recompute_rfm(purchases, as_of=as_of)


def test_lifecycle_and_its_first_day_equal_the_oracle(published: Path, purchases, as_of: date):
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute(
            "select one_id, lifecycle_stage, stage_since_date from profile.customer_lifecycle"
            " where lifecycle_stage is not null"
        ).fetchall()
    assert {row[0]: row[1:] for row in rows} == {
        one_id: recompute_lifecycle(orders, as_of=as_of) for one_id, orders in purchases.items()
    }


def test_value_tiers_equal_the_oracle(published: Path, purchases):
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute(
            "select one_id, value_tier from profile.customer_lifecycle where value_tier is not null"
        ).fetchall()
    assert dict(rows) == recompute_value_tier(purchases)


def test_aipl_stages_equal_the_oracle(published: Path, purchases, as_of: date):
    with duckdb.connect(str(published), read_only=True) as marts:
        rows = marts.execute("select one_id, aipl_stage from profile.customer_lifecycle").fetchall()
    assert dict(rows) == recompute_aipl(published, purchases, as_of=as_of)


def test_360_is_the_customers_once_with_the_revenue_of_their_orders(published: Path, purchases):
    with duckdb.connect(str(published), read_only=True) as marts:
        profiles = marts.execute(
            "select one_id, order_count, net_revenue_cny from profile.customer_360"
        ).fetchall()
        customers = marts.execute("select one_id from core.dim_customers").fetchall()
    assert sorted(row[0] for row in profiles) == sorted(row[0] for row in customers)
    assert {row[0]: row[1:] for row in profiles if row[1]} == {
        one_id: (len(orders), sum((order.net_revenue_cny for order in orders), Decimal(0)))
        for one_id, orders in purchases.items()
    }
