"""Native coupon events: issued, received, redeemed, cancelled, expired, gifted, voided.

Belongs here: crm.coupons and its state machine. Does not belong here: who gets a coupon
(`touches`) and on which order it goes (`orders`).
"""

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.native import sql_column
from orchestration.lib.demo.orders import POS, Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.touches import Coupons

EVENTS = ["issued", "received", "redeemed", "cancelled", "expired", "gifted", "voided"]
ISSUED, RECEIVED, REDEEMED, CANCELLED, EXPIRED, GIFTED, VOIDED = range(len(EVENTS))
NEVER = np.int64(1) << 40


def coupon_codes(con: duckdb.DuckDBPyConnection, coupons: Coupons) -> pa.Array:
    """Code per coupon."""
    campaign = texts(brand.campaign_ids(), coupons.campaign)
    number = np.arange(len(coupons.campaign)) + 10_000_000
    return sql_column(con, "concat_ws('-', campaign, number)", campaign=campaign, number=number)


def deliver_coupons(
    landing: Landing, coupons: Coupons, orders: Orders, *, redeemed_on: np.ndarray,
    cancelled_at: np.ndarray, codes: pa.Array, native_order_id: pa.Array, order_store: np.ndarray,
    stores: brand.Stores, people: People, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write crm.coupons.

    Args:
        cancelled_at: Time an order's refund gave its coupon back, NEVER if not; per order.
        order_store: Store of each order, -1 where there is none.
    """
    clock = landing.clock
    size = len(coupons.person)
    used = redeemed_on >= 0
    order = np.maximum(redeemed_on, 0)
    got = coupons.received_at >= 0
    redeemed_at = np.where(used, orders.at[order], NEVER)
    cancelled = np.where(used, np.maximum(cancelled_at[order], redeemed_at + 60), NEVER)
    cancelled = np.where(cancelled_at[order] < NEVER, cancelled, NEVER)
    gives = got & ~used & (rng.random(size) < 0.04)
    day_later = coupons.received_at + DAY_S // 2
    gifted = np.where(gives & (day_later < coupons.expire_at), day_later, NEVER)
    open_again = (cancelled < coupons.expire_at) | ~used
    expired = np.where(got & open_again & (gifted == NEVER), coupons.expire_at + 1, NEVER)
    voided = np.where(~got & (rng.random(size) < 0.3), coupons.issued_at + 10 * DAY_S, NEVER)
    times = [
        coupons.issued_at, np.where(got, coupons.received_at, NEVER), redeemed_at, cancelled,
        expired, gifted, voided,
    ]  # fmt: skip
    event = np.repeat(np.arange(len(EVENTS)), size)
    row = np.tile(np.arange(size), len(EVENTS))
    at = np.concatenate(times)
    kept = np.flatnonzero(at < clock.end_s)
    kept = kept[np.lexsort((event[kept], row[kept], at[kept]))]
    event, row, at = event[kept], row[kept], at[kept]
    held = event != ISSUED
    person = coupons.person[row]
    member = np.where(held & people.member[person], person, -1)
    account = identities.account[person, 0]
    account = np.where(held & people.mini[person] & (row % 4 != 0), account, -1)
    # Nobody else is known about a coupon of a non-member but the openid.
    account = np.where(held & ~people.member[person], identities.account[person, 0], account)
    register.observe([("member", member), ("mp_openid", account)])
    on_order = np.isin(event, (REDEEMED, CANCELLED))
    order = np.where(on_order, redeemed_on[row], -1)
    in_store = (order >= 0) & (orders.channel[np.maximum(order, 0)] == POS)
    channel = np.where(on_order, np.where(in_store, 0, 1), np.where(event == RECEIVED, 1, 2))
    columns = {
        "coupon_code": codes.take(pa.array(row)),
        "template_id": texts(
            [f"T-{c.campaign_id}" for c in brand.CAMPAIGNS], coupons.campaign[row]
        ),
        "member_id": register.column("member", member),
        "wx_openid": register.column("mp_openid", account),
        "holder_name": identities.name.take(pa.array(person, mask=member < 0)),
        "event": texts(EVENTS, event),
        "event_time": timestamps(at),
        "channel": texts(["store", "miniprogram", "crm"], channel),
        "order_id": native_order_id.take(pa.array(np.maximum(order, 0), mask=order < 0)),
        "store_id": texts(
            stores.store_id, np.where(in_store, order_store[np.maximum(order, 0)], -1)
        ),
        "amount_fen": pa.array(coupons.amount_fen[row], mask=coupons.discount_pct[row] > 0),
        "discount_pct": pa.array(coupons.discount_pct[row], mask=coupons.discount_pct[row] == 0),
        "expire_at": timestamps(coupons.expire_at[row]),
        "campaign_id": texts(brand.campaign_ids(), coupons.campaign[row]),
    }
    landing.deliver("crm.coupons", columns, drop=clock.drop_of(at), rerun=(1, 10))
