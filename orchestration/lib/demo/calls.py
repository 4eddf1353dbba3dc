"""Calls of the call centre: who is called, and their native records, calls.outcomes.

Belongs here: calls and what became of them. Does not belong here: messages (`messages`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import STORE_HOURS, Clock, draw_times
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.people import People, places

OUTCOMES = ["connected", "opt_out", "no_answer", "busy", "rejected", "switched_off",
            "invalid_number", "voicemail"]  # fmt: skip
SHARES = (0.46, 0.03, 0.28, 0.07, 0.08, 0.04, 0.01, 0.03)
PURPOSES = ["repurchase", "care", "survey"]
TALKS = 2  # outcomes below it


@dataclass
class Calls:
    """Calls in time order; ``outcome`` is an index into OUTCOMES."""

    person: np.ndarray
    at: np.ndarray
    outcome: np.ndarray
    duration_s: np.ndarray


def ring(people: People, clock: Clock, rng: np.random.Generator) -> Calls:
    """Calls to members in store hours; some are called several times."""
    able = people.member & ~people.former_owner & (people.recycled_from < 0)
    able &= places(people) <= 3
    called = np.flatnonzero(able & (rng.random(people.count) < 0.25))
    person = np.repeat(called, 1 + rng.poisson(0.6, len(called)))
    at = draw_times(
        clock, rng, first_day=people.joined_day[person] + 1, last_day=people.left_day[person],
        weights=clock.day_weights(), hours=STORE_HOURS,
    )  # fmt: skip
    outcome = np.searchsorted(np.cumsum(SHARES), rng.random(len(person)), side="right")
    outcome = np.minimum(outcome, len(OUTCOMES) - 1)
    talked = 20 + rng.exponential(70, len(person)).astype(int)
    # Now and then a call is picked up and laid down at once.
    talked = np.where(rng.random(len(person)) < 0.04, 0, talked)
    order = np.lexsort((person, at))
    order = order[at[order] < clock.end_s - 3600]
    duration = np.where(outcome < TALKS, talked, 0)
    return Calls(person[order], at[order], outcome[order], duration[order])


def deliver_calls(
    landing: Landing, calls: Calls, *, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write calls.outcomes: a few calls come again the next day with another outcome."""
    clock = landing.clock
    size = len(calls.person)
    drop = clock.drop_of(calls.at)
    wrong = (rng.random(size) < 0.03) & (calls.outcome >= TALKS) & (drop < clock.drops - 1)
    row = np.concatenate([np.arange(size), np.flatnonzero(wrong)])
    is_first = np.arange(len(row)) < size
    outcome = np.where(is_first & wrong[row], 0, calls.outcome[row])
    number = brand.CAMPAIGN_NO[brand.CALL_CAMPAIGN.campaign_id]
    person = calls.person[row]
    columns = {
        "n": row,
        "phone": register.column("phone", identities.phone[person]),
        "agent": person % 12,
        "purpose": texts(PURPOSES, person % 3),
        "campaign_id": texts(brand.campaign_ids(), np.where(person % 3 == 0, number, -1)),
        "called_at": timestamps(calls.at[row]),
        "outcome": texts(OUTCOMES, outcome),
        "duration_s": np.where(outcome < TALKS, calls.duration_s[row], 0),
        "name": identities.name.take(pa.array(person)),
    }  # fmt: skip
    landing.deliver("calls.outcomes", columns, drop=drop[row] + ~is_first, rerun=(3,))
