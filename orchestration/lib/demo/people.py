"""The simulated people: who they are, where they meet the brand, how much they buy.

Belongs here: traits and channel membership per person. Does not belong here: identifiers
(`population_identifiers`) and events.
"""

from dataclasses import dataclass

import numpy as np

from orchestration.lib.demo.brand import CITIES
from orchestration.lib.demo.clock import Clock

PERSONAS = ("core", "tmall_only", "walk_in", "follower", "visitor", "ad_only", "sms_lead")
PERSONA_SHARES = (0.67, 0.11, 0.08, 0.06, 0.04, 0.02, 0.02)
CORE, TMALL_ONLY, WALK_IN, FOLLOWER, VISITOR, AD_ONLY, SMS_LEAD = range(len(PERSONAS))


@dataclass
class People:
    """Columns over people; a person is an index from 0. Flags are boolean arrays."""

    count: int
    persona: np.ndarray
    city: np.ndarray
    gender: np.ndarray  # 0 unknown, 1 male, 2 female
    birth_year: np.ndarray
    joined_day: np.ndarray  # day of the window, below 0: before it
    left_day: np.ndarray  # last active day
    order_rate: np.ndarray  # expected orders beyond the first; 0 for who never buys
    spend: np.ndarray  # multiplies basket size
    buyer: np.ndarray
    member: np.ndarray
    follower: np.ndarray  # official account
    mini: np.ndarray  # mini program, logged in
    visitor: np.ndarray  # mini program, never logged in
    wecom: np.ndarray
    pos: np.ndarray
    tmall: np.ndarray
    tmall_member: np.ndarray
    youzan: np.ndarray
    two_wechats: np.ndarray
    recycled_from: np.ndarray  # person whose former number this one has now, or -1
    former_owner: np.ndarray  # true for the first owner of a recycled number


def places(people: People) -> np.ndarray:
    """Number of shops and WeChat channels each person uses, of six.

    The member system, SMS, ads, calls, app and web site come on top; nobody is in more than eight.
    """
    flags = (people.follower, people.mini, people.wecom, people.tmall | people.tmall_member,
             people.youzan, people.pos)  # fmt: skip
    return np.sum(flags, axis=0)


def build_people(count: int, clock: Clock, rng: np.random.Generator) -> People:
    """Draw ``count`` people; 60-70 % buy, a few of them much more than the rest."""
    persona = np.searchsorted(np.cumsum(PERSONA_SHARES), rng.random(count), side="right")
    persona = np.minimum(persona, SMS_LEAD)
    core = persona == CORE

    def chance(share: float) -> np.ndarray:
        return rng.random(count) < share

    buyer = (core & chance(0.70)) | np.isin(persona, (TMALL_ONLY, WALK_IN))
    member = core & chance(0.82)
    mini = core & chance(0.62)
    tmall_member = core & member & chance(0.30)
    tmall = (persona == TMALL_ONLY) | (tmall_member & chance(0.9)) | (core & chance(0.008))
    pos = (persona == WALK_IN) | (core & chance(0.60))
    youzan = mini & chance(0.5)
    # Whoever buys needs a place to buy at; whoever is core needs a channel to be seen in.
    pos |= core & buyer & ~(tmall | youzan | pos)
    follower = (persona == FOLLOWER) | (core & chance(0.5))
    wecom = core & chance(0.30)
    follower |= core & ~(member | mini | wecom)
    # Nobody is in all nine channels (these, ads and SMS): one to eight, and those of `shops`.
    wecom &= ~(member & follower & mini & (tmall | tmall_member) & youzan & pos)
    gender = rng.choice(3, count, p=(0.08, 0.31, 0.61))
    birth_year = np.clip(rng.normal(1991, 9, count), 1948, 2008).astype(int)
    joined = np.where(
        chance(0.55), -rng.integers(1, 900, count), (clock.days * rng.random(count) ** 0.85)
    ).astype(int)
    stays = rng.exponential(clock.days / 2, count)
    left = np.where(chance(0.22), np.maximum(joined, 0) + stays, clock.days - 1)
    left = np.clip(left, np.maximum(joined, 0), clock.days - 1).astype(int)
    # Few buy often and much: the best fifth of the buyers brings about four fifths of the revenue.
    rate = np.minimum(rng.gamma(0.14, 23, count), 60)
    rate = rate * np.maximum(left - np.maximum(joined, 0), 5) / clock.days
    people = People(
        count=count, persona=persona, city=_cities(rng, count), gender=gender,
        birth_year=birth_year, joined_day=joined, left_day=left,
        order_rate=np.where(buyer, rate, 0.0), spend=np.exp(rng.normal(-0.3, 1.05, count)),
        buyer=buyer, member=member, follower=follower, mini=mini, visitor=persona == VISITOR,
        wecom=wecom, pos=pos, tmall=tmall, tmall_member=tmall_member, youzan=youzan,
        two_wechats=mini & member & chance(0.02), recycled_from=np.full(count, -1),
        former_owner=np.zeros(count, bool),
    )  # fmt: skip
    _recycle_numbers(people, clock, rng)
    return people


def _cities(rng: np.random.Generator, count: int) -> np.ndarray:
    shares = np.cumsum([share for _, _, share, _ in CITIES])
    return np.minimum(np.searchsorted(shares, rng.random(count), side="right"), len(CITIES) - 1)


def _recycle_numbers(people: People, clock: Clock, rng: np.random.Generator) -> None:
    """Give the number of a long-gone member to a member who registers late.

    The first owner was a store member only: old registration, a few early purchases, silence.
    """
    pairs = max(2, people.count // 1000)
    candidates = np.flatnonzero((people.persona == CORE) & people.member)
    chosen = rng.permutation(candidates)[: 2 * pairs]
    first, second = chosen[: len(chosen) // 2], chosen[len(chosen) // 2 :][: len(chosen) // 2]
    for flag in ("follower", "mini", "wecom", "tmall", "tmall_member", "youzan", "two_wechats"):
        getattr(people, flag)[first] = False
    people.pos[first] = True
    people.joined_day[first] = -rng.integers(200, 900, len(first))
    people.left_day[first] = clock.days // 6
    people.joined_day[second] = rng.integers(clock.days * 5 // 8, clock.days * 7 // 8, len(second))
    people.left_day[second] = clock.days - 1
    people.two_wechats[second] = False
    people.recycled_from[second] = first
    people.former_owner[first] = True
