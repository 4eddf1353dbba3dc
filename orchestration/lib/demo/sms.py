"""Native records of SMS: sms.messages and sms.receipts.

Belongs here: what the provider logs and the carriers report. Does not belong here: who is
written to (`messages`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts, timestamps
from orchestration.lib.demo.messages import Messages
from orchestration.lib.demo.native import sql_column


def deliver_sms(
    landing: Landing, messages: Messages, *, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write sms.messages and sms.receipts: late, missing, repeated and early receipts."""
    clock = landing.clock
    size = len(messages.person)
    phone = identities.phone[messages.person]
    expression = "'sms-' || translate(md5('sms' || n)[1:20], '1', 'g')"
    out_id = sql_column(landing.con, expression, n=np.arange(size))
    columns = {
        "out_id": out_id,
        "phone": register.column("phone", phone),
        "campaign_id": texts(brand.campaign_ids(), messages.campaign),
        "send_time": timestamps(messages.at),
        "name": identities.name.take(pa.array(messages.person)),
    }
    # Now and then the log of the sender arrives a day after the carrier's receipt.
    delayed = (rng.random(size) < 0.01) & (clock.drop_of(messages.at) < clock.drops - 1)
    drop = clock.drop_of(messages.at) + delayed
    landing.deliver("sms.messages", columns, drop=drop, rerun=(0, 5))

    reported = np.flatnonzero(messages.reported_at >= 0)
    twice = reported[rng.random(len(reported)) < 0.02]
    row = np.concatenate([reported, twice])
    at = messages.reported_at[row]
    at[len(reported) :] += rng.integers(61, 600, len(twice))
    kept = at < clock.end_s
    row, at = row[kept], at[kept]
    status = messages.status[row]
    columns = {
        "out_id": out_id.take(pa.array(row)),
        "phone": register.column("phone", phone[row]),
        "send_time": timestamps(messages.at[row]),
        "report_time": timestamps(at),
        "success": status == 0,
        "err_code": texts(["DELIVERED", "MK:0000", "MK:0001", "MBBLACK"], status),
    }
    landing.deliver("sms.receipts", columns, drop=clock.drop_of(at), rerun=(5,))
