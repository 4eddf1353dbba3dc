"""An explanation as JSON, for tools.

Belongs here: the structure of answer.py as plain values; times are ISO 8601 in UTC.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from orchestration.lib.identity.explaining.answer import Explanation, Identifier


def as_json(explanation: Explanation, *, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The explanation as dicts and lists.

    Args:
        values: Clear values by token: every identifier then has a ``value``, null where there is
            none. Without it no clear value is in the result, and no such key.
    """
    return _plain(explanation, values)


def _plain(value: Any, values: Mapping[str, str] | None) -> Any:
    if isinstance(value, tuple):
        return [_plain(one, values) for one in value]
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if not is_dataclass(value):
        return value
    made = {field.name: _plain(getattr(value, field.name), values) for field in fields(value)}
    if isinstance(value, Identifier) and values is not None:
        made["value"] = values.get(value.identifier_token)
    return made
