"""Devices: phones of one's own, tablets that a family shares, and their anonymous ids.

Belongs here: device identifiers and whose they are. Does not belong here: when they are used.
"""

import duckdb
import numpy as np

from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.native import UUID, hashed_ids, sql_column
from orchestration.lib.demo.people import AD_ONLY, People


def add_devices(
    people: People, register: Register, rng: np.random.Generator, con: duckdb.DuckDBPyConnection,
    *, seed: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Phones of one's own, and tablets that two to four people of a family share."""
    count = people.count
    mobile = np.flatnonzero(people.mini | people.visitor | (people.persona == AD_ONLY))
    second = mobile[rng.random(len(mobile)) < 0.12]
    owner = np.concatenate([mobile, second])
    families = max(2, count // 150)
    minis = rng.permutation(np.flatnonzero(people.mini))
    size = rng.integers(2, 5, families)
    size = size[np.cumsum(size) <= len(minis)]
    family_of = np.repeat(np.arange(len(size)), size)

    device = np.full((count, 3), -1)
    device[mobile, 0] = np.arange(len(mobile))
    device[second, 1] = len(mobile) + np.arange(len(second))
    device[minis[: len(family_of)], 2] = len(owner) + family_of
    owner = np.concatenate([owner, np.full(len(size), -1)])
    devices = len(owner)
    ios = rng.random(devices) < 0.42
    ios[devices - len(size) :] = False
    sends = ~ios & (rng.random(devices) < 0.6)
    sends[devices - len(size) :] = True
    oaid = np.where(sends[np.maximum(device, 0)] & (device >= 0), device, -1)

    numbers = np.arange(devices)
    for name, type_, expression in (
        ("oaid", "oaid", UUID),
        ("imei", "imei_md5", "md5(h)"),
        ("android", "android_id_md5", "md5('a' || h)"),
        ("idfa", "idfa", f"upper({UUID})"),
    ):
        values = hashed_ids(con, numbers, expression, salt=f"{seed}:{name}")
        register.add(name, type_, None, values=values, person=owner)
        register.kinds[name].shared |= owner < 0
    hashed = sql_column(con, "md5(oaid)", oaid=register.kinds["oaid"].values)
    register.add("oaid_md5", "oaid_md5", None, values=hashed, person=owner)
    register.kinds["oaid_md5"].shared |= owner < 0

    # One anonymous id per person and device; every second family's tablet keeps one for all.
    anonymous = np.where(device >= 0, np.arange(3 * count).reshape(count, 3), -1)
    members, family = minis[: len(family_of)], family_of
    first_member = members[np.searchsorted(family, family, side="left")]
    one_for_all = family % 2 == 0
    anonymous[members[one_for_all], 2] = first_member[one_for_all] * 3 + 2
    used = np.unique(anonymous[anonymous >= 0])
    anonymous = np.where(anonymous >= 0, np.searchsorted(used, anonymous), -1)
    values = hashed_ids(con, used, UUID, salt=f"{seed}:anonymous")
    register.add("anonymous", "anonymous_id", None, values=values, person=used // 3)
    shared = anonymous[members[one_for_all], 2]
    register.kinds["anonymous"].shared[shared] = True
    register.kinds["anonymous"].person[shared] = -1
    return device, oaid, ios, anonymous
