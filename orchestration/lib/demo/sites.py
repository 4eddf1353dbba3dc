"""App and web site: who uses them, on which installation, and when they sign in.

Belongs here: one row per visit. Does not belong here: its events (`site_events`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from orchestration.lib.demo.clock import ONLINE_HOURS, Clock, draw_times
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.identity_changes import IdentityChanges
from orchestration.lib.demo.native import UUID, hashed_ids
from orchestration.lib.demo.people import People, places


@dataclass
class SiteVisits:
    """Visits of the app or the web site, in time order.

    Args:
        channel: app or web; the installations are the kind ``<channel>_anonymous``.
        installation: Installation of the app or browser with a cookie.
        signed_before: Visits of the installation before it signed in say nobody's name.
        signs_up: The visit in which the installation signs in.
        phone: Number the login is verified by in this visit, -1 if none.
        moves: The first visit after the person gave the app a new number.
        old_sdk: The SDK names the login id in distinct_id only.
    """

    channel: str
    person: np.ndarray
    at: np.ndarray
    installation: np.ndarray
    signed_before: np.ndarray
    signs_up: np.ndarray
    phone: np.ndarray
    moves: np.ndarray
    old_sdk: np.ndarray


@dataclass(frozen=True)
class Habits:
    """How a site is used: shares of those who may, and visits per person."""

    share: float
    visits: float
    never_signs: float
    two_installations: float


APP = Habits(0.5, 5.0, 0.0, 0.08)
WEB = Habits(0.4, 1.6, 0.15, 0.05)


def open_app(
    people: People, clock: Clock, rng: np.random.Generator, con: duckdb.DuckDBPyConnection, *,
    identities: Identities, changes: IdentityChanges, register: Register, seed: int,
) -> SiteVisits:  # fmt: skip
    """Members who have the app; some of them gave it a new number."""
    visits = _open(people, clock, rng, con, identities=identities, changes=changes,
                   register=register, seed=seed, channel="app", habits=APP)  # fmt: skip
    count = len(register.kinds["app_anonymous"].values)
    values = hashed_ids(con, np.arange(count), "h[1:16]", salt=f"{seed}:android id")
    owner = register.kinds["app_anonymous"].person
    register.add("android_id", "android_id", None, values=values, person=owner)
    return visits


def open_web(
    people: People, clock: Clock, rng: np.random.Generator, con: duckdb.DuckDBPyConnection, *,
    identities: Identities, changes: IdentityChanges, register: Register, seed: int,
) -> SiteVisits:  # fmt: skip
    """Members who visit the web site; some never sign in there."""
    return _open(people, clock, rng, con, identities=identities, changes=changes,
                 register=register, seed=seed, channel="web", habits=WEB)  # fmt: skip


def _open(
    people: People, clock: Clock, rng: np.random.Generator, con: duckdb.DuckDBPyConnection, *,
    identities: Identities, changes: IdentityChanges, register: Register, seed: int,
    channel: str, habits: Habits,
) -> SiteVisits:  # fmt: skip
    count = people.count
    able = people.member & ~people.former_owner & (people.recycled_from < 0)
    able &= places(people) <= 2
    user = np.flatnonzero(able & (rng.random(count) < habits.share))
    person = np.repeat(user, 1 + rng.poisson(habits.visits, len(user)))
    at = draw_times(
        clock, rng, first_day=people.joined_day[person], last_day=people.left_day[person],
        weights=clock.day_weights(), hours=ONLINE_HOURS,
    )  # fmt: skip
    hour = np.unique(person.astype(np.int64) * (1 << 24) + at // 3600, return_index=True)[1]
    hour = hour[at[hour] < clock.end_s - 1800]
    order = hour[np.lexsort((at[hour], person[hour]))]
    person, at = person[order], at[order]

    # A second installation takes over in the last third of a person's visits.
    first = np.flatnonzero(np.diff(person, prepend=-1))
    rank = np.arange(len(person)) - np.repeat(first, np.diff(np.append(first, len(person))))
    total = np.repeat(
        np.diff(np.append(first, len(person))), np.diff(np.append(first, len(person)))
    )
    two = (rng.random(count) < habits.two_installations)[person] & (total >= 3)
    later = two & (rank * 3 >= total * 2)
    used, installation = np.unique(person * 2 + later, return_inverse=True)
    values = hashed_ids(con, used, UUID, salt=f"{seed}:{channel}")
    register.add(f"{channel}_anonymous", "anonymous_id", None, values=values, person=used // 2)

    begins = np.diff(installation, prepend=-1) != 0
    start = np.flatnonzero(begins)
    number = np.arange(len(person)) - np.repeat(start, np.diff(np.append(start, len(person))))
    # Most sign in at once, some with their second visit.
    size = np.repeat(np.diff(np.append(start, len(person))), np.diff(np.append(start, len(person))))
    waits = (rng.random(len(used)) < 0.3)[installation] & (size > 1)
    signs = (rng.random(count) >= habits.never_signs)[person]
    signs_up = signs & (number == waits)
    signed_before = signs & (number > waits)

    old_sdk = people.mini[person] & (person % 5 == 0)
    verified = np.where(people.mini, rng.random(count) < 0.5, rng.random(count) < 0.96)[person]
    verified &= signs & ~old_sdk
    moves = np.zeros(len(person), bool)
    phone = np.where(verified, identities.phone[person], -1)
    if channel == "app":
        moved = (identities.old_phone[person] >= 0) & ~np.isin(person, changes.borrower)
        moved &= verified & (total >= 3) & ~two
        middle = total // 2 + 1
        moves = moved & (rank == middle)
        phone = np.where(moved & (rank < middle), identities.old_phone[person], phone)
    by_time = np.lexsort((person, at))
    columns = (person, at, installation, signed_before, signs_up, phone, moves, old_sdk)
    return SiteVisits(channel, *(column[by_time] for column in columns))
