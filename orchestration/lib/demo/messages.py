"""SMS and template messages: waves to random parts of an audience, and one message every day.

Belongs here: who was sent what and what became of it. Does not belong here: native records
(`sms`, `official_account`).
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import Clock
from orchestration.lib.demo.people import SMS_LEAD, People
from orchestration.lib.demo.touches import Touches


@dataclass
class Messages:
    """SMS or template messages, one row each.

    Args:
        status: 0 is delivered.
        reported_at: Time the carrier or platform reported the status; -1 if it never did.
    """

    person: np.ndarray
    at: np.ndarray
    campaign: np.ndarray
    status: np.ndarray
    reported_at: np.ndarray

    def touches(self, kind: int) -> Touches:
        ok = (self.status == 0) & (self.reported_at >= 0)
        return Touches(
            self.person[ok], self.reported_at[ok], self.campaign[ok], np.full(int(ok.sum()), kind)
        )


@dataclass(frozen=True)
class Mailing:
    """What is sent to whom: campaigns in waves, and one that runs every day."""

    campaigns: tuple[brand.Campaign, ...]
    every_day: brand.Campaign
    share: float
    failures: tuple[float, ...]  # shares by status, 0 first
    report_share: float
    longest_delay_s: int


SMS_MAILING = Mailing(brand.SMS_CAMPAIGNS, brand.SMS_CARE, 0.30, (0.90, 0.05, 0.03, 0.02), 0.97, 60)
OA_MAILING = Mailing(brand.OA_CAMPAIGNS, brand.OA_CARE, 0.45, (0.94, 0.04, 0.02), 1.0, 9)


def send(
    people: People, clock: Clock, rng: np.random.Generator, *,
    mailing: Mailing, audience: np.ndarray, since_day: np.ndarray,
) -> Messages:  # fmt: skip
    """Send the waves to random parts of the audience, and one message to a third of it any day.

    Args:
        since_day: Day each person can be reached from.
    """
    parts = []
    for campaign in mailing.campaigns:
        day = int(campaign.start * clock.days)
        chosen = audience & (since_day < day) & (rng.random(people.count) < mailing.share)
        parts.append((np.flatnonzero(chosen), day, campaign))
    person = np.flatnonzero(audience & (rng.random(people.count) < 0.35))
    first = np.maximum(since_day[person] + 1, 0)
    any_day = first + (rng.random(len(person)) * (clock.days - first)).astype(int)
    parts.append((person, np.minimum(any_day, clock.days - 1), mailing.every_day))
    person = np.concatenate([part[0] for part in parts])
    day = np.concatenate([np.broadcast_to(part[1], len(part[0])) for part in parts])
    campaign = np.repeat(
        [brand.CAMPAIGN_NO[part[2].campaign_id] for part in parts], [len(p[0]) for p in parts]
    )
    # Senders work through the list from ten o'clock on.
    at = clock.at(day, 36_000 + rng.integers(0, 3600, len(person)))
    status = np.searchsorted(np.cumsum(mailing.failures), rng.random(len(person)), side="right")
    status = np.minimum(status, len(mailing.failures) - 1)
    reported = at + rng.integers(3, mailing.longest_delay_s, len(person))
    reported = np.where(rng.random(len(person)) < mailing.report_share, reported, -1)
    return Messages(person, at, campaign, status, reported)


def send_sms(people: People, clock: Clock, rng: np.random.Generator) -> Messages:
    """SMS to members and bought leads. Status 0 delivered, 1 off, 2 no such number, 3 blacklist."""
    lead = people.persona == SMS_LEAD
    audience = (people.member & ~people.former_owner) | lead
    messages = send(
        people, clock, rng, mailing=SMS_MAILING, audience=audience,
        since_day=np.where(lead, -1, people.joined_day),
    )  # fmt: skip
    # Every lead of the bought list was written to once, on a day of its own.
    missed = np.setdiff1d(np.flatnonzero(lead), messages.person)
    at = clock.at(missed % clock.days, 40_000 + missed % 3600)
    number = np.full(len(missed), brand.CAMPAIGN_NO[brand.SMS_CARE.campaign_id])
    late = Messages(missed, at, number, np.zeros(len(missed), int), at + 20)
    return Messages(**{
        field.name: np.concatenate([getattr(messages, field.name), getattr(late, field.name)])
        for field in fields(Messages)
    })  # fmt: skip


def send_templates(people: People, clock: Clock, rng: np.random.Generator) -> Messages:
    """Template messages to followers. Status 0 success, 1 user block, 2 system failed."""
    return send(
        people, clock, rng, mailing=OA_MAILING, audience=people.follower,
        since_day=people.joined_day,
    )  # fmt: skip
