"""Stock of the stores: what each day opened with, came in and was sold.

Belongs here: catalog.inventory. Does not belong here: the sales themselves (`pos`, `shops`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo.clock import DAY_S
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.trades import NEVER
from orchestration.lib.demo.world import World

DAYS = 28  # that the stock system still knows
PEOPLE_PER_PRODUCT = 50  # a larger brand follows more of its range
FEWEST_PRODUCTS = 8


def deliver_inventory(landing: Landing, world: World, rng: np.random.Generator) -> None:
    """Write catalog.inventory: the products that sell best, in every store, day by day."""
    clock, products, stores = landing.clock, world.products, world.stores
    days = min(DAYS, clock.days)
    followed = int(
        np.clip(world.people.count // PEOPLE_PER_PRODUCT, FEWEST_PRODUCTS, len(products.sku))
    )
    share = np.diff(products.popularity, prepend=0)
    chosen = np.sort(np.argsort(-share, kind="stable")[:followed])
    sold = _sold(world, chosen, days=days)
    opening, received = _stock(sold, rng)
    day, store, product = (axis.ravel() for axis in np.indices(sold.shape))
    first_day = clock.start_s // DAY_S + clock.days - days
    columns = {
        "date": pa.array((first_day + day).astype("datetime64[D]")),
        "store": texts(stores.store_id, store),
        "sku": texts(products.sku, chosen[product]),
        "opening": opening.ravel(), "received": received.ravel(), "sold": sold.ravel(),
    }  # fmt: skip
    drop = clock.drop_of((first_day + day) * DAY_S)
    landing.deliver("catalog.inventory", columns, drop=drop, rerun=(4,))


def _sold(world: World, chosen: np.ndarray, *, days: int) -> np.ndarray:
    """Units sold per day, store and followed product: over the counter and as takeaway."""
    orders, receipts, shops, clock = world.orders, world.receipts, world.shops, world.clock
    size = len(orders.at)
    store, business_day = np.full(size, -1), np.zeros(size, np.int64)
    sale = world.sale_receipts()
    store[receipts.order[sale]] = receipts.store[sale]
    business_day[receipts.order[sale]] = receipts.business_day[sale]
    taken = np.flatnonzero(shops.meituan.paid < NEVER)
    store[shops.meituan.order[taken]] = shops.meituan_store[taken]
    business_day[shops.meituan.order[taken]] = shops.meituan.created[taken] // DAY_S
    day = business_day - (clock.start_s // DAY_S + clock.days - days)

    position = np.full(len(world.products.sku), -1)
    position[chosen] = np.arange(len(chosen))
    order, product = orders.line_order, position[orders.product]
    line = np.flatnonzero(
        (product >= 0) & (store[order] >= 0) & (day[order] >= 0) & (day[order] < days)
    )
    sold = np.zeros((days, len(world.stores.store_id), len(chosen)), np.int64)
    np.add.at(sold, (day[order[line]], store[order[line]], product[line]), orders.quantity[line])
    return sold


def _stock(sold: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Opening and received units: shelves are filled when they are nearly empty, sometimes late."""
    opening, received = np.zeros_like(sold), np.zeros_like(sold)
    stock = rng.integers(4, 30, sold.shape[1:])
    for day in range(len(sold)):
        opening[day] = stock
        low = (stock < 6) & (rng.random(stock.shape) < 0.12)
        missing = np.maximum(sold[day] - stock, 0)
        received[day] = np.where(low | (missing > 0), missing + 12 * low, 0)
        stock = stock + received[day] - sold[day]
        # Now and then one is lost, and nobody books it.
        stock = stock - ((rng.random(stock.shape) < 0.01) & (stock > 0))
    return opening, received
