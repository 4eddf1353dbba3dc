"""Who may be in a list: consent by purpose, channel and brand, objections, wishes to be erased.

Belongs here: the rule as measures over the published consents and reachability. Does not belong
here: finding out what somebody consented to (models/marts/profile) or can be sent (reachability).

A list of one brand hears what was said to that brand and to the whole group; a list of the group
(brand `all`) hears what was said to the group, and every no to one of its brands.
"""

from datetime import date, timedelta

from orchestration.lib.audiences.measures import Column, Measure, Pick, Where
from orchestration.lib.audiences.measuring import Meaning, Measured

CONSENTS = "profile.customer_consents"
REACHABILITY = "profile.customer_reachability"
BRAND_REACHABILITY = "profile.customer_brand_reachability"
STATEMENTS = "core.privacy_statements"
TABLES = (CONSENTS, REACHABILITY, BRAND_REACHABILITY, STATEMENTS)
ERASURE, PROFILING, ALL_CHANNELS, ALL_BRANDS = "erasure", "profiling", "all", "all"
# The channel of crm.consents for a channel that people are written through.
CONSENT_CHANNELS = {"calls": "call", "wechat_subscription": "wechat_oa"}


def refusals_heard(brand: str) -> tuple[Where, ...]:
    """Which refusals a list of the brand hears; no filter: all of them."""
    if brand == ALL_BRANDS:
        return ()
    return (Where("brand", "any_of", tuple(sorted({brand, ALL_BRANDS}))),)


def grants_heard(brand: str) -> tuple[Where, ...]:
    """Which grants a list of the brand hears."""
    return (Where("brand", "any_of", tuple(sorted({brand, ALL_BRANDS}))),)


def allowed(
    purpose: str, channels: tuple[str, ...], brand: str, *, marketing: str, as_of: date
) -> Meaning:
    """Whether a person may be a member.

    Never: who asked to be erased, who took back profiling or the purpose for all channels. With
    channels, only who can be written to on one of them on the day after the as-of day, when the
    list is used.

    Args:
        purpose: Purpose of the audience.
        channels: Channels it is written through.
        brand: Brand in whose name; all: the whole group.
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
                    *refusals_heard(brand),
                ),
            ),
            "count",
        ),
        Measure(Pick("statements", (Where("purpose", "is", ERASURE),)), "count"),
    )
    ways = [_Way(purpose, channel, brand, marketing, as_of) for channel in sorted(channels)]

    def holds(m: Measured) -> Column:
        found = (m[never[0]].fill_null(0) == 0) & (m[never[1]].fill_null(0) == 0)
        if not ways:
            return found
        some = ways[0].is_open(m)
        for way in ways[1:]:
            some = some | way.is_open(m)
        return found & some

    needs = tuple(one for way in ways for one in way.needs)
    return Meaning((*never, *needs), holds)


class _Way:
    """One channel: who can be written to on it, in the name of one brand, for one purpose."""

    def __init__(self, purpose: str, channel: str, brand: str, marketing: str, as_of: date) -> None:
        tomorrow = as_of + timedelta(days=1)
        here = (Where("channel", "is", channel),)
        in_time = Where("next_possible_date", "at_most", tomorrow)
        self._reached = Measure(Pick("reachability", (*here, in_time)), "count")
        self._brand: tuple[Measure, ...] = ()
        if brand != ALL_BRANDS:
            of_brand = (*here, Where("brand", "is", brand))
            self._brand = (
                Measure(Pick("brand_reachability", (*of_brand, in_time)), "count"),
                Measure(Pick("brand_reachability", of_brand), "count"),
            )
        self._said: tuple[Measure, ...] = ()
        if purpose != marketing:
            self._said = (
                _stated(purpose, channel, grants_heard(brand), is_granted=True),
                _stated(purpose, channel, refusals_heard(brand), is_granted=False),
            )
        self.needs = (self._reached, *self._brand, *self._said)

    def is_open(self, m: Measured) -> Column:
        """Whether the way is open; whoever said nothing to one brand is answered for by the group."""
        found = m[self._reached].fill_null(0) > 0
        if self._brand:
            reached, known = (m[one].fill_null(0) > 0 for one in self._brand)
            found = reached | (found & ~known)
        if self._said:
            granted, refused = (m[one].fill_null(0) > 0 for one in self._said)
            found = found & granted & ~refused
        return found


def _stated(purpose: str, channel: str, heard: tuple[Where, ...], *, is_granted: bool) -> Measure:
    said = tuple(sorted({CONSENT_CHANNELS.get(channel, channel), ALL_CHANNELS}))
    where = (
        Where("channel", "any_of", said), Where("is_granted", "is", is_granted),
        Where("purpose", "is", purpose), *heard,
    )  # fmt: skip
    return Measure(Pick("consents", where), "count")
