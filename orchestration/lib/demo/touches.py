"""Marketing contacts: QR scans and coupons, and the list of all touches that may sell.

Belongs here: who was touched when, by which campaign. Does not belong here: messages, ads and
visits, which have modules of their own, and the native records of the channels.
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, STORE_HOURS, Clock, draw_times
from orchestration.lib.demo.people import People

# Touch types and channels under the names that core.fct_touchpoints has for them.
TOUCH_KINDS = (
    ("sms_delivered", "sms"),
    ("oa_template_delivered", "wechat_oa"),
    ("coupon_received", "crm"),
    ("qr_scan", "wechat_oa"),
    ("mp_visit", "miniprogram"),
    ("splash_ad", "miniprogram"),
    ("ad_click", "tencent_ads"),
    ("ad_click", "ocean_engine"),
)
SMS, TEMPLATE, COUPON, OA_SCAN, MINI_SCAN, SPLASH, TENCENT_CLICK, OCEAN_CLICK = range(8)


@dataclass
class Touches:
    """One row per contact that reached a person.

    Args:
        campaign: Index into ``brand.CAMPAIGNS``; its rate says how well the touch sells.
        kind: Index into TOUCH_KINDS.
    """

    person: np.ndarray
    at: np.ndarray
    campaign: np.ndarray
    kind: np.ndarray

    @classmethod
    def concatenate(cls, parts: list["Touches"]) -> "Touches":
        columns = {
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(cls)
        }
        return cls(**columns)


@dataclass
class Scans:
    """QR scans, one row each; ``in_mini`` opens the mini program, else the official account."""

    person: np.ndarray
    at: np.ndarray
    scene: np.ndarray
    in_mini: np.ndarray

    def touches(self, scenes: brand.Scenes) -> Touches:
        kind = np.where(self.in_mini, MINI_SCAN, OA_SCAN)
        return Touches(self.person, self.at + 5 * self.in_mini, scenes.campaign[self.scene], kind)


def scan_codes(
    people: People, clock: Clock, rng: np.random.Generator, scenes: brand.Scenes
) -> Scans:
    """Scans of printed codes by followers and mini-program users while they are active."""
    able = people.follower | people.mini
    person = np.repeat(np.arange(people.count), np.where(able, rng.poisson(0.55, people.count), 0))
    at = draw_times(
        clock, rng, first_day=people.joined_day[person], last_day=people.left_day[person],
        weights=clock.day_weights(), hours=STORE_HOURS,
    )  # fmt: skip
    # A code belongs to the campaign that runs that day.
    campaign = np.minimum(
        (clock.day_of(at) * len(brand.QR_CAMPAIGNS)) // clock.days, len(brand.QR_CAMPAIGNS) - 1
    )
    per_campaign = len(scenes.scene) // len(brand.QR_CAMPAIGNS)
    skewed = (rng.random(len(person)) ** 2 * per_campaign).astype(int)
    in_mini = people.mini[person] & (~people.follower[person] | (rng.random(len(person)) < 0.5))
    return Scans(person, at, campaign * per_campaign + skewed, in_mini)


@dataclass
class Coupons:
    """Coupons, one row per code; ``received_at`` -1: never received."""

    person: np.ndarray
    campaign: np.ndarray
    issued_at: np.ndarray
    received_at: np.ndarray
    expire_at: np.ndarray
    amount_fen: np.ndarray
    discount_pct: np.ndarray

    def touches(self) -> Touches:
        got = self.received_at >= 0
        return Touches(
            self.person[got], self.received_at[got], self.campaign[got],
            np.full(int(got.sum()), COUPON),
        )  # fmt: skip


def hand_out_coupons(people: People, clock: Clock, rng: np.random.Generator) -> Coupons:
    """Coupons for members and mini-program users, by campaign; most expire unused."""
    parts = []
    audience = (people.member | people.mini) & ~people.former_owner
    for i, campaign in enumerate(brand.COUPON_CAMPAIGNS):
        day = int(campaign.start * clock.days)
        length = max(int((campaign.end - campaign.start) * clock.days), 1)
        chosen = audience & (people.joined_day < day) & (rng.random(people.count) < 0.28)
        person = np.flatnonzero(chosen)
        issued = clock.at(np.full(len(person), day), np.full(len(person), 8 * 3600))
        wait = rng.random(len(person)) ** 2 * length * DAY_S
        received = issued + 60 + wait.astype(np.int64)
        received = np.where(rng.random(len(person)) < 0.72, received, -1)
        start = np.where(received >= 0, received, issued)
        valid_days = (14, 30, 7)[i % 3]
        expire = (start // DAY_S + valid_days + 1) * DAY_S - 1
        amount = np.full(len(person), (1000, 2000, 3000, 5000)[i % 4])
        percent = np.full(len(person), (0, 0, 15)[i % 3])
        number = np.full(len(person), brand.CAMPAIGN_NO[campaign.campaign_id])
        parts.append((person, number, issued, received, expire, amount, percent))
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    columns[3] = np.where(columns[3] < clock.end_s, columns[3], -1)
    return Coupons(*columns)


def follow_times(people: People, clock: Clock, rng: np.random.Generator) -> np.ndarray:
    """Local time each person joined the brand's WeChat channels (may lie before the window)."""
    second = (rng.random(people.count) * 0.6 * DAY_S).astype(np.int64) + 8 * 3600
    return clock.at(people.joined_day, second)
