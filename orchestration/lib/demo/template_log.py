"""Native records of the brand's own log of template messages: wechat_oa.messages.

Belongs here: what the sender writes down. Does not belong here: who is written to (`messages`),
the results WeChat pushes (`official_account`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.messages import Messages
from orchestration.lib.demo.native import octal_ids

STATUSES = ["success", "failed:user block", "failed: system failed"]


def deliver_template_log(
    landing: Landing, templates: Messages, *, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write wechat_oa.messages: some without their MsgID, some again once the result is known."""
    clock = landing.clock
    size = len(templates.person)
    drop = clock.drop_of(templates.at)
    # The export ran before WeChat answered; the next one brings the result.
    early = (rng.random(size) < 0.04) & (drop < clock.drops - 1)
    unheard = rng.random(size) < 0.10  # the call timed out, so its MsgID is not in the log
    row = np.concatenate([np.arange(size), np.flatnonzero(early)])
    is_first = np.arange(len(row)) < size
    account = identities.account[templates.person[row], 0]
    register.observe([("oa_openid", account)])
    ids = octal_ids(landing.con, np.arange(size), "3")  # as the pushed results have them
    columns = {
        "openid": register.column("oa_openid", account),
        "campaign_id": texts(brand.campaign_ids(), templates.campaign[row]),
        "msgid": ids.take(pa.array(row, mask=unheard[row])),
        "sent_at": templates.at[row] - UTC_OFFSET_S,
        "status": texts(STATUSES, np.where(is_first & early[row], -1, templates.status[row])),
        "name": identities.name.take(pa.array(templates.person[row])),
    }
    landing.deliver("wechat_oa.messages", columns, drop=drop[row] + ~is_first, rerun=(1, 8))
