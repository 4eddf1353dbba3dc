"""Writing the orders of the shops on other platforms: jd.*, douyin.*, meituan.*.

Belongs here: which records are written, from the world. Does not belong here: their fields (`jd`,
`douyin`, `meituan`).
"""

from orchestration.lib.demo import douyin, jd, meituan
from orchestration.lib.demo.landing import Landing
from orchestration.lib.demo.world import World


def deliver_shops(world: World, landing: Landing) -> None:
    """Write what JD, the Douyin shops and the takeaway platform deliver."""
    people, identities, register = world.people, world.identities, world.register
    jd.deliver_jd_orders(
        landing, world.shops, world.orders, people=people, identities=identities,
        register=register, products=world.products,
    )  # fmt: skip
    douyin.deliver_douyin_orders(
        landing, world.shops, world.orders, people=people, identities=identities,
        register=register, products=world.products,
    )  # fmt: skip
    douyin.deliver_douyin_refunds(landing, world.shops, world.orders)
    meituan.deliver_meituan_orders(
        landing, world.shops, world.orders, identities=identities, register=register,
        products=world.products, stores=world.stores,
    )  # fmt: skip
