"""Native records of ads, SMS and of the brand's own lists (stores, products, QR codes).

Belongs here: tencent_ads.*, ocean_engine.*, sms.*, pos.stores, catalog.products, qr.scenes.
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.ads import Clicks, Reports
from orchestration.lib.demo.clock import DAY_S, UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, Style, texts, timestamps
from orchestration.lib.demo.people import AD_ONLY, People
from orchestration.lib.demo.touches import Messages

CAMPAIGN_IDS = [campaign.campaign_id for campaign in brand.CAMPAIGNS]
CAMPAIGN_NAMES = [campaign.name for campaign in brand.CAMPAIGNS]


def click_ids(landing: Landing, clicks: Clicks) -> pa.Array:
    """Click id per click; no digit 1 in it, so none contains a phone number."""
    landing.con.register("numbers", pa.table({"n": np.arange(len(clicks.at))}))
    query = f"""
        select '{clicks.platform[:2]}' || translate(md5('{clicks.platform}' || n), '1', 'g') as id
        from numbers
    """
    return landing.con.sql(query).to_arrow_table()["id"].combine_chunks()


def deliver_clicks(
    landing: Landing, clicks: Clicks, *, ids: pa.Array, people: People, identities: Identities,
    register: Register, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write the clicks of one platform; what the platform could not fill stays a macro."""
    size = len(clicks.at)
    known = clicks.person >= 0
    person = np.maximum(clicks.person, 0)
    device = np.where(known, identities.device[person, 0], -1)
    ios = np.where(known, identities.ios[np.maximum(device, 0)], rng.random(size) < 0.4)
    lonely = known & (people.persona[person] == AD_ONLY)
    oaid = np.where(~lonely & known & (rng.random(size) < 0.8), identities.oaid[person, 0], -1)
    rare = known & (rng.random(size) < 0.05)
    imei = np.where(~ios & (lonely | rare), device, -1)
    idfa = np.where(ios & (lonely | rare), device, -1)
    android = np.where(~ios & rare & ~lonely & (rng.random(size) < 0.4), device, -1)
    columns = {
        "click_id": ids,
        "clicked_s": clicks.at - UTC_OFFSET_S,
        "campaign_id": texts(CAMPAIGN_IDS, clicks.campaign),
        "ad": clicks.ad,
        "ios": ios,
        "imei": register.column("imei", imei),
        "oaid": register.column("oaid", oaid),
        "android": register.column("android", android),
    }
    if clicks.platform == "ocean_engine":
        columns["idfa"] = register.column("idfa", idfa)
        columns["zero"] = rng.random(size) < 0.3
    else:
        hashed = np.where(oaid % 23 == 0, oaid, -1)
        columns["oaid_md5"] = register.column("oaid_md5", hashed)
        # The platform sends the md5 of the IDFA in the same field as the md5 of the IMEI.
        columns["zero"] = ios & lonely
        columns["imei"] = register.column("imei", np.where(lonely, device, imei))
    style = Style("gz") if clicks.platform == "tencent_ads" else Style()
    landing.deliver(
        f"{clicks.platform}.clicks", columns, drop=landing.clock.drop_of(clicks.at),
        styles=(style,), rerun=(6,),
    )  # fmt: skip


def deliver_reports(landing: Landing, reports: Reports, *, platform: str) -> None:
    """Write the daily reports of one platform."""
    clock = landing.clock
    columns = {
        "date": pa.array((reports.day + clock.start_s // DAY_S).astype("datetime64[D]")),
        "campaign_id": texts(CAMPAIGN_IDS, reports.campaign),
        "campaign_name": texts(CAMPAIGN_NAMES, reports.campaign),
        "ad": reports.ad,
        "cost_fen": reports.cost_fen,
        "impressions": reports.impressions,
        "clicks": reports.clicks,
        "conversions": reports.conversions,
    }
    landing.deliver(f"{platform}.reports", columns, drop=reports.drop, rerun=(7,))


def deliver_sms(
    landing: Landing, messages: Messages, *, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write sms.messages and sms.receipts: late, missing, repeated and early receipts."""
    clock = landing.clock
    size = len(messages.person)
    phone = identities.phone[messages.person]
    register.observe([], weak=[])
    landing.con.register("numbers", pa.table({"n": np.arange(size)}))
    query = "select 'sms-' || translate(md5('sms' || n)[1:20], '1', 'g') as id from numbers"
    out_id = landing.con.sql(query).to_arrow_table()["id"].combine_chunks()
    columns = {
        "out_id": out_id,
        "phone": register.column("phone", phone),
        "campaign_id": texts(CAMPAIGN_IDS, messages.campaign),
        "send_time": timestamps(messages.at),
        "name": identities.name.take(pa.array(messages.person)),
    }
    # Now and then the log of the sender arrives a day after the carrier's receipt.
    delayed = (rng.random(size) < 0.01) & (clock.drop_of(messages.at) < clock.drops - 1)
    drop = clock.drop_of(messages.at) + delayed
    landing.deliver("sms.messages", columns, drop=drop, rerun=(0, 5))

    reported = np.flatnonzero(rng.random(size) < 0.97)
    twice = reported[rng.random(len(reported)) < 0.02]
    row = np.concatenate([reported, twice])
    delay = np.concatenate([rng.integers(3, 60, len(reported)), rng.integers(61, 600, len(twice))])
    at = messages.at[row] + delay
    kept = at < clock.end_s
    row, at = row[kept], at[kept]
    status = messages.status[row]
    columns = {
        "out_id": out_id.take(pa.array(row)),
        "phone": register.column("phone", phone[row]),
        "send_time": timestamps(messages.at[row]),
        "report_time": timestamps(at),
        "success": status == 0,
        "err_code": texts(["DELIVERED", "MK:0000", "MK:0001", "MBBLACK"], status),
    }
    landing.deliver("sms.receipts", columns, drop=clock.drop_of(at), rerun=(5,))


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
        "campaign_id": texts(CAMPAIGN_IDS, scenes.campaign[row]),
        "placement": texts(scenes.placement, row),
        "created_at": timestamps(
            clock.start_s + (start * clock.days).astype(np.int64) * DAY_S - 5 * DAY_S
        ),
    }
    landing.deliver("qr.scenes", columns, drop=drop, rerun=(0,))
