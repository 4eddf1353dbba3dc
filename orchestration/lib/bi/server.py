"""Superset in its own environment, for one home.

Belongs here: preparing its database, importing bi/superset, serving. Does not belong here: installing it
(`make bi`), or what it shows (bundle.py). Its own tables are in <home>/superset, its key and the password of
its user in the folder of secrets.
"""

import os
import secrets
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from orchestration.lib.bi import bundle
from orchestration.lib.bi.errors import BiError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.publish.reading import NothingPublishedError

USER = "yutang"
ENVIRONMENT = PROJECT_DIR / ".venv-superset"


def home_of(home: Home) -> Path:
    """Folder of Superset's own tables and of the bundle made for this home."""
    return home.root / "superset"


def password_file(home: Home) -> Path:
    return home.secrets / "superset_password"


def setup(home: Home, *, progress: Callable[[str], None] = lambda line: None) -> None:
    """Make Superset's tables, the one user, and import the dashboards; repeated, it brings them up to date.

    Raises:
        NothingPublishedError: If nothing was published yet.
        BiError: If Superset is not installed or refuses something; the message ends with its words.
    """
    if not home.published.exists():
        raise NothingPublishedError(f"{home.published} does not exist yet: run `yutang run`")
    home_of(home).mkdir(parents=True, exist_ok=True)
    _secret(home.secrets / "superset_key", 48)
    _secret(password_file(home), 12)
    progress("preparing Superset's own tables")
    _run(home, "db", "upgrade")
    password = password_file(home).read_text(encoding="utf-8").strip()
    if not _has_user(home):
        progress("making the user")
        _run(home, "fab", "create-admin", "--username", USER, "--firstname", "Yutang", "--lastname", "BI",
             "--email", "bi@localhost", "--password", password)  # fmt: skip
    _run(home, "init")
    progress("importing the dashboards")
    made = bundle.for_file(bundle.FOLDER, home_of(home) / "bundle", home.published)
    _run(home, "import-directory", "--overwrite", str(made))


def command(home: Home, *, host: str, port: int) -> list[str]:
    """The command that serves Superset."""
    return [str(_executable()), "run", "--host", host, "--port", str(port), "--with-threads"]


def environment(home: Home) -> dict[str, str]:
    """Variables that Superset needs; it tells nobody that it runs."""
    return {
        **os.environ,
        "FLASK_APP": "superset",
        "SUPERSET_CONFIG_PATH": str(PROJECT_DIR / "bi" / "superset_config.py"),
        "SUPERSET_HOME": str(home_of(home)),
        "YUTANG_SUPERSET_HOME": str(home_of(home)),
        "YUTANG_SUPERSET_KEY": str(home.secrets / "superset_key"),
        "SCARF_ANALYTICS": "false",
        "PYTHONWARNINGS": "ignore",
    }


def _executable() -> Path:
    found = ENVIRONMENT / "bin" / "superset"
    if not found.exists():
        raise BiError(f"Superset is not installed in {ENVIRONMENT.name}: run `make bi-setup`")
    return found


def _run(home: Home, *arguments: str) -> None:
    done = subprocess.run(
        [str(_executable()), *arguments],
        cwd=home_of(home),
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip()
    # import-directory ends with 0 even where it refused the files.
    if done.returncode or "An error occurred" in said:
        tail = "\n".join(said.splitlines()[-15:])
        raise BiError(f"`superset {arguments[0]}` failed:\n{tail}")


def _has_user(home: Home) -> bool:
    with closing(sqlite3.connect(home_of(home) / "superset.db")) as connection:
        found = connection.execute("select count(*) from ab_user where username = ?", [USER])
        return bool(found.fetchone()[0])


def _secret(path: Path, length: int) -> None:
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(length))
