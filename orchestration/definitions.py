"""The Dagster code location: everything under defs/, with the resources of one home.

Belongs here: loading and merging. Does not belong here: any asset, check, job or schedule.
"""

from pathlib import Path

import dagster as dg

from orchestration.lib.home import Home
from orchestration.resources import build_resources


@dg.definitions
def defs() -> dg.Definitions:
    """Load what defs/ declares; one process executes a run, because DuckDB admits one writer."""
    return dg.Definitions.merge(
        dg.load_from_defs_folder(path_within_project=Path(__file__).parent),
        dg.Definitions(
            resources=build_resources(Home.from_environment()),
            executor=dg.in_process_executor,
        ),
    )
