"""The classic stitching scenarios in four batches: incremental equals one shot, ids do not move.

The list is the one identity products test themselves with (creations, bridges, late and repeated
events, unique identifiers in conflict). D is a device-like id and N a network id of a person, each of
a scope of its own so that only the unique id U has a limit. What belongs together is said by an
independent union-find, except where a unique id forbids it: there the expected people are written.
"""

from dataclasses import dataclass
from datetime import timedelta

import networkx as nx
import pytest

from tests.integration.identity_lab import FIRST_DAY, Lab, Record, Seen, member, openid, readable

pytestmark = pytest.mark.slow
BATCHES = 4

# Scenario, then per batch its records: second of the record, identifiers that stood on it.
RECORDS = """
simple
  1: 1 d.a u.a n.a, 2 d.b n.b, 3 d.b u.a
  4: 9 d.a u.a
chain
  1: 1 d.a n.a, 2 d.b n.b, 3 d.a d.b
  2: 4 d.c, 5 d.b, 6 d.c n.b
  3: 7 d.a
fanin
  1: 1 d.a, 2 d.b, 3 d.c, 4 d.b d.a, 5 d.c d.a
  2: 6 d.d, 7 d.d d.a
fanout
  1: 1 d.a, 2 d.x n.x, 3 d.a d.x
  2: 4 d.b, 5 d.c, 6 d.b n.x, 7 d.c n.x
diamond
  1: 1 d.a, 2 d.b, 3 d.c, 4 d.d, 5 d.b d.a, 6 d.c d.a, 7 d.d d.b
  2: 8 d.e, 9 d.e d.d
disjoint
  1: 1 d.a d.b, 2 d.c d.d
  2: 3 d.e d.f
longchain
  1: 1 d.a, 2 d.b, 3 d.c, 4 d.d, 5 d.d d.c, 6 d.c d.b, 7 d.b d.a
altchain
  1: 1 d.a d.b, 2 d.c d.d, 3 d.e d.f
  2: 4 d.x, 5 d.b d.c, 6 d.d d.e, 7 d.x d.a
mergeonly
  1: 1 d.a, 2 d.b
  2: 3 d.a d.b
remap
  1: 1 d.a, 2 d.b n.b, 3 d.c, 4 d.a d.b
  3: 5 d.c n.b
multiid
  1: 1 d.a n.a, 2 d.a u.a
  3: 3 d.a
uid_conflict
  1: 1 d.a u.alice, 2 d.b u.bob, 3 d.a d.b
late
  1: 200 d.a n.a
  3: 100 d.a n.a
stable
  1: 1 d.a u.a n.a
  2: 2 d.a u.a n.a
  3: 3 d.a u.a n.a
  4: 4 d.a u.a n.a
reobserve
  1: 1 d.a, 2 d.b n.b, 3 d.a d.b
  2: 4 d.b n.b
  3: 5 d.b n.b
selfbridge
  1: 1 d.a u.a n.a
  2: 2 d.a n.a
rapid_remerge
  1: 1 d.a, 2 d.b, 3 d.a d.b
  2: 4 d.z, 5 d.z d.a
highfanin
  1: 0 d.c0, 1 d.c1, 2 d.c2, 3 d.c3, 4 d.c4, 5 d.c5, 6 d.c6, 11 d.c0 d.c1, 12 d.c0 d.c2
  1: 13 d.c0 d.c3, 14 d.c0 d.c4, 15 d.c0 d.c5, 16 d.c0 d.c6
bridge_creates
  1: 1 d.a n.a
  2: 2 d.new n.a
three_way_bridge
  1: 1 d.a, 2 n.b, 3 u.c
  2: 4 d.a n.b u.c
cross_batch_triple
  1: 1 d.a
  2: 2 d.b, 3 d.b d.a
  3: 4 d.c, 5 d.c d.a
  4: 6 d.d, 7 d.d d.a
shared_identifier_collision
  1: 1 u.alice d.a n.a, 2 u.bob d.b n.shared
  2: 3 d.a n.shared
late_merge
  1: 10 d.a, 11 d.b
  3: 5 d.a d.b
reverse_chain
  1: 10 d.a, 5 d.b, 1 d.c
  2: 20 d.a d.b
  3: 21 d.b d.c
merge_then_uid
  1: 1 d.a n.a, 2 d.b n.b
  2: 3 d.a d.b
  3: 4 d.a u.alice, 5 d.b u.bob
interleaved_merge
  1: 1 d.a, 2 d.b, 3 d.c, 4 d.d
  2: 5 d.a d.b
  3: 6 d.c d.d
  4: 7 d.b d.d
deep_single_batch
  1: 0 d.a, 1 d.b, 2 d.c, 3 d.d, 4 d.e, 5 d.f
  2: 10 d.a d.b, 11 d.b d.c, 12 d.c d.d, 13 d.d d.e, 14 d.e d.f
"""
# Where a unique id forbids what the records would join.
PEOPLE = {
    "uid_conflict": [{"d.a", "u.alice"}, {"d.b", "u.bob"}],
    "shared_identifier_collision": [{"d.a", "n.a", "u.alice"}, {"d.b", "n.shared", "u.bob"}],
    "merge_then_uid": [{"d.a", "n.a", "u.alice"}, {"d.b", "n.b", "u.bob"}],
}
# Whose id an identifier ends up with: the one that this identifier minted.
SURVIVORS = {
    "mergeonly": {"d.b": "d.a"},
    "remap": {"d.c": "d.a"},
    "rapid_remerge": {"d.z": "d.a"},
    "reverse_chain": {"d.a": "d.c", "d.b": "d.c"},
    "interleaved_merge": {"d.d": "d.a"},
    "deep_single_batch": {"d.f": "d.a"},
}


@dataclass(frozen=True)
class Scenario:
    """Records by batch; ``people`` where a rule says otherwise than connected components."""

    name: str
    batches: dict[int, list[Record]]

    @property
    def people(self) -> list[set[str]] | None:
        return PEOPLE.get(self.name)

    def records(self, batch: int) -> list[Record]:
        return self.batches.get(batch, [])


def read_scenarios() -> list[Scenario]:
    scenarios: list[Scenario] = []
    for line in RECORDS.strip().splitlines():
        if not line.startswith(" "):
            scenarios.append(Scenario(line, {}))
            continue
        batch, records = line.split(": ")
        for record in records.split(", "):
            at, *names = record.split()
            seen = tuple(identifier(scenarios[-1].name, name) for name in names)
            scenarios[-1].batches.setdefault(int(batch), []).append(Record(int(at), seen))
    return scenarios


def identifier(scenario: str, name: str) -> Seen:
    """``d.a``: D and N identifiers of a scope of their own, U with the limit of a member number."""
    kind, value = name.split(".")
    own = f"{scenario}.{value}"
    if kind == "u":
        return member(own)
    return openid(own, app=own) if kind == "d" else Seen("tmall_ouid", own, own)


SCENARIOS = read_scenarios()


def short(token: str) -> str:
    """``d.a`` of the token of ``wx_openid:simple.a:simple.a``."""
    text = readable(token)
    kind = {"wx_openid": "d", "tmall_ouid": "n", "member_id": "u"}[text.split(":", maxsplit=1)[0]]
    return f"{kind}.{text.rsplit('.', 1)[1]}"


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
            if readable(token).split(":", 2)[2].startswith(f"{scenario.name}."):
                first_id.setdefault(token, one_id)
    last = runs.ids[BATCHES]
    for token in first_id:
        # Nobody's id changes to one that did not exist when the token first had one, unless merged.
        group = next(g for g in runs.partitions[BATCHES][scenario.name] if token in g)
        assert last[token] in {first_id[other] for other in group}
    for token, minter in SURVIVORS.get(scenario.name, {}).items():
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
    names = {readable(t).split(":", 2)[2].split(".")[0] for a, b, _, _ in rows for t in (a, b) if t}
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
