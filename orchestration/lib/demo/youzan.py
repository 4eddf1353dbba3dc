"""Native records of the brand's own Youzan shop.

Belongs here: full_order_info. Does not belong here: the course of an order (`trades`).
"""

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, lists, texts, timestamps
from orchestration.lib.demo.native import octal_ids, sql_column, yuan
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.trades import (
    ONE_LINE,
    WHOLE,
    Trades,
    expand,
    versions,
)


def youzan_tids(con: duckdb.DuckDBPyConnection, trades: Trades) -> pa.Array:
    """Youzan order numbers: E, the time, and nine digits."""
    mixed = (np.arange(len(trades.order), dtype=np.int64) * 7_368_787 + 1_000_003) % 8**9
    moment = "strftime(created::timestamp, '%Y%m%d%H%M%S')"
    digits = "translate(lpad(format('{:o}', n), 9, '0'), '1', '9')"
    created = timestamps(trades.created)
    return sql_column(con, f"'E' || {moment} || {digits}", n=mixed, created=created)


def deliver_youzan_orders(
    landing: Landing, trades: Trades, orders: Orders, *, tid: pa.Array, people: People,
    identities: Identities, register: Register, products: brand.Products,
) -> None:  # fmt: skip
    """Write youzan.orders (full_order_info): every order again on each day it changed."""
    con = landing.con
    row, drop, modified, until = versions(
        landing.clock, trades.created,
        [trades.paid, trades.closed, trades.shipped, trades.finished, trades.refunded],
    )  # fmt: skip
    paid = trades.paid[row] < until
    refunded = (trades.refunded[row] < until) & (trades.refund_fen[row] > 0)
    whole = refunded & (trades.refund[row] == WHOLE)
    status = np.select(
        [whole | (trades.closed[row] < until), trades.finished[row] < until,
         trades.shipped[row] < until, paid],
        [0, 1, 2, 3], 4,
    )  # fmt: skip
    person = orders.person[trades.order[row]]
    account = identities.account[person, 0]
    offsets, _, line = expand(orders.first_line, trades.order[row])
    lines = pa.StructArray.from_arrays(
        [
            octal_ids(con, line, "29"),
            texts(products.sku, orders.product[line]),
            texts(products.name, orders.product[line]),
            pa.array(orders.quantity[line]),
            yuan(con, products.price_fen[orders.product[line]]),
            yuan(con, orders.gross_fen[line]),
            yuan(con, (orders.discount_fen // np.maximum(orders.quantity, 1))[line]),
            yuan(con, orders.paid_fen[line]),
        ],
        names=["oid", "sku", "title", "num", "price", "total_fee", "discount_price", "payment"],
    )  # fmt: skip
    register.observe([("mp_openid", account), ("youzan", person)])
    partial = np.where(trades.refund[row] == ONE_LINE, 1, 2)
    columns = {
        "tid": tid.take(pa.array(row)),
        "status": texts(["TRADE_CLOSED", "TRADE_SUCCESS", "WAIT_BUYER_CONFIRM_GOODS",
                         "TRADE_PAID", "WAIT_BUYER_PAY"], status),
        "created": timestamps(trades.created[row]),
        "pay_time": timestamps(trades.paid[row], ~paid),
        "update_time": timestamps(modified),
        "success_time": timestamps(trades.finished[row], status != 1),
        "refund_state": texts(["0", "2", "12"], np.where(refunded, partial, 0)),
        "closed_unpaid": (trades.closed[row] < until),
        "whole": whole,
        "goods_fen": trades.goods_fen[row], "post_fen": trades.post_fen[row],
        "gross_fen": np.bincount(orders.line_order, orders.gross_fen, len(orders.at))
        .astype(np.int64)[trades.order[row]],
        "refund_fen": np.where(refunded, trades.refund_fen[row], 0),
        "openid": register.column("mp_openid", account),
        "yz_open_id": register.column("youzan", person),
        "phone": register.kinds["phone"].written.take(pa.array(identities.phone[person])),
        "virtual": trades.order[row] % 4 == 0,
        "name": identities.name.take(pa.array(person)),
        "city": texts([c[0] for c in brand.CITIES], people.city[person]),
        "lines": lists(offsets, lines, np.arange(len(row))),
    }  # fmt: skip
    landing.deliver("youzan.orders", columns, drop=drop, rerun=(4,))
