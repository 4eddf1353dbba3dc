"""What the brand's own weeks say about its ad budget, and how much of it is doubtful.

Belongs here: saying the answer of lib/attribution/budget in both languages. Does not belong here: curves or
optimisation.
"""

import re

from orchestration.lib.attribution.budget import suggest_budget
from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.attribution.response import Response
from orchestration.lib.reports.ads.facts import Facts
from orchestration.lib.reports.asking import NOTHING, Asking, cny
from orchestration.lib.reports.parts import Note, Part
from orchestration.lib.reports.said import Said, number, same
from orchestration.lib.reports.source import Source

COLUMNS = ("platform", "now", "marginal", "suggested", "doubt")
# Reasons of lib/attribution/response, by the text that says them; a new one is said in general words.
_DOUBTS = {
    r"only (?P<n>\d+) full weeks, (?P<needed>\d+) are needed": "weeks",
    r"no revenue is credited to the channel": "no_revenue",
    r"no spend": "no_spend",
    r"spend varied by less than (?P<n>\d+%): nothing was tried": "no_variation",
    r"revenue does not move with spend \(rank correlation (?P<n>[-\d.na]+)\)": "no_link",
    r"no saturating curve fits the weeks": "no_curve",
}


def budget(facts: Facts, ask: Asking, source: Source) -> tuple[Part, ...]:
    """Marginal returns, a suggestion within limits, and what it rests on."""
    try:
        found = suggest_budget(source.home.published, model=facts.model)
    except AttributionError:  # nothing spent, or too new: the table says so
        return (ask.table("budget", COLUMNS, []),)
    move = found.reallocation
    rows = [
        (
            source.codes.channel(one.channel),
            cny(one.weekly_spend),
            _marginal(one, ask),
            cny(move.spend[one.channel]) if move else NOTHING,
            doubt(one.reason, ask) if one.reason else NOTHING,
        )
        for one in found.responses
    ]
    if move is None:
        text = ask.say("budget", "nothing_to_move")
    else:
        text = ask.say(
            "budget",
            "backed" if move.is_backed else "not_backed",
            gain=cny(move.gain),
            low=cny(move.gain_low),
            high=cny(move.gain_high),
        )
    table = ask.table("budget", COLUMNS, rows, numeric=(1, 2, 3))
    return (Note(text), table, Note(ask.say("budget", "caution")))


def doubt(reason: str, ask: Asking) -> Said:
    """Why the data cannot tell, in both languages."""
    for pattern, name in _DOUBTS.items():
        if found := re.fullmatch(pattern, reason):
            return ask.say("doubts", name, **found.groupdict())
    return ask.say("doubts", "other")


def _marginal(one: Response, ask: Asking) -> Said:
    if one.reason:
        return ask.say("budget", "cannot_tell")
    low, high = one.marginal_interval(one.weekly_spend)
    at = one.marginal(one.weekly_spend)
    return same(f"{number(at, 2)} ({number(low, 2)} – {number(high, 2)})")
