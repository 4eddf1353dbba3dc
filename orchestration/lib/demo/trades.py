"""The life of an online order: paid or not, shipped, finished, refunded, and its versions.

Belongs here: what the marketplace and the brand's own shop have in common. Does not belong
here: native field names.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.lib.demo.clock import DAY_S, Clock
from orchestration.lib.demo.orders import Orders

NEVER = np.int64(1) << 40
NO_REFUND, WHOLE, ONE_LINE, WITHDRAWN = range(4)


@dataclass
class Trades:
    """One row per online order of a channel; times are local seconds, NEVER if it never comes.

    Args:
        order: Row in Orders.
        refund: NO_REFUND, WHOLE (all lines), ONE_LINE (the first), or WITHDRAWN (asked, then not).
        refund_fen: Refunded at ``refunded_at``, post fee not included.
    """

    order: np.ndarray
    created: np.ndarray
    presale: np.ndarray
    paid: np.ndarray
    closed: np.ndarray
    shipped: np.ndarray
    finished: np.ndarray
    refund: np.ndarray
    asked: np.ndarray
    refunded: np.ndarray
    post_fen: np.ndarray
    goods_fen: np.ndarray
    refund_fen: np.ndarray

    def is_paid(self, until_s: int) -> np.ndarray:
        return self.paid < until_s

    def refunded_fen(self, until_s: int) -> np.ndarray:
        return np.where(self.refunded < until_s, self.refund_fen, 0)


def live(
    orders: Orders, clock: Clock, rng: np.random.Generator, *, channel: int,
    unpaid_share: float, refund_share: float, presale_share: float,
) -> Trades:  # fmt: skip
    """Draw the course of every order of ``channel``."""
    order = np.flatnonzero(orders.channel == channel)
    size = len(order)
    created = orders.at[order]
    coupon = orders.coupon[order] >= 0
    unpaid = (rng.random(size) < unpaid_share) & ~coupon
    presale = (rng.random(size) < presale_share) & ~coupon & ~unpaid
    paid = created + rng.integers(15, 1200, size)
    paid = np.where(presale, created + rng.integers(3, 12, size) * DAY_S, paid)
    paid = np.where(unpaid, NEVER, paid)
    closed = np.where(unpaid, created + DAY_S, NEVER)
    shipped = np.where(unpaid, NEVER, paid + rng.integers(20_000, 180_000, size))
    finished = np.where(unpaid, NEVER, shipped + rng.integers(4 * DAY_S, 11 * DAY_S, size))
    asks = ~unpaid & (rng.random(size) < refund_share)
    refund = np.where(asks, rng.choice((WHOLE, ONE_LINE, WITHDRAWN), size, p=(0.5, 0.35, 0.15)), 0)
    asked = np.where(asks, paid + rng.integers(3600, 9 * DAY_S, size), NEVER)
    refunded = np.where(asks, asked + rng.integers(7200, 3 * DAY_S, size), NEVER)
    # Goods that are refunded as a whole never finish: the order closes.
    finished = np.where(refund == WHOLE, NEVER, finished)
    shipped = np.where((refund == WHOLE) & (shipped > asked), NEVER, shipped)
    goods = orders.order_paid_fen[order]
    first = orders.paid_fen[orders.first_line[order]]
    refund_fen = np.select([refund == WHOLE, refund == ONE_LINE], [goods, first], 0)
    return Trades(
        order=order, created=created, presale=presale, paid=paid, closed=closed, shipped=shipped,
        finished=finished, refund=refund, asked=asked, refunded=refunded,
        post_fen=np.where(goods < 9900, 800, 0), goods_fen=goods, refund_fen=refund_fen,
    )  # fmt: skip


def versions(clock: Clock, created: np.ndarray, changes: list[np.ndarray]):
    """States as delivered: a row of a trade in every delivery of a day on which it changed.

    Returns:
        Row of the trade, delivery, time of the last change, first second after the delivery.
    """
    rows, drops, modified, seen_until = [], [], [], []
    before = clock.start_s
    for drop, end in enumerate(clock.drop_ends_s()):
        last = created.copy()
        for change in changes:
            last = np.where(change < end, np.maximum(last, change), last)
        chosen = np.flatnonzero((created < end) & (last >= before) & (last < end))
        rows.append(chosen)
        drops.append(np.full(len(chosen), drop))
        modified.append(last[chosen])
        seen_until.append(np.full(len(chosen), end))
        before = end
    return tuple(np.concatenate(column) for column in (rows, drops, modified, seen_until))


def expand(first: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines of the given orders, one after the other: offsets, owner per line, line."""
    count = first[rows + 1] - first[rows]
    offsets = np.concatenate([[0], np.cumsum(count)])
    owner = np.repeat(np.arange(len(rows)), count)
    line = np.arange(len(owner)) - offsets[owner] + first[rows][owner]
    return offsets, owner, line
