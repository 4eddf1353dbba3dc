"""Native records of WeCom: wecom.contacts, with the numbers staff typed into remarks.

Belongs here: contacts and their staff.
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.people import People


def deliver_contacts(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    added: np.ndarray, scenes: brand.Scenes, stores: brand.Stores, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write wecom.contacts: whoever was added, again when staff edit the remark."""
    clock = landing.clock
    person = np.flatnonzero(people.wecom)
    size = len(person)
    account = identities.account[person, 0]
    unionid = np.where(rng.random(size) < 0.94, account, -1)
    typed = rng.random(size) < np.where(unionid < 0, 0.85, 0.45)
    correct = np.where(typed, identities.phone[person], -1)
    # Staff type a wrong number now and then: mostly one that nobody has.
    wrong = np.where(
        typed & (identities.wrong_phone[person] >= 0), identities.wrong_phone[person], -1
    )
    # What becomes somebody else's is the number of a person who verified it elsewhere.
    other = identities.phone[rng.permutation(person)]
    somebody = (wrong >= 0) & (rng.random(size) < 0.25)
    somebody &= register.kinds["phone"].verified[other]
    wrong = np.where(somebody, other, wrong)
    phone = np.where((wrong >= 0) & (unionid >= 0), wrong, correct)
    right = (unionid < 0) & (phone >= 0)
    register.observe([("external", account), ("unionid", unionid)], weak=[("phone", phone)])
    reachable = right & register.kinds["phone"].verified[np.maximum(phone, 0)]
    reachable &= people.recycled_from[person] < 0
    register.strong_pairs.append(np.stack([
        account[reachable] + register.kinds["external"].base,
        phone[reachable] + register.kinds["phone"].base,
    ], axis=1))  # fmt: skip

    at = np.minimum(added[person], clock.end_s - 60)
    drop = clock.drop_of(at)
    edited = np.flatnonzero((rng.random(size) < 0.1) & (drop < clock.drops - 1))
    row = np.concatenate([np.arange(size), edited])
    drop = np.concatenate([drop, rng.integers(drop[edited] + 1, clock.drops)])
    columns = {
        "external": register.column("external", account[row]),
        "unionid": register.column("unionid", unionid[row]),
        "name": identities.name.take(pa.array(person[row])),
        "gender": people.gender[person[row]],
        "staff": texts([f"guide_{s.lower()}" for s in stores.store_id], person[row] % 30),
        "second_staff": texts([f"guide_{s.lower()}" for s in stores.store_id],
                              np.where(person[row] % 7 == 0, (person[row] + 3) % 30, -1)),
        "created": at[row] - UTC_OFFSET_S,
        "state": texts(scenes.scene, np.where(person[row] % 3 == 0, person[row] % 60, -1)),
        "add_way": np.array([1, 1, 2, 3, 6, 202])[person[row] % 6],
        "mobile": register.column("phone", phone[row]),
        "edited": np.arange(len(row)) >= size,
    }  # fmt: skip
    landing.deliver("wecom.contacts", columns, drop=drop, rerun=(3,))
