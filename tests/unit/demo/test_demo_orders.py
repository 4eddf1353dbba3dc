"""Sales of the simulated brand: what the truth says equals what the native files add up to."""

import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal

import pytest

from tests.unit.demo.conftest import Brand

CENT = Decimal("0.01")


def yuan(value: object) -> Decimal:
    return Decimal(str(value)).quantize(CENT)


@pytest.fixture(scope="module")
def receipt_lines(brand: Brand) -> list[dict]:
    key = ("store_id", "terminal_id", "business_date", "receipt_no", "line_no")
    return list(brand.newest("pos.receipts", *key).values())


def order_id_of(line: dict) -> str:
    number = (line["store_id"], line["terminal_id"], line["business_date"], line["receipt_no"])
    return "pos:" + "/".join(number)


def test_receipts_add_up_to_the_expected_revenue(brand: Brand, receipt_lines: list[dict]):
    paid, refunded, unlinked = defaultdict(int), defaultdict(int), 0
    for line in receipt_lines:
        if line["is_return"] == "true":
            continue
        paid[order_id_of(line)] += int(line["paid_fen"])
    for line in receipt_lines:
        if line["is_return"] != "true":
            continue
        assert int(line["paid_fen"]) <= 0
        assert int(line["quantity"]) < 0
        original = f"pos:{line['store_id']}/{line['original_receipt_no']}"
        if line["original_receipt_no"] and original in paid:
            refunded[original] -= int(line["paid_fen"])
        else:
            unlinked -= int(line["paid_fen"])
    expected = brand.expected["channels"]["pos"]
    assert len(paid) == expected["orders"]
    assert sum(paid.values()) == round(expected["paid_cny"] * 100)
    assert sum(refunded.values()) == round(expected["refunded_cny"] * 100) > 0
    assert unlinked == round(expected["unlinked_refund_cny"] * 100) > 0
    truth = brand.truth(
        "select order_id, paid_cny, refunded_cny from {orders} where channel = 'pos'"
    )
    assert {i: (p, r) for i, p, r in truth} == {
        i: (yuan(Decimal(fen) / 100), yuan(Decimal(refunded[i]) / 100)) for i, fen in paid.items()
    }


def test_every_line_adds_up(receipt_lines: list[dict]):
    for line in receipt_lines:
        gross, discount, paid = (int(line[f"{x}_fen"]) for x in ("gross", "discount", "paid"))
        assert gross - discount == paid
        assert discount >= 0


def test_tmall_trades_and_refunds_add_up_to_the_expected_revenue(brand: Brand):
    trades = brand.newest("tmall.orders", "tid")
    refunds = brand.newest("tmall.refunds", "refund_id")
    refunded = defaultdict(Decimal)
    for refund in refunds.values():
        if refund["status"] == "SUCCESS":
            refunded[str(refund["tid"])] += yuan(refund["refund_fee"])
    net = {
        f"tmall:{tid}": yuan(trade["payment"] if trade["pay_time"] else 0) - refunded[tid]
        for (tid,), trade in trades.items()
    }
    truth = dict(
        brand.truth("select order_id, net_revenue_cny from {orders} where channel = 'tmall'")
    )
    assert net == truth
    expected = brand.expected["channels"]["tmall"]
    assert float(sum(net.values())) == pytest.approx(expected["net_revenue_cny"], abs=0.005)
    statuses = Counter(trade["status"] for trade in trades.values())
    assert statuses["TRADE_CLOSED_BY_TAOBAO"] > 0 and statuses["TRADE_CLOSED"] > 0
    assert {trade["step_trade_status"] for trade in trades.values()} >= {
        None, "FRONT_PAID_FINAL_PAID"
    }  # fmt: skip


def test_lines_of_a_trade_add_up_to_its_payment(brand: Brand):
    for trade in brand.newest("tmall.orders", "tid").values():
        lines = sum(yuan(line["divide_order_fee"]) for line in trade["orders"])
        assert lines + yuan(trade["post_fee"]) == yuan(trade["payment"])
        if len(trade["orders"]) == 1:
            assert trade["orders"][0]["oid"] == trade["tid"]


def test_youzan_orders_add_up_to_the_expected_revenue(brand: Brand):
    newest = {}
    for row in brand.rows("youzan.orders"):
        newest[row["full_order_info"]["order_info"]["tid"]] = row["full_order_info"]
    net = {}
    for tid, order in newest.items():
        info = order["order_info"]
        paid = yuan(order["pay_info"]["payment"]) if info["pay_time"] else yuan(0)
        net[f"youzan:{tid}"] = paid - yuan(info["refund_fee"])
    truth = dict(
        brand.truth("select order_id, net_revenue_cny from {orders} where channel = 'youzan'")
    )
    assert net == truth
    states = {order["order_info"]["refund_state"] for order in newest.values()}
    assert states >= {"0", "2", "12"}


def test_jd_orders_without_the_parents_of_split_ones_add_up_to_the_expected_revenue(brand: Brand):
    newest = {i: row for (i,), row in brand.newest("jd.orders", "orderId").items()}
    parents = {row["parentOrderId"] for row in newest.values()} - {"0"}
    assert len(parents) >= 5 and parents <= set(newest)
    net = {}
    for i, row in newest.items():
        never = row["paymentConfirmTime"] in (0, "0001-01-01 00:00:00")
        cancelled = row["orderState"] in ("TRADE_CANCELED", "CANCEL")
        if i not in parents:
            net[f"jd:{i}"] = yuan(0 if never or cancelled else row["orderPayment"])
    assert net == dict(
        brand.truth("select order_id, net_revenue_cny from {orders} where channel = 'jd'")
    )
    for parent in parents:
        parts = [row for row in newest.values() if row["parentOrderId"] == parent]
        assert len(parts) == 2
        whole = sum(yuan(row["orderPayment"]) for row in parts)
        assert whole == yuan(newest[parent]["orderPayment"])
        items = [item for row in parts for item in row["itemInfoList"]]
        assert items == newest[parent]["itemInfoList"]
    kinds = {type(row["orderStartTime"]) for row in newest.values()}
    assert kinds == {int, str}
    ends = {row["orderEndTime"] for row in newest.values()}
    assert {0, "1970-01-01 00:00:00"} <= ends
    assert len({row["orderState"] for row in newest.values()}) >= 8


def test_douyin_orders_and_refund_messages_add_up_to_the_expected_revenue(brand: Brand):
    newest = {i: row for (i,), row in brand.newest("douyin.orders", "order_id").items()}
    refunds = brand.newest("douyin.refunds", "aftersale_id").values()
    given_back = defaultdict(int)
    for refund in refunds:
        given_back[refund["p_id"]] += refund["refund_amount"]
        lines = {line["order_id"] for line in newest[refund["p_id"]]["sku_order_list"]}
        assert refund["s_id"] in lines
    net = {
        f"douyin:{i}": yuan(
            Decimal((row["pay_amount"] if row["pay_time"] else 0) - given_back[i]) / 100
        )
        for i, row in newest.items()
    }
    assert net == dict(
        brand.truth("select order_id, net_revenue_cny from {orders} where channel = 'douyin'")
    )
    states = set()
    for row in newest.values():
        lines = row["sku_order_list"]
        assert sum(line["pay_amount"] for line in lines) + row["post_amount"] == row["pay_amount"]
        parts = ("shop", "platform", "talent")
        assert sum(row[f"promotion_{p}_amount"] for p in parts) == row["promotion_amount"]
        states |= {
            (line["after_sale_info"]["after_sale_status"], line["after_sale_info"]["refund_status"])
            for line in lines
        }
    assert states >= {(0, 0), (28, 1), (12, 3)}
    assert {row["order_status"] for row in newest.values()} >= {3, 4, 5, 105}
    messages = Counter(row["aftersale_id"] for row in brand.rows("douyin.refunds"))
    assert max(messages.values()) == 2


def test_replaced_open_ids_of_douyin_are_told_by_an_identity_event(brand: Brand):
    told = [row for row in brand.rows("crm.identity_events") if row["subject_type"] == "dd_open_id"]
    assert told and {row["event"] for row in told} == {"migrate"}
    times = defaultdict(list)
    for row in brand.rows("douyin.orders"):
        times[str(row["shop_id"]), row["open_id"]].append(row["create_time"])
    for row in told:
        moment = datetime.fromisoformat(row["occurred_at"] + "+08:00").timestamp()
        former = times[row["subject_scope"], row["subject_value"]]
        assert former and max(former) < moment
        assert all(at >= moment for at in times[row["object_scope"], row["object_value"]])


def test_takeaway_orders_add_up_to_the_expected_revenue(brand: Brand):
    newest = brand.newest("meituan.orders", "order_id")
    gives = {"completed": 1, "paid": 1, "refunded": 0, "cancelled": 0}
    net = {
        f"meituan:{i}": yuan(Decimal(row["paid_fen"]) / 100) * gives[row["status"]]
        for (i,), row in newest.items()
    }
    assert net == dict(
        brand.truth("select order_id, net_revenue_cny from {orders} where channel = 'meituan'")
    )
    assert {row["status"] for row in newest.values()} >= {"completed", "refunded", "cancelled"}
    stores = {row["store_id"] for row in brand.rows("pos.stores")}
    for row in newest.values():
        assert row["store_id"] in stores and json.loads(row["items"])
        assert "*" in row["masked_phone"] or "-" in row["masked_phone"]


def test_a_trade_comes_again_when_it_changes(brand: Brand):
    versions = Counter(row["tid"] for row in brand.rows("tmall.orders"))
    assert max(versions.values()) >= 3
    modified = defaultdict(list)
    for row in brand.rows("tmall.orders"):
        modified[row["tid"]].append(row["modified"])
    assert all(times == sorted(set(times)) for times in modified.values())


def test_a_store_day_arrives_wrong_and_is_corrected_by_a_later_file(brand: Brand):
    seen = defaultdict(set)
    for row in brand.rows("pos.receipts"):
        seen[order_id_of(row), row["line_no"]].add((row["dt"], row["paid_fen"]))
    corrected = [versions for versions in seen.values() if len({d for d, _ in versions}) > 1]
    assert corrected
    assert any(len({paid for _, paid in versions}) > 1 for versions in corrected)
    assert {min(versions)[0] for versions in corrected} == {"2026-06-21"}
    assert {max(versions)[0] for versions in corrected} == {"2026-06-23"}


def test_some_stores_upload_late(brand: Brand):
    late = Counter(
        row["dt"] > row["txn_time"][:10] for row in brand.rows("pos.receipts")
        if row["dt"] > "2026-06-17"
    )  # fmt: skip
    assert late[True] > 0.03 * late[False]


def test_revenue_is_concentrated_and_two_thirds_buy(brand: Brand):
    buyers, top = brand.truth("""
        with ranked as (
            select
                lifetime_revenue_cny,
                percent_rank() over (order by lifetime_revenue_cny desc) as share
            from {people} where is_buyer
        )
        select
            (select avg(is_buyer::integer) from {people}),
            sum(lifetime_revenue_cny) filter (share < 0.2) / sum(lifetime_revenue_cny)
        from ranked
    """)[0]
    assert 0.60 <= buyers <= 0.70
    assert 0.70 <= top <= 0.88


def test_demand_has_seasons(brand: Brand):
    per_day = dict(brand.truth("""
        select (ordered_at + interval 8 hour)::date as day, count(*) from {orders} group by 1
    """))  # fmt: skip
    sale = [n for day, n in per_day.items() if day.month == 6 and 16 <= day.day <= 18]
    april = {day: n for day, n in per_day.items() if day.month in (4, 5)}
    weekend = [n for day, n in april.items() if day.weekday() >= 5]
    week = [n for day, n in april.items() if day.weekday() < 5]
    assert sum(sale) / 3 > 1.8 * sum(april.values()) / len(april)
    assert sum(weekend) / len(weekend) > 1.15 * sum(week) / len(week)


def test_coupons_follow_their_state_machine(brand: Brand):
    histories = defaultdict(list)
    for row in brand.rows("crm.coupons"):
        histories[row["coupon_code"]].append(row)
    seen = Counter()
    for events in histories.values():
        path = [event["event"] for event in sorted(events, key=lambda e: e["event_time"])]
        seen.update(path)
        assert path[0] == "issued"
        assert path.count("redeemed") <= 1
        for terminal in ("expired", "gifted", "voided"):
            assert terminal not in path[:-1]
        if "redeemed" in path:
            assert path[:2] == ["issued", "received"]
            redeemed = next(event for event in events if event["event"] == "redeemed")
            assert redeemed["event_time"] <= redeemed["expire_at"]
            assert redeemed["order_id"]
    assert set(seen) == {
        "issued", "received", "redeemed", "cancelled", "expired", "gifted", "voided"
    }  # fmt: skip


def test_redeemed_coupons_stand_on_the_orders_they_name(brand: Brand, receipt_lines: list[dict]):
    on_receipts = {
        line["coupon_code"]: order_id_of(line)[4:] for line in receipt_lines if line["coupon_code"]
    }
    redeemed = {
        row["coupon_code"]: row["order_id"]
        for row in brand.rows("crm.coupons")
        if row["event"] == "redeemed" and row["channel"] == "store"
    }
    assert on_receipts
    assert on_receipts.items() <= redeemed.items()


def test_points_balances_follow_from_the_bookings(brand: Brand):
    balance = {}
    rows = sorted(brand.rows("crm.points"), key=lambda row: row["ledger_id"])
    for row in rows:
        after = balance.get(row["member_id"], 0) + int(row["change"])
        assert int(row["balance_after"]) == after >= 0
        balance[row["member_id"]] = after
    assert {row["reason"] for row in rows} == {
        "adjust", "gift", "purchase", "redeem", "expire", "refund"
    }  # fmt: skip
