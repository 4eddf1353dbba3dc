"""The engines a run can use, and what each needs on the machine.

Belongs here: saying whether an engine can start, before anything is done. Does not belong here:
what differs in SQL (macros/engine/).
"""

import importlib.util
import re
import shutil
import subprocess

from orchestration.lib.errors import YutangError

ENGINES = ("duckdb", "spark")
JAVA_VERSION = 17  # what pyspark 4.3 needs


def require_engine(target: str) -> None:
    """Check that ``target`` can run here.

    Raises:
        YutangError: If there is no such engine, or Spark lacks its packages or Java 17.
    """
    if target not in ENGINES:
        raise YutangError(f"there is no engine '{target}'; use one of {', '.join(ENGINES)}")
    if target != "spark":
        return
    if importlib.util.find_spec("pyspark") is None:
        raise YutangError(
            "the Spark engine is not installed in this environment: run `make setup-dev`, "
            "which adds pyspark and dbt-spark"
        )
    version = java_version()
    if version is None or version < JAVA_VERSION:
        raise YutangError(
            f"the Spark engine needs Java {JAVA_VERSION} on the PATH, found "
            f"{f'Java {version}' if version else 'none'}: install a Java {JAVA_VERSION} runtime"
        )


def java_version() -> int | None:
    """Major version of the `java` on the PATH; None if there is none or it does not say."""
    java = shutil.which("java")
    if java is None:
        return None
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)(?:\.(\d+))?', said)
    if found is None:
        return None
    major, minor = found.groups()
    return int(minor) if major == "1" and minor else int(major)
