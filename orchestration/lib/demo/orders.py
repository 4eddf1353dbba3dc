"""Demand: who orders when, in which channel, what is in the basket, and what caused it.

Belongs here: orders before they become native records. Does not belong here: receipts, trades,
refunds (`pos`, `marketplaces`).
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import (
    DAY_S,
    ONLINE_HOURS,
    STORE_HOURS,
    Clock,
    draw_seconds,
    draw_times,
)  # fmt: skip
from orchestration.lib.demo.people import People
from orchestration.lib.demo.touches import Coupons, Touches

POS, TMALL, YOUZAN, JD, DOUYIN, MEITUAN = range(6)
CHANNELS = ("pos", "tmall", "youzan", "jd", "douyin", "meituan")


@dataclass
class Orders:
    """Orders in time order (those of `shops` after the others), and their lines in the same order.

    Args:
        person: -1 for passers-by, who are none of the simulated people.
        touch: Row of the touch that caused the order, -1 if none did.
        coupon: Row of the coupon redeemed, -1 if none.
        first_line: Offset of the order's first line; one more entry than orders.
    """

    person: np.ndarray
    at: np.ndarray
    channel: np.ndarray
    touch: np.ndarray
    coupon: np.ndarray
    first_line: np.ndarray
    line_order: np.ndarray
    product: np.ndarray
    quantity: np.ndarray
    gross_fen: np.ndarray
    discount_fen: np.ndarray

    def followed_by(self, more: "Orders") -> "Orders":
        """These orders, then ``more``, whose rows and lines count on."""
        parts = {
            field.name: np.concatenate([getattr(self, field.name), getattr(more, field.name)])
            for field in fields(self)
        }
        lines = len(self.line_order)
        parts["first_line"] = np.concatenate([self.first_line[:-1], more.first_line + lines])
        parts["line_order"] = np.concatenate([self.line_order, more.line_order + len(self.at)])
        return Orders(**parts)

    @property
    def paid_fen(self) -> np.ndarray:
        """Per line."""
        return self.gross_fen - self.discount_fen

    @property
    def order_paid_fen(self) -> np.ndarray:
        return np.bincount(self.line_order, self.paid_fen, len(self.person)).astype(np.int64)


def build_orders(
    people: People, clock: Clock, rng: np.random.Generator, *,
    touches: Touches, products: brand.Products,
) -> Orders:  # fmt: skip
    """Baseline orders, orders caused by touches, and passers-by in the stores."""
    baseline = np.where(people.buyer, 1 + rng.poisson(people.order_rate), 0)
    person = np.repeat(np.arange(people.count), baseline)
    channel = _choose_channel(people, person, rng)
    online = channel != POS
    at = np.where(
        online,
        _times(people, clock, rng, person, online=True),
        _times(people, clock, rng, person, online=False),
    )
    touch = np.full(len(person), -1)

    rate = np.array([campaign.rate for campaign in brand.CAMPAIGNS])[touches.campaign]
    sold = np.flatnonzero((rng.random(len(rate)) < rate) & people.buyer[touches.person])
    caused_channel = _choose_channel(people, touches.person[sold], rng)
    caused_at = touches.at[sold] + 1800 + rng.exponential(1.2 * DAY_S, len(sold)).astype(np.int64)
    in_store = (caused_at // DAY_S + 1) * DAY_S + draw_seconds(rng, len(sold), STORE_HOURS)
    caused_at = np.where(caused_channel == POS, in_store, caused_at)
    kept = caused_at < clock.end_s - 3600

    strangers = int(people.count * 0.28)
    nobody = np.full(strangers, -1)
    stranger_at = draw_times(
        clock, rng, first_day=np.zeros(strangers, int), last_day=np.full(strangers, clock.days - 1),
        weights=clock.day_weights(), hours=STORE_HOURS,
    )  # fmt: skip

    person = np.concatenate([person, touches.person[sold][kept], nobody])
    at = np.concatenate([at, caused_at[kept], stranger_at])
    channel = np.concatenate([channel, caused_channel[kept], np.full(strangers, POS)])
    touch = np.concatenate([touch, sold[kept], nobody])
    by_time = np.lexsort((person, at))
    person, at, channel, touch = person[by_time], at[by_time], channel[by_time], touch[by_time]
    return fill_baskets(people, clock, rng, products=products, person=person, at=at,
                        channel=channel, touch=touch)  # fmt: skip


def _choose_channel(people: People, person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One of the places the person buys at, by habit."""
    weight = np.stack([people.pos * 0.5, people.tmall * 0.35, people.youzan * 0.60], axis=1)
    cumulated = np.cumsum(weight[person], axis=1)
    spot = rng.random(len(person)) * cumulated[:, -1]
    return np.minimum((spot[:, None] >= cumulated).sum(axis=1), YOUZAN)


def _times(
    people: People, clock: Clock, rng: np.random.Generator, person: np.ndarray, *, online: bool
) -> np.ndarray:
    return draw_times(
        clock, rng, first_day=people.joined_day[person] + 1, last_day=people.left_day[person],
        weights=clock.day_weights(online=online), hours=ONLINE_HOURS if online else STORE_HOURS,
    )  # fmt: skip


def fill_baskets(
    people: People, clock: Clock, rng: np.random.Generator, *, products: brand.Products,
    person: np.ndarray, at: np.ndarray, channel: np.ndarray, touch: np.ndarray,
) -> Orders:  # fmt: skip
    """Lines of every order: what, how many, list price, discount of the season."""
    spend = np.where(person >= 0, people.spend[np.maximum(person, 0)], 0.6)
    lines = np.minimum(1 + rng.poisson(0.85 * spend), 9)
    first_line = np.concatenate([[0], np.cumsum(lines)])
    line_order = np.repeat(np.arange(len(person)), lines)
    product = np.searchsorted(products.popularity, rng.random(len(line_order)), side="right")
    product = np.minimum(product, len(products.sku) - 1)
    quantity = 1 + rng.poisson(0.22 * spend[line_order])
    gross = products.price_fen[product] * quantity
    sale = clock.day_weights(online=True)[clock.day_of(at)] > 2.2
    off = rng.choice((0.0, 0.1, 0.2, 0.3), len(line_order), p=(0.6, 0.2, 0.15, 0.05))
    off = off + 0.1 * sale[line_order]
    discount = (gross * off).astype(np.int64) // 10 * 10
    return Orders(
        person=person, at=at, channel=channel, touch=touch, coupon=np.full(len(person), -1),
        first_line=first_line, line_order=line_order, product=product, quantity=quantity,
        gross_fen=gross.astype(np.int64), discount_fen=discount,
    )  # fmt: skip


def redeem_coupons(orders: Orders, coupons: Coupons, rng: np.random.Generator) -> np.ndarray:
    """Redeem coupons on the holder's next order before expiry; returns the order per coupon, or -1.

    Orders of the store and of the brand's own shop take coupons, one each. The value goes off the
    lines in proportion, at most 40 % of the order.
    """
    span = np.int64(1) << 34
    own = np.flatnonzero(np.isin(orders.channel, (POS, YOUZAN)) & (orders.person >= 0))
    keys = orders.person[own] * span + orders.at[own]
    own, keys = own[np.argsort(keys)], np.sort(keys)
    held = np.flatnonzero((coupons.received_at >= 0) & (rng.random(len(coupons.person)) < 0.75))
    wanted = coupons.person[held] * span + coupons.received_at[held]
    spot = np.searchsorted(keys, wanted, side="right")
    order = own[np.minimum(spot, len(own) - 1)] if len(own) else np.zeros(len(held), int)
    fits = (spot < len(own)) & (orders.person[order] == coupons.person[held])
    fits &= orders.at[order] <= coupons.expire_at[held]
    order, held = order[fits], held[fits]
    order, first = np.unique(order, return_index=True)
    held = held[first]
    redeemed_on = np.full(len(coupons.person), -1)
    redeemed_on[held] = order
    orders.coupon[order] = held

    paid = orders.paid_fen
    total = orders.order_paid_fen
    percent = coupons.discount_pct[held]
    value = np.where(percent > 0, total[order] * percent // 100, coupons.amount_fen[held])
    value = np.minimum(value, total[order] * 4 // 10)
    off = np.zeros(len(total), np.int64)
    off[order] = value
    share = paid * off[orders.line_order] // np.maximum(total, 1)[orders.line_order]
    rest = off - np.bincount(orders.line_order, share, len(total)).astype(np.int64)
    share[orders.first_line[:-1]] += np.minimum(rest, paid[orders.first_line[:-1]])
    orders.discount_fen += share
    return redeemed_on
