"""The SQL components agree with an independent union-find on seeded random graphs.

Both ways: all pairs at once (connected_components), and the same pairs in batches on top of what
was known (connected_components_update). scipy is a second oracle where the graphs are large.
"""

import random
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from orchestration.lib.home import PROJECT_DIR
from tests.unit.identity.graphs import Pairs, random_pairs, shuffled, token, union_find

FOLDERS = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]


class DbtFailed(AssertionError):
    """dbt ended with an error; the message is all that it said."""


class Warehouse:
    """A DuckDB warehouse in a folder, and dbt on it."""

    def __init__(self, home: Path, manifest: Manifest) -> None:
        self.path = home / "warehouse.duckdb"
        self.manifest = manifest

    def write(self, table: str, pairs: Pairs) -> None:
        with duckdb.connect(str(self.path)) as con:
            con.execute(f"create or replace table {table} (token_a varchar, token_b varchar)")
            con.execute(
                f"insert into {table} select unnest($1::varchar[]), unnest($2::varchar[])",
                [[a for a, _ in pairs], [b for _, b in pairs]],
            )

    def operate(self, macro: str, table: str, into: str = "found") -> None:
        messages: list[str] = []
        dbt = dbtRunner(self.manifest, callbacks=[lambda event: messages.append(event.info.msg)])
        arguments = ["--args", f"{{pairs_table: {table}, into: {into}}}"]
        result = dbt.invoke(["--quiet", "run-operation", macro, *FOLDERS, *arguments])
        # dbt keeps the file open with its own configuration, and a process may have only one.
        DuckDBConnectionManager.close_all_connections()
        if not result.success:
            raise DbtFailed("\n".join(messages))

    def found(self, table: str = "found") -> dict[str, str]:
        with duckdb.connect(str(self.path)) as con:
            rows = con.execute(f"select identifier_token, component_key from {table}").fetchall()
        assert len(rows) == len({token for token, _ in rows})
        return dict(rows)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project, parsed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("target")))
        parsed = dbtRunner().invoke(["--quiet", "parse", *FOLDERS])
    assert isinstance(parsed.result, Manifest)
    return parsed.result


@pytest.fixture
def warehouse(tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    monkeypatch.setenv("YUTANG_HOME", str(tmp_path))
    monkeypatch.setenv("DBT_TARGET_PATH", str(tmp_path / "target"))
    return Warehouse(tmp_path, manifest)


SEEDS = range(12)


def test_components_equal_a_union_find_in_any_row_order(warehouse: Warehouse) -> None:
    pairs = [pair for seed in SEEDS for pair in random_pairs(seed)]
    expected = union_find(pairs)
    # Pairs given twice make another last step than pairs given once.
    for order, given in enumerate((pairs, list(dict.fromkeys(pairs)))):
        warehouse.write("pairs", shuffled(given, seed=order))
        warehouse.operate("components_into", "pairs")
        assert warehouse.found() == expected


@pytest.mark.parametrize("seed", range(3))
def test_batches_on_top_of_the_known_equal_all_at_once(warehouse: Warehouse, seed: int) -> None:
    pairs = shuffled(random_pairs(seed), seed=seed)
    rng = random.Random(seed)
    cuts = sorted(rng.sample(range(1, len(pairs)), 4))
    batches = [pairs[a:b] for a, b in pairwise([0, *cuts, len(pairs)])]
    warehouse.write("batch", batches[0])
    warehouse.operate("components_into", "batch")
    for number in range(1, len(batches)):
        # A batch repeats some pairs of earlier ones: nothing of that may change anything.
        repeated = rng.sample(batches[number - 1], min(50, len(batches[number - 1])))
        warehouse.write("batch", batches[number] + repeated)
        warehouse.operate("components_updated", "batch")
        assert warehouse.found() == union_find(p for b in batches[: number + 1] for p in b)


def test_a_chain_of_twenty_thousand_is_one_component(warehouse: Warehouse) -> None:
    chain = [token(f"chain-{number}") for number in range(20_000)]
    warehouse.write("chain", list(pairwise(chain)))
    warehouse.operate("components_into", "chain")
    assert warehouse.found() == dict.fromkeys(chain, min(chain)[:16])


def test_no_pairs_give_no_components(warehouse: Warehouse) -> None:
    warehouse.write("nothing", [])
    warehouse.operate("components_into", "nothing")
    assert warehouse.found() == {}
    warehouse.operate("components_updated", "nothing")
    assert warehouse.found() == {}


@pytest.mark.parametrize(
    "spoiled", ["phone", token("a")[:16] + token("b")[:48], token("a")[:20].upper()]
)
def test_tokens_that_cannot_be_told_apart_stop_the_run(warehouse: Warehouse, spoiled: str) -> None:
    warehouse.write("spoiled", [(token("a"), spoiled), (token("b"), token("c"))])
    with pytest.raises(DbtFailed, match="no number of their own; identifiers must be digests"):
        warehouse.operate("components_into", "spoiled")


LIKE_A = token("a")[:16] + token("b")[:48]


@pytest.mark.parametrize(
    "pairs",
    [
        [(token("a"), token("c")), (LIKE_A, token("d"))],
        [(token("c"), token("a")), (token("d"), LIKE_A)],
        [(token("c"), token("a")), (token("c"), LIKE_A)],
    ],
)
def test_two_tokens_of_one_number_stop_the_run_wherever_they_stand(
    warehouse: Warehouse, pairs: Pairs
) -> None:
    warehouse.write("spoiled", pairs)
    with pytest.raises(DbtFailed, match="no number of their own"):
        warehouse.operate("components_into", "spoiled")


def test_texts_in_order_stop_the_run(warehouse: Warehouse) -> None:
    warehouse.write("ordered", list(pairwise(f"{n:016x}" for n in range(500))))
    with pytest.raises(DbtFailed, match="numbered texts"):
        warehouse.operate("components_into", "ordered")


@pytest.mark.slow
def test_a_million_edges_equal_scipy_in_another_order(warehouse: Warehouse) -> None:
    pairs = [
        pair
        for seed in range(100, 104)
        for pair in random_pairs(seed, clusters=50_000, chains=1_000, hub=20_000)
    ]
    assert len(pairs) > 1_000_000
    names = sorted({name for pair in pairs for name in pair})
    place = {name: number for number, name in enumerate(names)}
    ends = np.array([(place[a], place[b]) for a, b in pairs])
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), ends.T), shape=(len(names),) * 2)
    count, labels = connected_components(graph, directed=False)
    smallest = {}
    for name, label in zip(names, labels, strict=True):
        smallest.setdefault(label, name[:16])  # names are in order
    warehouse.write("million", shuffled(pairs, seed=1))
    warehouse.operate("components_into", "million")
    found = warehouse.found()
    assert len(set(found.values())) == count
    assert found == {name: smallest[label] for name, label in zip(names, labels, strict=True)}
