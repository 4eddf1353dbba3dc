"""Native records of the JD shop: orders with items and coupons, and the parents of split ones.

Belongs here: field values of the platform. Does not belong here: the course of an order (`shops`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, lists, texts, timestamps
from orchestration.lib.demo.native import octal_ids, yuan
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.shops import Shops, lines_of
from orchestration.lib.demo.trades import NEVER, WHOLE, versions

# Old and new words of the API for cancelled, finished, shipped, paid, unpaid.
OLD_STATES = ["TRADE_CANCELED", "FINISHED_L", "WAIT_GOODS_RECEIVE_CONFIRM",
              "WAIT_SELLER_STOCK_OUT", "NOT_PAY"]  # fmt: skip
NEW_STATES = ["CANCEL", "FINISH", "WAIT_SHIPMENTS", "WAIT_DELIVERY", "NOT_PAY"]
CANCELLED, FINISHED, SHIPPED, PAID, UNPAID = range(5)
COUPON_TYPES = ["100", "41", "39"]


def deliver_jd_orders(
    landing: Landing, shops: Shops, orders: Orders, *, people: People, identities: Identities,
    register: Register, products: brand.Products,
) -> None:  # fmt: skip
    """Write jd.orders: every order again on each day it changed, each parent once."""
    con, trades = landing.con, shops.jd
    parents = _parents(shops)
    row, drop, modified, until = versions(
        landing.clock, trades.created,
        [trades.paid, trades.closed, trades.shipped, trades.finished, trades.refunded],
    )  # fmt: skip
    paid = trades.paid[row] < until
    whole = (trades.refunded[row] < until) & (trades.refund[row] == WHOLE)
    state = np.select(
        [whole | (trades.closed[row] < until), trades.finished[row] < until,
         trades.shipped[row] < until, paid],
        [CANCELLED, FINISHED, SHIPPED, PAID], UNPAID,
    )  # fmt: skip
    # The parents stand behind, as they were when the warehouses split them.
    split = parents[trades.paid[parents] < landing.clock.end_s]
    ended = np.select([whole, state == CANCELLED, state == FINISHED],
                      [trades.refunded[row], trades.closed[row], trades.finished[row]], NEVER)  # fmt: skip
    size, split_at = len(row), trades.paid[split]
    is_parent = np.arange(size + len(split)) >= size
    row, drop = np.append(row, split), np.append(drop, landing.clock.drop_of(split_at))
    modified, state = np.append(modified, split_at), np.append(state, np.full(len(split), PAID))
    paid, ended = np.append(paid, np.full(len(split), True)), np.append(ended, split_at + NEVER)

    group, order = shops.jd_group[row], trades.order[row]
    first = orders.first_line[order]
    last = orders.first_line[order + 1 + is_parent]
    offsets, owner, line = lines_of(first, last - first)

    def both(values: np.ndarray) -> np.ndarray:
        """Of the order; of a parent, the sum over its two parts."""
        return values[row] + np.where(is_parent, values[np.minimum(row + 1, len(values) - 1)], 0)

    coupons, coupon_offsets = _coupons(landing, orders, line=line, owner=owner, count=len(row))
    person = orders.person[order]
    register.observe([("jd_xid", person), ("jd_open_id", person)])
    parent_id = octal_ids(con, np.maximum(group, 0), "35")
    ids = shops.jd_id.take(pa.array(row))
    columns = {
        "order_id": pa.concat_arrays([ids[:size], parent_id[size:]]),
        "parent_id": parent_id.take(pa.array(np.arange(len(row)), mask=(group < 0) | is_parent)),
        "is_new": np.where(group >= 0, group, order) % 2 == 0,
        "old_state": texts(OLD_STATES, state), "new_state": texts(NEW_STATES, state),
        **_times("created", trades.created[row]),
        **_times("paid", trades.paid[row], ~paid),
        **_times("ended", ended, ended >= NEVER),
        **_times("modified", modified),
        "gross_fen": _sums(orders.gross_fen[line], owner, len(row)),
        "discount_fen": _sums(orders.discount_fen[line], owner, len(row)),
        "goods_fen": both(trades.goods_fen), "post_fen": both(trades.post_fen),
        "xid": register.column("jd_xid", person),
        "open_id": register.column("jd_open_id", person),
        "receiver": register.kinds["phone"].written.take(pa.array(identities.phone[person])),
        "masked": order % 3 != 0,
        "name": identities.name.take(pa.array(person)),
        "city": texts([c[0] for c in brand.CITIES], people.city[person]),
        "items": lists(offsets, _items(landing, orders, products, line), np.arange(len(row))),
        "coupons": lists(coupon_offsets, coupons, np.arange(len(row))),
    }  # fmt: skip
    landing.deliver("jd.orders", columns, drop=drop, rerun=(0, 6))


def _parents(shops: Shops) -> np.ndarray:
    """Row of the first part of every split order; the second one follows it."""
    group = shops.jd_group
    return np.flatnonzero((group >= 0) & (np.diff(group, append=-1) == 0))


def _sums(values: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    return np.bincount(owner, values, count).astype(np.int64)


def _times(name: str, local_s: np.ndarray, missing: np.ndarray | None = None) -> dict:
    """A time as the old API writes it (text) and as the new one does (epoch ms)."""
    milliseconds = (local_s - UTC_OFFSET_S) * 1000
    return {
        name: timestamps(np.where(missing, 0, local_s) if missing is not None else local_s, missing),
        f"{name}_ms": pa.array(milliseconds, mask=missing),
    }  # fmt: skip


def _items(landing: Landing, orders: Orders, products: brand.Products, line: np.ndarray):
    product = orders.product[line]
    return pa.StructArray.from_arrays(
        [
            octal_ids(landing.con, product, "20"), texts(products.sku, product),
            texts(products.name, product), yuan(landing.con, products.price_fen[product]),
            pa.array(orders.quantity[line]), octal_ids(landing.con, product // 3, "23"),
        ],
        names=["skuId", "outerSkuId", "skuName", "jdPrice", "itemTotal", "wareId"],
    )  # fmt: skip


def _coupons(landing: Landing, orders: Orders, *, line: np.ndarray, owner: np.ndarray, count: int):
    """The discounts of the lines; now and then one is the whole order's and names no sku."""
    has = orders.discount_fen[line] > 0
    line, owner = line[has], owner[has]
    sku = octal_ids(landing.con, orders.product[line], "20")
    coupons = pa.StructArray.from_arrays(
        [
            sku.take(pa.array(np.arange(len(line)), mask=line % 7 == 0)),
            texts(COUPON_TYPES, line % 3),
            yuan(landing.con, orders.discount_fen[line]),
        ],
        names=["skuId", "couponType", "couponPrice"],
    )  # fmt: skip
    return coupons, np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))])
