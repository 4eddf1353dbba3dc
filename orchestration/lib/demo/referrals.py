"""Native records of members who invite others: crm.referrals.

Belongs here: who invited whom. Does not belong here: members (`crm`).
"""

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.people import People


def deliver_referrals(
    landing: Landing, *, people: People, register: Register, registered: np.ndarray,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write crm.referrals: invitations shortly before registration, doubled and to oneself.

    Args:
        registered: Local time of registration per person.
    """
    clock = landing.clock
    member = np.flatnonzero(people.member & ~people.former_owner)
    new = member[(registered[member] >= clock.start_s) & (registered[member] < clock.end_s)]
    invitee = new[rng.random(len(new)) < 0.3]
    # Few members invite many.
    inviter = member[(rng.random(len(invitee)) ** 3 * len(member)).astype(int)]
    inviter = np.where(inviter == invitee, member[0], inviter)
    at = registered[invitee] - rng.integers(300, 2 * DAY_S, len(invitee))
    twice = rng.random(len(invitee)) < 0.1
    selfish = new[rng.random(len(new)) < 0.02]
    inviter = np.concatenate([inviter, member[(invitee[twice] * 7) % len(member)], selfish])
    at = np.concatenate([at, at[twice] + 120, registered[selfish] + 60])
    invitee = np.concatenate([invitee, invitee[twice], selfish])
    order = np.lexsort((invitee, at))
    order = order[(at[order] >= clock.start_s) & (at[order] < clock.end_s)]
    inviter, invitee, at = inviter[order], invitee[order], at[order]
    number = brand.CAMPAIGN_NO[brand.REFERRAL.campaign_id]
    columns = {
        "inviter": register.column("member", inviter),
        "invitee": register.column("member", invitee),
        "campaign_id": texts(brand.campaign_ids(), np.where(invitee % 4 > 0, number, -1)),
        "invited_at": timestamps(at),
    }
    landing.deliver("crm.referrals", columns, drop=clock.drop_of(at), rerun=(0,))
