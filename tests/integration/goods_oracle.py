"""Products and stores computed a second time, in plain Python on the published facts.

Belongs here: what product_profile, store_profile and rpt_store_trade_areas must say, with exact
fractions and no SQL beyond reading. Does not belong here: comparing (test_goods_oracle.py).
"""

from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from math import floor
from statistics import median

from tests.integration.goods_facts import (
    UTC,
    Facts,
    Row,
    latest_stock,
    pct,
    rounded,
    stock_value,
)

# --- what was given back on a line ----------------------------------------------------------------


def refunds_by_line(facts: Facts) -> dict[str, Decimal]:
    """Yuan given back per order_line_id: named lines, then the rest shared by what was paid."""
    lines_of = defaultdict(list)
    for line in facts.lines:
        lines_of[line["order_id"]].append(line)
    known = {line["order_line_id"] for line in facts.lines}
    freight = {order["order_id"]: order["post_fee_cny"] for order in facts.orders}
    back: dict[str, Decimal] = defaultdict(Decimal)
    whole: dict[str, Decimal] = defaultdict(Decimal)
    for refund in facts.refunds:
        if refund["order_id"] is None:
            continue
        if refund["order_line_id"] in known:
            back[refund["order_line_id"]] += refund["refunded_cny"]
        else:
            whole[refund["order_id"]] += refund["refunded_cny"]
    for order_id, amount in whole.items():
        if not amount:
            continue
        parts = sorted(lines_of[order_id], key=lambda line: line["order_line_id"])
        weights = [max(line["paid_cny"], Decimal(0)) for line in parts]
        total = sum(weights) + max(freight[order_id], Decimal(0))
        fen, given, until = int(amount * 100), 0, Decimal(0)
        for position, (line, weight) in enumerate(zip(parts, weights, strict=True)):
            until += weight
            # The whole fen that belong to this line and those before it, less what they had.
            share = floor(Fraction(fen) * Fraction(until) / Fraction(total)) if total else fen
            part = share - given if total else (fen if position == 0 else 0)
            given = share
            back[line["order_line_id"]] += Decimal(part).scaleb(-2)
    return back


# --- products and stores --------------------------------------------------------------------------


def product_rows(facts: Facts) -> dict[str, Row]:
    back = refunds_by_line(facts)
    person = {order["order_id"]: order["one_id"] for order in facts.orders}
    lines_of = defaultdict(list)
    for line in facts.lines:
        if line["sku"] is not None:
            lines_of[line["sku"]].append(line)
    latest = latest_stock(facts)
    found = {}
    for sku in {*facts.products, *lines_of, *(sku for _, sku in latest)}:
        lines, product = lines_of[sku], facts.products.get(sku, {})
        paid = sum((line["paid_cny"] for line in lines), Decimal(0))
        gross = sum((line["gross_cny"] for line in lines), Decimal(0))
        refunded = sum((back[line["order_line_id"]] for line in lines), Decimal(0))
        units = sum((line["quantity"] for line in lines), Decimal(0))
        by_channel: dict[str, Decimal] = defaultdict(Decimal)
        orders_of, days_of_person = defaultdict(set), defaultdict(set)
        for line in lines:
            by_channel[line["sales_channel"]] += line["paid_cny"] - back[line["order_line_id"]]
            if (one_id := person[line["order_id"]]) is not None:
                orders_of[one_id].add(line["order_id"])
                days_of_person[one_id].add(line["business_date"])
        gaps = [
            (later - earlier).days
            for days in days_of_person.values()
            for earlier, later in zip(sorted(days), sorted(days)[1:], strict=False)
        ]
        price, cost = product.get("list_price_cny"), product.get("cost_cny")
        stocked = [row for (_, of), row in latest.items() if of == sku]
        repeat = sum(len(orders) > 1 for orders in orders_of.values())
        reports = [row for row in facts.stock if row["sku"] == sku]
        days = [line["business_date"] for line in lines]
        found[sku] = {
            "order_count": len({line["order_id"] for line in lines}),
            "unit_count": units,
            "gross_cny": gross,
            "paid_cny": paid,
            "refunded_cny": refunded,
            "net_revenue_cny": paid - refunded,
            "refunded_pct": pct(refunded, paid),
            "discount_pct": pct(gross - paid, gross),
            **{
                f"{name}_revenue_pct": pct(by_channel[name], paid - refunded)
                for name in ("own", "marketplace", "retail", "takeaway")
            },
            "first_sale_date": min(days, default=None),
            "last_sale_date": max(days, default=None),
            "buyer_count": len(orders_of),
            "repeat_buyer_count": repeat,
            "repeat_buyer_pct": pct(repeat, len(orders_of)),
            "repurchase_count": len(gaps),
            "repurchase_interval_days": Decimal(str(median(gaps))) if gaps else None,
            "average_price_cny": rounded(Fraction(paid) / Fraction(units), 2) if units else None,
            "price_realised_pct": pct(paid, units * price) if price else None,
            "stock_store_count": len(stocked),
            "stocked_out_store_count": sum(row["closing_units"] <= 0 for row in stocked),
            "closing_units": sum(row["closing_units"] for row in stocked) if stocked else None,
            "stock_value_cny": stock_value(stocked, cost),
            "in_stock_store_days": sum(
                row["opening_units"] + row["received_units"] > 0 for row in reports
            ),
            "stocked_out_store_days": sum(row["closing_units"] <= 0 for row in reports),
        }
    return found


def store_rows(facts: Facts, members: set[tuple[str, str]]) -> dict[str, Row]:
    """``members``: (one_id, brand) of valid members."""
    with_coupon = {line["order_id"] for line in facts.lines if line["coupon_code"] is not None}
    with_coupon |= {coupon["order_id"] for coupon in facts.coupons}
    firsts = first_orders(facts)
    orders_of = defaultdict(list)
    for order in facts.orders:
        if order["store_id"] is not None:
            orders_of[order["store_id"]].append(order)
    latest = latest_stock(facts)
    found = {}
    for store_id in {*facts.stores, *orders_of, *(store for store, _ in latest)}:
        orders = orders_of[store_id]
        known = [order for order in orders if order["one_id"] is not None]
        member = [order for order in known if (order["one_id"], order["brand"]) in members]
        kept = [order for order in orders if order["net_revenue_cny"] > 0]
        net = sum((order["net_revenue_cny"] for order in orders), Decimal(0))
        hours = Counter(
            order["paid_at"].replace(tzinfo=UTC).astimezone(facts.zone).hour for order in orders
        )
        weekdays = Counter(order["business_date"].isoweekday() for order in orders)
        stocked = {sku: row for (store, sku), row in latest.items() if store == store_id}
        values = [
            stock_value([row], facts.products.get(sku, {}).get("cost_cny"))
            for sku, row in stocked.items()
        ]
        found[store_id] = {
            "order_count": len(orders),
            "takeaway_order_count": sum(order["sales_channel"] == "takeaway" for order in orders),
            "unit_count": sum((order["unit_count"] for order in orders), Decimal(0)),
            "net_revenue_cny": net,
            "unmatched_refund_cny": sum(
                (
                    refund["refunded_cny"]
                    for refund in facts.refunds
                    if refund["order_id"] is None and refund["store_id"] == store_id
                ),
                Decimal(0),
            ),
            "average_order_value_cny": rounded(Fraction(net) / len(kept), 2) if kept else None,
            "coupon_orders_pct": pct(
                sum(order["order_id"] in with_coupon for order in orders), len(orders)
            ),
            "trading_days": len({order["business_date"] for order in orders}),
            "top_hour": most_common(hours),
            "top_weekday": most_common(weekdays),
            "buyer_count": len({order["one_id"] for order in known}),
            "new_buyer_count": sum(
                firsts[order["one_id"], order["brand"]] == order["order_id"] for order in known
            ),
            "member_buyer_count": len({order["one_id"] for order in member}),
            "identified_orders_pct": pct(len(known), len(orders)),
            "member_orders_pct": pct(len(member), len(orders)),
            "stocked_sku_count": len(stocked),
            "stocked_out_sku_count": sum(row["closing_units"] <= 0 for row in stocked.values()),
            "stock_value_cny": sum(v for v in values if v is not None) if any(
                v is not None for v in values
            ) else None,
        }  # fmt: skip
    return found


def first_orders(facts: Facts) -> dict[tuple[str, str], str]:
    """The first order of a person in a brand."""
    found: dict[tuple[str, str], str] = {}
    for order in sorted(facts.orders, key=lambda order: (order["paid_at"], order["order_id"])):
        if order["one_id"] is not None:
            found.setdefault((order["one_id"], order["brand"]), order["order_id"])
    return found


def most_common(counts: Counter) -> int | None:
    return min(counts, key=lambda value: (-counts[value], value)) if counts else None


# --- where customers live, and the brands they buy ------------------------------------------------


def trade_area_rows(facts: Facts, homes: dict[str, tuple]) -> dict[tuple, Row]:
    """By (store_id, city, province); ``homes``: (city, province) of people whose home is told."""
    people, orders = defaultdict(set), defaultdict(list)
    for order in facts.orders:
        if order["store_id"] is not None and order["one_id"] is not None:
            key = (order["store_id"], *homes.get(order["one_id"], (None, None)))
            people[key].add(order["one_id"])
            orders[key].append(order["net_revenue_cny"])
    found = {}
    for key in people:
        same_store = [other for other in people if other[0] == key[0]]
        known = sorted(
            (other for other in same_store if other[1] is not None),
            key=lambda other: (-len(people[other]), -sum(orders[other]), other[1], other[2] or "~"),
        )
        found[key] = {
            "customer_count": len(people[key]),
            "order_count": len(orders[key]),
            "net_revenue_cny": sum(orders[key]),
            "customers_pct": pct(len(people[key]), sum(len(people[o]) for o in same_store)),
            "net_revenue_pct": pct(sum(orders[key]), sum(sum(orders[o]) for o in same_store)),
            "area_rank": known.index(key) + 1 if key[1] is not None else None,
        }
    return found


def brand_rows(facts: Facts, window_days: int) -> dict[tuple[str, str], Row]:
    """Buyers' rows of customer_brand_profiles by (one_id, brand)."""
    orders_of, recent_of = defaultdict(list), defaultdict(list)
    for order in facts.orders:
        if order["one_id"] is not None:
            key = (order["one_id"], order["brand"])
            orders_of[key].append(order)
            if not window_days or (facts.as_of - order["paid_date"]).days < window_days:
                recent_of[key].append(order)

    def recency(orders: list[Row]) -> int:
        return min((facts.as_of - order["paid_date"]).days for order in orders)

    measures = {
        "r_score": lambda orders: -recency(orders),
        "f_score": len,
        "m_score": lambda orders: sum(order["net_revenue_cny"] for order in orders),
    }
    values = {
        name: {key: measure(orders) for key, orders in recent_of.items()}
        for name, measure in measures.items()
    }
    firsts = first_orders(facts)
    found = {}
    for (one_id, brand), orders in orders_of.items():
        scores = {}
        for name, value in values.items():
            of_brand = [v for (_, of), v in value.items() if of == brand]
            mine = value.get((one_id, brand))
            scores[name] = (
                None
                if mine is None
                else 1 + 5 * sum(other < mine for other in of_brand) // len(of_brand)
            )
        found[one_id, brand] = {
            "first_order_id": firsts[one_id, brand],
            "order_count": len(orders),
            "kept_order_count": sum(order["net_revenue_cny"] > 0 for order in orders),
            "net_revenue_cny": sum(order["net_revenue_cny"] for order in orders),
            "recency_days": recency(orders),
            **scores,
        }
    return found
