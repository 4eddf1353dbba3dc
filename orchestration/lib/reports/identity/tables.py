"""The tables of the identity report.

Belongs here: rows in words. Does not belong here: which rows there are (facts.py).
"""

from orchestration.lib.reports.identity.facts import Facts
from orchestration.lib.reports.parts import Table
from orchestration.lib.reports.said import Said, Texts, number, same
from orchestration.lib.reports.words import Words, short


def hubs(facts: Facts, say: Texts, words: Words) -> Table:
    """Identifiers of a crowd: a store's tablet, a cashier's phone."""
    columns = ("type", "token", "rule", "people", "records", "channels")
    return Table(
        question=say("hubs", "question"),
        definition=say("hubs", "definition"),
        headers=tuple(say("hubs", name) for name in columns),
        rows=tuple(
            (
                words.type(hub.identifier_type),
                same(short(hub.identifier_token)),
                words.rule(hub.rule),
                _count(hub.person_count, say),
                same(number(hub.record_count)),
                words.channels(hub.channels),
            )
            for hub in facts.hubs
        ),
        empty=say("hubs", "none"),
        shown=say("hubs", "shown", n=number(facts.hub_count), shown=number(len(facts.hubs))),
        numeric=(3, 4),
    )


def changes(facts: Facts, say: Texts, words: Words) -> Table:
    """Who became one person, and who became two."""
    columns = ("day", "kind", "before", "after", "identifiers", "types")
    return Table(
        question=say("changes", "question"),
        definition=say("changes", "definition"),
        headers=tuple(say("changes", name) for name in columns),
        rows=tuple(
            (
                same(change.day.isoformat()),
                words.reason(change.kind),
                same(short(change.before_one_id)),
                same(short(change.one_id)),
                same(number(change.identifier_count)),
                words.listed([words.type(name) for name in change.identifier_types]),
            )
            for change in facts.changes
        ),
        empty=say("changes", "none"),
        shown=say(
            "changes", "shown", n=number(facts.change_count), shown=number(len(facts.changes))
        ),
        numeric=(4,),
    )


def _count(people: int | None, say: Texts) -> Said:
    return say("hubs", "not_counted") if people is None else same(number(people))
