"""The trail of an audit: what every step before a publish found, kept until the publish reads it.

Belongs here: the record of one check and its storage per edge. Does not belong here: running
checks, or deciding what is expected.

A step clears its own record and all later ones before it starts. So a step that crashed or was
skipped leaves a gap, and a publish that finds a gap refuses.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

EDGES = ("load", "landing", "models", "publish")


class AuditError(YutangError):
    """The audit found something that must not be published, or is incomplete."""


@dataclass(frozen=True)
class AuditResult:
    """What one check found; ``details`` holds counts and keys, never personal values."""

    edge: str
    table_name: str
    check_name: str
    is_passed: bool
    is_blocking: bool
    failing_rows: int | None
    details: str

    @property
    def sentence(self) -> str:
        return f"{self.table_name}: {self.check_name}" + (
            f" ({self.details})" if self.details else ""
        )


def begin(home: Home, edge: str) -> None:
    """Forget this edge's results and those of every later edge."""
    for later in EDGES[EDGES.index(edge) :]:
        _path(home, later).unlink(missing_ok=True)


def record(home: Home, edge: str, results: Iterable[AuditResult]) -> None:
    """Keep what an edge found; the file appears whole or not at all."""
    path = _path(home, edge)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".writing")
    beside.write_text(json.dumps([asdict(result) for result in results], ensure_ascii=False))
    beside.replace(path)


def read(home: Home, edge: str) -> list[AuditResult] | None:
    """What an edge found, None when it has not finished since its inputs changed."""
    path = _path(home, edge)
    if not path.exists():
        return None
    return [AuditResult(**row) for row in json.loads(path.read_text())]


def read_all(home: Home) -> list[AuditResult]:
    """The results of every edge that has finished, in the order of the flow."""
    return [result for edge in EDGES for result in read(home, edge) or []]


def require_publishable(home: Home) -> list[AuditResult]:
    """All results, if every edge finished and no blocking check failed.

    Raises:
        AuditError: If an edge is missing or a blocking check failed; names them.
    """
    results = read_all(home)
    failed = [result for result in results if result.is_blocking and not result.is_passed]
    if failed:
        shown = "; ".join(result.sentence for result in failed[:5])
        more = f"; and {len(failed) - 5} more" if len(failed) > 5 else ""
        raise AuditError(
            f"nothing was published: {len(failed)} blocking checks failed: {shown}{more}"
        )
    missing = [edge for edge in EDGES if read(home, edge) is None]
    if missing:
        raise AuditError(
            f"nothing was published: the audit of {', '.join(missing)} has not finished since the "
            "data changed; run `yutang run`"
        )
    return results


def _path(home: Home, edge: str) -> Path:
    return home.tmp / "audit" / f"{edge}.json"
