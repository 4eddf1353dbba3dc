"""Where data and secrets live: the folders below YUTANG_HOME (DESIGN: layout) as paths.

Belongs here: path arithmetic only. Does not belong here: reading or creating anything but folders.
"""

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The data home of one brand and the folder with its secrets.

    Args:
        root: YUTANG_HOME, absolute.
        secrets: Folder with the pepper and the vault key; outside ``root`` so that a copy of
            the data alone opens nothing.
    """

    root: Path
    secrets: Path

    @classmethod
    def from_environment(cls) -> "Home":
        """Read YUTANG_HOME (default ``data/`` in the checkout) and YUTANG_SECRETS (``.secrets/``)."""
        root = Path(os.environ.get("YUTANG_HOME") or PROJECT_DIR / "data")
        secrets = Path(os.environ.get("YUTANG_SECRETS") or PROJECT_DIR / ".secrets")
        return cls(root=root.absolute(), secrets=secrets.absolute())

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def vault(self) -> Path:
        return self.state / "vault"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def published(self) -> Path:
        return self.root / "published" / "yutang.duckdb"

    @property
    def truth(self) -> Path:
        return self.root / "truth"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def tmp(self) -> Path:
        return self.root / ".tmp"

    @property
    def dagster(self) -> Path:
        return self.root / ".dagster"

    def environment(self) -> dict[str, str]:
        """Variables a child process (dbt, dagster) needs to see the same home."""
        return {
            "YUTANG_HOME": str(self.root),
            "YUTANG_SECRETS": str(self.secrets),
            "DAGSTER_HOME": str(self.dagster),
            "DAGSTER_DISABLE_TELEMETRY": "1",
        }
