"""Why an identifier belongs to nobody, and why two people are two.

Belongs here: which rules spoke, found in published tables and in the records of those involved. Does
not belong here: how the rules are worded (texts.yml).
"""

from collections.abc import Iterable
from dataclasses import replace

from orchestration.lib.identity.explaining import published
from orchestration.lib.identity.explaining.answer import Finding, Identifier, Person, Subject
from orchestration.lib.identity.explaining.sightings import (
    Sighting,
    ended_places,
    read_sightings,
)
from orchestration.lib.identity.explaining.sources import Sources

MOST_PEOPLE = 5  # people of a shared identifier that are named
MOST_FINDINGS = 20

_SEEN_ALONE = """
    select
        min(types.identifier_class),
        bool_and(observed.dt is null),
        bool_and(
            types.valid_days is not null
            and date_diff('day', delivered.last_observed_at::date, getvariable('as_of'))
                >= types.valid_days
        ),
        max(delivered.last_observed_at),
        min(delivered.dt)
    from delivered
    left join types
        on delivered.identifier_type = types.identifier_type
    left join observed
        on delivered.identifier_token = observed.identifier_token
        and delivered.record_group = observed.record_group
        and delivered.dt = observed.dt
    where delivered.identifier_token = $token
"""
_PEOPLE_SEEN_WITH = """
    select
        bridge.one_id,
        count(distinct others.record_group) as groups,
        count(*) over () as people
    from observed as mine
    inner join observed as others
        on mine.record_group = others.record_group
        and mine.identifier_token <> others.identifier_token
    inner join published.core.bridge_customer_identifiers as bridge
        on others.identifier_token = bridge.identifier_token
    where mine.identifier_token = $token
    group by bridge.one_id
    order by groups desc, bridge.one_id
"""


def why_nobody(sources: Sources, identifier: Identifier) -> tuple[Finding, ...]:
    """Why an identifier that was delivered, or that people blocked, belongs to no person."""
    token = identifier.identifier_token
    people = sources.rows(f"{_PEOPLE_SEEN_WITH} limit {MOST_PEOPLE}", {"token": token})
    people = sources.rows(f"{_PEOPLE_SEEN_WITH} limit {MOST_PEOPLE}", {"token": token})
    found = [one for one in published.conflicts(sources, [token]) if one.other is None]
    if found and people:  # named once, with the first rule
        found[0] = replace(
            found[0],
            one_ids=tuple(one_id for one_id, _, _ in people),
            person_count=found[0].person_count or people[0][2],
        )
    rows = sources.rows(
        "select min(reason) from blocked where identifier_token = $token having count(*) > 0",
        {"token": token},
    )
    if rows and not any(one.rule.startswith("blocked_list") for one in found):
        found.append(Finding(f"blocked_list:{rows[0][0]}", identifier))
    found += links_ended(sources, [token])
    return tuple(found) or (_alone(sources, identifier),)


def links_ended(sources: Sources, tokens: Iterable[str]) -> tuple[Finding, ...]:
    """Links of identifiers to records that ended, newest last, with the others on those records."""
    wanted = {"tokens": sorted(set(tokens))}
    rows = sources.rows(
        "select identifier_token, reason, ended_at, list(distinct record_group) from ended "
        "where identifier_token in (select unnest($tokens)) group by 1, 2, 3 order by 3, 1, 2",
        wanted,
    )
    if not rows:
        return ()
    known = published.identifiers(sources, wanted["tokens"])
    people: dict[str, set[str]] = {}
    for group, one_id in sources.rows(
        "select distinct observed.record_group, bridge.one_id from observed "
        "inner join published.core.bridge_customer_identifiers as bridge using (identifier_token) "
        "where observed.record_group in (select unnest($groups))",
        {"groups": sorted({group for row in rows for group in row[3]})},
    ):
        people.setdefault(group, set()).add(one_id)
    found = []
    for token, reason, at, groups in rows:
        own = known[token].one_id if token in known else None
        others = set().union(*(people.get(group, set()) for group in groups)) - {own}
        found.append(
            Finding(f"ended:{reason}", known.get(token), at=at, one_ids=tuple(sorted(others)))
        )
    return tuple(found)


def _alone(sources: Sources, identifier: Identifier) -> Finding:
    """No rule refused it: it never met anybody, or it is too old or too new."""
    rows = sources.rows(_SEEN_ALONE, {"token": identifier.identifier_token})
    identifier_class, is_new, is_old, last_seen, day = rows[0]
    if is_new:
        return Finding("delivered_later", identifier, at=day)
    if identifier_class == "never":
        return Finding("never_links", identifier)
    if is_old:
        return Finding("too_old", identifier, at=last_seen)
    return Finding("anonymous", identifier)


def why_apart(sources: Sources, a: Subject, b: Subject) -> tuple[Finding, ...]:
    """Why two subjects are not one person; never empty."""
    if a.person is None or b.person is None:
        findings = [*a.why_nobody, *b.why_nobody, *_refused(sources, _tokens(a), _tokens(b))]
        return tuple(dict.fromkeys(findings))
    ours, theirs = _tokens(a), _tokens(b)
    sightings = read_sightings(sources, ours | theirs)
    known = published.identifiers(sources, {one.identifier_token for one in sightings})
    findings = [
        *_kept_apart(sources, ours, theirs, known),
        *_refused(sources, ours, theirs),
        *_ended(sources, sightings, ours, theirs, known),
        *_was_theirs(sources, a.person, b.person),
        *_shared(sources, sightings, ours, theirs),
        *_typed_for_the_other(sightings, ours, theirs, known),
        *_suggested(sources, a.person, b.person),
    ]
    return tuple(dict.fromkeys(findings))[:MOST_FINDINGS] or (Finding("no_common_record"),)


def _tokens(subject: Subject) -> set[str]:
    if subject.person:
        return {one.identifier_token for one in subject.person.identifiers}
    return {subject.identifier.identifier_token} if subject.identifier else set()


def _kept_apart(
    sources: Sources, ours: set[str], theirs: set[str], known: dict[str, Identifier]
) -> Iterable[Finding]:
    rows = sources.rows(
        "with canonical as (select alias_token, min(identifier_token) as token from aliases "
        "group by alias_token) "
        "select coalesce(a.token, token_a), coalesce(b.token, token_b), author, reason, decided_on "
        "from manual_links left join canonical as a on token_a = a.alias_token "
        "left join canonical as b on token_b = b.alias_token where link = 'cannot' order by all"
    )
    for token_a, token_b, author, reason, decided_on in rows:
        if (token_a in ours and token_b in theirs) or (token_b in ours and token_a in theirs):
            yield Finding(
                "manual_cannot",
                known.get(token_a),
                known.get(token_b),
                evidence=": ".join(text for text in (author, reason) if text) or None,
                at=decided_on,
            )


def _refused(sources: Sources, ours: set[str], theirs: set[str]) -> Iterable[Finding]:
    for finding in published.conflicts(sources, ours | theirs):
        if finding.identifier is None or finding.other is None:
            continue
        ends = (finding.identifier.identifier_token, finding.other.identifier_token)
        if (ends[0] in ours and ends[1] in theirs) or (ends[1] in ours and ends[0] in theirs):
            yield finding


def _ended(
    sources: Sources,
    sightings: list[Sighting],
    ours: set[str],
    theirs: set[str],
    known: dict[str, Identifier],
) -> Iterable[Finding]:
    """Records that carry both people, whose link ended."""
    on_record: dict[str, set[str]] = {}
    for one in sightings:
        on_record.setdefault(one.record_group, set()).add(one.identifier_token)
    for (group, token), (reason, at) in sorted(ended_places(sources, sightings).items()):
        if on_record[group] & ours and on_record[group] & theirs and token in ours | theirs:
            yield Finding(f"ended:{reason}", known.get(token), at=at)


def _was_theirs(sources: Sources, a: Person, b: Person) -> Iterable[Finding]:
    """Identifiers of one that were the other's before."""
    for now, before in ((a, b), (b, a)):
        by_token = {one.identifier_token: one for one in now.identifiers}
        for span in published.history(sources, by_token):
            if span.one_id in (before.one_id, *before.retired_one_ids) and span.valid_to_date:
                yield Finding(
                    f"was_theirs:{span.ended_reason}",
                    by_token[span.identifier_token],
                    at=span.valid_to_date,
                    one_ids=(before.one_id, now.one_id),
                )


def _shared(
    sources: Sources, sightings: list[Sighting], ours: set[str], theirs: set[str]
) -> Iterable[Finding]:
    """Identifiers both were seen with that a rule keeps from joining anybody."""
    met: dict[str, set[str]] = {}
    on_record: dict[str, set[str]] = {}
    for one in sightings:
        on_record.setdefault(one.record_group, set()).add(one.identifier_token)
    for tokens in on_record.values():
        for token in tokens:
            met.setdefault(token, set()).update(
                name for name, side in (("ours", ours), ("theirs", theirs)) if tokens & side
            )
    both = {token for token, sides in met.items() if len(sides) == 2}
    for finding in published.conflicts(sources, both):
        if finding.other is None and finding.identifier is not None:
            yield finding


def _typed_for_the_other(
    sightings: list[Sighting], ours: set[str], theirs: set[str], known: dict[str, Identifier]
) -> Iterable[Finding]:
    """A value that staff typed, or a device, on a record of the other person."""
    on_record: dict[str, dict[str, bool]] = {}
    for one in sightings:
        here = on_record.setdefault(one.record_group, {})
        here[one.identifier_token] = here.get(one.identifier_token, False) or one.is_strong
    for one in sorted(sightings, key=lambda s: (s.identifier_token, s.record_group)):
        here = on_record[one.record_group]
        for mine, other in ((ours, theirs), (theirs, ours)):
            met = [token for token in here if token in other and (here[token] or mine is ours)]
            if not one.is_strong and one.identifier_token in mine and met:
                day = f" delivered {one.days[0]}" if one.days else ""
                yield Finding(
                    "weak_never_bridges",
                    known.get(one.identifier_token),
                    known.get(min(met, key=lambda token: (not here[token], token))),
                    evidence=f"{one.channel}.{one.entity}{day}",
                )


def _suggested(sources: Sources, a: Person, b: Person) -> Iterable[Finding]:
    for finding in published.suggestions(sources, a.one_id):
        ends = {one.one_id for one in (finding.identifier, finding.other) if one}
        if ends == {a.one_id, b.one_id}:
            yield finding
