"""Native records of the takeaway platform: orders of the stores.

Belongs here: meituan.orders. Does not belong here: the course of an order (`shops`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, lists, texts, timestamps
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.shops import Shops
from orchestration.lib.demo.trades import expand, versions

REFUNDED, CANCELLED, COMPLETED, PAID = range(4)


def deliver_meituan_orders(
    landing: Landing, shops: Shops, orders: Orders, *, identities: Identities, register: Register,
    products: brand.Products, stores: brand.Stores,
) -> None:  # fmt: skip
    """Write meituan.orders: every order again on each day its status changed."""
    trades = shops.meituan
    row, drop, _, until = versions(
        landing.clock, trades.created, [trades.closed, trades.finished, trades.refunded]
    )
    status = np.select(
        [trades.refunded[row] < until, trades.closed[row] < until, trades.finished[row] < until],
        [REFUNDED, CANCELLED, COMPLETED], PAID,
    )  # fmt: skip
    order = trades.order[row]
    person = orders.person[order]
    offsets, _, line = expand(orders.first_line, order)
    register.observe([("meituan", person)])
    items = pa.StructArray.from_arrays(
        [
            texts(products.sku, orders.product[line]), pa.array(orders.quantity[line]),
            pa.array(products.price_fen[orders.product[line]]),
        ],
        names=["sku", "quantity", "price_fen"],
    )  # fmt: skip
    columns = {
        "order_id": shops.meituan_id.take(pa.array(row)),
        "store": texts(stores.store_id, shops.meituan_store[row]),
        "user_token": register.column("meituan", person),
        "phone": register.kinds["phone"].written.take(pa.array(identities.phone[person])),
        "virtual": order % 5 == 0,
        "name": identities.name.take(pa.array(person)),
        "ordered_at": timestamps(trades.created[row]),
        "paid_fen": trades.goods_fen[row],
        "items": lists(offsets, items, np.arange(len(row))),
        "status": texts(["refunded", "cancelled", "completed", "paid"], status),
    }
    landing.deliver("meituan.orders", columns, drop=drop, rerun=(0, 9))
