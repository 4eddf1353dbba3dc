"""Native records of the member system: members and the points ledger.

Belongs here: crm.members, crm.points. Does not belong here: coupons (`coupons`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, Style, texts, timestamps
from orchestration.lib.demo.people import People

LEVELS = ["普卡", "银卡", "金卡", "黑卡"]
REGISTER_CHANNELS = ["store", "miniprogram", "oa", "tmall"]


def register_times(people: People, rng: np.random.Generator, start_s: int) -> np.ndarray:
    """Local time of registration per person."""
    return start_s + people.joined_day * DAY_S + rng.integers(9 * 3600, 11 * 3600, people.count)


def deliver_members(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    borrower: np.ndarray, stores: brand.Stores, registered: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Write crm.members: a row at registration and one after each change.

    Args:
        borrower: Who registered with somebody else's number and gave their own later.

    Returns:
        Local time the number of today came per person, far future if it was there from the start.
    """
    clock = landing.clock
    person = np.flatnonzero(people.member)
    moves = person[(identities.old_phone[person] >= 0) & ~np.isin(person, borrower)]
    promoted = person[rng.random(len(person)) < 0.15]
    # Registration, change of number, promotion: three logs, each row as of its time.
    row = np.concatenate([person, moves, promoted, borrower])
    kind = np.repeat([0, 1, 2, 1], [len(person), len(moves), len(promoted), len(borrower)])
    since = np.maximum(registered[row], clock.start_s)
    change = since + 600 + (rng.random(len(row)) * (clock.end_s - since - 700)).astype(np.int64)
    change = np.where(kind == 0, registered[row], change)
    moved_at = np.full(people.count, np.int64(1) << 40)
    moved_at[row[kind == 1]] = change[kind == 1]
    before_move = change < moved_at[row]
    phone = np.where(
        (identities.old_phone[row] >= 0) & before_move, identities.old_phone[row],
        identities.phone[row],
    )  # fmt: skip
    in_time = change < clock.end_s
    in_time &= ~people.former_owner[row] | (kind != 2)  # silent since their number was released
    row, kind, change, phone = row[in_time], kind[in_time], change[in_time], phone[in_time]
    account = np.where(identities.bound[row], identities.account[row, 0], -1)
    register.observe([("member", row), ("phone", phone), ("card", row), ("unionid", account)])
    channel = np.where(people.pos[row], 0, np.where(people.mini[row], 1, 2 + row % 2))
    store = np.where(channel == 0, row % len(stores.store_id), -1)
    level = np.minimum(people.order_rate[row] // 2 + (kind == 2), 3).astype(int)
    birthday = (people.birth_year[row] - 1970) * 365 + row % 365
    columns = {
        "member_id": register.column("member", row),
        "phone": register.column("phone", phone),
        "card_no": register.column("card", row),
        "wx_unionid": register.column("unionid", account),
        "name": identities.name.take(pa.array(row)),
        "email": identities.email.take(pa.array(row, mask=row % 3 == 0)),
        "register_time": timestamps(registered[row]),
        "register_channel": texts(REGISTER_CHANNELS, channel),
        "register_store": texts(stores.store_id, store),
        "level": texts(LEVELS, level),
        "status": texts(["active", "frozen", "cancelled"],
                        np.where(row % 97 == 0, 2, np.where(row % 211 == 0, 1, 0))),
        "birthday": pa.array(birthday.astype("datetime64[D]"), mask=row % 9 < 4),
        "gender": texts(["unknown", "M", "F"], people.gender[row]),
        "city": texts([c[0] for c in brand.CITIES], people.city[row]),
        "updated_at": timestamps(change),
    }  # fmt: skip
    landing.deliver("crm.members", columns, drop=clock.drop_of(change), rerun=(6,))
    return moved_at


@dataclass
class Purchases:
    """Paid orders that book points, and when a full refund took them back (far future: never)."""

    person: np.ndarray
    at: np.ndarray
    refunded_at: np.ndarray
    order_id: pa.Array
    points: np.ndarray


def deliver_points(
    landing: Landing, *, people: People, purchases: Purchases, registered: np.ndarray,
    register: Register, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write crm.points: opening balances, points for purchases, redemptions, expiry.

    A redemption follows the purchase whose points it takes, so no balance falls below zero;
    a refund takes back what its order gave, less what was redeemed.
    """
    clock = landing.clock
    old = np.flatnonzero(people.member & (registered < clock.start_s))
    new = np.flatnonzero(people.member & (registered >= clock.start_s))
    opening = rng.integers(0, 400, len(old))
    redeems = (purchases.points >= 40) & (rng.random(len(purchases.points)) < 0.12)
    redeemed = np.flatnonzero(redeems)
    taken = purchases.points[redeemed] // 20 * 10
    refunded = np.flatnonzero((purchases.refunded_at < clock.end_s) & ~redeems)
    expires = np.flatnonzero((opening > 100) & (rng.random(len(old)) < 0.15))
    size = [len(old), len(new), len(purchases.person), len(redeemed), len(expires), len(refunded)]
    reason = np.repeat(range(6), size)
    person = np.concatenate(
        [
            old,
            new,
            purchases.person,
            purchases.person[redeemed],
            old[expires],
            purchases.person[refunded],
        ]
    )
    half_time = clock.start_s + clock.days // 2 * DAY_S
    at = np.concatenate([
        np.full(len(old), clock.start_s), registered[new] + 1, purchases.at + 120,
        purchases.at[redeemed] + 240, np.full(len(expires), half_time),
        purchases.refunded_at[refunded] + 60,
    ])  # fmt: skip
    change = np.concatenate(
        [
            opening,
            np.full(len(new), 50),
            purchases.points,
            -taken,
            -(opening[expires] // 2),
            -purchases.points[refunded],
        ]
    )
    source = np.concatenate([
        np.full(len(old) + len(new), -1), np.arange(len(purchases.person)), redeemed,
        np.full(len(expires), -1), refunded,
    ])  # fmt: skip
    order = np.lexsort((np.arange(len(at)), at, person))
    person, at, change, reason, source = (
        column[order] for column in (person, at, change, reason, source)
    )
    total = np.cumsum(change)
    first = np.flatnonzero(np.diff(person, prepend=-1))
    before = np.repeat(total[first] - change[first], np.diff(np.append(first, len(person))))
    balance = total - before
    in_time = at < clock.end_s
    person, at, change, reason, source, balance = (
        column[in_time] for column in (person, at, change, reason, source, balance)
    )
    register.observe([("member", person)])
    # Opening balances are points of years before: they run out in the weeks after the last day.
    expire_at = np.where(
        reason == 0, clock.end_s + (5 + person * 37 % 120) * DAY_S, at + 365 * DAY_S
    )
    columns = {
        "n": np.arange(len(person)),
        "member_id": register.column("member", person),
        "change": change,
        "balance_after": balance,
        "reason": texts(["adjust", "gift", "purchase", "redeem", "expire", "refund"], reason),
        "biz_id": purchases.order_id.take(pa.array(np.maximum(source, 0), mask=source < 0)),
        "occurred_at": timestamps(at),
        "expire_at": timestamps(expire_at, change <= 0),
    }
    landing.deliver(
        "crm.points", columns, drop=clock.drop_of(at), styles=(Style("gz"),), rerun=(9,)
    )
