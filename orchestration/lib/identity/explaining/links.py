"""What connects the identifiers of one person, from sightings that hold and from what people said.

Belongs here: the star of each record, its weak ends, strong clusters and hosts, all of one person.
Does not belong here: reading anything, or searching (paths.py). The same rules as the models of
models/intermediate/identity, for the few records of one person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from orchestration.lib.identity.explaining.sightings import Sighting


@dataclass(frozen=True)
class Link:
    """Identifiers that one thing joins: a record group, an event, people, a suggestion.

    Args:
        kind: record, event, manual, suggestion.
        key: The record group, or empty.
        members: Every two of them are joined.
    """

    kind: str
    key: str
    members: tuple[str, ...]
    note: str | None = None
    match_probability: float | None = None


@dataclass(frozen=True)
class Links:
    """Everything that connects one person.

    Args:
        strong: Links that join.
        weak: (weak identifier, strong identifier) -> record groups that carry both.
        hosts: Strong identifiers that make their cluster one that can host others.
    """

    strong: tuple[Link, ...]
    weak: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    hosts: frozenset[str] = frozenset()

    @cached_property
    def cluster_of(self) -> dict[str, str]:
        """Strong cluster of every strong identifier, named by its smallest token."""
        parent: dict[str, str] = {}

        def find(token: str) -> str:
            parent.setdefault(token, token)
            while parent[token] != token:
                parent[token] = parent[parent[token]]
                token = parent[token]
            return token

        for link in self.strong:
            first = find(link.members[0])
            for other in link.members[1:]:
                a, b = sorted((first, find(other)))
                parent[b] = first = a
        return {token: find(token) for token in parent}

    @cached_property
    def host_clusters(self) -> frozenset[str]:
        return frozenset(self.cluster_of[t] for t in self.hosts if t in self.cluster_of)


def links_of(
    sightings: Iterable[Sighting],
    *,
    members: Collection[str],
    refused: Collection[frozenset[str]] = (),
    said: Iterable[Link] = (),
) -> Links:
    """The links among ``members``, the identifiers of one person.

    Args:
        sightings: Those that hold, with everybody who stood on the same records.
        refused: Pairs that a rule refused to join.
        said: Links that no record holds.
    """
    refused = set(refused)
    strong: list[Link] = []
    weak: dict[tuple[str, str], set[str]] = {}
    hosts: set[str] = set()
    by_group = sorted(sightings, key=lambda one: one.record_group)
    for group, seen_in in groupby(by_group, key=lambda one: one.record_group):
        seen = list(seen_in)
        joined = _joined(seen, members, refused)
        if joined:
            event = next((one.event for one in seen if one.event), None)
            strong.append(Link("event" if event else "record", group, joined, note=event))
        on_record = {one.identifier_token for one in seen if one.is_strong} & set(members)
        # One whose link was refused is a cluster of its own.
        strong += [Link("record", group, (token,)) for token in sorted(on_record - set(joined))]
        for one in seen:
            if one.identifier_token not in members:
                continue
            if not one.is_strong:
                for other in on_record - {one.identifier_token}:
                    weak.setdefault((one.identifier_token, other), set()).add(group)
            elif one.identifier_class == "unique" or one.identifier_type == "phone":
                hosts.add(one.identifier_token)
    strong += [
        link
        for link in said
        if set(link.members) <= set(members) and frozenset(link.members) not in refused
    ]
    return Links(
        strong=tuple(strong),
        weak={pair: tuple(sorted(groups)) for pair, groups in sorted(weak.items())},
        hosts=frozenset(hosts),
    )


def _joined(
    seen: Iterable[Sighting], members: Collection[str], refused: Collection[frozenset[str]]
) -> tuple[str, ...]:
    """Members that one record joins: its best identifier, and those whose link to it stands."""
    ranks: dict[str, int] = {}
    for one in seen:
        if one.is_strong:
            token = one.identifier_token
            ranks[token] = min(one.identifier_rank, ranks.get(token, one.identifier_rank))
    if not ranks:
        return ()
    best = min(ranks, key=lambda token: (ranks[token], token))
    if best not in members:
        return ()
    joined = [
        token
        for token in ranks
        if token in members and (token == best or frozenset((best, token)) not in refused)
    ]
    return tuple(sorted(joined))
