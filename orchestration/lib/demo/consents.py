"""Native records of what people allow and want: crm.consents and crm.erasure_requests.

Belongs here: who says what when. Does not belong here: what a brand may do because of it.
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo.clock import DAY_S, Clock
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.people import People

# Purpose and channel of a statement: what the registration form asks for, then the rest.
# Handing data to an advertising platform is asked for apart, platform by platform.
PURPOSES = (
    "marketing", "marketing", "profiling", "marketing", "marketing", "share:tencent_ads",
    "share:ocean_engine", "share:kuaishou",
)  # fmt: skip
CHANNELS = ("sms", "call", "all", "wechat_oa", "wecom", "all", "all", "all")
SMS, CALL, PROFILING, OA, WECOM, *SHARES = range(len(CHANNELS))
GRANTED, WITHDRAWN = range(2)
Statements = tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def deliver_consents(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    registered: np.ndarray, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write crm.consents.

    Args:
        registered: Local time of registration per person.
    """
    clock = landing.clock
    parts = _grants(people, identities, registered=registered, rng=rng)
    parts += _withdrawals(people, identities, clock, rng)
    parts += _shares(people, clock, registered=registered, rng=rng)
    subjects, types, scopes = [], [], []
    for kind, index, _, _, _ in parts:
        size = len(index)
        held = register.kinds[kind]
        subjects.append(register.column(kind, index))
        types.append(pa.array([held.type]).take(pa.array(np.zeros(size, int))))
        scopes.append(pa.array([held.scope], pa.string()).take(pa.array(np.zeros(size, int))))
    topic, status, at = (np.concatenate([part[n] for part in parts]) for n in (2, 3, 4))
    order = np.lexsort((np.arange(len(at)), at))
    order = order[at[order] < clock.end_s]
    row = pa.array(order)
    topic, at = topic[order], at[order]
    columns = {
        "subject_type": pa.concat_arrays(types).take(row),
        "subject_scope": pa.concat_arrays(scopes).take(row),
        "subject_value": pa.concat_arrays(subjects).take(row),
        "purpose": texts(list(PURPOSES), topic),
        "channel": texts(list(CHANNELS), topic),
        "status": texts(["granted", "withdrawn"], status[order]),
        "policy_version": texts(["2024-03", "2026-01"], (at >= clock.start_s).astype(int)),
        "event_time": timestamps(at),
    }
    landing.deliver("crm.consents", columns, drop=clock.drop_of(at), rerun=(3,))


def _grants(
    people: People, identities: Identities, *, registered: np.ndarray, rng: np.random.Generator
) -> list[Statements]:
    """What members tick when they register."""
    member = np.flatnonzero(people.member)
    parts: list[Statements] = []
    for topic, share in ((SMS, 0.85), (CALL, 0.5), (PROFILING, 0.7)):
        row = member[rng.random(len(member)) < share]
        size = len(row)
        parts.append(("member", row, np.full(size, topic), np.full(size, GRANTED),
                      registered[row]))  # fmt: skip
    fans = np.flatnonzero(people.follower & people.member)
    account = identities.account[fans, 0]
    parts.append(("oa_openid", account, np.full(len(fans), OA), np.full(len(fans), GRANTED),
                  registered[fans] + 60))  # fmt: skip
    return parts


def _withdrawals(
    people: People, identities: Identities, clock: Clock, rng: np.random.Generator
) -> list[Statements]:
    """Answers to an SMS (回T退订), some taken back, and form errors that say both at once."""
    able = people.member & ~people.former_owner & (people.recycled_from < 0)
    able &= people.joined_day < clock.days - 2
    row = np.flatnonzero(able)
    row = row[rng.random(len(row)) < 0.08]
    size = len(row)
    earliest = clock.start_s + np.maximum(people.joined_day[row] + 1, 0) * DAY_S
    at = earliest + (rng.random(size) * (clock.end_s - earliest)).astype(np.int64)
    phone, sms = identities.phone[row], np.full(size, SMS)
    again = rng.random(size) < 0.2
    both = row[rng.random(size) < 0.1]
    at_once = np.full(len(both), clock.start_s + clock.days // 2 * DAY_S + 36_000) + both % 3600
    return [
        ("phone", phone, sms, np.full(size, WITHDRAWN), at),
        ("phone", phone[again], sms[again], np.full(int(again.sum()), GRANTED),
         at[again] + 3 * DAY_S),
        ("member", both, np.full(len(both), WECOM), np.full(len(both), GRANTED), at_once),
        ("member", both, np.full(len(both), WECOM), np.full(len(both), WITHDRAWN), at_once),
    ]  # fmt: skip


def _shares(
    people: People, clock: Clock, *, registered: np.ndarray, rng: np.random.Generator
) -> list[Statements]:
    """Who lets the brand hand data to advertising platforms, and who thinks better of it."""
    member = np.flatnonzero(people.member)
    parts: list[Statements] = []
    for topic, share in zip(SHARES, (0.45, 0.35, 0.25), strict=True):
        row = member[rng.random(len(member)) < share]
        size = len(row)
        parts.append(("member", row, np.full(size, topic), np.full(size, GRANTED),
                      registered[row]))  # fmt: skip
        back = row[rng.random(size) < 0.05]
        at = np.maximum(registered[back], clock.start_s) + DAY_S * rng.integers(1, 120, len(back))
        parts.append(("member", back, np.full(len(back), topic), np.full(len(back), WITHDRAWN),
                      at))  # fmt: skip
    return parts


def deliver_erasure_requests(
    landing: Landing, *, people: People, register: Register, identities: Identities,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write crm.erasure_requests: a few a month, by phone or by member number."""
    clock = landing.clock
    members = np.flatnonzero(people.member & ~people.former_owner & (people.recycled_from < 0))
    person = np.sort(rng.permutation(members)[: max(14, people.count // 800)])
    size = len(person)
    # Spread over the deliveries, so that even a small brand has some.
    day = clock.days - 1 - (np.arange(size) * 3) % clock.days
    at = np.sort(clock.at(day, 36_000 + rng.integers(0, 30_000, size)))
    by_phone = np.arange(size) % 2 == 0
    subject = pa.concat_arrays([
        register.column("phone", np.where(by_phone, identities.phone[person], -1)),
        register.column("member", np.where(by_phone, -1, person)),
    ]).take(pa.array(np.arange(size) + np.where(by_phone, 0, size)))  # fmt: skip
    columns = {
        "n": np.arange(size),
        "subject_type": texts(["member_id", "phone"], by_phone.astype(int)),
        "subject_value": subject,
        "name": identities.name.take(pa.array(person)),
        "requested_at": timestamps(at),
    }
    landing.deliver("crm.erasure_requests", columns, drop=clock.drop_of(at))
