"""Verdicts of the set-based union equal taking the edges one by one, strongest first.

The oracle is the textbook loop: a dictionary of clusters, one edge after the other. It shares
nothing with the macro but the rule.
"""

import random
from dataclasses import dataclass

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.transform import project

LIMITS = {"member": 1, "union": 2, "phone": 3}


@dataclass(frozen=True)
class Graph:
    """Edges as the macro takes them: (edge_key, sort_key, a, b, is_forced), and pairs apart."""

    limit_of: dict[str, str | None]
    edges: list[tuple[str, str, str, str, bool]]
    apart: list[tuple[str, str]]


def random_graph(seed: int, *, prefix: str) -> Graph:
    """Clusters with too many values of several kinds, some edges forced, some pairs kept apart."""
    dice = random.Random(seed)
    names = [f"{prefix}{letter}{i}" for i in range(dice.randint(2, 9)) for letter in "mp"]
    kinds = {name: dice.choice(["member", "union", "phone", None, "phone"]) for name in names}
    pairs = {tuple(dice.sample(names, 2)) for _ in range(dice.randint(1, 3 * len(names)))}
    order = list(range(len(pairs)))
    dice.shuffle(order)
    edges = [
        (f"{a}|{b}", f"{position:05d}|{a}", a, b, dice.random() < 0.03)
        for (a, b), position in zip(sorted(pairs), order, strict=True)
    ]
    apart = [tuple(dice.sample(names, 2)) for _ in range(dice.randint(0, 2))]
    return Graph(kinds, edges, apart)


def judged_one_by_one(graph: Graph) -> dict[str, bool]:
    """Whether each edge may join its ends, by the loop."""
    cluster = {name: {name} for name in graph.limit_of}

    def breaks_a_rule(left: set[str], right: set[str], *, forced: bool) -> bool:
        for a, b in graph.apart:
            if (a in left and b in right) or (b in left and a in right):
                return True
        if forced:
            return False
        for kind, most in LIMITS.items():
            n_left = sum(graph.limit_of[name] == kind for name in left)
            n_right = sum(graph.limit_of[name] == kind for name in right)
            if n_left and n_right and n_left + n_right > most:
                return True
        return False

    verdicts = {}
    for key, _, a, b, forced in sorted(graph.edges, key=lambda edge: edge[1]):
        left, right = cluster[a], cluster[b]
        verdicts[key] = left is right or not breaks_a_rule(left, right, forced=forced)
        if left is not right and verdicts[key]:
            merged = left | right
            for name in merged:
                cluster[name] = merged
    return verdicts


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("graphs")
    made = Home(root=folder / "home", secrets=folder / "secrets")
    made.tmp.mkdir(parents=True)
    return made


def judge(home: Home, graphs: list[Graph], *, reverse: bool) -> dict[str, tuple[bool, str | None]]:
    """Verdict and rule by edge_key, of one run of the macro over all graphs."""
    rows = [
        ("edge", key, sort_key, a, b, *_limit(graph, a), *_limit(graph, b), forced)
        for graph in graphs
        for key, sort_key, a, b, forced in graph.edges
    ]
    rows += [
        ("cannot", f"cannot|{a}|{b}", None, a, b, None, None, None, None, False)
        for graph in graphs
        for a, b in graph.apart
    ]
    if reverse:
        rows.reverse()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "create or replace table edges (kind varchar, edge_key varchar, sort_key varchar, "
            "token_a varchar, token_b varchar, limit_key_a varchar, max_values_a integer, "
            "limit_key_b varchar, max_values_b integer, is_forced boolean)"
        )
        connection.executemany("insert into edges values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    project.run(
        ["run-operation", "judged_into", "--args", "{edges_table: edges, into: judged}"],
        environment=home.environment(),
    )
    with duckdb.connect(str(home.warehouse), read_only=True) as connection:
        found = connection.execute("select edge_key, is_kept, rule from judged").fetchall()
    assert len(found) == sum(len(graph.edges) for graph in graphs)
    return {key: (kept, rule) for key, kept, rule in found}


def _limit(graph: Graph, name: str) -> tuple[str | None, int | None]:
    kind = graph.limit_of[name]
    return kind, LIMITS[kind] if kind else None


def test_verdicts_equal_one_edge_at_a_time_in_any_row_order(home: Home) -> None:
    graphs = [random_graph(seed, prefix=f"g{seed}_") for seed in range(150)]
    found = judge(home, graphs, reverse=False)
    expected = {key: kept for graph in graphs for key, kept in judged_one_by_one(graph).items()}
    assert {key: kept for key, (kept, _) in found.items()} == expected
    refused = [key for key, kept in expected.items() if not kept]
    assert len(refused) > 200, "the graphs break no rule: nothing was tested"
    assert judge(home, graphs, reverse=True) == found
    assert {rule.split(":")[0] for kept, rule in found.values() if not kept} == {
        "max_values",
        "cannot_link",
    }
    assert all(rule is None for kept, rule in found.values() if kept)
