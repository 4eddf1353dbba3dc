"""`write_demo`: simulate the brand, write its landing files and the truth about them.

Belongs here: what is written, in which order. Does not belong here: what happened (`world`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import (
    ad_records,
    ads,
    brand,
    coupons,
    crm,
    inventory,
    lists,
    miniprogram,
    official_account,
    pos,
    shop_records,
    sms,
    subscriptions,
    talk,
    tmall,
    touches,
    truth,
    wecom,
    youzan,
)  # fmt: skip
from orchestration.lib.demo.clock import Clock
from orchestration.lib.demo.identity_changes import (
    deliver_before_migration,
    deliver_second_members,
)
from orchestration.lib.demo.identity_events import deliver_identity_events
from orchestration.lib.demo.landing import Landing
from orchestration.lib.demo.orders import YOUZAN
from orchestration.lib.demo.trades import WHOLE
from orchestration.lib.demo.truth_orders import order_figures, write_orders, write_people
from orchestration.lib.demo.world import World, build_world
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

DEFAULT_END_DAY = date(2026, 6, 30)
FEWEST_PEOPLE, FEWEST_DAYS = 50, 14


class DemoError(YutangError):
    """The simulation cannot run with what was asked for."""


@dataclass(frozen=True)
class DemoSummary:
    """What was written: counts, and the share of identifier pairs that the evidence links."""

    people: int
    orders: int
    net_revenue_cny: float
    identifiers: int
    rows: int
    files: int
    linkable_share: float
    landing: Path
    truth: Path


def write_demo(
    home: Home,
    *,
    people: int = 20_000,
    days: int = 180,
    seed: int = 7,
    brand: str = "yutang",
    end_day: date = DEFAULT_END_DAY,
    progress: Callable[[str], None] | None = None,
) -> DemoSummary:
    """Write landing/ and truth/ of a simulated brand; the same arguments give the same bytes.

    Args:
        home: Data home; its landing/ must not hold files yet.
        people: True people, 50 or more.
        days: Days of history up to ``end_day``, 14 or more; the last 13 come day by day.
        seed: Seed of all randomness.
        brand: Name of the brand; the only simulated one is ``yutang``.
        end_day: Last day of the history and of the deliveries.
        progress: Called with a short line before each entity.

    Raises:
        DemoError: If an argument is out of range or landing/ already holds files.
    """
    if people < FEWEST_PEOPLE or days < FEWEST_DAYS:
        raise DemoError(
            f"cannot simulate {people} people over {days} days: "
            f"give at least {FEWEST_PEOPLE} people and {FEWEST_DAYS} days"
        )
    if brand != "yutang":
        raise DemoError(f"cannot simulate brand {brand!r}: the only simulated brand is 'yutang'")
    if home.landing.exists() and any(home.landing.rglob("dt=*/*")):
        raise DemoError(
            f"cannot simulate a brand into {home.landing}: it already holds files; "
            "choose another YUTANG_HOME or empty it first"
        )
    home.landing.mkdir(parents=True, exist_ok=True)
    home.truth.mkdir(parents=True, exist_ok=True)
    report = progress or (lambda message: None)
    with duckdb.connect() as con:
        clock = Clock(end_day, days)
        report(f"{people:,} people over {days} days")
        world = build_world(people, clock, con, seed=seed)
        landing = Landing(home.landing, clock, con, report)
        _deliver_orders(world, landing)
        _deliver_engagement(world, landing)
        talk.deliver_talk(world, landing)
        report("truth")
        return _write_truth(world, landing, home)


def _deliver_orders(world: World, landing: Landing) -> None:
    people, identities, register = world.people, world.identities, world.register
    lists.deliver_lists(landing, stores=world.stores, products=world.products, scenes=world.scenes)
    codes = coupons.coupon_codes(landing.con, world.coupons)
    pos.deliver_receipts(
        landing, world.receipts, world.orders, people=people, identities=identities,
        register=register, products=world.products, stores=world.stores, coupon_codes=codes,
        rng=world.stream("receipts"),
    )  # fmt: skip
    tmall.deliver_tmall_orders(
        landing, world.tmall, world.orders, shop=world.shop, tid=world.tmall_tid, people=people,
        identities=identities, register=register, products=world.products,
        rng=world.stream("tmall orders"),
    )  # fmt: skip
    tmall.deliver_tmall_refunds(
        landing, world.tmall, world.orders, shop=world.shop, tid=world.tmall_tid,
        register=register,
    )  # fmt: skip
    tmall.deliver_tmall_members(
        landing, people=people, identities=identities, register=register,
        rng=world.stream("tmall members"),
    )  # fmt: skip
    youzan.deliver_youzan_orders(
        landing, world.youzan, world.orders, tid=world.youzan_tid, people=people,
        identities=identities, register=register, products=world.products,
    )  # fmt: skip
    shop_records.deliver_shops(world, landing)
    inventory.deliver_inventory(landing, world, world.stream("inventory"))
    registered = crm.register_times(people, world.stream("registered"), world.clock.start_s)
    moved_at = crm.deliver_members(
        landing, people=people, identities=identities, register=register,
        borrower=world.changes.borrower, stores=world.stores, registered=registered,
        rng=world.stream("members"),
    )  # fmt: skip
    deliver_second_members(
        landing, world.changes, identities=identities, register=register, registered=registered
    )
    deliver_identity_events(
        landing, world.changes, people=people, identities=identities, register=register,
        registered=registered, moved_at=moved_at, replaced=world.shops.replaced,
    )  # fmt: skip
    crm.deliver_points(
        landing, people=people, purchases=_purchases(world), registered=registered,
        register=register, rng=world.stream("points"),
    )  # fmt: skip
    store = np.full(len(world.orders.at), -1)
    sale = world.sale_receipts()
    store[world.receipts.order[sale]] = world.receipts.store[sale]
    coupons.deliver_coupons(
        landing, world.coupons, world.orders, redeemed_on=world.redeemed_on,
        cancelled_at=world.coupon_returned_at(), codes=codes, native_order_id=world.native_id,
        order_store=store, stores=world.stores, people=people, identities=identities,
        register=register, rng=world.stream("coupon events"),
    )  # fmt: skip


def _purchases(world: World) -> crm.Purchases:
    """Paid orders of members, and the full refunds that take their points back."""
    orders, end = world.orders, world.clock.end_s
    paid_at, refunded_at = orders.at.copy(), world.coupon_returned_at()
    for trades in (world.tmall, world.youzan):
        paid_at[trades.order] = trades.paid
        whole = trades.refund == WHOLE
        refunded_at[trades.order[whole]] = trades.refunded[whole]
    member = (orders.person >= 0) & world.people.member[np.maximum(orders.person, 0)]
    member &= orders.channel <= YOUZAN  # other platforms tell the programme nothing
    points = orders.order_paid_fen // 100
    row = np.flatnonzero(member & (paid_at < end) & (points > 0))
    return crm.Purchases(
        person=orders.person[row], at=paid_at[row], refunded_at=refunded_at[row],
        order_id=world.native_id.take(pa.array(row)), points=points[row],
    )  # fmt: skip


def _deliver_engagement(world: World, landing: Landing) -> None:
    people, identities, register = world.people, world.identities, world.register
    ids = {}
    for clicks in (world.tencent, world.ocean):
        ids[clicks.platform] = ad_records.click_ids(landing, clicks)
        ad_records.deliver_clicks(
            landing, clicks, ids=ids[clicks.platform], people=people, identities=identities,
            register=register, rng=world.stream(f"{clicks.platform} clicks"),
        )  # fmt: skip
        reports = ads.report_ads(clicks, world.clock, world.stream(f"{clicks.platform} reports"))
        ad_records.deliver_reports(landing, reports, platform=clicks.platform)
    for platform, campaigns in (("kuaishou_ads", brand.KUAISHOU_CAMPAIGNS),
                                ("baidu_ads", brand.BAIDU_CAMPAIGNS)):  # fmt: skip
        clicks = ads.click_elsewhere(people, world.clock, world.stream(f"{platform} clicks"),
                                     platform=platform, campaigns=campaigns)  # fmt: skip
        reports = ads.report_ads(clicks, world.clock, world.stream(f"{platform} reports"))
        if platform == "kuaishou_ads":
            reports = reports.by_hour(ad=3)
        ad_records.deliver_reports(landing, reports, platform=platform)
    sms.deliver_sms(
        landing, world.sms, identities=identities, register=register, rng=world.stream("receipts")
    )
    miniprogram.deliver_logins(
        landing, world.visits, people=people, identities=identities, register=register,
        tencent=world.tencent, ocean=world.ocean, click_ids=ids,
    )  # fmt: skip
    youzan_row = np.full(len(world.orders.at), -1)
    youzan_row[world.youzan.order] = np.arange(len(world.youzan.order))
    miniprogram.deliver_events(
        landing, world.visits, people=people, identities=identities, register=register,
        orders=world.orders, products=world.products, scans=world.scans, tencent=world.tencent,
        ocean=world.ocean, scenes=world.scenes, youzan_tid=world.youzan_tid,
        youzan_row=youzan_row, rng=world.stream("events"),
    )  # fmt: skip
    subscriptions.deliver_subscriptions(
        landing, world.visits, identities=identities, register=register,
        rng=world.stream("subscriptions"),
    )  # fmt: skip
    followed = touches.follow_times(people, world.clock, world.stream("followed"))
    official_account.deliver_official_account(
        landing, people=people, identities=identities, register=register, followed=followed,
        scans=world.scans, scenes=world.scenes, templates=world.templates,
        rng=world.stream("official account"),
    )  # fmt: skip
    deliver_before_migration(
        landing, world.changes, register=register, rng=world.stream("migration")
    )
    wecom.deliver_contacts(
        landing, people=people, identities=identities, register=register, added=followed + 3600,
        scenes=world.scenes, stores=world.stores, rng=world.stream("contacts"),
    )  # fmt: skip


def _write_truth(world: World, landing: Landing, home: Home) -> DemoSummary:
    groups = truth.evidence_groups(world.register)
    share = truth.linkable_share(world.register, groups)
    identifiers = truth.write_identifiers(home.truth, landing.con, world.register, groups)
    write_orders(home.truth, landing.con, world)
    write_people(home.truth, landing.con, world)
    figures = order_figures(world)
    people = len(world.people.city)
    truth.write_expected(home.truth, landing.counts, {
        "brand": "yutang", "seed": world.seed, "people": people, "days": world.clock.days,
        "end_day": str(world.clock.end_day), "identifiers": identifiers,
        "linkable_pair_share": round(share, 6), "channels": figures,
    })  # fmt: skip
    return DemoSummary(
        people=people,
        orders=int(sum(channel["orders"] for channel in figures.values())),
        net_revenue_cny=round(sum(channel["net_revenue_cny"] for channel in figures.values()), 2),
        identifiers=identifiers,
        rows=sum(day.rows for days in landing.counts.values() for day in days.values()),
        files=landing.files, linkable_share=share, landing=home.landing, truth=home.truth,
    )  # fmt: skip
