"""The brand's own lists: pos.stores, catalog.products and qr.scenes.

Belongs here: complete lists, delivered two or three times.
"""

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S
from orchestration.lib.demo.landing import Landing, texts, timestamps


def deliver_lists(
    landing: Landing, *, stores: brand.Stores, products: brand.Products, scenes: brand.Scenes
) -> None:
    """Write pos.stores, catalog.products and qr.scenes: complete lists, two or three times."""
    clock = landing.clock

    def repeat(size: int, drops: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        drops = tuple(sorted({min(drop, clock.drops - 1) for drop in drops}))
        return np.tile(np.arange(size), len(drops)), np.repeat(drops, size)

    row, drop = repeat(len(stores.store_id), (0, 7))
    columns = {
        "store_id": texts(stores.store_id, row),
        "store_name": texts(stores.name, row),
        "city": texts([c[0] for c in brand.CITIES], stores.city[row]),
        "province": texts([c[1] for c in brand.CITIES], stores.city[row]),
        "opened_date": texts(stores.opened, row),
        "manager": texts(["总部"], np.zeros(len(row), int)),
    }
    landing.deliver("pos.stores", columns, drop=drop)
    row, drop = repeat(len(products.sku), (0, 5, 11))
    columns = {
        "sku": texts(products.sku, row),
        "product_name": texts(products.name, row),
        "category": texts(products.category, row),
        # The last list brings a new price for every tenth product.
        "list_price_fen": products.price_fen[row] + 500 * ((drop == 11) & (row % 10 == 0)),
        "cost_fen": products.cost_fen[row],
        "repurchase_cycle_days": products.cycle_days[row],
    }
    landing.deliver("catalog.products", columns, drop=drop)
    row, drop = repeat(len(scenes.scene), (0, 8))
    start = np.array([campaign.start for campaign in brand.CAMPAIGNS])[scenes.campaign[row]]
    columns = {
        "scene": texts(scenes.scene, row),
        "campaign_id": texts(brand.campaign_ids(), scenes.campaign[row]),
        "placement": texts(scenes.placement, row),
        "created_at": timestamps(
            clock.start_s + (start * clock.days).astype(np.int64) * DAY_S - 5 * DAY_S
        ),
    }
    landing.deliver("qr.scenes", columns, drop=drop, rerun=(0,))
