"""What dbt's tests found, read from the run_results.json of a build.

Belongs here: turning dbt's own record into audit results. Does not belong here: running dbt.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from orchestration.lib.quality.rules import rule_names
from orchestration.lib.quality.trail import AuditResult

# Compiled SQL of failed keeps_rules tests, by unique id -> failing rows by rule, by unique id.
FindBroken = Callable[[Mapping[str, str]], Mapping[str, Mapping[str, int]]]


def read_test_results(
    run_results: Path, *, manifest: Path, find_broken: FindBroken = lambda tests: {}
) -> list[AuditResult]:
    """One result per data test or rule of the build, and one per model that could not be built.

    A test that was skipped because its model failed counts as failed: it proved nothing.

    Args:
        run_results: run_results.json of the build.
        manifest: manifest.json of the build.
        find_broken: Called with the tests of rules that failed, if any did: dbt says how many rules
            are broken, not which.
    """
    nodes = json.loads(manifest.read_text())["nodes"]
    results = json.loads(run_results.read_text())["results"]
    failed = {
        result["unique_id"]: result["compiled_code"]
        for result in results
        if result["status"] in ("fail", "warn") and rule_names(nodes.get(result["unique_id"], {}))
    }
    broken = find_broken(failed) if failed else {}
    return sorted(_convert(results, nodes, broken), key=lambda r: (r.table_name, r.check_name))


def _convert(
    results: list[dict[str, Any]],
    nodes: dict[str, dict[str, Any]],
    broken: Mapping[str, Mapping[str, int]],
) -> Iterator[AuditResult]:
    for result in results:
        node = nodes.get(result["unique_id"])
        status = result["status"]
        if node is None:
            continue
        if rule_names(node):
            yield from _rules(result, node, nodes, broken.get(result["unique_id"], {}))
        elif node["resource_type"] == "test":
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


def _rules(
    result: dict[str, Any],
    node: dict[str, Any],
    nodes: dict[str, dict[str, Any]],
    broken: Mapping[str, int],
) -> Iterator[AuditResult]:
    """One result per rule; where it is not known which are broken, all of the test's are."""
    status = result["status"]
    for rule in rule_names(node):
        is_passed = status == "pass" or (bool(broken) and rule not in broken)
        rows = broken.get(rule)
        found = _first_line(result) if rows is None else f"{rows:,} rows"
        yield AuditResult(
            edge="models",
            table_name=_tested_table(node, nodes),
            check_name=rule,
            is_passed=is_passed,
            is_blocking=status != "warn",
            failing_rows=0 if is_passed else rows,
            details="" if is_passed else f"{status}: {found}",
        )


def _tested_table(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    attached = node.get("attached_node") or next(iter(node["depends_on"]["nodes"]), "")
    tested = nodes.get(attached)
    return f"{tested['schema']}.{tested['name']}" if tested else attached.replace("source.", "")


def _first_line(result: dict[str, Any]) -> str:
    return " ".join((result.get("message") or "").split())[:300]
