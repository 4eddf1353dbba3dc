"""Who may be in a list: consent by purpose and channel, objections, wishes to be erased.

Belongs here: the rule as measures over the published consents and reachability. Does not belong
here: finding out what somebody consented to (models/marts/profile) or can be sent (reachability).
"""

from datetime import date, timedelta

from orchestration.lib.audiences.leaves import Meaning
from orchestration.lib.audiences.measures import Column, Measure, Measured, Pick, Where

CONSENTS = "profile.customer_consents"
REACHABILITY = "profile.customer_reachability"
STATEMENTS = "core.privacy_statements"
TABLES = (CONSENTS, REACHABILITY, STATEMENTS)
ERASURE, PROFILING, ALL_CHANNELS = "erasure", "profiling", "all"
# The channel of crm.consents for a channel that people are written through.
CONSENT_CHANNELS = {"calls": "call", "wechat_subscription": "wechat_oa"}


def allowed(purpose: str, channels: tuple[str, ...], *, marketing: str, as_of: date) -> Meaning:
    """Whether a person may be a member.

    Never: who asked to be erased, who took back profiling or the purpose for all channels. With
    channels, only who can be written to on one of them on the day after the as-of day, when the
    list is used.

    Args:
        purpose: Purpose of the audience.
        channels: Channels it is written through.
        marketing: The purpose that reachability speaks about (var reach_marketing_purpose); for
            another one, people must have granted it as well.
        as_of: Day the tables describe.
    """
    never = (
        Measure(
            Pick(
                "consents",
                (
                    Where("channel", "is", ALL_CHANNELS),
                    Where("is_granted", "is", False),
                    Where("purpose", "any_of", tuple(sorted({purpose, PROFILING}))),
                ),
            ),
            "count",
        ),
        Measure(Pick("statements", (Where("purpose", "is", ERASURE),)), "count"),
    )
    reached: tuple[Measure, ...] = ()
    if channels:
        tomorrow = as_of + timedelta(days=1)
        reached = tuple(
            Measure(
                Pick(
                    "reachability",
                    (
                        Where("channel", "is", channel),
                        Where("next_possible_date", "at_most", tomorrow),
                    ),
                ),
                "count",
            )
            for channel in sorted(channels)
        )
    granted = (
        tuple(_granted(purpose, channel) for channel in sorted(channels))
        if purpose != marketing
        else ()
    )

    def holds(m: Measured) -> Column:
        found = (m[never[0]].fill_null(0) == 0) & (m[never[1]].fill_null(0) == 0)
        if not reached:
            return found
        ways = [m[one].fill_null(0) > 0 for one in reached]
        if granted:
            ways = [
                way & (m[said].fill_null(0) > 0) for way, said in zip(ways, granted, strict=True)
            ]
        some = ways[0]
        for way in ways[1:]:
            some = some | way
        return found & some

    return Meaning((*never, *reached, *granted), holds)


def _granted(purpose: str, channel: str) -> Measure:
    said = tuple(sorted({CONSENT_CHANNELS.get(channel, channel), ALL_CHANNELS}))
    where = (
        Where("channel", "any_of", said), Where("is_granted", "is", True),
        Where("purpose", "is", purpose),
    )  # fmt: skip
    return Measure(Pick("consents", where), "count")
