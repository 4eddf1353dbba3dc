"""Paid media: forwarded clicks of two platforms and their daily reports.

Belongs here: clicks and spend. Does not belong here: the visits that clicks open (`visits`).
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, ONLINE_HOURS, Clock, draw_times
from orchestration.lib.demo.people import AD_ONLY, People
from orchestration.lib.demo.touches import OCEAN_CLICK, TENCENT_CLICK, Touches

ADS_PER_CAMPAIGN = 4
RESTATED_DAYS = 7


@dataclass
class Clicks:
    """Clicks of one platform; ``person`` -1 is a stranger, ``lands`` opens the mini program."""

    platform: str
    person: np.ndarray
    at: np.ndarray
    campaign: np.ndarray  # index into brand.CAMPAIGNS
    ad: np.ndarray  # 0..ADS_PER_CAMPAIGN-1
    lands: np.ndarray

    def touches(self) -> Touches:
        known = self.lands
        kind = OCEAN_CLICK if self.platform == "ocean_engine" else TENCENT_CLICK
        return Touches(
            self.person[known], self.at[known], self.campaign[known],
            np.full(int(known.sum()), kind),
        )  # fmt: skip


def click_ads(
    people: People, clock: Clock, rng: np.random.Generator, *, platform: str, campaigns: tuple
) -> Clicks:
    """Clicks by mini-program users, by people seen nowhere else, and as many by strangers."""
    mean = np.where(people.mini, 0.45, 0.0)
    count = np.where(people.persona == AD_ONLY, 1, rng.poisson(mean))
    # The few who are seen in ads only belong to one platform each.
    odd = np.arange(people.count) % 2 == (platform == "ocean_engine")
    count = np.where((people.persona == AD_ONLY) & ~odd, 0, count)
    known = np.repeat(np.arange(people.count), count)
    person = np.concatenate([known, np.full(len(known), -1)])
    spot = np.maximum(person, 0)
    is_known = person >= 0
    at = draw_times(
        clock, rng, first_day=np.where(is_known, people.joined_day[spot], 0),
        last_day=np.where(is_known, people.left_day[spot], clock.days - 1),
        weights=clock.day_weights(online=True), hours=ONLINE_HOURS,
    )  # fmt: skip
    campaign = np.minimum((clock.day_of(at) * len(campaigns)) // clock.days, len(campaigns) - 1)
    numbers = np.array([brand.CAMPAIGN_NO[item.campaign_id] for item in campaigns])
    ad = (rng.random(len(at)) ** 1.6 * ADS_PER_CAMPAIGN).astype(int)
    lands = is_known & people.mini[spot] & (rng.random(len(at)) < 0.6)
    lands &= (at + 3600) < clock.end_s
    order = np.argsort(at, kind="stable")
    return Clicks(
        platform, person[order], at[order], numbers[campaign][order], ad[order], lands[order]
    )


def click_elsewhere(
    people: People, clock: Clock, rng: np.random.Generator, *, platform: str, campaigns: tuple
) -> Clicks:
    """Clicks of a platform that forwards none: by strangers, known from its reports only."""
    size = max(people.count // 3, 4 * clock.days)
    at = draw_times(
        clock, rng, first_day=np.zeros(size, int), last_day=np.full(size, clock.days - 1),
        weights=clock.day_weights(online=True), hours=ONLINE_HOURS,
    )  # fmt: skip
    numbers = np.array([brand.CAMPAIGN_NO[item.campaign_id] for item in campaigns])
    campaign = numbers[rng.integers(0, len(numbers), size)]
    ad = (rng.random(size) ** 1.6 * ADS_PER_CAMPAIGN).astype(int)
    nobody = np.full(size, -1)
    return Clicks(platform, nobody, at, campaign, ad, np.zeros(size, bool))


@dataclass
class Reports:
    """One row per ad and day as the platform reports it on the delivery ``drop``.

    Args:
        hour: Hour of the day that the row is about, -1 for the whole day.
    """

    drop: np.ndarray
    day: np.ndarray
    campaign: np.ndarray
    ad: np.ndarray
    impressions: np.ndarray
    clicks: np.ndarray
    cost_fen: np.ndarray
    conversions: np.ndarray
    hour: np.ndarray

    def by_hour(self, ad: int) -> "Reports":
        """The days of one ad as two hours each, which add up to the day."""
        count = 1 + (self.ad == ad)
        row = np.repeat(np.arange(len(count)), count)
        rest = np.diff(row, prepend=-1) == 0
        split = count[row] == 2

        def part(values: np.ndarray) -> np.ndarray:
            noon = values[row] // 3
            return np.where(split, np.where(rest, values[row] - noon, noon), values[row])

        amounts = ("impressions", "clicks", "cost_fen", "conversions")
        parts = {
            field.name: part(values) if field.name in amounts else values[row]
            for field in fields(self)
            for values in (getattr(self, field.name),)
        }
        return Reports(**{**parts, "hour": np.where(split, np.where(rest, 20, 12), -1)})


def report_ads(clicks: Clicks, clock: Clock, rng: np.random.Generator) -> Reports:
    """Daily reports; every later delivery restates the last days with more conversions."""
    campaigns = np.unique(clicks.campaign) if len(clicks.campaign) else np.array([], int)
    cells = clock.days * ADS_PER_CAMPAIGN
    day_of_click = clock.day_of(clicks.at)
    day, campaign, ad, billed = [], [], [], []
    for number in campaigns:
        mine = clicks.campaign == number
        cell = day_of_click[mine] * ADS_PER_CAMPAIGN + clicks.ad[mine]
        count = np.bincount(cell, minlength=cells)
        used = np.flatnonzero(count)
        day.append(used // ADS_PER_CAMPAIGN)
        ad.append(used % ADS_PER_CAMPAIGN)
        campaign.append(np.full(len(used), number))
        # Forwarded clicks exceed billed ones by a few per cent.
        billed.append(np.maximum((count[used] * 0.95).astype(int), 1))
    day, campaign, ad, billed = (np.concatenate(x).astype(int) for x in (day, campaign, ad, billed))
    impressions = (billed * rng.uniform(40, 120, len(day))).astype(int)
    cost = (billed * rng.uniform(80, 260, len(day))).astype(int)
    claimed = rng.binomial(billed * 3, 0.06)
    first_drop = clock.drop_of(clock.start_s + day * DAY_S)
    parts = []
    for drop in range(clock.drops):
        last_day = clock.days - clock.drops + drop
        fresh = first_drop == drop
        restated = (first_drop < drop) & (day > last_day - RESTATED_DAYS)
        rows = np.flatnonzero(fresh | restated)
        age = last_day - day[rows]
        known = np.minimum(0.5 + 0.5 * age / RESTATED_DAYS, 1.0)
        parts.append((
            np.full(len(rows), drop), day[rows], campaign[rows], ad[rows], impressions[rows],
            billed[rows],
            (cost[rows] * np.where(age == 0, 0.97, 1.0)).astype(int),
            np.floor(claimed[rows] * known).astype(int), np.full(len(rows), -1),
        ))  # fmt: skip
    return Reports(*(np.concatenate(column) for column in zip(*parts, strict=True)))
