"""The classic stitching scenarios in four batches: incremental equals one shot, ids do not move.

The list is the one identity products test themselves with (creations, bridges, late and repeated
events, unique identifiers in conflict). D is a device-like id and N a network id of a person, each of
a scope of its own so that only the unique id U has a limit. What belongs together is said by an
independent union-find, except where a unique id forbids it: there the expected people are written.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import networkx as nx
import pytest

from tests.integration.identity_lab import FIRST_DAY, Lab, Record, Seen, member, openid

pytestmark = pytest.mark.slow
BATCHES = 4


def d(name: str) -> Seen:
    return openid(name, app=f"d-{name}")


def n(name: str) -> Seen:
    return Seen("tmall_ouid", name, f"n-{name}")


def u(name: str) -> Seen:
    return member(name)


@dataclass
class Scenario:
    """Records by batch; ``people`` where a rule says otherwise than connected components."""

    name: str
    batches: dict[int, list[tuple[int, list[Seen]]]]
    people: list[set[str]] | None = None
    survivors: dict[str, str] = field(default_factory=dict)  # token -> token that minted its id

    def records(self, batch: int) -> list[Record]:
        return [
            Record(
                at, tuple(Seen(s.type, f"{self.name}.{s.value}", _scoped(self, s)) for s in seen)
            )
            for at, seen in self.batches.get(batch, [])
        ]


def _scoped(scenario: Scenario, seen: Seen) -> str:
    return seen.scope if seen.type == "member_id" else f"{seen.scope}-{scenario.name}"


SCENARIOS = [
    Scenario("simple", {1: [(1, [d("a"), u("a"), n("a")]), (2, [d("b"), n("b")]), (3, [d("b"), u("a")])], 4: [(9, [d("a"), u("a")])]}),
    Scenario("chain", {1: [(1, [d("a"), n("a")]), (2, [d("b"), n("b")]), (3, [d("a"), d("b")])], 2: [(4, [d("c")]), (5, [d("b")]), (6, [d("c"), n("b")])], 3: [(7, [d("a")])]}),
    Scenario("fanin", {1: [(1, [d("a")]), (2, [d("b")]), (3, [d("c")]), (4, [d("b"), d("a")]), (5, [d("c"), d("a")])], 2: [(6, [d("d")]), (7, [d("d"), d("a")])]}),
    Scenario("fanout", {1: [(1, [d("a")]), (2, [d("x"), n("x")]), (3, [d("a"), d("x")])], 2: [(4, [d("b")]), (5, [d("c")]), (6, [d("b"), n("x")]), (7, [d("c"), n("x")])]}),
    Scenario("diamond", {1: [(1, [d("a")]), (2, [d("b")]), (3, [d("c")]), (4, [d("d")]), (5, [d("b"), d("a")]), (6, [d("c"), d("a")]), (7, [d("d"), d("b")])], 2: [(8, [d("e")]), (9, [d("e"), d("d")])]}),
    Scenario("disjoint", {1: [(1, [d("a"), d("b")]), (2, [d("c"), d("d")])], 2: [(3, [d("e"), d("f")])]}),
    Scenario("longchain", {1: [(1, [d("a")]), (2, [d("b")]), (3, [d("c")]), (4, [d("d")]), (5, [d("d"), d("c")]), (6, [d("c"), d("b")]), (7, [d("b"), d("a")])]}),
    Scenario("altchain", {1: [(1, [d("a"), d("b")]), (2, [d("c"), d("d")]), (3, [d("e"), d("f")])], 2: [(4, [d("x")]), (5, [d("b"), d("c")]), (6, [d("d"), d("e")]), (7, [d("x"), d("a")])]}),
    Scenario("mergeonly", {1: [(1, [d("a")]), (2, [d("b")])], 2: [(3, [d("a"), d("b")])]}, survivors={"d.b": "d.a"}),
    Scenario("remap", {1: [(1, [d("a")]), (2, [d("b"), n("b")]), (3, [d("c")]), (4, [d("a"), d("b")])], 3: [(5, [d("c"), n("b")])]}, survivors={"d.c": "d.a"}),
    Scenario("multiid", {1: [(1, [d("a"), n("a")]), (2, [d("a"), u("a")])], 3: [(3, [d("a")])]}),
    Scenario("uid_conflict", {1: [(1, [d("a"), u("alice")]), (2, [d("b"), u("bob")]), (3, [d("a"), d("b")])]}, people=[{"d.a", "u.alice"}, {"d.b", "u.bob"}]),
    Scenario("late", {1: [(200, [d("a"), n("a")])], 3: [(100, [d("a"), n("a")])]}),
    Scenario("stable", {k: [(k, [d("a"), u("a"), n("a")])] for k in (1, 2, 3, 4)}),
    Scenario("reobserve", {1: [(1, [d("a")]), (2, [d("b"), n("b")]), (3, [d("a"), d("b")])], 2: [(4, [d("b"), n("b")])], 3: [(5, [d("b"), n("b")])]}),
    Scenario("selfbridge", {1: [(1, [d("a"), u("a"), n("a")])], 2: [(2, [d("a"), n("a")])]}),
    Scenario("rapid_remerge", {1: [(1, [d("a")]), (2, [d("b")]), (3, [d("a"), d("b")])], 2: [(4, [d("z")]), (5, [d("z"), d("a")])]}, survivors={"d.z": "d.a"}),
    Scenario("highfanin", {1: [(i, [d(f"c{i}")]) for i in range(7)] + [(10 + i, [d("c0"), d(f"c{i}")]) for i in range(1, 7)]}),
    Scenario("bridge_creates", {1: [(1, [d("a"), n("a")])], 2: [(2, [d("new"), n("a")])]}),
    Scenario("three_way_bridge", {1: [(1, [d("a")]), (2, [n("b")]), (3, [u("c")])], 2: [(4, [d("a"), n("b"), u("c")])]}),
    Scenario("cross_batch_triple", {1: [(1, [d("a")])], 2: [(2, [d("b")]), (3, [d("b"), d("a")])], 3: [(4, [d("c")]), (5, [d("c"), d("a")])], 4: [(6, [d("d")]), (7, [d("d"), d("a")])]}),
    Scenario("shared_identifier_collision", {1: [(1, [u("alice"), d("a"), n("a")]), (2, [u("bob"), d("b"), n("shared")])], 2: [(3, [d("a"), n("shared")])]}, people=[{"u.alice", "d.a", "n.a"}, {"u.bob", "d.b", "n.shared"}]),
    Scenario("late_merge", {1: [(10, [d("a")]), (11, [d("b")])], 3: [(5, [d("a"), d("b")])]}),
    Scenario("reverse_chain", {1: [(10, [d("a")]), (5, [d("b")]), (1, [d("c")])], 2: [(20, [d("a"), d("b")])], 3: [(21, [d("b"), d("c")])]}, survivors={"d.a": "d.c", "d.b": "d.c"}),
    Scenario("merge_then_uid", {1: [(1, [d("a"), n("a")]), (2, [d("b"), n("b")])], 2: [(3, [d("a"), d("b")])], 3: [(4, [d("a"), u("alice")]), (5, [d("b"), u("bob")])]}, people=[{"d.a", "n.a", "u.alice"}, {"d.b", "n.b", "u.bob"}]),
    Scenario("interleaved_merge", {1: [(1, [d("a")]), (2, [d("b")]), (3, [d("c")]), (4, [d("d")])], 2: [(5, [d("a"), d("b")])], 3: [(6, [d("c"), d("d")])], 4: [(7, [d("b"), d("d")])]}, survivors={"d.d": "d.a"}),
    Scenario("deep_single_batch", {1: [(i, [d(x)]) for i, x in enumerate("abcdef")], 2: [(10 + i, [d(x), d(y)]) for i, (x, y) in enumerate(zip("abcde", "bcdef", strict=True))]}, survivors={"d.f": "d.a"}),
]  # fmt: skip


def short(token: str) -> str:
    """``d.a`` of ``wx_openid:d-a-simple:simple.a``."""
    kind = {"wx_openid": "d", "tmall_ouid": "n", "member_id": "u"}[token.split(":")[0]]
    return f"{kind}.{token.rsplit('.', 1)[1]}"


def connected(scenario: Scenario, until: int) -> set[frozenset[str]]:
    """What plain connected components of the records up to a batch make."""
    graph = nx.Graph()
    for batch in range(1, until + 1):
        for record in scenario.records(batch):
            nx.add_path(graph, [one.token for one in record.seen])
            graph.add_nodes_from(one.token for one in record.seen)
    return {frozenset(component) for component in nx.connected_components(graph)}


@dataclass
class Runs:
    """The people after each batch, with their ids, and those of one run over everything."""

    partitions: dict[int, dict[str, set[frozenset[str]]]]
    ids: dict[int, dict[str, str]]
    lab: Lab
    one_shot: dict[str, set[frozenset[str]]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Four incremental runs, and one run of a fresh home with all batches in reverse order."""
    lab = Lab.create(tmp_path_factory.mktemp("batches"))
    partitions, ids = {}, {}
    for batch in range(1, BATCHES + 1):
        lab.deliver(
            [record for scenario in SCENARIOS for record in scenario.records(batch)],
            on=FIRST_DAY + timedelta(days=batch),
        )
        lab.build()
        ids[batch] = lab.people()
        partitions[batch] = {s.name: lab.partition(f"{s.name}.") for s in SCENARIOS}
    other = Lab.create(tmp_path_factory.mktemp("one_shot"))
    for batch in range(BATCHES, 0, -1):
        records = [record for scenario in SCENARIOS for record in scenario.records(batch)]
        other.deliver(records[::-1], on=FIRST_DAY + timedelta(days=batch))
    other.day = FIRST_DAY + timedelta(days=BATCHES)
    other.build()
    return Runs(partitions, ids, lab, {s.name: other.partition(f"{s.name}.") for s in SCENARIOS})


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_people_are_those_the_records_make(runs: Runs, scenario: Scenario) -> None:
    found = runs.partitions[BATCHES][scenario.name]
    if scenario.people is None:
        assert found == connected(scenario, BATCHES)
    else:
        assert {frozenset(map(short, group)) for group in found} == {
            frozenset(group) for group in scenario.people
        }


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_incremental_equals_one_shot_in_another_order(runs: Runs, scenario: Scenario) -> None:
    assert runs.partitions[BATCHES][scenario.name] == runs.one_shot[scenario.name]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_ids_move_only_where_people_merge_and_the_oldest_wins(
    runs: Runs, scenario: Scenario
) -> None:
    first_id = {}
    for batch in range(1, BATCHES + 1):
        for token, one_id in runs.ids[batch].items():
            if token.split(":", 2)[2].startswith(f"{scenario.name}."):
                first_id.setdefault(token, one_id)
    last = runs.ids[BATCHES]
    for token in first_id:
        # Nobody's id changes to one that did not exist when the token first had one, unless merged.
        group = next(g for g in runs.partitions[BATCHES][scenario.name] if token in g)
        assert last[token] in {first_id[other] for other in group}
    for token, minter in scenario.survivors.items():
        full = {short(t): t for t in first_id}
        assert last[full[token]] == first_id[full[minter]]


def test_refused_bridges_are_listed_with_the_rule_and_the_delivery(runs: Runs) -> None:
    rows = runs.lab.query(
        "select identifier_token, other_identifier_token, rule, evidence "
        "from quality.identity_conflicts where rule like 'max_values%' or rule like 'too_many%'"
    )
    said = {(frozenset(map(short, (a, b or a))), rule): evidence for a, b, rule, evidence in rows}
    assert said[frozenset({"d.a", "d.b"}), "max_values:member_id:main"].startswith("lab.records")
    assert len([key for key in said if key[1].startswith("max_values")]) >= 1
    names = {t.split(":", 2)[2].split(".")[0] for a, b, _, _ in rows for t in (a, b) if t}
    assert names == {"uid_conflict", "shared_identifier_collision", "merge_then_uid"}


def test_retired_ids_resolve_to_live_ones(runs: Runs) -> None:
    aliases = dict(runs.lab.query("select retired_one_id, one_id from core.identity_aliases"))
    live = set(runs.ids[BATCHES].values())
    retired = set().union(*(set(ids.values()) for ids in runs.ids.values())) - live
    assert retired and set(aliases) == retired
    assert set(aliases.values()) <= live
    for batch in range(1, BATCHES):
        for token, one_id in runs.ids[batch].items():
            # An id of any earlier day leads to the person who has the identifier that minted it.
            minted = runs.lab.query(
                f"select minted_from_token from core.one_ids where one_id = '{one_id}'"
            )[0][0]
            assert aliases.get(one_id, one_id) == runs.ids[BATCHES][minted], token


def test_history_says_who_was_whom_on_every_published_day(runs: Runs) -> None:
    for batch in range(1, BATCHES + 1):
        day = FIRST_DAY + timedelta(days=batch)
        then = dict(
            runs.lab.query(
                "select identifier_token, one_id from core.identity_history where "
                f"valid_from_date <= date '{day}' and coalesce(valid_to_date > date '{day}', true)"
            )
        )
        assert then == runs.ids[batch]
