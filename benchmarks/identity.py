"""Components of identifier pairs: the contraction that the models use, beside other ways.

Belongs here: random realistic pairs and the ways to group them. Does not belong here: the rules
of identity (what becomes a pair at all), which the whole pipeline measures (run.py).

Ways, each in a process of its own on the same pairs, in turns:
    floor        one `select distinct` over all identifier texts, written to a table; no way that
                 reads the pairs can be much faster
    contraction  the materialization of the models, in a dbt project of one model
    scipy        texts encoded as numbers with pandas, scipy's connected components, written back
and then, once: the same by day, and 1 % new pairs worked in on top.

Run: ``python -m benchmarks.identity [PAIRS [REPEATS]]``
"""

import os
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from benchmarks.components_project import build_components
from benchmarks.measure import Cost, Work, clock, run_measured
from orchestration.lib.home import PROJECT_DIR

DEFAULT_PAIRS = 1_000_000
GOAL_FULL = 1.6  # times of the floor, at 20M pairs
GOAL_UPDATE = 0.10  # of a full run, for 1 % new pairs

# Nine pairs of ten are stars of 2 to 8 identifiers, the rest chains of 10 to 60; five hubs (a
# shared value that slipped through) hold one pair in 200. Tokens are 64 hex digits, as in raw/.
_PAIRS = """
create table pairs as
with numbered as (
    select unnest(range(1, 2 + (hash(range, 'size') % 7)::bigint)) as spoke, range as cluster
    from range($clusters)
),
stars as (select cluster * 100 as a, cluster * 100 + spoke as b from numbered),
links as (
    select range as cluster, unnest(range(0, 9 + (hash(range, 'length') % 51)::bigint)) as link
    from range($chains)
),
chains as (
    select -cluster * 100 - link - 1 as a, -cluster * 100 - link - 2 as b from links
),
hubs as (
    select (range % 5) * 100 as a, (hash(range, 'hub') % $clusters)::bigint * 100 as b
    from range($hub_pairs)
)
select
    sha256(a::varchar) as token_a,
    sha256(b::varchar) as token_b,
    date '2026-06-01' + (hash(a, b, 'day') % 30)::integer as first_dt,
    hash(sha256(a::varchar), sha256(b::varchar)) as pair_number
from (from stars union all from chains union all from hubs) as all_pairs
order by hash(a, b)
"""

# Of the new pairs a half brings a new identifier to somebody known, a quarter joins two known
# ones, a quarter is new on both ends.
_NEW_PAIRS = """
insert into pairs
select token_a, token_b, date '2026-07-01', hash(token_a, token_b) from (select
    sha256(case range % 4 when 3 then 'new' || range
        else ((hash(range, 'one') % $clusters)::bigint * 100)::varchar end) as token_a,
    sha256(case range % 4 when 2 then ((hash(range, 'two') % $clusters)::bigint * 100)::varchar
        else 'other' || range end) as token_b
from range($new_pairs)) as new_pairs
"""


def write_pairs(warehouse: Path, *, pairs: int) -> int:
    """Write a table ``pairs`` (token_a, token_b, first_dt, pair_number) of about ``pairs`` rows."""
    clusters = int(pairs * 0.9 / 4)
    sizes = {
        "clusters": clusters,
        "chains": int(pairs * 0.095 / 34),
        "hub_pairs": pairs // 200,
    }
    with duckdb.connect(str(warehouse), config={"threads": 2}) as connection:
        connection.execute("set force_compression = 'uncompressed'")  # as the model writes them
        connection.execute(_PAIRS, sizes)
        [(rows,)] = connection.execute("select count(*) from pairs").fetchall()
    return rows


def add_pairs(warehouse: Path, *, pairs: int, new_pairs: int) -> None:
    """Add ``new_pairs`` pairs of a newer day to a table of about ``pairs``."""
    with duckdb.connect(str(warehouse)) as connection:
        sizes = {"clusters": int(pairs * 0.9 / 4), "new_pairs": new_pairs}
        connection.execute(_NEW_PAIRS, sizes)


def _open(warehouse: Path) -> duckdb.DuckDBPyConnection:
    config = {"threads": 2, "memory_limit": "6GB", "preserve_insertion_order": False}
    return duckdb.connect(str(warehouse), config=config)


def find_floor(warehouse: Path) -> None:
    """Distinct identifiers of the pairs, written to a table as DuckDB does it by itself."""
    with clock(), _open(warehouse) as connection:
        connection.execute(
            "create or replace table found_floor as"
            " select distinct unnest([token_a, token_b]) as token from pairs"
        )


def find_floor_uncompressed(warehouse: Path) -> None:
    """The same, written without compression, as the contraction writes."""
    with clock(), _open(warehouse) as connection:
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute(
            "create or replace table found_floor as"
            " select distinct unnest([token_a, token_b]) as token from pairs"
        )


def find_by_contraction(warehouse: Path) -> None:
    """The materialization, without notes by day."""
    build_components(warehouse, name="contraction", by_day=False).print()


def find_by_day(warehouse: Path) -> None:
    """The materialization with notes by day: all the first time, then the newer days."""
    build_components(warehouse, name="by_day", by_day=True).print()


def find_by_scipy(warehouse: Path) -> None:
    """Texts to numbers, scipy's connected components, numbers to texts."""
    import numpy as np
    import pandas as pd
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    with clock(), _open(warehouse) as connection:
        connection.execute("set force_compression = 'uncompressed'")
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
        connection.execute("create or replace table found_scipy as select * from found")


WAYS: dict[str, Callable[[Path], None]] = {
    "floor": find_floor,
    "floor_uncompressed": find_floor_uncompressed,
    "contraction": find_by_contraction,
    "scipy": find_by_scipy,
    "by_day": find_by_day,
}


def measure_ways(*, pairs: int, repeats: int = 3) -> dict[str, Work]:
    """Run every way on the same pairs and check that they find the same components.

    Returns:
        Per way its own work (without starting Python and dbt), medians of its repeats; `update` is
        the one with 1 % new pairs.
    """
    turns = ("floor", "floor_uncompressed", "contraction", "scipy")
    costs: dict[str, list[Cost]] = {way: [] for way in (*turns, "by_day", "update")}
    with tempfile.TemporaryDirectory(prefix="yutang-bench-") as folder:
        warehouse = Path(folder) / "warehouse.duckdb"
        rows = write_pairs(warehouse, pairs=pairs)
        print(f"{rows:,} pairs", flush=True)
        for _ in range(repeats):
            for way in turns:
                costs[way].append(_measure(way, warehouse))
        _compare(warehouse, "found_scipy")
        costs["by_day"].append(_measure("by_day", warehouse))
        add_pairs(warehouse, pairs=pairs, new_pairs=rows // 100)
        costs["update"].append(_measure("by_day", warehouse))
        _report(costs)
        _measure("contraction", warehouse)
        _compare(warehouse, "by_day")
    return {way: _median(found) for way, found in costs.items()}


def _measure(way: str, warehouse: Path) -> Cost:
    command = [sys.executable, "-m", "benchmarks.identity", "--way", way, str(warehouse)]
    path = os.pathsep.join([str(PROJECT_DIR), os.environ.get("PYTHONPATH", "")])
    return run_measured(command, environment={"PYTHONPATH": path})


def _median(costs: list[Cost]) -> Work:
    return Work(
        seconds=statistics.median(cost.inner.seconds for cost in costs),
        cpu_seconds=statistics.median(cost.inner.cpu_seconds for cost in costs),
    )


def _report(costs: dict[str, list[Cost]]) -> None:
    floor = _median(costs["floor"])
    for way, found in costs.items():
        work = _median(found)
        whole = statistics.median(cost.seconds for cost in found)
        memory = max(cost.peak_bytes for cost in found) / 2**30
        print(
            f"  {way:<20}{work.seconds:>7.2f} s {work.seconds / floor.seconds:>6.2f} x floor; "
            f"processor {work.cpu_seconds:>7.2f} s {work.cpu_seconds / floor.cpu_seconds:>6.2f} x; "
            f"with start-up {whole:>6.1f} s; {memory:>5.2f} GiB"
        )
    update, full = _median(costs["update"]), _median(costs["by_day"])
    print(f"  goal: contraction at most {GOAL_FULL} x floor at 20M pairs, and faster than scipy")
    print(
        f"  1 % new pairs cost {update.seconds / full.seconds:.1%} of the full run by day "
        f"({update.cpu_seconds / full.cpu_seconds:.1%} by processor time), goal {GOAL_UPDATE:.0%}"
    )


def _compare(warehouse: Path, other: str) -> None:
    """Stop unless contraction and the other table put the same identifiers together."""
    with _open(warehouse) as connection:
        [(ours, theirs, both, tokens, of_other, ours_all)] = connection.execute(
            f"""
            select
                count(distinct ours.component_key),
                count(distinct theirs.component_key),
                count(distinct (ours.component_key, theirs.component_key)),
                count(*),
                (select count(*) from {other}),
                (select count(*) from contraction)
            from contraction as ours
            inner join {other} as theirs using (identifier_token)
            """
        ).fetchall()
    if not (ours == theirs == both and tokens == of_other == ours_all):
        raise AssertionError(
            f"components differ: contraction {ours:,}, {other} {theirs:,}, joined {both:,}; "
            f"identifiers {tokens:,}, {ours_all:,} and {of_other:,}"
        )
    print(f"  {tokens:,} identifiers in {ours:,} components, the same by {other}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        WAYS[sys.argv[2]](Path(sys.argv[3]))
    else:
        numbers = [int(argument.replace(",", "")) for argument in sys.argv[1:]]
        measure_ways(
            pairs=numbers[0] if numbers else DEFAULT_PAIRS,
            repeats=numbers[1] if numbers[1:] else 3,
        )
