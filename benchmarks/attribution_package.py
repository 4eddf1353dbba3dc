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

_PATHS = """
    create table paths as
    select row_number() over () as path_no, string_split(path, ' > ') as channels,
        total_conversions::bigint as conversions, total_null::bigint as nulls
    from read_csv($file, header = true)
"""
_STEPS = """
    create or replace table steps as
    select path_no || kind.name as path_id, step_no, channels[step_no] as node,
        kind.name = 'c' as is_converted,
        case kind.name when 'c' then conversions else nulls end as path_count
    from paths, (values ('c'), ('n')) as kind (name), lateral (
        select unnest(range(1, len(channels) + 1)) as step_no
    )
    where case kind.name when 'c' then conversions else nulls end > 0
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

        def operate(tables: str) -> None:
            done = dbt.invoke(
                ["--quiet", "run-operation", "markov_effects_into", "--args", tables, *folders]
            )
            if not done.success:
                raise RuntimeError("dbt could not solve the chain for the benchmark")

        operate("{tables: {}}")
        empty = min(cpu(lambda: operate("{tables: {}}")) for _ in range(3))
        full = min(cpu(lambda: operate("{tables: {steps: effects}}")) for _ in range(3))
    return {"markov": round(steps + full - empty, 3), "shapley": shapley}


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
    return {"markov": cpu(data.markov), "shapley": cpu(data.shapley)}


def main() -> None:
    spec = importlib.util.find_spec("mta")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("mta is not installed: `make setup-dev` adds it")
    file = Path(spec.submodule_search_locations[0]) / "data" / "data.csv.gz"
    print(json.dumps({"cpu_seconds": {"yutang": ours(file), "mta": package(file)}}, indent=2))


if __name__ == "__main__":
    main()
