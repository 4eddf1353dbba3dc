"""Native records of one-time subscription messages: miniprogram.subscriptions.

Belongs here: what people accept in popups, switch off in the settings, and what is sent for it.
Does not belong here: when people visit (`visits`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo.clock import DAY_S, UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.native import octal_ids
from orchestration.lib.demo.visits import FROM_ORDER, Visits

# Order sent, coupon about to expire, new arrivals: the three a popup may ask for at once.
TEMPLATES = ["TM_MP_SHIP", "TM_MP_COUPON", "TM_MP_NEW"]
EVENTS = ["subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"]
POPUP, CHANGE, SENT = range(3)
ACCEPTED, REFUSED = 0, 1


def deliver_subscriptions(
    landing: Landing, visits: Visits, *, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write miniprogram.subscriptions: a popup after orders and in some other visits."""
    clock = landing.clock
    asked = visits.logs_in & ((visits.source == FROM_ORDER) | (rng.random(len(visits.at)) < 0.12))
    rows = np.flatnonzero(asked)
    size = len(rows)
    account = identities.account[visits.person[rows], visits.slot[rows]]
    at = visits.at[rows] + 200 + rng.integers(0, 90, size)
    # Per template of the popup: accepted, refused, or not asked (-1).
    answers = np.where(rng.random((size, 3)) < 0.68, ACCEPTED, REFUSED)
    answers[:, 1:] = np.where(rng.random((size, 2)) < 0.45, answers[:, 1:], -1)

    popup, template = np.nonzero(answers == ACCEPTED)
    used = rng.random(len(popup)) < 0.55
    popup, template = popup[used], template[used]
    sent_at = at[popup] + DAY_S // 2 + rng.integers(0, 6 * DAY_S, len(popup))
    error = np.where(rng.random(len(popup)) < 0.96, 0, 1)
    off = np.flatnonzero(rng.random(size) < 0.02)

    parts = [
        (account, at, POPUP, answers, np.full(size, -1)),
        (account[off], at[off] + DAY_S, CHANGE, np.tile([REFUSED, -1, -1], (len(off), 1)),
         np.full(len(off), -1)),
        (account[popup], sent_at, SENT, np.where(np.arange(3) == template[:, None], 0, -1), error),
    ]  # fmt: skip
    account = np.concatenate([part[0] for part in parts])
    at = np.concatenate([part[1] for part in parts])
    event = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    answers = np.concatenate([part[3] for part in parts])
    error = np.concatenate([part[4] for part in parts])
    kept = np.flatnonzero(at < clock.end_s)
    kept = kept[np.lexsort((event[kept], account[kept], at[kept]))]
    account, at, event, answers, error = (
        column[kept] for column in (account, at, event, answers, error)
    )
    register.observe([("mp_openid", account)])
    is_sent = event == SENT
    columns = {
        "openid": register.column("mp_openid", account),
        "create_time": at - UTC_OFFSET_S,
        "event": texts(EVENTS, event),
        "msg_id": octal_ids(landing.con, np.arange(len(at)), "4").take(
            pa.array(np.arange(len(at)), mask=~is_sent)),
        "error_code": texts(["0", "43101"], error),
        **{f"answer_{n}": texts(["accept", "reject"], answers[:, n]) for n in range(3)},
    }  # fmt: skip
    landing.deliver("miniprogram.subscriptions", columns, drop=clock.drop_of(at), rerun=(3,))
