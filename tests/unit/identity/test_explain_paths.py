"""Paths of `yutang explain` against networkx, and what may be a step at all."""

import random
from collections.abc import Collection
from itertools import pairwise

import networkx as nx
import pytest

from orchestration.lib.identity.explaining.links import Link, Links, links_of
from orchestration.lib.identity.explaining.paths import shortest_path
from orchestration.lib.identity.explaining.sightings import Sighting, holding


def seen(group: str, token: str, rank: int = 3, strength: str = "many") -> Sighting:
    kind = "member_id" if strength == "unique" else "wx_openid"
    return Sighting(group, token, kind, "crm", "members", None, strength, rank, 1, None, None, ())


def links(sightings: list[Sighting], refused: Collection[frozenset[str]] = ()) -> Links:
    members = {one.identifier_token for one in sightings}
    return links_of(sightings, members=members, refused=refused)


@pytest.mark.parametrize("seed", range(40))
def test_the_path_is_real_and_as_short_as_networkx_says(seed: int):
    """Between any two identifiers, over records with some links refused."""
    chance = random.Random(seed)
    tokens = [f"t{n:02}" for n in range(25)]
    sightings = [
        seen(f"g{group}", token, rank=int(token[1:]) % 4)
        for group in range(chance.randint(10, 25))
        for token in chance.sample(tokens, chance.randint(1, 4))
    ]
    refused = {frozenset(chance.sample(tokens, 2)) for _ in range(15)}
    graph = nx.Graph()
    for group in {one.record_group for one in sightings}:
        on_it = [one for one in sightings if one.record_group == group]
        best = min(on_it, key=lambda one: (one.identifier_rank, one.identifier_token))
        for one in on_it:
            pair = frozenset((best.identifier_token, one.identifier_token))
            graph.add_node(one.identifier_token)
            if pair not in refused:
                graph.add_edge(one.identifier_token, group)
    made = links(sightings, refused)
    for a in tokens[:12]:
        for b in tokens[12:]:
            path = shortest_path(made, a, b)
            if a not in graph or b not in graph or not nx.has_path(graph, a, b):
                assert path is None
                continue
            assert path is not None
            assert 2 * len(path) == nx.shortest_path_length(graph, a, b)
            assert [path[0].start, path[-1].end] == [a, b]
            for step, following in pairwise(path):
                assert step.end == following.start
            for step in path:
                assert step.link is not None
                assert graph.has_edge(step.start, step.link.key)
                assert graph.has_edge(step.end, step.link.key)


def test_a_record_joins_all_that_stood_on_it_in_one_step():
    made = links([seen("g", "a", 1), seen("g", "b"), seen("g", "c")])
    assert [(step.start, step.end) for step in shortest_path(made, "b", "c") or ()] == [("b", "c")]


def test_an_identifier_whose_link_was_refused_is_not_joined_by_the_record():
    made = links([seen("g", "a", 1), seen("g", "b"), seen("g", "c")], {frozenset(("a", "c"))})
    assert shortest_path(made, "b", "c") is None
    assert shortest_path(made, "a", "b")


def test_strong_identifiers_are_not_joined_through_a_weak_one():
    made = links(
        [seen("g1", "a", 1, "unique"), seen("g1", "w", 9, "weak"),
         seen("g2", "b", 1, "unique"), seen("g2", "w", 9, "weak"),
         seen("g3", "a"), seen("g3", "m"), seen("g4", "m"), seen("g4", "b")]
    )  # fmt: skip
    path = shortest_path(made, "a", "b") or []
    assert [step.end for step in path] == ["m", "b"]
    weak = shortest_path(made, "w", "b") or []
    assert [(step.end, step.weak_groups) for step in weak] == [("b", ("g2",))]


def test_a_cluster_without_a_host_hangs_on_one_by_a_weak_identifier():
    made = links(
        [seen("g1", "host", 1, "unique"), seen("g1", "w", 9, "weak"),
         seen("g2", "orphan", 5), seen("g2", "w", 9, "weak"),
         seen("g3", "other", 5), seen("g3", "w", 9, "weak")]
    )  # fmt: skip
    to_host = shortest_path(made, "orphan", "host") or []
    assert [step.end for step in to_host] == ["w", "host"]
    between = shortest_path(made, "orphan", "other") or []
    assert [step.end for step in between] == ["w", "host", "w", "other"]


def test_what_people_said_is_a_step():
    made = links_of(
        [seen("g1", "a"), seen("g2", "b")],
        members={"a", "b"},
        said=[Link("manual", "", ("a", "b"), note="li.na"), Link("manual", "", ("a", "z"))],
    )
    (step,) = shortest_path(made, "a", "b") or ()
    assert step.link is not None
    assert (step.link.kind, step.link.note) == ("manual", "li.na")


def test_blocked_ended_and_outdated_sightings_do_not_hold():
    verified, typed = seen("g1", "phone"), seen("g1", "phone", 8, "weak")
    kept = holding(
        [verified, typed, seen("g1", "hub"), seen("g2", "gone"), seen("g3", "gone")],
        blocked={"phone": {"too_many_orders"}, "hub": {"too_many_people:member_id"}},
        ended={("g2", "gone")},
    )
    assert [(one.record_group, one.identifier_token, one.is_strong) for one in kept] == [
        ("g1", "phone", True),
        ("g3", "gone", True),
    ]
