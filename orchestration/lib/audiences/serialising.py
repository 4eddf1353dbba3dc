"""Cards and plans as plain values, for --json.

Belongs here: one form for both. Does not belong here: what they hold.
"""

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_DERIVED = ("differ", "has_changes")


def plain(value: Any) -> Any:
    """Dataclasses as dicts with the figures that follow from others, days and money as text."""
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if not is_dataclass(value):
        return value
    made = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return made | {name: getattr(value, name) for name in _DERIVED if hasattr(value, name)}
