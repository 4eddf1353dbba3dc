"""Native records of the mini program: logins and behaviour events in the Sensors shape.

Belongs here: miniprogram.logins, miniprogram.events. Does not belong here: when people visit
(`visits`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.ads import Clicks
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, Style, texts
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.touches import Scans
from orchestration.lib.demo.visits import (
    FROM_OCEAN,
    FROM_ORDER,
    FROM_QR,
    FROM_TENCENT,
    ORDER_STEP_S,
    Visits,
)  # fmt: skip

EVENTS = ["$MPLaunch", "$MPViewScreen", "ViewProduct", "AddToCart", "CouponPageView",
          "SplashAdClick", "SubmitOrder", "$MPHide"]  # fmt: skip
LAUNCH, SCREEN, PRODUCT, CART, COUPON, SPLASH, SUBMIT, HIDE = range(len(EVENTS))
SCENES = ["1089", "1011", "1045", "1046", "1089"]  # WeChat scene value by source of the visit
SOURCES = ["tencent_ads", "ocean_engine", "qr"]


def deliver_logins(
    landing: Landing, visits: Visits, *, people: People, identities: Identities,
    register: Register, tencent: Clicks, ocean: Clicks, click_ids: dict[str, pa.Array],
) -> None:  # fmt: skip
    """Write miniprogram.logins: one per visit that logs in."""
    rows = np.flatnonzero(visits.logs_in)
    person, source = visits.person[rows], visits.source[rows]
    account = identities.account[person, visits.slot[rows]]
    unionid = np.where(identities.in_login[account], account, -1)
    phone = np.where(identities.grants_phone[account], identities.phone[person], -1)
    register.observe([("unionid", unionid), ("phone", phone), ("mp_openid", account)])
    reference = visits.reference[rows]
    clicked = {
        "tencent_ads": np.where(source == FROM_TENCENT, reference, -1),
        "ocean_engine": np.where(source == FROM_OCEAN, reference, -1),
    }
    campaign = np.select(
        [source == FROM_TENCENT, source == FROM_OCEAN],
        [tencent.campaign[clicked["tencent_ads"]], ocean.campaign[clicked["ocean_engine"]]], -1,
    )  # fmt: skip
    ids = {
        platform: click_ids[platform].take(pa.array(np.maximum(row, 0), mask=row < 0))
        for platform, row in clicked.items()
    }
    paid = np.select(
        [source == FROM_TENCENT, source == FROM_OCEAN, source == FROM_QR], [0, 1, 2], -1
    )
    columns = {
        "openid": register.column("mp_openid", account),
        "unionid": register.column("unionid", unionid),
        "phone": register.column("phone", phone),
        "login_at": visits.at[rows] + 1 - UTC_OFFSET_S,
        "scene": texts(SCENES, source),
        "gdt_vid": ids["tencent_ads"],
        "clickid": ids["ocean_engine"],
        "utm_source": texts(SOURCES, paid),
        "utm_medium": texts(["cpc", "cpc", "offline"], paid),
        "utm_campaign": texts(brand.campaign_ids(), campaign),
        "name": identities.name.take(pa.array(person, mask=phone < 0)),
    }
    landing.deliver(
        "miniprogram.logins", columns, drop=landing.clock.drop_of(visits.at[rows]), rerun=(4, 9)
    )


def deliver_events(
    landing: Landing, visits: Visits, *, people: People, identities: Identities,
    register: Register, orders: Orders, products: brand.Products, scans: Scans, tencent: Clicks,
    ocean: Clicks,
    scenes: brand.Scenes, youzan_tid: pa.Array, youzan_row: np.ndarray, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write miniprogram.events: launch, pages, hide; the first event of a visit is anonymous.

    Args:
        youzan_row: Row in ``youzan_tid`` per order, -1 for orders of other channels.
    """
    ordered = visits.source == FROM_ORDER
    count = np.where(ordered, 6, np.minimum(2 + rng.geometric(0.34, len(visits.at)), 11))
    step = np.where(ordered, ORDER_STEP_S, rng.integers(4, 70, len(visits.at)))
    anonymous = identities.anonymous[visits.person, visits.device_slot]
    oaid = identities.oaid[visits.person, visits.device_slot]
    account = np.where(visits.logs_in, identities.account[visits.person, visits.slot], -1)
    login = np.where(visits.logs_in, visits.person, -1)
    granted = (account >= 0) & identities.grants_phone[account]
    phone = np.where(granted, identities.phone[visits.person], -1)
    unionid = np.where((account >= 0) & identities.in_login[account], account, -1)
    register.observe(
        [("login", login), ("unionid", unionid), ("phone", phone), ("mp_openid", account)],
        weak=[("anonymous", anonymous), ("oaid", oaid)],
    )

    visit = np.repeat(np.arange(len(count)), count)
    position = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    last = position == count[visit] - 1
    roll = rng.random(len(visit))
    event = np.select([roll < 0.36, roll < 0.80, roll < 0.91], [SCREEN, PRODUCT, CART], COUPON)
    event = np.where(ordered[visit], np.minimum(position, 6), event)
    event = np.where(ordered[visit] & (position == 4), SUBMIT, event)
    event = np.where((roll < 0.05) & (visits.splash[visit] >= 0) & (position == 1), SPLASH, event)
    event = np.select([position == 0, last], [LAUNCH, HIDE], event)
    jitter = np.where(event == SUBMIT, 0, rng.integers(0, 1000, len(visit)))
    time = (visits.at[visit] + position * step[visit] - UTC_OFFSET_S) * 1000 + jitter
    product = np.searchsorted(products.popularity, rng.random(len(visit)), side="right")
    product = np.minimum(product, len(products.sku) - 1)
    order = np.where(ordered, visits.reference, -1)
    bought = orders.product[orders.first_line[np.maximum(order, 0)]]
    product = np.where(ordered[visit], bought[visit], product)
    with_product = np.isin(event, (PRODUCT, CART, SUBMIT))
    signed = position >= 1  # who it is becomes known with the second event
    submitted = np.where(event == SUBMIT, youzan_row[np.maximum(order, 0)][visit], -1)
    scan = np.where(visits.source == FROM_QR, visits.reference, -1)
    scanned = np.where(scan >= 0, scans.scene[np.maximum(scan, 0)], -1)
    campaign = np.where(scanned >= 0, scenes.campaign[np.maximum(scanned, 0)], visits.splash)
    landed = np.select(
        [visits.source == FROM_TENCENT, visits.source == FROM_OCEAN],
        [tencent.campaign[_row(visits, FROM_TENCENT)], ocean.campaign[_row(visits, FROM_OCEAN)]],
        np.where(scanned >= 0, campaign, -1),
    )

    def known(column: np.ndarray) -> np.ndarray:
        return np.where(signed, column[visit], -1)

    columns = {
        "time": np.where(roll > 0.996, time // 1000, time),
        "anonymous": register.column("anonymous", anonymous[visit]),
        "login": register.column("login", known(login)),
        "mobile": register.column("phone", known(phone)),
        "openid": register.column("mp_openid", known(account)),
        "unionid": register.column("unionid", known(unionid)),
        "event": texts(EVENTS, event),
        "oaid": register.column("oaid", oaid[visit]),
        "upper": visit % 10 == 0,
        "h5": visit % 6 == 0,
        "sku": texts(products.sku, np.where(with_product, product, -1)),
        "scene": texts(SCENES, np.where(position == 0, visits.source[visit], -1)),
        "order_no": youzan_tid.take(pa.array(np.maximum(submitted, 0), mask=submitted < 0)),
        "campaign_id": texts(brand.campaign_ids(),
                             np.where(position == 0, campaign[visit], -1)),
        "splash": texts([f"splash_{c.campaign_id}" for c in brand.CAMPAIGNS],
                        np.where(event == LAUNCH, visits.splash[visit], -1)),
        "qr_scene": texts(scenes.scene, np.where(position == 0, scanned[visit], -1)),
        "paid": texts(SOURCES, np.where(position == 0, np.select(
            [visits.source == FROM_TENCENT, visits.source == FROM_OCEAN, visits.source == FROM_QR],
            [0, 1, 2], -1)[visit], -1)),
        "utm_campaign": texts(brand.campaign_ids(), np.where(position == 0, landed[visit], -1)),
        "duration_s": pa.array(position * step[visit] + jitter / 1000, mask=~last),
        "name": identities.name.take(pa.array(visits.person[visit], mask=event != SUBMIT)),
    }  # fmt: skip
    landing.deliver(
        "miniprogram.events", columns, drop=landing.clock.drop_of(visits.at[visit]),
        styles=(Style("zst"),), rerun=(5, 12),
    )  # fmt: skip


def _row(visits: Visits, source: int) -> np.ndarray:
    """Row of the click (or scan) a visit comes from, 0 for visits from elsewhere."""
    return np.where(visits.source == source, visits.reference, 0)
