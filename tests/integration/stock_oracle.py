"""Stock and what is bought together, computed a second time in plain Python on the published facts.

Belongs here: what rpt_stock_health, stock_reconciliation, rpt_product_affinity and
customer_next_category must say. Does not belong here: comparing (test_goods_oracle.py).
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from tests.integration.goods_facts import Facts, Row, days_of, pct, rounded

# --- stock ----------------------------------------------------------------------------------------


def units_on_receipts(facts: Facts) -> dict[tuple[date, str, str], Decimal]:
    found: dict[tuple[date, str, str], Decimal] = defaultdict(Decimal)
    for line in facts.lines:
        if line["store_id"] is not None and line["sku"] is not None:
            found[line["business_date"], line["store_id"], line["sku"]] += line["quantity"]
    return found


def stock_rows(facts: Facts) -> dict[tuple[int, str, str], Row]:
    """rpt_stock_health by (period_days, store_id, sku)."""
    receipts, reports = units_on_receipts(facts), defaultdict(list)
    for period in days_of(facts, "stock_periods_days"):
        first = facts.as_of - timedelta(period - 1)
        for row in facts.stock:
            if first <= row["date"] <= facts.as_of:
                reports[period, row["store_id"], row["sku"]].append(row)
    found = {}
    for key, rows in reports.items():
        rows.sort(key=lambda row: row["date"])
        sold = sum(row["sold_units"] for row in rows)
        to_sell = rows[0]["opening_units"] + sum(row["received_units"] for row in rows)
        closing = rows[-1]["closing_units"]
        cover = (
            rounded(Fraction(max(closing, 0)) / (Fraction(sold) / len(rows)), 1) if sold else None
        )
        through = pct(sold, to_sell)
        slow = (
            closing > 0
            and len(rows) >= days_of(facts, "slow_mover_min_reported_days")
            and through is not None
            and through <= days_of(facts, "slow_mover_max_sell_through_pct")
            and (cover is None or cover >= days_of(facts, "slow_mover_min_cover_days"))
        )
        low = cover is not None and cover < days_of(facts, "stock_low_cover_days")
        found[key] = {
            "stock_status": "stocked_out" if closing <= 0
            else "slow_mover" if slow else "low" if low else "healthy",
            "reported_days": len(rows),
            "sold_units": sold,
            "closing_units": closing,
            "adjusted_units": closing - (to_sell - sold),
            "unexplained_units": sold
            - sum((receipts[row["date"], *key[1:]] for row in rows), Decimal(0)),
            "sell_through_pct": through,
            "stock_cover_days": cover,
            "stocked_out_days": sum(row["closing_units"] <= 0 for row in rows),
            "is_slow_mover": slow,
        }  # fmt: skip
    return found


def stock_differences(facts: Facts) -> dict[tuple[date, str, str], Decimal]:
    """unexplained units by (date, store_id, sku), agreeing days left out."""
    sold = {(row["date"], row["store_id"], row["sku"]): row["sold_units"] for row in facts.stock}
    days = defaultdict(list)
    for day, *place in sold:
        days[tuple(place)].append(day)
    receipts = units_on_receipts(facts)
    compared = set(sold) | {
        (day, *place)
        for (day, *place) in receipts
        if tuple(place) in days and min(days[tuple(place)]) <= day <= max(days[tuple(place)])
    }
    differences = {key: sold.get(key, Decimal(0)) - receipts[key] for key in compared}
    return {key: units for key, units in differences.items() if units}


# --- together -------------------------------------------------------------------------------------


def affinity_rows(facts: Facts) -> dict[tuple[str, str], Row]:
    baskets = defaultdict(set)
    for line in facts.lines:
        recent = (facts.as_of - line["business_date"]).days < days_of(facts, "affinity_window_days")
        if recent and line["sku"] is not None and line["quantity"] > 0:
            baskets[line["order_id"]].add(line["sku"])
    kept = [b for b in baskets.values() if len(b) <= days_of(facts, "affinity_max_basket_skus")]
    single = Counter(sku for basket in kept for sku in basket)
    pairs = Counter(pair for basket in kept for pair in combinations(sorted(basket), 2))
    found = {}
    for (one, other), count in pairs.items():
        if count < days_of(facts, "affinity_min_orders"):
            continue
        for sku, other_sku in ((one, other), (other, one)):
            found[sku, other_sku] = {
                "pair_order_count": count,
                "support_pct": rounded(Fraction(100 * count, len(kept)), 4),
                "confidence_pct": pct(count, single[sku]),
                "lift": rounded(Fraction(count * len(kept), single[one] * single[other]), 4),
            }
    return found


def next_categories(facts: Facts) -> dict[str, tuple[str, str, Decimal, int]]:
    """(category, because_of_category, lift, support) by one_id."""
    person = {order["order_id"]: order["one_id"] for order in facts.orders}
    bought = defaultdict(set)
    for line in facts.lines:
        category = facts.products.get(line["sku"], {}).get("category")
        if person[line["order_id"]] is not None and category is not None and line["quantity"] > 0:
            bought[person[line["order_id"]]].add(category)
    single = Counter(category for categories in bought.values() for category in categories)
    together = Counter(
        pair for categories in bought.values() for pair in combinations(sorted(categories), 2)
    )
    found = {}
    for one_id, categories in bought.items():
        offers = []
        for owned in categories:
            for category in set(single) - categories:
                support = together[tuple(sorted((owned, category)))]
                if support >= days_of(facts, "next_category_min_buyers"):
                    lift = rounded(
                        Fraction(support * len(bought), single[owned] * single[category]), 4
                    )
                    offers.append((-lift, -support, category, owned))
        if offers:
            lift, support, category, owned = min(offers)
            found[one_id] = (category, owned, -lift, -support)
    return found
