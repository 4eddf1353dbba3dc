"""Visits of the mini program: who opens it when, from where, on which device.

Belongs here: one row per visit. Does not belong here: its login and events (`miniprogram`).
"""

from dataclasses import dataclass, fields

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.ads import Clicks
from orchestration.lib.demo.clock import ONLINE_HOURS, Clock, draw_times
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.orders import YOUZAN, Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.touches import SPLASH, Scans, Touches

# Where a visit comes from; later ones win when two fall into one hour.
DIRECT, FROM_QR, FROM_TENCENT, FROM_OCEAN, FROM_ORDER = range(5)
ORDER_STEP_S = 45  # seconds between two events of a visit that ends in an order


@dataclass
class Visits:
    """Visits in time order.

    Args:
        slot: 0 or 1: first or second WeChat of the person.
        device_slot: 0, 1 own device, 2 the family's tablet.
        reference: Row of the scan, click or order the visit comes from, else -1.
        splash: Campaign of the splash advertisement at launch, else -1.
        logs_in: False for a look around without login.
    """

    person: np.ndarray
    at: np.ndarray
    source: np.ndarray
    reference: np.ndarray
    slot: np.ndarray
    device_slot: np.ndarray
    splash: np.ndarray
    logs_in: np.ndarray

    def splash_touches(self) -> Touches:
        shown = np.flatnonzero((self.splash >= 0) & self.logs_in)
        return Touches(
            self.person[shown], self.at[shown], self.splash[shown], np.full(len(shown), SPLASH)
        )


def open_mini(
    people: People, clock: Clock, rng: np.random.Generator, *,
    identities: Identities, scans: Scans, tencent: Clicks, ocean: Clicks,
) -> Visits:  # fmt: skip
    """Visits that are not made to order; those come from `order_visits`."""
    base = 1 + rng.poisson(rng.gamma(0.7, 2.6, people.count))
    count = np.where(people.mini, base, np.where(people.visitor, 1, 0))
    person = np.repeat(np.arange(people.count), count)
    at = draw_times(
        clock, rng, first_day=people.joined_day[person], last_day=people.left_day[person],
        weights=clock.day_weights(), hours=ONLINE_HOURS,
    )  # fmt: skip
    parts = [(person, at, DIRECT, np.full(len(person), -1))]
    rows = np.flatnonzero(scans.in_mini)
    parts.append((scans.person[rows], scans.at[rows] + 5, FROM_QR, rows))
    for source, clicks in ((FROM_TENCENT, tencent), (FROM_OCEAN, ocean)):
        rows = np.flatnonzero(clicks.lands)
        delay = rng.integers(5, 90, len(rows))
        parts.append((clicks.person[rows], clicks.at[rows] + delay, source, rows))
    person = np.concatenate([part[0] for part in parts])
    at = np.concatenate([part[1] for part in parts])
    source = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    reference = np.concatenate([part[3] for part in parts])
    return _complete(people, clock, rng, identities=identities, person=person, at=at,
                     source=source, reference=reference)  # fmt: skip


def order_visits(
    people: People, clock: Clock, rng: np.random.Generator, *,
    identities: Identities, orders: Orders,
) -> Visits:  # fmt: skip
    """The visit in which each order of the brand's own shop was placed."""
    rows = np.flatnonzero(orders.channel == YOUZAN)
    at = orders.at[rows] - 4 * ORDER_STEP_S
    source = np.full(len(rows), FROM_ORDER)
    return _complete(people, clock, rng, identities=identities, person=orders.person[rows], at=at,
                     source=source, reference=rows)  # fmt: skip


def _complete(
    people: People, clock: Clock, rng: np.random.Generator, *, identities: Identities,
    person: np.ndarray, at: np.ndarray, source: np.ndarray, reference: np.ndarray,
) -> Visits:  # fmt: skip
    """Device, account and splash advertisement of each visit; one visit per person and hour."""
    hour = person.astype(np.int64) * (1 << 20) + at // 3600 - clock.start_s // 3600 + 4096
    by_hour = np.lexsort((-source, hour))
    keep = by_hour[np.unique(hour[by_hour], return_index=True)[1]]
    keep = keep[(at[keep] >= clock.start_s) & (at[keep] < clock.end_s - 1800)]
    keep = keep[np.lexsort((person[keep], at[keep]))]
    person, at, source, reference = person[keep], at[keep], source[keep], reference[keep]

    size = len(person)
    device_slot = np.where(rng.random(size) < 0.3, 1, 0)
    device_slot = np.where(rng.random(size) < 0.3, 2, device_slot)
    first = np.zeros(size, bool)
    first[np.unique(person, return_index=True)[1]] = True
    device_slot = np.where(first, 0, device_slot)
    has = identities.device[person, device_slot] >= 0
    device_slot = np.where(has, device_slot, 0)
    second = (identities.account[person, 1] >= 0) & (rng.random(size) < 0.4)
    second &= source != FROM_ORDER
    day = clock.day_of(at)
    campaigns = len(brand.SPLASH_CAMPAIGNS)
    numbers = np.array([brand.CAMPAIGN_NO[c.campaign_id] for c in brand.SPLASH_CAMPAIGNS])
    splash = numbers[np.minimum(day * campaigns // clock.days, campaigns - 1)]
    # A landing page of its own comes without the splash advertisement.
    plain = (source == DIRECT) | (source == FROM_ORDER)
    splash = np.where(plain & (rng.random(size) < 0.3) & (day % 3 != 0), splash, -1)
    # Looking around without login happens on the own phone only, and not the first time.
    asks = (source != DIRECT) | first | (device_slot > 0) | (rng.random(size) < 0.88)
    logs_in = people.mini[person] & asks
    return Visits(person, at, source, reference, second.astype(int), device_slot, splash, logs_in)


def merge(planned: Visits, ordering: Visits) -> Visits:
    """All visits; a plain one in the same hour as one with an order gives way."""

    def hours(visits: Visits) -> np.ndarray:
        return visits.person.astype(np.int64) * (1 << 24) + visits.at // 3600

    clash = np.isin(hours(planned), hours(ordering)) & (planned.source == DIRECT)
    columns = {
        field.name: np.concatenate(
            [getattr(planned, field.name)[~clash], getattr(ordering, field.name)]
        )
        for field in fields(Visits)
    }
    order = np.lexsort((columns["person"], columns["at"]))
    return Visits(**{name: column[order] for name, column in columns.items()})
