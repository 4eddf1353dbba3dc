"""Who gives up, changes or doubles an account: what only an upstream event tells the brand.

Belongs here: choosing the people and the identifiers that exist because of it, and the native
records that need no other module. Does not belong here: the events themselves (`identity_events`).
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, UTC_OFFSET_S, Clock
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.native import BASE64, hashed_ids
from orchestration.lib.demo.people import People


@dataclass
class IdentityChanges:
    """People by what happens to their identifiers; all are members but ``migrated``.

    Args:
        rebound: Told the member system that their number changed.
        borrower: Registered with the number of ``lender`` (same length), gave it up later.
        migrated: Followed the official account before it moved to another appid.
        doubled: Have a second member account that shares nothing with the first.
        cancelled: Closed their account.
    """

    rebound: np.ndarray
    borrower: np.ndarray
    lender: np.ndarray
    migrated: np.ndarray
    doubled: np.ndarray
    cancelled: np.ndarray


def plan_changes(
    people: People, identities: Identities, register: Register, rng: np.random.Generator,
    con: duckdb.DuckDBPyConnection, *, seed: int,
) -> IdentityChanges:  # fmt: skip
    """Choose the people, note the borrowed numbers, add second accounts to the register."""
    few = max(2, people.count // 1000)
    settled = people.member & ~people.former_owner & (people.recycled_from < 0)
    settled &= ~people.two_wechats
    moved = np.flatnonzero(settled & (identities.old_phone >= 0))
    free = np.flatnonzero(settled & (identities.old_phone < 0))
    free = rng.permutation(free)[: 4 * few]
    borrower, lender, doubled, closed = (free[n::4] for n in range(4))
    borrower = borrower[: len(lender)]
    identities.old_phone[borrower] = identities.phone[lender]
    fans = np.flatnonzero(people.follower & ~people.two_wechats & (people.joined_day < 0))
    migrated = rng.permutation(fans)[: 2 * few]

    def add(name: str, type: str, scope: str, expression: str, owner: np.ndarray) -> None:
        values = hashed_ids(con, np.arange(len(owner)), expression, salt=f"{seed}:{name}")
        register.add(name, type, scope, values=values, person=owner)

    add("old_openid", "wx_openid", brand.OLD_OA_APPID, f"'o' || ({BASE64})[1:27]", migrated)
    add("second_member", "member_id", brand.PROGRAM, "'MX' || lpad(n::varchar, 7, '0')", doubled)
    add("second_card", "card_no", brand.PROGRAM, "'VIPX' || lpad(n::varchar, 8, '0')", doubled)
    return IdentityChanges(
        rebound=rng.permutation(moved)[:few], borrower=borrower, lender=lender, migrated=migrated,
        doubled=doubled, cancelled=closed,
    )  # fmt: skip


def migration_time(clock: Clock) -> int:
    """When the official account moved; local seconds."""
    return clock.start_s + max(2, clock.days // 8) * DAY_S


def deliver_before_migration(
    landing: Landing, changes: IdentityChanges, *, register: Register, rng: np.random.Generator
) -> None:
    """Write menu clicks under the former appid to wechat_oa.events."""
    clock, size = landing.clock, len(changes.migrated)
    account = np.arange(size)
    at = clock.start_s + (rng.random(size) * (migration_time(clock) - clock.start_s)).astype(int)
    register.observe([("old_openid", account)])
    nothing = pa.nulls(size, pa.string())
    columns = {
        "appid": texts([brand.OLD_OA_APPID], np.zeros(size, int)),
        "openid": register.column("old_openid", account),
        "create_time": at - UTC_OFFSET_S,
        "event": texts(["CLICK"], np.zeros(size, int)),
        "prefix": np.zeros(size, bool),
        "menu": texts(["MENU_MEMBER", "MENU_SHOP"], account % 2),
        **dict.fromkeys(("scene", "page", "msg_id", "status", "template"), nothing),
    }
    landing.deliver("wechat_oa.events", columns, drop=clock.drop_of(at), part_names=("former",),
                    part=np.zeros(size, np.int8), spoil=False)  # fmt: skip


def deliver_second_members(
    landing: Landing, changes: IdentityChanges, *, identities: Identities, register: Register,
    registered: np.ndarray,
) -> None:  # fmt: skip
    """Write the second accounts to crm.members: opened without a phone, never used."""
    clock, size = landing.clock, len(changes.doubled)
    account, person = np.arange(size), changes.doubled
    opened = np.maximum(registered[person], clock.start_s) + 3600
    register.observe([("second_member", account), ("second_card", account)])
    nothing = pa.nulls(size, pa.string())
    columns = {
        "member_id": register.column("second_member", account),
        "card_no": register.column("second_card", account),
        "name": identities.name.take(pa.array(person)),
        "register_time": timestamps(opened),
        "register_channel": texts(["app"], np.zeros(size, int)),
        "level": texts(["普卡"], np.zeros(size, int)),
        "status": texts(["active"], np.zeros(size, int)),
        "birthday": pa.nulls(size, pa.date32()),
        "city": texts([brand.CITIES[0][0]], np.zeros(size, int)),
        "updated_at": timestamps(opened),
        **dict.fromkeys(("phone", "wx_unionid", "email", "register_store", "gender"), nothing),
    }
    landing.deliver("crm.members", columns, drop=clock.drop_of(opened), part_names=("app",),
                    part=np.zeros(size, np.int8), spoil=False)  # fmt: skip
