"""What audiences need to know of activation/destinations.yml: names, and what each asks of a person.

Belongs here: reading that much of it. Does not belong here: its form and use (lib/exports).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.lib.audiences.lines import read_document

DESTINATIONS = "destinations.yml"


@dataclass(frozen=True)
class Route:
    """A destination: its names, the purpose and channel it needs, and the channel it writes through."""

    key: str
    en: str
    zh: str
    purpose: str
    channel: str
    needs_grant: bool
    reach_channel: str | None
    is_on: bool = True


def routes(activation: Path) -> dict[str, Route] | None:
    """Destinations by name; None where there is no such file."""
    path = activation / DESTINATIONS
    if not path.exists():
        return None
    found = read_document(path).values
    if not isinstance(found, dict):
        return {}
    return {key: _route(key, one if isinstance(one, dict) else {}) for key, one in found.items()}


def destination_names(activation: Path) -> list[str] | None:
    """Their names, for checking audience files."""
    found = routes(activation)
    return None if found is None else list(found)


def _route(key: str, said: dict[str, Any]) -> Route:
    name = said.get("name") or {}
    consent = said.get("consent") or {}
    return Route(
        key=key,
        en=str(name.get("en", key)),
        zh=str(name.get("zh", key)),
        purpose=str(consent.get("purpose", "marketing")),
        channel=str(consent.get("channel", "all")),
        needs_grant=consent.get("basis", "granted") == "granted",
        reach_channel=said.get("reach_channel"),
        is_on=bool(said.get("enabled", True)),
    )
