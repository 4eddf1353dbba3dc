"""A dbt project of one model with the materialization `connected_components`, for measuring it.

Belongs here: the files of that project and running it. Does not belong here: pairs, other ways.
"""

import time
from pathlib import Path

import yaml

from benchmarks.measure import Work
from orchestration.lib.home import PROJECT_DIR

_MODEL = """
{{{{ config(materialized='connected_components'{by_day}) }}}}
select token_a, token_b, first_dt, pair_number from main.pairs
"""
MEMORY = "6GB"  # the process itself stays below 8 GiB


def build_components(warehouse: Path, *, name: str, by_day: bool) -> Work:
    """Build the table ``name`` from the table `pairs` as a run of the project would.

    Args:
        name: Model and table; a second call with ``by_day`` works in the pairs of newer days.
        by_day: Whether the materialization keeps its notes by day, checked by the number of a pair.

    Returns:
        Seconds of the model itself, without starting and parsing dbt; processor time with what
        dbt needs around it once it has parsed.
    """
    from dbt.cli.main import dbtRunner

    folder = warehouse.parent / f"project_{name}"
    (folder / "models").mkdir(parents=True, exist_ok=True)
    model = _MODEL.format(
        by_day=", first_day='first_dt', pair_number='pair_number'" if by_day else ""
    )
    (folder / "models" / f"{name}.sql").write_text(model)
    settings = {
        "threads": 2,
        "memory_limit": MEMORY,
        "preserve_insertion_order": False,
        "disabled_optimizers": "outer_join_simplification,window_self_join",  # as in profiles.yml
        "temp_directory": str(warehouse.parent / ".tmp"),
    }
    output = {"type": "duckdb", "path": str(warehouse), "threads": 1, "settings": settings}
    macros = [str(PROJECT_DIR / "macros" / part) for part in ("engine", "identity")]
    project = {"name": "bench", "version": "1.0.0", "profile": "bench", "macro-paths": macros}
    profiles = {"bench": {"target": "here", "outputs": {"here": output}}}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    (folder / "profiles.yml").write_text(yaml.safe_dump(profiles))
    folders = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    folders += ["--target-path", str(folder / "target")]
    parsed = dbtRunner().invoke(["--quiet", "parse", *folders])
    before = time.process_time()
    run = dbtRunner(parsed.result).invoke(["--quiet", "run", *folders])
    cpu_seconds = time.process_time() - before
    if not run.success:
        raise run.exception or RuntimeError(f"dbt could not build {name}")
    return Work(sum(node.execution_time for node in run.result.results), cpu_seconds)
