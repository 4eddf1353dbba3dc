"""Marketing contacts: messages, coupons, QR scans and staff contacts, and which of them sell.

Belongs here: who was touched when, by which campaign. Does not belong here: ads (`ads`), visits
of the mini program (`visits`) and the native records of the channels.
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, ONLINE_HOURS, STORE_HOURS, Clock, draw_times
from orchestration.lib.demo.people import SMS_LEAD, People


@dataclass
class Touches:
    """One row per contact that reached a person.

    Args:
        campaign: Index into ``brand.CAMPAIGNS``; its touch type, channel and rate apply.
    """

    person: np.ndarray
    at: np.ndarray
    campaign: np.ndarray

    @classmethod
    def concatenate(cls, parts: list["Touches"]) -> "Touches":
        return cls(**{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(cls)
        })  # fmt: skip


@dataclass
class Messages:
    """SMS or template messages, one row each; ``status`` 0 is delivered."""

    person: np.ndarray
    at: np.ndarray
    campaign: np.ndarray
    status: np.ndarray

    def touches(self) -> Touches:
        ok = self.status == 0
        return Touches(self.person[ok], self.at[ok] + 60, self.campaign[ok])


def _send(
    people: People, clock: Clock, rng: np.random.Generator, *, campaigns: tuple,
    audience: np.ndarray, since_day: np.ndarray, share: float, failure_shares: tuple,
) -> Messages:  # fmt: skip
    parts = []
    for campaign in campaigns:
        day = int(campaign.start * clock.days)
        chosen = np.flatnonzero(audience & (since_day < day) & (rng.random(people.count) < share))
        # Senders work through the list: a few thousand a minute from ten o'clock.
        at = clock.at(np.full(len(chosen), day), 36_000 + rng.integers(0, 3600, len(chosen)))
        number = np.full(len(chosen), brand.CAMPAIGN_NO[campaign.campaign_id])
        parts.append((chosen, at, number))
    person, at, number = (np.concatenate(column) for column in zip(*parts, strict=True))
    status = np.searchsorted(np.cumsum(failure_shares), rng.random(len(person)), side="right")
    return Messages(person, at, number, np.minimum(status, len(failure_shares) - 1))


def send_sms(people: People, clock: Clock, rng: np.random.Generator) -> Messages:
    """SMS to members and bought leads. Status 0 delivered, 1 off, 2 no such number, 3 blacklist."""
    lead = people.persona == SMS_LEAD
    audience = (people.member & ~people.former_owner) | lead
    return _send(
        people, clock, rng, campaigns=brand.SMS_CAMPAIGNS, audience=audience,
        since_day=np.where(lead, -1, people.joined_day), share=0.3,
        failure_shares=(0.90, 0.05, 0.03, 0.02),
    )  # fmt: skip


def send_templates(people: People, clock: Clock, rng: np.random.Generator) -> Messages:
    """Template messages to followers. Status 0 success, 1 user block, 2 system failed."""
    return _send(
        people, clock, rng, campaigns=brand.OA_CAMPAIGNS, audience=people.follower,
        since_day=people.joined_day, share=0.55, failure_shares=(0.94, 0.04, 0.02),
    )  # fmt: skip


@dataclass
class Scans:
    """QR scans, one row each; ``in_mini`` opens the mini program, else the official account."""

    person: np.ndarray
    at: np.ndarray
    scene: np.ndarray
    in_mini: np.ndarray

    def touches(self, scenes: brand.Scenes) -> Touches:
        return Touches(self.person, self.at, scenes.campaign[self.scene])


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
        return Touches(self.person[got], self.received_at[got], self.campaign[got])


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


def all_hours() -> np.ndarray:
    return ONLINE_HOURS
