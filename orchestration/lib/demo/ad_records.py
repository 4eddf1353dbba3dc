"""Native records of the ad platforms: forwarded clicks and daily reports.

Belongs here: tencent_ads.*, ocean_engine.*. Does not belong here: who clicks (`ads`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.ads import Clicks, Reports
from orchestration.lib.demo.clock import DAY_S, UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, Style, texts
from orchestration.lib.demo.native import sql_column
from orchestration.lib.demo.people import AD_ONLY, People


def click_ids(landing: Landing, clicks: Clicks) -> pa.Array:
    """Click id per click; no digit 1 in it, so none contains a phone number."""
    prefix = clicks.platform[:2]
    expression = f"'{prefix}' || translate(md5('{prefix}' || n), '1', 'g')"
    return sql_column(landing.con, expression, n=np.arange(len(clicks.at)))


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
    # Other device ids come for few: for who is seen in ads only, and now and then.
    filled = lonely | (known & (rng.random(size) < 0.015))
    is_tencent = clicks.platform == "tencent_ads"
    # Tencent sends the md5 of the IDFA in the same field as the md5 of the IMEI.
    imei = np.where(filled & (~ios | is_tencent), device, -1)
    android = np.where(~ios & filled & ~lonely & (rng.random(size) < 0.4), device, -1)
    columns = {
        "click_id": ids,
        "clicked_s": clicks.at - UTC_OFFSET_S,
        "campaign_id": texts(brand.campaign_ids(), clicks.campaign),
        "ad": clicks.ad,
        "ios": ios,
        "imei": register.column("imei", imei),
        "oaid": register.column("oaid", oaid),
        "android": register.column("android", android),
        "zero": ios & ~filled & (rng.random(size) < 0.3),  # tracking refused: an id of zeros
    }
    if is_tencent:
        hashed = np.where(oaid % 97 == 0, oaid, -1)
        columns["oaid_md5"] = register.column("oaid_md5", hashed)
    else:
        columns["idfa"] = register.column("idfa", np.where(filled & ios, device, -1))
    style = Style("gz") if is_tencent else Style()
    landing.deliver(
        f"{clicks.platform}.clicks", columns, drop=landing.clock.drop_of(clicks.at),
        styles=(style,), rerun=(6,),
    )  # fmt: skip


def deliver_reports(landing: Landing, reports: Reports, *, platform: str) -> None:
    """Write the daily reports of one platform."""
    clock = landing.clock
    columns = {
        "date": pa.array((reports.day + clock.start_s // DAY_S).astype("datetime64[D]")),
        "campaign_id": texts(brand.campaign_ids(), reports.campaign),
        "campaign_name": texts([c.name for c in brand.CAMPAIGNS], reports.campaign),
        "ad": reports.ad,
        "cost_fen": reports.cost_fen,
        "impressions": reports.impressions,
        "clicks": reports.clicks,
        "conversions": reports.conversions,
    }
    landing.deliver(f"{platform}.reports", columns, drop=reports.drop, rerun=(7,))
