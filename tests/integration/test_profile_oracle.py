"""RFM and value tiers of a finished run, computed a second time without SQL.

The oracle walks through plain Python lists of the published orders: no ranks, no window functions.
It shares nothing with the models but the numbers of the definitions in dbt_project.yml; a second
pass has short definitions. Lifecycle and AIPL are in test_lifecycle_oracle.py.
"""

from bisect import bisect_left
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.integration.finished_runs import Finished

pytestmark = pytest.mark.slow


def score(worse: int, customers: int) -> int:
    """1 + floor(5 × customers strictly worse / customers), exactly."""
    return 1 + (5 * worse) // customers


def recompute_rfm(run: Finished) -> dict[str, tuple]:
    """(recency_days, order_count, net_revenue_cny, r, f, m) by one_id."""
    window_days = run.definitions["rfm_window_days"]
    measured = {}
    for one_id, orders in run.purchases.items():
        counted = [
            order
            for order in orders
            if not window_days or (run.as_of - order.paid_date).days < window_days
        ]
        if counted:
            recency_days = min((run.as_of - order.paid_date).days for order in counted)
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


def recompute_value_tiers(run: Finished) -> dict[str, str]:
    """high, middle or low by one_id of every buyer."""
    revenue = {
        one_id: sum((order.net_revenue_cny for order in orders), Decimal(0))
        for one_id, orders in run.purchases.items()
    }
    ordered = sorted(-value for value in revenue.values())
    high = Fraction(str(run.definitions["value_tier_high_share"])) * len(revenue)
    middle = high + Fraction(str(run.definitions["value_tier_middle_share"])) * len(revenue)

    def tier(value: Decimal) -> str:
        better = bisect_left(ordered, -value)
        if value <= 0 or better >= middle:
            return "low"
        return "high" if better < high else "middle"

    return {one_id: tier(value) for one_id, value in revenue.items()}


def test_rfm_equals_the_oracle(finished: Finished):
    rows = finished.query(
        "select one_id, recency_days, order_count, net_revenue_cny, r_score, f_score, m_score"
        " from profile.customer_rfm"
    )
    assert {row[0]: row[1:] for row in rows} == recompute_rfm(finished)


def test_value_tiers_equal_the_oracle(finished: Finished):
    rows = finished.query(
        "select one_id, value_tier from profile.customer_lifecycle where value_tier is not null"
    )
    assert dict(rows) == recompute_value_tiers(finished)


def test_360_is_every_customer_once_with_the_revenue_of_their_orders(finished: Finished):
    profiles = finished.query(
        "select one_id, order_count, net_revenue_cny from profile.customer_360"
    )
    customers = finished.query("select one_id from core.dim_customers")
    assert sorted(row[0] for row in profiles) == sorted(row[0] for row in customers)
    assert {row[0]: row[1:] for row in profiles if row[1]} == {
        one_id: (len(orders), sum((order.net_revenue_cny for order in orders), Decimal(0)))
        for one_id, orders in finished.purchases.items()
    }
