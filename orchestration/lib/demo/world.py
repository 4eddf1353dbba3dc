"""One simulated brand in memory: everything that happened, before anything is written.

Belongs here: the order in which the parts of the story are drawn. Does not belong here: the
parts themselves, native records (`simulation` writes them).
"""

import zlib
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.ads import Clicks, click_ads
from orchestration.lib.demo.calls import Calls, ring
from orchestration.lib.demo.clock import Clock
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities, build_identities
from orchestration.lib.demo.identity_changes import IdentityChanges, plan_changes
from orchestration.lib.demo.landing import texts
from orchestration.lib.demo.messages import Messages, send_sms, send_templates
from orchestration.lib.demo.native import octal_ids, sql_column
from orchestration.lib.demo.orders import (
    CHANNELS,
    TMALL,
    YOUZAN,
    Orders,
    build_orders,
    redeem_coupons,
)
from orchestration.lib.demo.people import People, build_people
from orchestration.lib.demo.pos import Receipts, ring_up
from orchestration.lib.demo.shops import Shops, open_shops, order_in_shops
from orchestration.lib.demo.sites import SiteVisits, open_app, open_web
from orchestration.lib.demo.tmall import tmall_shop
from orchestration.lib.demo.touches import (
    SMS,
    TEMPLATE,
    Coupons,
    Scans,
    Touches,
    hand_out_coupons,
    scan_codes,
)  # fmt: skip
from orchestration.lib.demo.trades import NEVER, WHOLE, Trades, live
from orchestration.lib.demo.visits import Visits, merge, open_mini, order_visits
from orchestration.lib.demo.youzan import youzan_tids


@dataclass
class World:
    """Everything that happened.

    Args:
        redeemed_on: Order per coupon, -1 if not redeemed.
        native_id: The channel's own order id, per order.
    """

    seed: int
    clock: Clock
    stores: brand.Stores
    products: brand.Products
    scenes: brand.Scenes
    people: People
    register: Register
    identities: Identities
    changes: IdentityChanges
    sms: Messages
    templates: Messages
    scans: Scans
    coupons: Coupons
    tencent: Clicks
    ocean: Clicks
    visits: Visits
    app: SiteVisits
    web: SiteVisits
    calls: Calls
    touches: Touches
    orders: Orders
    redeemed_on: np.ndarray
    receipts: Receipts
    tmall: Trades
    shop: np.ndarray
    tmall_tid: pa.Array
    youzan: Trades
    youzan_tid: pa.Array
    shops: Shops
    native_id: pa.Array

    def stream(self, topic: str) -> np.random.Generator:
        return stream(self.seed, topic)

    @property
    def trades(self) -> tuple[Trades, ...]:
        """Online orders of every channel."""
        return self.tmall, self.youzan, *self.shops.trades

    def sale_receipts(self) -> np.ndarray:
        return np.flatnonzero(~self.receipts.is_return)

    def returned_fen(self) -> np.ndarray:
        """Paid back per receipt; 0 for sales."""
        receipts, orders = self.receipts, self.orders
        first = orders.paid_fen[orders.first_line[receipts.order]]
        amount = np.where(receipts.whole, orders.order_paid_fen[receipts.order], first)
        return np.where(receipts.is_return, amount, 0)

    def coupon_returned_at(self) -> np.ndarray:
        """Time a full refund gave the order's coupon back, NEVER if none did; per order."""
        at = np.full(len(self.orders.at), NEVER)
        receipts = self.receipts
        back = np.flatnonzero(receipts.is_return & receipts.whole & receipts.linked)
        at[receipts.order[back]] = receipts.at[back]
        whole = self.youzan.refund == WHOLE
        at[self.youzan.order[whole]] = self.youzan.refunded[whole]
        return at


def stream(seed: int, topic: str) -> np.random.Generator:
    """A random stream of its own per topic, so that one step does not disturb another."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])


def build_world(count: int, clock: Clock, con: duckdb.DuckDBPyConnection, *, seed: int) -> World:
    """Draw the whole story of ``count`` people."""

    def rng(topic: str) -> np.random.Generator:
        return stream(seed, topic)

    stores, scenes = brand.build_stores(), brand.build_scenes()
    products = brand.build_products(rng("products"))
    people, register = build_people(count, clock, rng("people")), Register()
    identities = build_identities(people, register, rng("identities"), con, seed=seed)
    changes = plan_changes(people, identities, register, rng("changes"), con, seed=seed)
    sms = send_sms(people, clock, rng("sms"))
    templates = send_templates(people, clock, rng("templates"))
    scans = scan_codes(people, clock, rng("scans"), scenes)
    coupons = hand_out_coupons(people, clock, rng("coupons"))
    tencent = click_ads(people, clock, rng("tencent"), platform="tencent_ads",
                        campaigns=brand.TENCENT_CAMPAIGNS)  # fmt: skip
    ocean = click_ads(people, clock, rng("ocean"), platform="ocean_engine",
                      campaigns=brand.OCEAN_CAMPAIGNS)  # fmt: skip
    visits = open_mini(people, clock, rng("visits"), identities=identities, scans=scans,
                       tencent=tencent, ocean=ocean)  # fmt: skip
    touches = Touches.concatenate([
        sms.touches(SMS), templates.touches(TEMPLATE), scans.touches(scenes), coupons.touches(),
        tencent.touches(), ocean.touches(), visits.splash_touches(),
    ])  # fmt: skip
    orders = build_orders(people, clock, rng("orders"), touches=touches, products=products)
    elsewhere, split = order_in_shops(people, clock, rng("shop orders"), products=products)
    orders = orders.followed_by(elsewhere)
    receipts = ring_up(orders, people, clock, rng("pos"), stores)
    redeemed_on = redeem_coupons(orders, coupons, rng("redeem"))
    visits = merge(visits, order_visits(people, clock, rng("order visits"),
                                        identities=identities, orders=orders))  # fmt: skip
    sites = {
        name: build(people, clock, rng(name), con, identities=identities, changes=changes,
                    register=register, seed=seed)
        for name, build in (("app", open_app), ("web", open_web))
    }  # fmt: skip
    tmall = live(orders, clock, rng("tmall"), channel=TMALL, unpaid_share=0.05,
                 refund_share=0.08, presale_share=0.04)  # fmt: skip
    youzan = live(orders, clock, rng("youzan"), channel=YOUZAN, unpaid_share=0.05,
                  refund_share=0.06, presale_share=0.0)  # fmt: skip
    shops = open_shops(orders, split, people, clock, rng("shops"), stores=stores,
                       register=register, con=con, seed=seed)  # fmt: skip
    tmall_tid = octal_ids(con, tmall.order, "26")
    youzan_tid = youzan_tids(con, youzan)
    native = _native_ids(con, orders, receipts, stores, tmall_tid, youzan_tid, *shops.native_ids)
    return World(
        seed=seed, clock=clock, stores=stores, products=products, scenes=scenes, people=people,
        register=register, identities=identities, changes=changes, sms=sms, templates=templates,
        scans=scans, coupons=coupons, tencent=tencent, ocean=ocean, visits=visits, touches=touches,
        orders=orders, redeemed_on=redeemed_on, app=sites["app"], web=sites["web"],
        calls=ring(people, clock, rng("calls")),
        receipts=receipts, tmall=tmall,
        shop=tmall_shop(orders.person[tmall.order], rng("shop")), tmall_tid=tmall_tid,
        youzan=youzan, youzan_tid=youzan_tid, shops=shops, native_id=native,
    )  # fmt: skip


def _native_ids(
    con: duckdb.DuckDBPyConnection, orders: Orders, receipts: Receipts, stores: brand.Stores,
    *online: pa.Array,
) -> pa.Array:  # fmt: skip
    """The channels' own ids in the sequence of the orders; ``online``: as in CHANNELS."""
    sale = np.flatnonzero(~receipts.is_return)
    expression = "concat(store, '/T', till, '/', day, '/', lpad(number::varchar, 4, '0'))"
    pos = sql_column(
        con, expression, store=texts(stores.store_id, receipts.store[sale]),
        till=receipts.terminal[sale] + 1, number=receipts.number[sale],
        day=pa.array(receipts.business_day[sale].astype("datetime64[D]")),
    )  # fmt: skip
    order = np.concatenate(
        [np.flatnonzero(orders.channel == channel) for channel in range(len(CHANNELS))]
    )
    position = np.empty(len(order), np.int64)
    position[order] = np.arange(len(order))
    return pa.concat_arrays([pos, *online]).take(pa.array(position))
