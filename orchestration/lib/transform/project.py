"""The dbt project as other code needs it: its executable, its manifest, the variables of a run.

Belongs here: keeping the manifest up to date and composing arguments. Does not belong here:
running models (that is the dbt asset) or reading results (lib/quality).
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home

_SOURCES = ("models", "macros", "seeds", "tests/data_tests")
_SUFFIXES = (".sql", ".yml", ".yaml", ".csv", ".md")


class DbtError(YutangError):
    """dbt refused the project or a run of it; the message ends with dbt's own words."""


def dbt_executable() -> Path:
    """The dbt beside the running Python, so that the checkout's environment is used."""
    return Path(sys.executable).parent / "dbt"


def target_dir() -> Path:
    """Folder of the manifest: DBT_TARGET_PATH, or target/ in the checkout."""
    return PROJECT_DIR / os.environ.get("DBT_TARGET_PATH", "target")


def manifest_path(arguments: Sequence[str] = ()) -> Path:
    """The manifest of the project as it is now, parsed again only when a source file changed.

    Args:
        arguments: Arguments of the build that will follow, its variables. dbt reuses what it
            parsed only for the same variables, so a first run parses once instead of twice.

    Raises:
        DbtError: If dbt cannot parse the project.
    """
    target = target_dir()
    manifest, stamp = target / "manifest.json", target / "manifest.fingerprint"
    fingerprint = _fingerprint()
    if manifest.exists() and stamp.exists() and stamp.read_text() == fingerprint:
        return manifest
    run(["parse", *arguments])
    stamp.write_text(fingerprint)
    return manifest


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
    manifest_path()


def _fingerprint() -> str:
    digest = hashlib.sha256(os.environ.get("YUTANG_TARGET", "duckdb").encode())
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
