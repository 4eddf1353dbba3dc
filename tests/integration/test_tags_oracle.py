"""Tags with arithmetic, computed a second time in plain Python from the published core tables.

The oracle loops over the orders, lines, bookings and coupons of one person at a time: points are taken
from the oldest booking when they are taken, months are counted on a calendar, shares are fractions. It
shares nothing with the models but the numbers of dbt_project.yml and the declared tags.
"""

from collections import Counter, defaultdict, deque
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest
import yaml
from dateutil.relativedelta import relativedelta

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.profile.tags import load_tags

VARS = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
ZONE = ZoneInfo(VARS["brand_timezone"])
pytestmark = pytest.mark.slow


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZONE)


def half_up(value: Fraction, places: str) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(places), rounding=ROUND_HALF_UP)


class Run:
    """Published tables of a finished run, rows as namespaces."""

    def __init__(self, home: Home):
        self.published = home.published
        [(self.as_of,)] = self._fetch("select distinct as_of_date from profile.customer_360")
        self.profiles = {row.one_id: row for row in self.rows("select * from profile.customer_360")}
        self.products = {row.sku: row for row in self.rows("select * from core.dim_products")}
        self.orders = defaultdict(list)
        end = datetime.combine(self.as_of + timedelta(1), datetime.min.time(), ZONE)
        for order in self.rows("select * from core.fct_orders where one_id is not null"):
            if order.paid_at.replace(tzinfo=ZoneInfo("UTC")) < end:
                order.day = local(order.paid_at).date()
                self.orders[order.one_id].append(order)
        self.lines = defaultdict(list)
        for line in self.rows("select * from core.fct_order_lines"):
            self.lines[line.order_id].append(line)

    def _fetch(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.published), read_only=True) as con:
            return con.execute(sql).fetchall()

    def rows(self, sql: str) -> list[SimpleNamespace]:
        with duckdb.connect(str(self.published), read_only=True) as con:
            found = con.execute(sql)
            names = [column[0] for column in found.description]
            return [
                SimpleNamespace(**dict(zip(names, row, strict=True))) for row in found.fetchall()
            ]

    def tags(self, tag: str) -> dict[str, set[str]]:
        values = defaultdict(set)
        for one_id, value in self._fetch(
            f"select one_id, value from profile.customer_tags where tag = '{tag}'"
        ):
            values[one_id].add(value)
        return dict(values)


@pytest.fixture(scope="module")
def run(demo_run) -> Run:
    return Run(demo_run.home)


def favourite(votes: list[tuple[str, datetime]]) -> str | None:
    """Most votes, then the newest, then the name."""
    if not votes:
        return None
    counts = Counter(value for value, _ in votes)
    newest = {value: max(at for name, at in votes if name == value) for value in counts}
    ranked = sorted(counts, key=lambda v: (-counts[v], -newest[v].timestamp(), v))
    return ranked[0]


def daypart(moment: datetime) -> str:
    parts = list(VARS["dayparts"].items())
    begun = [name for name, hour in parts if hour <= local(moment).hour]
    return begun[-1] if begun else parts[-1][0]


def price_band(run: Run, sku: str) -> str | None:
    product = run.products.get(sku)
    if product is None or product.category is None:
        return None
    prices = [p.list_price_cny for p in run.products.values() if p.category == product.category]
    cheaper = sum(price < product.list_price_cny for price in prices)
    return ["low", "middle", "high"][3 * cheaper // len(prices)]


def test_preferences_equal_the_oracle(run: Run):
    bands = {sku: price_band(run, sku) for sku in run.products}
    assert run.orders
    preferred = {}
    for one_id, orders in run.orders.items():
        profile = run.profiles[one_id]
        enough = len(orders) >= VARS["preference_min_orders"]
        lines = [(line, o.paid_at) for o in orders for line in run.lines[o.order_id]]
        known = [(run.products[line.sku], at) for line, at in lines if line.sku in run.products]
        categories = [(p.category, at) for p, at in known]
        expected = (
            favourite([(o.channel, o.paid_at) for o in orders]),
            favourite([(o.store_id, o.paid_at) for o in orders if o.store_id]),
            favourite(categories),
            favourite([(p.brand, at) for p, at in known]) if enough else None,
            favourite([(bands[p.sku], at) for p, at in known]) if enough else None,
            favourite([(daypart(o.paid_at), o.paid_at) for o in orders]) if enough else None,
        )
        found = (
            profile.favourite_channel,
            profile.favourite_store_id,
            profile.favourite_category,
            profile.favourite_brand,
            profile.favourite_price_band,
            profile.favourite_daypart,
        )
        assert found == expected, one_id
        counts = Counter(category for category, _ in categories)
        if counts:
            share = Fraction(100 * counts[profile.favourite_category], sum(counts.values()))
            assert profile.favourite_category_pct == half_up(share, "0.01"), one_id
        if enough:
            least = VARS["preference_min_pct"] * sum(counts.values())
            preferred[one_id] = {c for c, n in counts.items() if 100 * n >= least}
    assert run.tags("preferred_category") == {k: v for k, v in preferred.items() if v}


def test_price_sensitivity_and_baskets_equal_the_oracle(run: Run):
    kinds = set()
    for one_id, orders in run.orders.items():
        profile = run.profiles[one_id]
        lines = [line for o in orders for line in run.lines[o.order_id]]
        gross = sum((Fraction(line.gross_cny) for line in lines), Fraction(0))
        cheap = sum((Fraction(x.gross_cny) for x in lines if x.discount_cny > 0), Fraction(0))
        pct = half_up(100 * cheap / gross, "0.01") if gross else None
        kind = None
        if pct is not None and len(orders) >= VARS["preference_min_orders"]:
            high, low = VARS["price_sensitivity_high_pct"], VARS["price_sensitivity_low_pct"]
            kind = "high" if pct >= high else "low" if pct < low else "middle"
        assert (profile.discounted_spend_pct, profile.price_sensitivity) == (pct, kind), one_id
        kinds.add(kind)
        baskets = [o for o in orders if run.lines[o.order_id]]
        units = sum((Fraction(line.quantity) for line in lines), Fraction(0))
        mean = half_up(units / len(baskets), "0.01") if baskets else None
        assert profile.average_basket_units == mean, one_id
        few, many = VARS["basket_few_units"], VARS["basket_many_units"]
        size = None if mean is None else "one" if mean < few else "few" if mean < many else "many"
        assert profile.basket_size == size, one_id
    assert kinds == {None, "high", "middle", "low"}


def test_rhythm_and_status_equal_the_oracle(run: Run):
    seen = set()
    stages = {row.one_id: row for row in run.rows("select * from profile.customer_lifecycle")}
    for one_id, profile in run.profiles.items():
        orders, stage = run.orders.get(one_id), stages[one_id]
        position = rhythm = None
        if orders and stage.rhythm_days:
            passed = (run.as_of - max(o.day for o in orders)).days
            position = int(half_up(Fraction(100 * passed, stage.rhythm_days), "1"))
            rhythm = "overdue"
            if position <= VARS["rhythm_overdue_pct"]:
                rhythm = "within_cycle" if position < VARS["rhythm_due_pct"] else "due"
        assert (profile.cycle_position_pct, profile.purchase_rhythm) == (position, rhythm), one_id
        status = stage.lifecycle_stage_4
        if status in ("new", "active") and rhythm == "overdue":
            status = "at_risk"
        assert profile.customer_status == status, one_id
        seen.add(status)
    assert {"new", "active", "at_risk"} <= seen


def test_replenishment_equals_the_oracle(run: Run):
    due_now = {}
    lead = timedelta(VARS["replenishment_lead_days"])
    window = timedelta(VARS["replenishment_window_days"])
    for one_id, orders in run.orders.items():
        used_up = {}
        for order in orders:
            if order.net_revenue_cny <= 0:
                continue
            for line in run.lines[order.order_id]:
                product = run.products.get(line.sku)
                if product and product.repurchase_cycle_days and product.category:
                    day = order.day + timedelta(product.repurchase_cycle_days)
                    used_up[product.category] = max(day, used_up.get(product.category, day))
        due_now[one_id] = {c for c, d in used_up.items() if d - lead <= run.as_of <= d + window}
        open_ones = sorted((d, c) for c, d in used_up.items() if run.as_of <= d + window)
        day, category = open_ones[0] if open_ones else (None, None)
        profile = run.profiles[one_id]
        found = (profile.replenishment_due_date, profile.replenishment_category)
        assert found == (day, category), one_id
    assert run.tags("replenishment_due") == {k: v for k, v in due_now.items() if v}


def test_points_are_taken_from_the_oldest_booking_when_they_are_taken(run: Run, demo_run):
    accounts = defaultdict(list)
    for booking in run.rows("select * from core.fct_points order by occurred_at, ledger_id"):
        accounts[booking.member_id_token].append(booking)
    left, people = {}, defaultdict(list)
    for bookings in accounts.values():
        lots, debt = deque(), 0
        for booking in bookings:
            if booking.change_points > 0:
                paid = min(debt, booking.change_points)
                debt -= paid
                lots.append([booking, booking.change_points - paid])
                continue
            debt -= booking.change_points
            for lot in lots:
                taken = min(lot[1], debt)
                lot[1] -= taken
                debt -= taken
        for booking, points in lots:
            left[booking.ledger_id] = points
            if booking.one_id and booking.expires_at and points:
                people[booking.one_id].append((local(booking.expires_at).date(), points))
    with duckdb.connect(str(demo_run.home.warehouse), read_only=True) as con:
        found = dict(
            con.execute(
                "select ledger_id, left_points from intermediate.int_profile__point_lots"
            ).fetchall()
        )
    assert found == left
    assert any(points > 0 for points in left.values()) and 0 in left.values()
    for one_id, profile in run.profiles.items():
        coming = [(day, points) for day, points in people[one_id] if day > run.as_of]
        assert profile.next_points_expiry_date == min(coming, default=(None,))[0], one_id
        last = run.as_of + timedelta(VARS["points_expiring_days"])
        if profile.points_balance is not None:
            assert profile.expiring_points == sum(p for d, p in coming if d <= last), one_id


def test_coupon_behaviour_equals_the_oracle(run: Run):
    coupons = run.rows("select * from core.fct_coupons")
    used = {c.order_id for c in coupons if c.order_id}
    used |= {o for o, lines in run.lines.items() if any(line.coupon_code for line in lines)}
    held = defaultdict(list)
    for coupon in coupons:
        held[coupon.one_id].append(coupon)
    for one_id, profile in run.profiles.items():
        mine = held.get(one_id, [])
        orders = run.orders.get(one_id, [])
        with_coupon = [o for o in orders if o.order_id in used]
        states = Counter(c.coupon_state for c in mine)
        taken = sum(c.received_at is not None for c in mine)
        assert (
            profile.taken_coupon_count,
            profile.redeemed_coupon_count,
            profile.expired_coupon_count,
            profile.open_coupon_count,
            profile.coupon_order_count,
        ) == (
            taken,
            states["redeemed"],
            states["expired"],
            states["issued"] + states["received"],
            len(with_coupon),
        ), one_id
        kind = "taker" if taken else None
        if states["redeemed"] or with_coupon:
            kind = "redeemer"
        if len(orders) >= VARS["preference_min_orders"] and len(with_coupon) == len(orders):
            kind = "only_with_coupon"
        assert profile.coupon_behaviour == kind, one_id


def test_life_stages_equal_the_oracle(run: Run):
    stages = pl.read_csv(PROJECT_DIR / "seeds" / "reference" / "life_stages.csv").to_dicts()
    expected = defaultdict(set)
    for one_id, orders in run.orders.items():
        firsts = {}
        for order in sorted(orders, key=lambda o: o.paid_at):
            if order.net_revenue_cny > 0:
                lines = [run.products.get(line.sku) for line in run.lines[order.order_id]]
                for category in sorted({p.category for p in lines if p and p.category}):
                    for stage in stages:
                        if stage["category"] == category:
                            firsts.setdefault(stage["programme"], (category, order.day))
        for stage in stages:
            category, day = firsts.get(stage["programme"], (None, None))
            if category == stage["category"] and _in_stage(run.as_of, day, stage):
                expected[one_id].add(f"{stage['programme']}:{stage['stage']}")
    assert run.tags("life_stage") == dict(expected)


def _in_stage(as_of: date, first: date, stage: dict) -> bool:
    if as_of < first + relativedelta(months=stage["from_month"]):
        return False
    until = stage["until_month"]
    return until is None or as_of < first + relativedelta(months=until)


def test_the_long_form_says_what_the_wide_form_says(run: Run):
    with duckdb.connect(str(run.published), read_only=True) as con:
        wide = con.sql("select * from profile.customer_360").pl()
        long = con.sql("select * from profile.customer_tags").pl()
        catalogue = con.sql("select * from profile.tag_catalogue").pl()
    tags = load_tags()
    assert sorted(catalogue["tag"]) == sorted(tags)
    for tag in tags.values():
        rows = long.filter(pl.col("tag") == tag.tag)
        if tag.allowed_values:
            assert set(rows["value"]) <= set(tag.allowed_values), tag.tag
        if tag.column is None:
            continue
        column = pl.col(tag.column)
        holds = {"boolean": column, "number": column != 0}.get(tag.value_type, column.is_not_null())
        expected = wide.filter(holds.fill_null(value=False))
        assert sorted(rows["one_id"]) == sorted(expected["one_id"]), tag.tag
        said = dict(rows.select("one_id", "value").iter_rows())
        since = dict(rows.select("one_id", "valid_from").iter_rows())
        day_of = pl.col(tag.valid_from).alias("day")
        for one_id, value, day in expected.select("one_id", column.alias("said"), day_of).rows():
            text = "true" if tag.value_type == "boolean" else str(value)
            assert (said[one_id], since[one_id]) == (text, day), tag.tag
