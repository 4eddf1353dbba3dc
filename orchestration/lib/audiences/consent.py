"""Who may be in a list: consent by purpose and channel, objections, wishes to be erased.

Belongs here: the rule as measures over the published consents and reachability. Does not belong
here: finding out what somebody consented to (models/marts/profile).
"""

from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.leaves import Meaning
from orchestration.lib.audiences.measures import Column, Measure, Pick, Where

CONSENTS = "profile.customer_consents"
REACHABILITY = "profile.customer_reachability"
ERASURE = "erasure"
PROFILING = "profiling"
ALL_CHANNELS = "all"
# The channel of crm.consents for a channel that people are written through.
CONSENT_CHANNELS = {"calls": "call", "wechat_subscription": "wechat_oa"}


def allowed(purpose: str, channels: tuple[str, ...], catalogue: Catalogue) -> Meaning:
    """Whether a person may be a member.

    Never: who asked to be erased, who objected to profiling, or who took back the purpose for all
    channels. With channels, only who can be reached on one of them for the purpose.
    """
    refused = Measure(
        Pick("consents", (Where("status", "is", "refused"), Where("purpose", "any_of", (purpose, PROFILING)),
             Where("channel", "is", ALL_CHANNELS))), "count",
    )  # fmt: skip
    erased = Measure(Pick("consents", (Where("purpose", "is", ERASURE),)), "count")
    never = (refused, erased)
    if not channels:
        return Meaning(
            never, lambda m: (m[refused].fill_null(0) == 0) & (m[erased].fill_null(0) == 0)
        )
    reached = _reached(purpose, channels, catalogue)
    return Meaning(
        (*never, *reached.needs),
        lambda m: (m[refused].fill_null(0) == 0) & (m[erased].fill_null(0) == 0) & reached.holds(m),
    )


def _reached(purpose: str, channels: tuple[str, ...], catalogue: Catalogue) -> Meaning:
    if REACHABILITY in catalogue.columns:
        where = (
            Where("channel", "any_of", tuple(sorted(channels))),
            Where("is_reachable", "is", True),
        )
        one = Measure(Pick("reachability", where), "count")
        return Meaning((one,), lambda m: m[one].fill_null(0) > 0)
    granted = [
        Measure(
            Pick("consents", (
                Where("channel", "any_of", (CONSENT_CHANNELS.get(channel, channel), ALL_CHANNELS)),
                Where("purpose", "is", purpose), Where("status", "is", "granted"),
            )), "count",
        )
        for channel in channels
    ]  # fmt: skip
    return Meaning(
        tuple(granted),
        lambda m: _some([m[one].fill_null(0) > 0 for one in granted]),
    )


def _some(parts: list[Column]) -> Column:
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found
