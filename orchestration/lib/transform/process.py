"""`yutang-dbt`: dbt, started on the manifest that is parsed already.

Belongs here: handing a stored manifest to dbt. Does not belong here: parsing and storing (project.py).

dbt reuses what it parsed only for the same connection, and the path of the database is part of it: a
new home cost a second parse of the whole project (16 s), though no model depends on it. The manifest
that `project.manifest_path` stored for the same files and variables is given to dbt instead
(https://docs.getdbt.com/reference/programmatic-invocations); without one, this is plain dbt.
"""

import sys
from itertools import pairwise
from pathlib import Path

from dbt.cli.exceptions import DbtUsageException
from dbt.cli.main import cli, dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumuro_decoder

from orchestration.lib.transform import project

# Commands that work on a manifest; the others read no project or are about parsing itself.
_COMMANDS = frozenset(
    {"build", "compile", "list", "ls", "run", "run-operation", "seed", "show", "test"}
)

# What makes another manifest than the stored one.
_OTHERWISE = frozenset({"--no-partial-parse", "--target", "-t", "--profile"})


def main() -> None:
    """Run dbt with the arguments of the process; its exit code is dbt's."""
    arguments = sys.argv[1:]
    manifest = stored_manifest(arguments)
    if manifest is None:
        cli()
        return
    done = dbtRunner(manifest=manifest).invoke(arguments)
    if isinstance(done.exception, DbtUsageException):  # the others have been said by dbt
        print(done.exception, file=sys.stderr)
    sys.exit(0 if done.success else 2 if done.exception else 1)


def stored_manifest(arguments: list[str]) -> Manifest | None:
    """The stored manifest for these arguments; None if dbt has to parse."""
    if _COMMANDS.isdisjoint(arguments) or not _OTHERWISE.isdisjoint(arguments):
        return None
    if _project_dir(arguments) != project.PROJECT_DIR:
        return None
    path = project.stored_path(project.variables_in(arguments))
    if not path.exists():
        return None
    manifest = Manifest.from_msgpack(path.read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()
    return manifest


def _project_dir(arguments: list[str]) -> Path:
    given = [after for said, after in pairwise(arguments) if said == "--project-dir"]
    return Path(given[-1] if given else Path.cwd()).resolve()
