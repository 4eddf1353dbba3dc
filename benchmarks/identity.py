"""Components of identifier pairs: the contraction that the models use, beside other ways.

Belongs here: random realistic pairs and the ways to group them. Does not belong here: the rules
of identity (what becomes a pair at all), which the whole pipeline measures (run.py).

Ways, each in a process of its own on the same pairs:
    floor        one `select distinct` over all identifier texts, written to a table; no way that
                 reads the pairs can be faster
    contraction  macros/identity/connected_components.sql through dbt, as the models run it
    scipy        texts encoded as numbers with pandas, scipy's connected components, written back

Run: ``python -m benchmarks.identity [PAIRS]``
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.measure import Cost, run_measured
from orchestration.lib.home import PROJECT_DIR

DEFAULT_PAIRS = 1_000_000

# Nine pairs of ten are stars of 2 to 8 identifiers, the rest chains of 10 to 60; five hubs (a
# shared value that slipped through) hold one pair in 200. Tokens are 64 hex digits, as in raw/.
_PAIRS = """
create table pairs as
with numbered as (
    select unnest(range(1, 2 + (hash(range, 'size') % 7)::bigint)) as spoke, range as cluster
    from range(?)
),
stars as (select cluster * 100 as a, cluster * 100 + spoke as b from numbered),
links as (
    select range as cluster, unnest(range(0, 9 + (hash(range, 'length') % 51)::bigint)) as link
    from range(?)
),
chains as (
    select -cluster * 100 - link - 1 as a, -cluster * 100 - link - 2 as b from links
),
hubs as (
    select (range % 5) * 100 as a, (hash(range, 'hub') % ?)::bigint * 100 as b from range(?)
)
select sha256(a::varchar) as token_a, sha256(b::varchar) as token_b
from (from stars union all from chains union all from hubs) as all_pairs
order by hash(a, b)
"""


def write_pairs(warehouse: Path, *, pairs: int) -> int:
    """Write a table ``pairs`` (token_a, token_b) of about ``pairs`` rows; returns its rows."""
    clusters = int(pairs * 0.9 / 4)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(_PAIRS, [clusters, int(pairs * 0.095 / 34), clusters, pairs // 200])
        [(rows,)] = connection.execute("select count(*) from pairs").fetchall()
    return rows


def find_floor(warehouse: Path) -> None:
    """Distinct identifiers of the pairs, written to a table."""
    with duckdb.connect(str(warehouse), config={"threads": 2}) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(
            "create table found_floor as select distinct unnest([token_a, token_b]) as token"
            " from pairs"
        )


def find_by_contraction(warehouse: Path) -> None:
    """The macro of the models, run by dbt; parsing the project is not counted."""
    from dbt.cli.main import dbtRunner

    folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    parsed = dbtRunner().invoke(["--quiet", "parse", *folders])
    if not parsed.success:
        raise parsed.exception or RuntimeError("dbt parse failed")
    arguments = "{pairs_table: pairs, into: found_contraction}"
    with _clock():
        found = dbtRunner(manifest=parsed.result).invoke(
            ["--quiet", "run-operation", "components_into", *folders, "--args", arguments]
        )
    if not found.success:
        raise found.exception or RuntimeError("dbt run-operation failed")


def find_by_scipy(warehouse: Path) -> None:
    """Texts to numbers, scipy's union-find, numbers to texts."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    with _clock(), duckdb.connect(str(warehouse), config={"threads": 2}) as connection:
        pairs = connection.execute("select token_a, token_b from pairs").to_arrow_table()
        ends = pd.concat(
            [pairs["token_a"].to_pandas(), pairs["token_b"].to_pandas()], ignore_index=True
        )
        codes, tokens = pd.factorize(ends)
        size = len(tokens)
        graph = coo_array(
            (np.ones(len(pairs), dtype=np.int8), (codes[: len(pairs)], codes[len(pairs) :])),
            shape=(size, size),
        )
        _, labels = connected_components(graph, directed=False)
        found = pd.DataFrame({"identifier_token": tokens, "component_key": labels})
        connection.register("found", found)
        connection.execute("create table found_scipy as select * from found")


class _clock:
    """Counts the seconds of its block and prints them for the process that started this one."""

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        print(json.dumps({"seconds": time.perf_counter() - self._started}))


def _floor_clocked(warehouse: Path) -> None:
    with _clock():
        find_floor(warehouse)


WAYS: dict[str, Callable[[Path], None]] = {
    "floor": _floor_clocked,
    "contraction": find_by_contraction,
    "scipy": find_by_scipy,
}


def measure_ways(*, pairs: int) -> dict[str, tuple[float, Cost]]:
    """Run every way on the same pairs and check that they find the same components.

    Returns:
        Per way its own seconds (without starting Python) and the cost of its process.
    """
    measured = {}
    with tempfile.TemporaryDirectory(prefix="yutang-bench-") as folder:
        warehouse = Path(folder) / "warehouse.duckdb"
        rows = write_pairs(warehouse, pairs=pairs)
        print(f"{rows:,} pairs")
        environment = {
            "YUTANG_HOME": folder,
            "DBT_TARGET_PATH": str(Path(folder) / "target"),
            "PYTHONPATH": os.pathsep.join([str(PROJECT_DIR), os.environ.get("PYTHONPATH", "")]),
        }
        for way in WAYS:
            command = [sys.executable, "-m", "benchmarks.identity", "--way", way, str(warehouse)]
            cost = run_measured(command, environment=environment)
            seconds = json.loads(cost.output.strip().splitlines()[-1])["seconds"]
            measured[way] = (seconds, cost)
            ratio = seconds / measured["floor"][0]
            memory = cost.peak_bytes / 1e9
            print(f"  {way:<12}{seconds:>7.2f} s {ratio:>6.2f} x floor {memory:>6.2f} GB")
        _compare(warehouse)
    return measured


def _compare(warehouse: Path) -> None:
    """Stop unless contraction and scipy put the same identifiers together."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        [(ours, theirs, both, tokens, floor)] = connection.execute(
            """
            select
                count(distinct ours.component_key),
                count(distinct theirs.component_key),
                count(distinct (ours.component_key, theirs.component_key)),
                count(*),
                (select count(*) from found_floor)
            from found_contraction as ours
            inner join found_scipy as theirs using (identifier_token)
            """
        ).fetchall()
    if not (ours == theirs == both and tokens == floor):
        raise AssertionError(
            f"components differ: contraction {ours:,}, scipy {theirs:,}, joined {both:,}; "
            f"identifiers {tokens:,} of {floor:,}"
        )
    print(f"  {tokens:,} identifiers in {ours:,} components, the same in both ways")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        WAYS[sys.argv[2]](Path(sys.argv[3]))
    else:
        measure_ways(pairs=int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PAIRS)
