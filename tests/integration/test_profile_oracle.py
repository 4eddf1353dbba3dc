"""RFM, tiers, lifecycle and AIPL of a finished run, computed a second time without SQL.

The oracle walks through plain Python lists of the published orders and touchpoints: no ranks, no
window functions, and the first day of a stage is found by asking every day what the stage was. It
shares nothing with the models but the numbers of the definitions in dbt_project.yml. A second pass
with short definitions makes people fall asleep and come back within the days of a small brand.
"""

import json
import subprocess
import sys
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
from tests.integration.homes import copy_home, environment

UTC = ZoneInfo("UTC")
PROJECT = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
# Short enough that a brand of 60 days has dormant, churned and returned customers.
SHORT = {
    "rfm_window_days": 30,
    "lifecycle_active_days": 6,
    "lifecycle_dormant_days": 15,
    "lifecycle_growth_min_orders": 2,
    "lifecycle_maturity_min_orders": 3,
    "aipl_interest_days": 7,
    "aipl_loyal_days": 20,
    "value_tier_high_share": 0.1,
    "value_tier_middle_share": 0.15,
}
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Purchase:
    """One paid order: its day in the brand's zone, its time for the order of orders, its money."""

    paid_date: date
    paid_at: object
    order_id: str
    net_revenue_cny: Decimal


@dataclass(frozen=True)
class Finished:
    """A database with the marts, the definitions they were built with, and what was read first."""

    database: Path
    definitions: dict
    as_of: date
    purchases: dict[str, list[Purchase]]

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as marts:
            return marts.execute(sql).fetchall()


def read_finished(database: Path, *, definitions: dict) -> Finished:
    """Read what the oracle starts from; a run without orders of known persons is refused."""
    purchases = read_purchases(database, zone=ZoneInfo(definitions["brand_timezone"]))
    assert purchases, "the run has no order of a known person: nothing would be compared"
    with duckdb.connect(str(database), read_only=True) as marts:
        [(as_of,)] = marts.execute(
            "select distinct as_of_date from profile.customer_lifecycle"
        ).fetchall()
    return Finished(database, definitions, as_of, purchases)


def read_purchases(database: Path, *, zone: ZoneInfo) -> dict[str, list[Purchase]]:
    """Paid orders of known persons by one_id, oldest first."""
    with duckdb.connect(str(database), read_only=True) as marts:
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


def stage_on(day: date, orders: list[Purchase], *, definitions: dict) -> str | None:
    """Lifecycle stage on ``day`` by the orders until then; None before the first one."""
    known = [order for order in orders if order.paid_date <= day]
    if not known:
        return None
    pause = (day - max(order.paid_date for order in known)).days
    kept = sum(order.net_revenue_cny > 0 for order in known)
    if pause > definitions["lifecycle_dormant_days"]:
        return "churned"
    if pause > definitions["lifecycle_active_days"]:
        return "dormant"
    if kept >= definitions["lifecycle_maturity_min_orders"]:
        return "maturity"
    return "growth" if kept >= definitions["lifecycle_growth_min_orders"] else "introduction"


def recompute_lifecycle(run: Finished) -> dict[str, tuple[str, date]]:
    """Stage and the first day of its unbroken run by one_id, found by asking day after day."""
    found = {}
    for one_id, orders in run.purchases.items():
        stage = stage_on(run.as_of, orders, definitions=run.definitions)
        since = run.as_of
        while stage_on(since - timedelta(1), orders, definitions=run.definitions) == stage:
            since -= timedelta(1)
        found[one_id] = (stage, since)
    return found


def recompute_aipl(run: Finished) -> dict[str, str]:
    """AIPL stage by one_id of everyone in dim_customers."""
    zone = ZoneInfo(run.definitions["brand_timezone"])
    first_day = run.as_of - timedelta(run.definitions["aipl_interest_days"] - 1)
    interested = {
        one_id
        for one_id, touched_at in run.query(
            "select one_id, touched_at from core.fct_touchpoints"
            " where one_id is not null and activity_type = 'interest'"
        )
        if first_day <= touched_at.replace(tzinfo=UTC).astimezone(zone).date() <= run.as_of
    }

    def stage(one_id: str, *, has_relation: bool) -> str:
        orders = run.purchases.get(one_id, [])
        recent_kept = sum(
            order.net_revenue_cny > 0
            and (run.as_of - order.paid_date).days < run.definitions["aipl_loyal_days"]
            for order in orders
        )
        if recent_kept >= run.definitions["aipl_loyal_min_orders"]:
            return "loyal"
        if orders:
            return "purchase"
        return "interest" if has_relation or one_id in interested else "aware"

    people = run.query(
        "select one_id, is_member or is_oa_follower or is_wecom_contact from core.dim_customers"
    )
    return {one_id: stage(one_id, has_relation=relation) for one_id, relation in people}


@pytest.fixture(scope="module")
def as_defined(demo_run) -> Finished:
    """The published marts, built with the definitions of dbt_project.yml."""
    return read_finished(demo_run.home.published, definitions=PROJECT["vars"])


@pytest.fixture(scope="module")
def with_short_definitions(demo_run, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The warehouse of a copy of the home, profile and lifecycle rebuilt with SHORT."""
    folder = tmp_path_factory.mktemp("short")
    home = copy_home(demo_run.home, folder)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "run",
            "--select",
            "int_lifecycle__purchases_sequenced+",
            "--vars",
            json.dumps(SHORT),
        ],
        cwd=PROJECT_DIR,
        # A target of its own: other vars would throw away everybody's partial parse.
        env={**environment(home), "DBT_TARGET_PATH": str(folder / "target")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return read_finished(home.warehouse, definitions={**PROJECT["vars"], **SHORT})


@pytest.fixture(params=["as_defined", "with_short_definitions"])
def run(request: pytest.FixtureRequest) -> Finished:
    return request.getfixturevalue(request.param)


def test_rfm_equals_the_oracle(run: Finished):
    rows = run.query(
        "select one_id, recency_days, order_count, net_revenue_cny, r_score, f_score, m_score"
        " from profile.customer_rfm"
    )
    assert {row[0]: row[1:] for row in rows} == recompute_rfm(run)


def test_lifecycle_and_its_first_day_equal_the_oracle(run: Finished):
    rows = run.query(
        "select one_id, lifecycle_stage, stage_since_date from profile.customer_lifecycle"
        " where lifecycle_stage is not null"
    )
    assert {row[0]: row[1:] for row in rows} == recompute_lifecycle(run)


def test_short_definitions_reach_every_stage(with_short_definitions: Finished):
    stages = {stage for stage, _ in recompute_lifecycle(with_short_definitions).values()}
    assert stages == {"introduction", "growth", "maturity", "dormant", "churned"}


def test_value_tiers_equal_the_oracle(run: Finished):
    rows = run.query(
        "select one_id, value_tier from profile.customer_lifecycle where value_tier is not null"
    )
    assert dict(rows) == recompute_value_tiers(run)


def test_aipl_stages_equal_the_oracle(run: Finished):
    rows = run.query("select one_id, aipl_stage from profile.customer_lifecycle")
    assert dict(rows) == recompute_aipl(run)


def test_360_is_every_customer_once_with_the_revenue_of_their_orders(run: Finished):
    profiles = run.query("select one_id, order_count, net_revenue_cny from profile.customer_360")
    customers = run.query("select one_id from core.dim_customers")
    assert sorted(row[0] for row in profiles) == sorted(row[0] for row in customers)
    assert {row[0]: row[1:] for row in profiles if row[1]} == {
        one_id: (len(orders), sum((order.net_revenue_cny for order in orders), Decimal(0)))
        for one_id, orders in run.purchases.items()
    }
