"""Native records of what upstream systems say about links: crm.identity_events.

Belongs here: the events and their times. Does not belong here: whose identifiers change
(`identity_changes`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, Clock
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.identity_changes import IdentityChanges, migration_time
from orchestration.lib.demo.landing import Landing, timestamps
from orchestration.lib.demo.people import People

# event, kind of the subject, of the object, of the new object; times and indexes
Part = tuple[str, str, np.ndarray, str | None, np.ndarray | None, np.ndarray | None, np.ndarray]


def deliver_identity_events(
    landing: Landing, changes: IdentityChanges, *, people: People, identities: Identities,
    register: Register, registered: np.ndarray, moved_at: np.ndarray, replaced: np.ndarray,
) -> None:  # fmt: skip
    """Write crm.identity_events.

    Args:
        registered: Local time of registration per person.
        moved_at: Local time the member record got the person's number of today, far future if never.
        replaced: Buyers whose open id of the first Douyin shop was replaced.
    """
    clock = landing.clock
    parts = _parts(clock, changes, people, identities, registered=registered, moved_at=moved_at)
    douyin, former = f"douyin_{brand.DOUYIN_SHOPS[0]}", np.arange(len(replaced))
    parts.append(("migrate", "former_douyin", former, douyin, replaced, None,
                  np.full(len(replaced), migration_time(clock))))  # fmt: skip
    register.observe([("former_douyin", former), (douyin, replaced)])
    account = identities.account[changes.migrated, 0]
    register.observe([("old_openid", np.arange(len(account))), ("oa_openid", account)])
    register.observe([("second_member", np.arange(len(changes.doubled))),
                      ("member", changes.doubled)])  # fmt: skip
    tables = [_table(register, part) for part in parts]
    table = pa.concat_tables(tables)
    at = np.concatenate([part[-1] for part in parts])
    order = np.lexsort((np.arange(len(at)), at))
    order = order[(at[order] >= clock.start_s) & (at[order] < clock.end_s)]
    table, at = table.take(pa.array(order)), at[order]
    columns = {"n": np.arange(len(at)), "occurred_at": timestamps(at)}
    columns |= {name: table[name].combine_chunks() for name in table.column_names}
    landing.deliver("crm.identity_events", columns, drop=clock.drop_of(at), rerun=(0,))


def _parts(
    clock: Clock, changes: IdentityChanges, people: People, identities: Identities,
    *, registered: np.ndarray, moved_at: np.ndarray,
) -> list[Part]:  # fmt: skip
    second = np.flatnonzero(people.recycled_from >= 0)
    first, number = people.recycled_from[second], identities.phone[second]
    # Its first owner is long silent, its second comes in the last third of the window.
    released = np.full(len(second), clock.start_s + clock.days * 2 // 5 * DAY_S + 36_000)
    rebound, borrower, doubled = changes.rebound, changes.borrower, changes.doubled
    opened = np.maximum(registered[doubled], clock.start_s)
    merged = opened + (clock.end_s - opened) // 2
    migrated = np.arange(len(changes.migrated))
    account = identities.account[changes.migrated, 0]
    return [
        ("release", "member", first, "phone", number, None, released),
        ("bind", "member", second, "phone", number, None, registered[second] + 5),
        ("rebind", "member", rebound, "phone", identities.old_phone[rebound],
         identities.phone[rebound], moved_at[rebound]),
        ("unbind", "member", borrower, "phone", identities.old_phone[borrower], None,
         moved_at[borrower] - 60),
        ("migrate", "old_openid", migrated, "oa_openid", account, None,
         np.full(len(account), migration_time(clock))),
        ("merge", "second_member", np.arange(len(doubled)), "member", doubled, None, merged),
        # In the last minute, so that no record of the account follows.
        ("cancel", "member", changes.cancelled, None, None, None,
         clock.end_s - 60 + np.arange(len(changes.cancelled)) % 60),
    ]  # fmt: skip


def _table(register: Register, part: Part) -> pa.Table:
    event, kind, subject, object_kind, object_index, new_index, _ = part
    size = len(subject)
    nothing = pa.nulls(size, pa.string())

    def constant(text: str | None) -> pa.Array:
        return pa.array([text], pa.string()).take(pa.array(np.zeros(size, int)))

    def values(name: str | None, index: np.ndarray | None) -> pa.Array:
        return nothing if name is None or index is None else register.column(name, index)

    held = register.kinds.get(object_kind or "")
    return pa.table({
        "event": constant(event),
        "subject_type": constant(register.kinds[kind].type),
        "subject_scope": constant(register.kinds[kind].scope),
        "subject_value": values(kind, subject),
        "object_type": constant(held.type if held else None),
        "object_scope": constant(held.scope if held else None),
        "object_value": values(object_kind, object_index),
        "new_object_value": values(object_kind, new_index),
    })  # fmt: skip
