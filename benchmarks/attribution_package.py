"""`python -m benchmarks.attribution_package`: Markov and Shapley of PathData, ours beside `mta`.

Belongs here: the same 10,000 aggregated paths given to both, and their processor time. Does not
belong here: whether the figures are right (tests/unit/attribution). The package asks for libraries
that these two of its models never call; where they are missing, empty ones stand in.
"""

import importlib
import importlib.util
import json
import os
import sys
import tempfile
import time
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from orchestration.lib.home import PROJECT_DIR

REPEATS = 10  # in one start of dbt, whose own time is more than that of the work
_PATHS = """
    create table paths as
    select row_number() over () as path_no, string_split(path, ' > ') as channels,
        total_conversions::bigint as conversions, total_null::bigint as nulls
    from read_csv($file, header = true)
"""
_STEPS = """
    create or replace table steps as
    select path_no as path_id, generate_subscripts(channels, 1) as step_no, unnest(channels) as node,
        conversions as converted_count, nulls as other_count
    from paths
"""
_SHAPLEY = """
    create or replace table shapley as
    select channel, sum(conversions / len(members)) as credit
    from (select conversions, list_distinct(channels) as members from paths), lateral (
        select unnest(members) as channel
    )
    group by channel
"""


def cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return round(time.process_time() - started, 3)


def ours(file: Path) -> dict[str, float]:
    """Aggregated paths to credit; dbt's own start, measured without a table, is taken off."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"YUTANG_HOME": folder, "DBT_TARGET_PATH": f"{folder}/target"}
        folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
        dbt = dbtRunner()
        dbt = dbtRunner(dbt.invoke(["--quiet", "parse", *folders]).result)
        DuckDBConnectionManager.close_all_connections()
        with duckdb.connect(f"{folder}/warehouse.duckdb") as con:
            con.execute(_PATHS, {"file": str(file)})
            steps = cpu(lambda: con.execute(_STEPS))
            shapley = cpu(lambda: con.execute(_SHAPLEY))
            for n in range(REPEATS):
                con.execute(f"create view steps_{n} as select * from steps")

        def operate(tables: str) -> None:
            done = dbt.invoke(
                ["--quiet", "run-operation", "markov_effects_into", "--args", tables, *folders]
            )
            if not done.success:
                raise RuntimeError("dbt could not solve the chain for the benchmark")

        operate("{tables: {}}")
        tables = ", ".join(f"steps_{n}: effects_{n}" for n in range(REPEATS))
        empty = min(cpu(lambda: operate("{tables: {}}")) for _ in range(3))
        full = min(cpu(lambda: operate(f"{{tables: {{{tables}}}}}")) for _ in range(3))
    return {"markov": round(steps + (full - empty) / REPEATS, 3), "shapley": shapley}


def package(file: Path) -> dict[str, float]:
    """The same by the public package, without its loading."""
    missing = [name for name in ("arrow", "sklearn") if importlib.util.find_spec(name) is None]
    for name in missing:
        sys.modules[name] = types.ModuleType(name)
    if "sklearn" in missing:
        for name in ("sklearn.linear_model", "sklearn.model_selection"):
            sys.modules[name] = types.ModuleType(name)
            vars(sys.modules[name]).update(LogisticRegression=None, train_test_split=None)
    found: Any = importlib.import_module("mta.mta")
    found.MTA.add_exposure_times = lambda self, *_, **__: self
    data = found.MTA(data=str(file))
    return {"markov": min(cpu(data.markov) for _ in range(3)), "shapley": cpu(data.shapley)}


def main() -> None:
    spec = importlib.util.find_spec("mta")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("mta is not installed: `make setup-dev` adds it")
    file = Path(spec.submodule_search_locations[0]) / "data" / "data.csv.gz"
    print(json.dumps({"cpu_seconds": {"yutang": ours(file), "mta": package(file)}}, indent=2))


if __name__ == "__main__":
    main()
