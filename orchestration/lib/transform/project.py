"""The dbt project as other code needs it: its executable, its manifest, the variables of a run.

Belongs here: keeping the manifest up to date and composing arguments. Does not belong here:
running models (that is the dbt asset) or reading results (lib/quality).
"""

import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import yaml

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home

_SOURCES = ("models", "macros", "seeds", "tests/data_tests")
_SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md")


class DbtError(YutangError):
    """dbt refused the project or a run of it; the message ends with dbt's own words."""


def dbt_executable() -> Path:
    """The dbt beside the running Python, so that the checkout's environment is used.

    `yutang-dbt` (process.py) is dbt that starts on the manifest stored here.
    """
    return Path(sys.executable).parent / "yutang-dbt"


def target_dir() -> Path:
    """Folder of the manifest: DBT_TARGET_PATH, or target/ in the checkout."""
    return PROJECT_DIR / os.environ.get("DBT_TARGET_PATH", "target")


def manifest_path(arguments: Sequence[str] | None = None) -> Path:
    """The manifest of the project as it is now, parsed again only when a source file changed.

    Args:
        arguments: Arguments of the build that will follow, its variables: the manifest parsed with
            them is stored for it. None: whatever variables it was parsed with.

    Raises:
        DbtError: If dbt cannot parse the project.
    """
    target = target_dir()
    manifest, stamp = target / "manifest.json", target / "manifest.fingerprint"
    fingerprint = _fingerprint()
    stored = stored_path(variables_in(arguments or ()))
    for other in stored.parent.glob(f"{_engine()}-*"):
        if not other.name.startswith(f"{_engine()}-{fingerprint[:16]}-"):
            other.unlink(missing_ok=True)
    is_parsed = manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint
    if is_parsed and (arguments is None or stored.exists()):
        return manifest
    run(["parse", *(arguments or ())])
    stored.parent.mkdir(parents=True, exist_ok=True)
    beside = stored.with_suffix(f".{os.getpid()}")
    shutil.copyfile(target / "partial_parse.msgpack", beside)
    beside.replace(stored)
    stamp.write_text(fingerprint)
    return manifest


def stored_path(variables: str) -> Path:
    """Where the manifest of the project as it is now is stored, parsed with these variables.

    In one folder for all builds of the checkout: DBT_TARGET_PATH is another one for each home.
    """
    files, values = _fingerprint()[:16], hashlib.sha256(variables.encode()).hexdigest()[:16]
    return PROJECT_DIR / "target" / "parsed" / f"{_engine()}-{files}-{values}.msgpack"


def variables_in(arguments: Sequence[str]) -> str:
    """The variables among arguments of dbt, the same text for the same values.

    Without the day asked for: models read it when they are compiled, and no dependency follows
    from it, so one manifest serves every day.
    """
    given = [after for said, after in pairwise(arguments) if said == "--vars"]
    given += [said.removeprefix("--vars=") for said in arguments if said.startswith("--vars=")]
    values = {key: value for one in given for key, value in (yaml.safe_load(one) or {}).items()}
    values.pop("as_of_date", None)
    return json.dumps(values, sort_keys=True, default=str)


def run(
    arguments: list[str],
    *,
    environment: Mapping[str, str] | None = None,
    check: bool = True,
    project_dir: Path = PROJECT_DIR,
    listener: Callable[[str], None] = lambda line: None,
) -> str:
    """Run dbt on the project and return what it printed.

    Args:
        project_dir: The project, where it is not this checkout's.
        listener: Called with every line as dbt prints it.

    Raises:
        DbtError: If dbt exits non-zero and ``check`` is set.
    """
    command = [str(dbt_executable()), "--no-use-colors", *arguments]
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(
            [*command, "--project-dir", str(project_dir)],
            cwd=project_dir,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        printed = []
        for line in process.stdout or ():
            printed.append(line)
            listener(line.rstrip())
        process.wait()
        errors.seek(0)
        if check and process.returncode != 0:
            tail = "\n".join(("".join(printed) + errors.read()).strip().splitlines()[-30:])
            raise DbtError(f"`dbt {' '.join(arguments)}` failed:\n{tail}")
    return "".join(printed)


def main() -> None:
    """Parse the project for the home of the environment, so that the first run need not."""
    os.environ.update(Home.from_environment().environment())
    manifest_path([])


def _engine() -> str:
    return os.environ.get("YUTANG_TARGET", "duckdb")


def _fingerprint() -> str:
    digest = hashlib.sha256(_engine().encode())
    digest.update(importlib.metadata.version("dbt-core").encode())
    for path in _source_files():
        status = path.stat()
        digest.update(f"{path.relative_to(PROJECT_DIR)}|{status.st_mtime_ns}".encode())
        digest.update(f"|{status.st_size}\n".encode())
    return digest.hexdigest()


def _source_files() -> Iterator[Path]:
    yield PROJECT_DIR / "dbt_project.yml"
    yield PROJECT_DIR / "profiles.yml"
    for folder in _SOURCES:
        yield from sorted(p for p in (PROJECT_DIR / folder).rglob("*") if p.suffix in _SUFFIXES)


if __name__ == "__main__":
    main()
