"""A path between two identifiers of one person, told with the records behind every step.

Belongs here: from sightings to hops. Does not belong here: the search (paths.py) or what counts as a
link (links.py).
"""

from orchestration.lib.identity.explaining import published
from orchestration.lib.identity.explaining.answer import Evidence, Hop, Identifier, Person
from orchestration.lib.identity.explaining.links import Link, Links, links_of
from orchestration.lib.identity.explaining.paths import Step, shortest_path
from orchestration.lib.identity.explaining.sightings import (
    Sighting,
    blocked_rules,
    ended_places,
    holding,
    read_sightings,
)
from orchestration.lib.identity.explaining.sources import Sources


def path_between(
    sources: Sources, person: Person, start: Identifier, end: Identifier
) -> tuple[Hop, ...] | None:
    """The fewest steps from ``start`` to ``end``, both of ``person``.

    Returns:
        None if the records of today do not show it (raw/ was loaded again since the publish).
    """
    members = {one.identifier_token: one for one in person.identifiers}
    sightings = read_sightings(sources, members)
    seen = {one.identifier_token for one in sightings}
    held = holding(
        sightings,
        blocked=blocked_rules(sources, seen),
        ended=ended_places(sources, sightings).keys(),
    )
    links = links_of(
        held, members=members.keys(), refused=_refused_pairs(sources, seen), said=_said(sources)
    )
    steps = shortest_path(links, start.identifier_token, end.identifier_token)
    if steps is None:
        return None
    known = {**published.identifiers(sources, seen), **members}
    return tuple(_hop(step, links, held, known) for step in steps)


def _refused_pairs(sources: Sources, tokens: set[str]) -> set[frozenset[str]]:
    rows = sources.rows(
        "select identifier_token, other_identifier_token from published.quality.identity_conflicts "
        "where other_identifier_token is not null and identifier_token in (select unnest($tokens))",
        {"tokens": sorted(tokens)},
    )
    return {frozenset(row) for row in rows}


def _said(sources: Sources) -> list[Link]:
    """Must-links and suggestions that joined."""
    manual = sources.rows(
        "with canonical as (select alias_token, min(identifier_token) as token from aliases "
        "group by alias_token) "
        "select coalesce(a.token, token_a), coalesce(b.token, token_b), decided_on, author, reason "
        "from manual_links left join canonical as a on token_a = a.alias_token "
        "left join canonical as b on token_b = b.alias_token where link = 'must' order by all"
    )
    links = [
        Link("manual", "", (a, b), note=", ".join(str(part) for part in told if part) or None)
        for a, b, *told in manual
    ]
    rows = sources.rows(
        "select token_a, token_b, agreeing_fields, match_probability from suggested "
        "where decision <> 'suggested' order by all"
    )
    return links + [
        Link("suggestion", "", (a, b), note=fields, match_probability=score)
        for a, b, fields, score in rows
    ]


def _hop(step: Step, links: Links, held: list[Sighting], known: dict[str, Identifier]) -> Hop:
    ends = {step.start, step.end}
    start, end = known[step.start], known[step.end]
    link = step.link
    if link is None:
        return Hop("weak", start, end, _evidence(held, set(step.weak_groups), ends, known))
    if link.kind == "record":
        groups = {
            one.key for one in links.strong if one.kind == "record" and ends <= set(one.members)
        }
        return Hop("record", start, end, _evidence(held, groups, ends, known))
    evidence = _evidence(held, {link.key}, ends, known) if link.kind == "event" else ()
    return Hop(link.kind, start, end, evidence, link.note, link.match_probability)


def _evidence(
    held: list[Sighting], groups: set[str], ends: set[str], known: dict[str, Identifier]
) -> tuple[Evidence, ...]:
    """The records of some groups, one entry per channel.entity, the most records first."""
    by_place: dict[tuple[str, str], list[Sighting]] = {}
    for one in held:
        if one.record_group in groups:
            by_place.setdefault((one.channel, one.entity), []).append(one)
    found = []
    for (channel, entity), seen in by_place.items():
        counts: dict[tuple[str, str], int] = {}
        for one in seen:
            counts[one.place] = counts.get(one.place, 0) + one.record_count
        of_ends = [one for one in seen if one.identifier_token in ends]
        here = {one.record_group for one in of_ends}
        firsts = [one.first_observed_at for one in of_ends if one.first_observed_at]
        lasts = [one.last_observed_at for one in of_ends if one.last_observed_at]
        found.append(
            Evidence(
                channel=channel,
                entity=entity,
                record_count=sum(
                    min(counts[place] for place in counts if place[0] == group and place[1] in ends)
                    for group in here
                ),
                days=tuple(sorted({day for one in of_ends for day in one.days})),
                first_at=min(firsts, default=None),
                last_at=max(lasts, default=None),
                identifiers=tuple(
                    known[token] for token in sorted({one.identifier_token for one in seen})
                ),
            )
        )
    return tuple(sorted(found, key=lambda e: (-e.record_count, e.channel, e.entity)))
