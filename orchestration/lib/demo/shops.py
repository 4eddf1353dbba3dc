"""Buying in the shops of other platforms: JD, Douyin and Meituan takeaway.

Belongs here: who orders there, the course of these orders, which JD orders are split. Does not
belong here: native records (`jd`, `douyin`, `meituan`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import ONLINE_HOURS, Clock, draw_times
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identity_changes import migration_time
from orchestration.lib.demo.native import BASE64, hashed_ids, octal_ids
from orchestration.lib.demo.orders import DOUYIN, JD, MEITUAN, Orders, fill_baskets
from orchestration.lib.demo.people import CORE, People
from orchestration.lib.demo.trades import NEVER, ONE_LINE, WHOLE, Trades, live

FEWEST_BUYERS = 5
SPLIT_SHARE = 0.3


@dataclass(frozen=True)
class Habit:
    """Share of the brand's own circle and of the others who buy there, further orders per buyer."""

    channel: int
    core: float
    others: float
    more: float


# Few of those whom the brand knows well: nothing links their id there to the rest of them.
HABITS = (
    Habit(JD, 0.004, 0.12, 2.0),
    Habit(DOUYIN, 0.004, 0.12, 3.4),
    Habit(MEITUAN, 0.004, 0.10, 3.0),
)


@dataclass
class Shops:
    """Trades and native ids per platform, one row per order of it.

    Args:
        jd_group: Number of the order that a JD order was split from, -1 if it was not split.
        douyin_shop: Index into brand.DOUYIN_SHOPS.
        meituan_store: Store that delivers.
        replaced: Buyers of the first Douyin shop whose open id the platform replaced.
    """

    jd: Trades
    jd_id: pa.Array
    jd_group: np.ndarray
    douyin: Trades
    douyin_id: pa.Array
    douyin_shop: np.ndarray
    meituan: Trades
    meituan_id: pa.Array
    meituan_store: np.ndarray
    replaced: np.ndarray

    @property
    def trades(self) -> tuple[Trades, ...]:
        return self.jd, self.douyin, self.meituan

    @property
    def native_ids(self) -> tuple[pa.Array, ...]:
        return self.jd_id, self.douyin_id, self.meituan_id


def order_in_shops(
    people: People, clock: Clock, rng: np.random.Generator, *, products: brand.Products
) -> tuple[Orders, np.ndarray]:
    """Orders on the three platforms, and per order the number of the one it was split from."""
    persons, channels = [], []
    buyers = np.flatnonzero(people.buyer)
    for habit in HABITS:
        share = np.where(people.persona[buyers] == CORE, habit.core, habit.others)
        likely = buyers[np.argsort(rng.random(len(buyers)) / share, kind="stable")]
        chosen = likely[: max(int(share.sum()), FEWEST_BUYERS)]
        person = np.repeat(chosen, 1 + rng.poisson(habit.more, len(chosen)))
        persons.append(person)
        channels.append(np.full(len(person), habit.channel))
    person, channel = np.concatenate(persons), np.concatenate(channels)
    at = draw_times(
        clock, rng, first_day=people.joined_day[person], last_day=people.left_day[person],
        weights=clock.day_weights(online=True), hours=ONLINE_HOURS,
    )  # fmt: skip
    at = np.minimum(at, clock.end_s - 3600)
    order = np.lexsort((person, at))
    orders = fill_baskets(
        people, clock, rng, products=products, person=person[order], at=at[order],
        channel=channel[order], touch=np.full(len(person), -1),
    )  # fmt: skip
    return _split(orders, rng)


def _split(orders: Orders, rng: np.random.Generator) -> tuple[Orders, np.ndarray]:
    """Make two orders of some JD orders, as its warehouses do: the first line, and the rest."""
    lines = np.diff(orders.first_line)
    is_split = (orders.channel == JD) & (lines > 1) & (rng.random(len(lines)) < SPLIT_SHARE)
    owner = np.repeat(np.arange(len(lines)), 1 + is_split)
    is_rest = np.diff(owner, prepend=-1) == 0
    first_line = np.append(orders.first_line[owner] + is_rest, orders.first_line[-1])
    split = Orders(
        person=orders.person[owner], at=orders.at[owner], channel=orders.channel[owner],
        touch=orders.touch[owner], coupon=orders.coupon[owner], first_line=first_line,
        line_order=np.repeat(np.arange(len(owner)), np.diff(first_line)), product=orders.product,
        quantity=orders.quantity, gross_fen=orders.gross_fen, discount_fen=orders.discount_fen,
    )  # fmt: skip
    number = np.cumsum(is_split) - 1
    return split, np.where(is_split, number, -1)[owner]


def open_shops(
    orders: Orders, group: np.ndarray, people: People, clock: Clock, rng: np.random.Generator, *,
    stores: brand.Stores, register: Register, con: duckdb.DuckDBPyConnection, seed: int,
) -> Shops:  # fmt: skip
    """Draw the course of the orders of `order_in_shops`; ``group`` is theirs, they are the last."""
    jd = live(orders, clock, rng, channel=JD, unpaid_share=0.06, refund_share=0.12,
              presale_share=0.0)  # fmt: skip
    jd_group = group[jd.order - (len(orders.at) - len(group))]
    _only_cancellations(jd)
    jd.refund_fen = np.where(jd.refund == WHOLE, jd.goods_fen + jd.post_fen, 0)
    _settle_split(jd, np.flatnonzero(jd_group >= 0))

    douyin = live(orders, clock, rng, channel=DOUYIN, unpaid_share=0.06, refund_share=0.16,
                  presale_share=0.0)  # fmt: skip
    person = orders.person[douyin.order]
    douyin_shop = ((person % 5 == 0) ^ (rng.random(len(person)) < 0.03)).astype(int)
    early = (douyin_shop == 0) & (douyin.created < migration_time(clock))
    replaced = np.unique(person[early])[: 3 * max(2, people.count // 1000)]
    register.add(
        "former_douyin", "dd_open_id", brand.DOUYIN_SHOPS[0], person=replaced,
        values=hashed_ids(con, replaced, f"'dx' || ({BASE64})[1:30]", salt=f"{seed}:former"),
    )  # fmt: skip
    return Shops(
        jd=jd, jd_id=octal_ids(con, jd.order, "30"), jd_group=jd_group,
        douyin=douyin, douyin_id=octal_ids(con, douyin.order, "69"),
        douyin_shop=douyin_shop, replaced=replaced,
        **_takeaway(orders, people, clock, rng, stores=stores, con=con),
    )  # fmt: skip


def _takeaway(
    orders: Orders, people: People, clock: Clock, rng: np.random.Generator, *,
    stores: brand.Stores, con: duckdb.DuckDBPyConnection,
) -> dict:  # fmt: skip
    """Takeaway: paid at once, delivered within the hour by a store of the buyer's city."""
    trades = live(orders, clock, rng, channel=MEITUAN, unpaid_share=0.04, refund_share=0.07,
                  presale_share=0.0)  # fmt: skip
    _only_cancellations(trades)
    paid = trades.paid < NEVER
    trades.paid = np.where(paid, trades.created, NEVER)
    trades.closed = np.where(paid, NEVER, trades.created + 600)
    trades.finished = np.where(paid, trades.created + 3000, NEVER)
    trades.refunded = np.where(trades.refund == WHOLE, trades.created + 90_000, NEVER)
    trades.post_fen = np.zeros(len(trades.order), np.int64)
    city = people.city[orders.person[trades.order]]
    per_city = np.bincount(stores.city, minlength=len(brand.CITIES))
    first = np.concatenate([[0], np.cumsum(per_city)])[:-1]
    store = first[city] + orders.person[trades.order] % per_city[city]
    return {
        "meituan": trades, "meituan_id": octal_ids(con, trades.order, "64"), "meituan_store": store,
    }  # fmt: skip


def _only_cancellations(trades: Trades) -> None:
    """Leave the refunds of whole orders: the platform's export tells no other."""
    other = trades.refund != WHOLE
    trades.refund = np.where(other, 0, trades.refund)
    for name in ("asked", "refunded"):
        setattr(trades, name, np.where(other, NEVER, getattr(trades, name)))
    trades.refund_fen = np.where(other, 0, trades.refund_fen)


def _settle_split(trades: Trades, rows: np.ndarray) -> None:
    """The parts of a split order were paid together and are delivered."""
    trades.paid[rows] = trades.created[rows] + 60
    trades.shipped[rows] = trades.paid[rows] + 40_000 + 30_000 * (rows % 2)
    trades.finished[rows] = trades.shipped[rows] + 500_000
    trades.refund[rows] = 0
    trades.refund_fen[rows] = 0
    for at in (trades.closed, trades.asked, trades.refunded):
        at[rows] = NEVER


def lines_of(starts: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lines of records that hold ``counts`` lines from ``starts`` on: offsets, owner, line."""
    offsets = np.concatenate([[0], np.cumsum(counts)])
    owner = np.repeat(np.arange(len(counts)), counts)
    return offsets, owner, np.arange(len(owner)) - offsets[owner] + starts[owner]


def refunded_lines(trades: Trades, row: np.ndarray, owner: np.ndarray, first: np.ndarray):
    """Whether a line of a record is part of the after-sale that its order ever has."""
    kind = trades.refund[row][owner]
    return (kind == WHOLE) | (first & (kind >= ONE_LINE))
