"""What dbt's tests found, read from the run_results.json of a build.

Belongs here: turning dbt's own record into audit results. Does not belong here: running dbt.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.lib.quality.trail import AuditResult


def read_test_results(run_results: Path, *, manifest: Path) -> list[AuditResult]:
    """One result per data test of the build, and one per model that could not be built.

    A test that was skipped because its model failed counts as failed: it proved nothing.
    """
    nodes = json.loads(manifest.read_text())["nodes"]
    results = json.loads(run_results.read_text())["results"]
    return sorted(_convert(results, nodes), key=lambda r: (r.table_name, r.check_name))


def _convert(
    results: list[dict[str, Any]], nodes: dict[str, dict[str, Any]]
) -> Iterator[AuditResult]:
    for result in results:
        node = nodes.get(result["unique_id"])
        status = result["status"]
        if node is None:
            continue
        if node["resource_type"] == "test":
            yield AuditResult(
                edge="models",
                table_name=_tested_table(node, nodes),
                check_name=node["name"],
                is_passed=status == "pass",
                is_blocking=status != "warn",
                failing_rows=result.get("failures"),
                details="" if status == "pass" else f"{status}: {_first_line(result)}",
            )
        elif status in ("error", "skipped"):
            yield AuditResult(
                edge="models",
                table_name=f"{node['schema']}.{node['name']}",
                check_name="is_built",
                is_passed=False,
                is_blocking=True,
                failing_rows=None,
                details=f"{status}: {_first_line(result)}",
            )


def _tested_table(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    attached = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
    tested = nodes.get(attached)
    return f"{tested['schema']}.{tested['name']}" if tested else attached.replace("source.", "")


def _first_line(result: dict[str, Any]) -> str:
    return " ".join((result.get("message") or "").split())[:300]
