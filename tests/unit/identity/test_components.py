"""The SQL components agree with an independent union-find on seeded random graphs."""

import random
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from orchestration.lib.home import PROJECT_DIR


def union_find(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Smallest member of every vertex's component, by union-find with path halving."""
    parent: dict[str, str] = {}

    def find(vertex: str) -> str:
        parent.setdefault(vertex, vertex)
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for a, b in pairs:
        root_a, root_b = find(a), find(b)
        if root_a != root_b:
            parent[max(root_a, root_b)] = min(root_a, root_b)
    return {vertex: find(vertex) for vertex in parent}


def random_pairs(seed: int) -> list[tuple[str, str]]:
    """Clusters of 2-8, chains to 60, hubs, lone vertices and random noise, as text tokens."""
    rng = random.Random(seed)
    pairs: list[tuple[str, str]] = []
    vertex = 0

    def fresh() -> str:
        nonlocal vertex
        vertex += 1
        return f"{rng.getrandbits(64):016x}-{vertex}"

    for _ in range(rng.randint(50, 300)):
        members = [fresh() for _ in range(rng.randint(2, 8))]
        pairs += [(members[0], member) for member in members[1:]]
    for _ in range(rng.randint(1, 10)):
        chain = [fresh() for _ in range(rng.randint(10, 60))]
        pairs += list(pairwise(chain))
    hub = fresh()
    pairs += [(hub, fresh()) for _ in range(500)]
    pairs += [(lone, lone) for lone in (fresh() for _ in range(50))]
    known = [a for a, _ in pairs]
    pairs += [(rng.choice(known), rng.choice(known)) for _ in range(rng.randint(0, 60))]
    return pairs


SEEDS = range(12)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All seeded graphs side by side in one table, once as made and once turned and shuffled."""
    home = tmp_path_factory.mktemp("components")
    pairs = [pair for seed in SEEDS for pair in random_pairs(seed)]
    shuffled = [(b, a) for a, b in pairs]
    random.Random(99).shuffle(shuffled)
    chain = [f"c{number:06d}" for number in range(20_000)]
    con = duckdb.connect(str(home / "warehouse.duckdb"))
    for name, rows in (
        ("graphs", pairs),
        ("graphs_shuffled", shuffled),
        ("graph_chain", list(pairwise(chain))),
        ("graph_empty", []),
    ):
        con.execute(f"create table {name} (token_a varchar, token_b varchar)")
        con.execute(
            f"insert into {name} select unnest($1::varchar[]), unnest($2::varchar[])",
            [[a for a, _ in rows], [b for _, b in rows]],
        )
    con.close()
    return home


def components(home: Path, table: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("YUTANG_HOME", str(home))
    monkeypatch.setenv("DBT_TARGET_PATH", str(home / "target"))
    result = dbtRunner().invoke(
        [
            "--quiet", "run-operation", "components_into",
            "--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR),
            "--args", f"{{pairs_table: {table}, into: found_{table}}}",
        ]
    )  # fmt: skip
    assert result.success, result.exception
    con = duckdb.connect(str(home / "warehouse.duckdb"))
    try:
        rows = con.execute(f"select identifier_token, component_key from found_{table}").fetchall()
    finally:
        con.close()
    assert len(rows) == len({token for token, _ in rows})
    return dict(rows)


@pytest.mark.parametrize("table", ["graphs", "graphs_shuffled"])
def test_components_equal_a_union_find_in_any_row_order(
    table: str, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = union_find([pair for seed in SEEDS for pair in random_pairs(seed)])
    assert components(warehouse, table, monkeypatch) == expected


def test_a_chain_of_twenty_thousand_is_one_component(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = components(warehouse, "graph_chain", monkeypatch)
    assert len(found) == 20_000
    assert set(found.values()) == {"c000000"}


def test_no_pairs_give_no_components(warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert components(warehouse, "graph_empty", monkeypatch) == {}
