"""The rules of a `keeps_rules` test: one node of dbt, one audit result per rule.

Belongs here: which rules a test holds, and what became of each. Does not belong here: their SQL
(tests/data_tests/generic/keeps_rules.sql, which names them in the same way).
"""

from collections.abc import Mapping
from typing import Any

TEST = "keeps_rules"


def rule_names(node: Mapping[str, Any]) -> list[str]:
    """The rules of a test node of the manifest; none if it is a test of another kind."""
    metadata = node.get("test_metadata") or {}
    if metadata.get("name") != TEST:
        return []
    arguments = metadata["kwargs"]
    keys = [[key] if isinstance(key, str) else key for key in arguments.get("unique", [])]
    return [
        *(f"{column}_is_never_null" for column in arguments.get("never_null", [])),
        *(f"{column}_is_one_of_its_values" for column in arguments.get("one_of", {})),
        *arguments.get("always", {}),
        *(f"{'_and_'.join(columns)}_is_unique" for columns in keys),
    ]
