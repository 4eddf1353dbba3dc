"""Native records of the Douyin shops: shop orders with sub-orders, and refund messages.

Belongs here: field values of the platform. Does not belong here: the course of an order (`shops`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.identity_changes import migration_time
from orchestration.lib.demo.landing import Landing, lists, texts
from orchestration.lib.demo.native import octal_ids, pick
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.shops import Shops, refunded_lines
from orchestration.lib.demo.trades import WHOLE, WITHDRAWN, expand, versions

CANCELLED, FINISHED, SHIPPED, PACKING, PAID, UNPAID = range(6)
STATUS_CODES = np.array([4, 5, 3, 2, 105, 1])


def deliver_douyin_orders(
    landing: Landing, shops: Shops, orders: Orders, *, people: People, identities: Identities,
    register: Register, products: brand.Products,
) -> None:  # fmt: skip
    """Write douyin.orders: every order again on each day it changed."""
    con, trades = landing.con, shops.douyin
    row, drop, modified, until = versions(
        landing.clock, trades.created,
        [trades.paid, trades.closed, trades.shipped, trades.finished, trades.asked,
         trades.refunded],
    )  # fmt: skip
    paid, order = trades.paid[row] < until, trades.order[row]
    whole = (trades.refunded[row] < until) & (trades.refund[row] == WHOLE)
    status = np.select(
        [whole | (trades.closed[row] < until), trades.finished[row] < until,
         trades.shipped[row] < until, paid & (order % 3 == 0), paid],
        [CANCELLED, FINISHED, SHIPPED, PACKING, PAID], UNPAID,
    )  # fmt: skip
    offsets, owner, line = expand(orders.first_line, order)
    first = line == orders.first_line[order][owner]
    concerned = refunded_lines(trades, row, owner, first) & (trades.asked[row] < until)[owner]
    settled = (trades.refunded[row] < until)[owner]
    withdrawn = settled & (trades.refund[row] == WITHDRAWN)[owner]
    person = orders.person[order]
    discount = np.bincount(owner, orders.discount_fen[line], len(row)).astype(np.int64)
    gross = np.bincount(owner, orders.gross_fen[line], len(row)).astype(np.int64)
    columns = {
        "order_id": shops.douyin_id.take(pa.array(row)),
        "shop": texts(list(brand.DOUYIN_SHOPS), shops.douyin_shop[row]),
        "open_id": _open_ids(landing, shops, register, person=person, row=row),
        "status": STATUS_CODES[status],
        "created_s": trades.created[row] - UTC_OFFSET_S,
        "paid_s": np.where(paid, trades.paid[row] - UTC_OFFSET_S, 0),
        "finished_s": np.where(status == FINISHED, trades.finished[row] - UTC_OFFSET_S, 0),
        "modified_s": modified - UTC_OFFSET_S,
        "gross_fen": gross, "post_fen": trades.post_fen[row], "goods_fen": trades.goods_fen[row],
        "discount_fen": discount,
        "receiver": register.kinds["phone"].written.take(pa.array(identities.phone[person])),
        "virtual": order % 4 == 0,
        "name": identities.name.take(pa.array(person)),
        "city": texts([c[0] for c in brand.CITIES], people.city[person]),
        "lines": lists(offsets, pa.StructArray.from_arrays(
            [
                octal_ids(con, line, "68"), octal_ids(con, orders.product[line], "20"),
                texts(products.sku, orders.product[line]),
                texts(products.name, orders.product[line]), pa.array(orders.quantity[line]),
                pa.array(products.price_fen[orders.product[line]]),
                pa.array(orders.gross_fen[line]), pa.array(orders.paid_fen[line]),
                octal_ids(con, line % 5, "60").take(
                    pa.array(np.arange(len(line)), mask=order[owner] % 3 != 1)),
                pa.array(np.select([~concerned, withdrawn, settled], [0, 28, 12], 6)),
                pa.array(np.select([~concerned, withdrawn, settled], [0, 1, 3], 1)),
            ],
            names=["order_id", "sku_id", "out_sku_id", "name", "item_num", "price_fen",
                   "gross_fen", "paid_fen", "author_id", "after_sale_status", "refund_status"],
        ), np.arange(len(row))),
    }  # fmt: skip
    landing.deliver("douyin.orders", columns, drop=drop, rerun=(0, 7))


def _open_ids(
    landing: Landing, shops: Shops, register: Register, *, person: np.ndarray, row: np.ndarray
) -> pa.Array:  # fmt: skip
    """Open id per order; of some, the former one until the platform replaced it."""
    shop, created = shops.douyin_shop[row], shops.douyin.created[row]
    position = np.searchsorted(shops.replaced, person)
    is_replaced = np.isin(person, shops.replaced) & (shop == 0)
    former = np.where(is_replaced & (created < migration_time(landing.clock)), position, -1)
    values = []
    for number, name in enumerate(brand.DOUYIN_SHOPS):
        here = np.where((shop == number) & (former < 0), person, -1)
        values.append(register.column(f"douyin_{name}", here))
        register.observe([(f"douyin_{name}", here)])
    values.append(register.column("former_douyin", former))
    register.observe([("former_douyin", former)])
    return pick(np.where(former >= 0, len(brand.DOUYIN_SHOPS), shop), *values)


def deliver_douyin_refunds(landing: Landing, shops: Shops, orders: Orders) -> None:
    """Write douyin.refunds: a message per sub-order that was paid back, some of them twice."""
    trades, clock = shops.douyin, landing.clock
    row = np.flatnonzero((trades.refunded < clock.end_s) & (trades.refund_fen > 0))
    _, owner, line = expand(orders.first_line, trades.order[row])
    first = line == orders.first_line[trades.order[row]][owner]
    back = refunded_lines(trades, row, owner, first)
    row, line = row[owner[back]], line[back]
    drop = clock.drop_of(trades.refunded[row])
    again = np.flatnonzero((line % 4 == 0) & (drop + 1 < clock.drops))
    row, line = np.append(row, row[again]), np.append(line, line[again])
    columns = {
        "aftersale_id": octal_ids(landing.con, line, "66"),
        "shop": texts(list(brand.DOUYIN_SHOPS), shops.douyin_shop[row]),
        "order_id": shops.douyin_id.take(pa.array(row)),
        "sub_order_id": octal_ids(landing.con, line, "68"),
        "refund_fen": orders.paid_fen[line],
        "refunded_s": trades.refunded[row] - UTC_OFFSET_S,
    }
    landing.deliver("douyin.refunds", columns, drop=np.append(drop, drop[again] + 1), rerun=(0,))
