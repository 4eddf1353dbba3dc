"""Native records of the ad platforms: forwarded clicks and daily reports.

Belongs here: tencent_ads.*, ocean_engine.*, kuaishou_ads.*, baidu_ads.*. Does not belong here:
who clicks (`ads`).
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
    columns["phone_hash"] = _hashed_phones(landing, clicks, people=people, identities=identities,
                                           register=register, devices=(imei, oaid), rng=rng)  # fmt: skip
    style = Style("gz") if is_tencent else Style()
    landing.deliver(
        f"{clicks.platform}.clicks", columns, drop=landing.clock.drop_of(clicks.at),
        styles=(style,), rerun=(6,),
    )  # fmt: skip


def _hashed_phones(
    landing: Landing, clicks: Clicks, *, people: People, identities: Identities,
    register: Register, devices: tuple[np.ndarray, np.ndarray], rng: np.random.Generator,
) -> pa.Array:  # fmt: skip
    """Hash of the phone on a few clicks, in the forms platforms use; null on the others.

    Of members whose number never changed hands, so their member record has it in the clear; and
    of people who are seen in ads only, whose hash nobody can match.
    """
    person = np.maximum(clicks.person, 0)
    settled = people.member & (identities.old_phone < 0) & ~people.former_owner
    settled &= people.recycled_from < 0
    chance = np.where(settled, 0.06, np.where(people.persona == AD_ONLY, 0.3, 0.0))
    has = (clicks.person >= 0) & (rng.random(len(person)) < chance[person])
    imei, oaid = devices
    known = has & settled[person]
    phone = np.where(known, identities.phone[person], -1)
    register.observe([("phone", phone)], [("imei", np.where(known, imei, -1)),
                                          ("oaid", np.where(known, oaid, -1))])  # fmt: skip
    row = np.flatnonzero(has)
    numbers = register.kinds["phone"].written.take(pa.array(identities.phone[person[row]]))
    function = "md5" if clicks.platform == "tencent_ads" else "sha256"
    # Most hash the 11 digits in lower case; some put 86 before them, some write upper case.
    text = f"{function}(case when n % 5 = 0 then '86' else '' end || phone)"
    expression = f"case when n % 4 = 0 then upper({text}) else {text} end"
    hashes = sql_column(landing.con, expression, phone=numbers, n=np.arange(len(row)))
    place = np.full(len(person), -1)
    place[row] = np.arange(len(row))
    return hashes.take(pa.array(place, mask=place < 0))


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
        "hour": pa.array(reports.hour, mask=reports.hour < 0),
    }
    landing.deliver(f"{platform}.reports", columns, drop=reports.drop, rerun=(7,))
