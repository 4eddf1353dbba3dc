"""Native records of WeCom mass messages: wecom.messages.

Belongs here: who is written to by which member of staff, and what became of it. Does not belong
here: contacts (`wecom`).
"""

import numpy as np

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.messages import Mailing, send
from orchestration.lib.demo.native import sql_column
from orchestration.lib.demo.people import People

UNSENT, SENT, NO_CONTACT, OTHER_MESSAGE = range(4)
STATUS = np.array([SENT, UNSENT, NO_CONTACT, OTHER_MESSAGE])  # by status of the mailing
MAILING = Mailing(
    brand.WECOM_CAMPAIGNS, brand.WECOM_CARE, 0.5, (0.80, 0.14, 0.03, 0.03), 1.0, 4 * 3600
)


def deliver_wecom_messages(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    stores: brand.Stores, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write wecom.messages: tasks of the day, again a day later where staff confirmed late."""
    clock = landing.clock
    messages = send(
        people, clock, rng, mailing=MAILING, audience=people.wecom,
        since_day=people.joined_day,
    )  # fmt: skip
    status = STATUS[messages.status]
    sent_at = messages.reported_at
    size = len(status)
    drop = clock.drop_of(messages.at)
    late = (rng.random(size) < 0.4) & (status == UNSENT) & (drop < clock.drops - 1)
    row = np.concatenate([np.arange(size), np.flatnonzero(late)])
    is_first = np.arange(len(row)) < size
    status = np.where(is_first, status[row], SENT)
    sent_at = np.where(is_first, sent_at[row], sent_at[row] + DAY_S)
    person = messages.person[row]
    account = identities.account[person, 0]
    register.observe([("external", account)])
    day = clock.day_of(messages.at[row])
    columns = {
        "msgid": sql_column(
            landing.con, "'msg' || translate(md5(c || '-' || d)[1:20], '1', 'g')",
            c=messages.campaign[row], d=day,
        ),
        "staff": texts([f"guide_{s.lower()}" for s in stores.store_id], person % 30),
        "external": register.column("external", account),
        "action_id": texts(["wecom-care"], np.where(person % 2 == 0, 0, -1)),
        "status": status,
        "send_time": np.where(status == SENT, sent_at - UTC_OFFSET_S, 0),
        "campaign_id": texts(brand.campaign_ids(), messages.campaign[row]),
        "name": identities.name.take(person),
    }  # fmt: skip
    landing.deliver("wecom.messages", columns, drop=drop[row] + ~is_first, rerun=(2,))
