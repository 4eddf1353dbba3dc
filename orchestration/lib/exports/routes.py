"""Which audience goes where: the part of activation/audiences/*.yml that exports need.

Belongs here: name, brand, destinations, holdout and the hash of the definition. Does not belong here: the
conditions of an audience or their checking (lib/audiences).
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.lib.exports.destinations import Destination, require
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.home import PROJECT_DIR, Home

ALL_BRANDS = "all"


@dataclass(frozen=True)
class Holdout:
    """People kept out of every list of an audience, to see what the lists bring."""

    percent: float
    salt: str

    def keeps_out(self, one_id: str) -> bool:
        """Whether the person is held out; the same answer for ever, whoever asks.

        >>> Holdout(50, "s").keeps_out("p1") == Holdout(50, "s").keeps_out("p1")
        True
        """
        digest = hashlib.sha256(f"{self.salt}|{one_id}".encode()).hexdigest()
        return int(digest[:8], 16) % 10_000 < 100 * self.percent


@dataclass(frozen=True)
class Route:
    """One audience on its way to one destination."""

    destination: Destination
    audience: str
    definition_sha256: str
    holdout: Holdout | None = None
    brand: str = ALL_BRANDS  # in whose name; consent is asked for it
    is_retired: bool = False  # no audience sends it any more; removals still must arrive

    @property
    def name(self) -> str:
        return f"{self.destination.key}/{self.audience}"


def audiences_dir() -> Path:
    return PROJECT_DIR / "activation" / "audiences"


def load_routes(
    destinations: dict[str, Destination],
    folder: Path | None = None,
    *,
    faults: list[str] | None = None,
) -> list[Route]:
    """All routes, by destination and audience.

    Args:
        faults: Given, what cannot be used is said here and the other routes are still found.

    Raises:
        ExportError: Without `faults`, if a file cannot be read or names a destination that is
            unknown or off.
    """
    routes: list[Route] = []
    folder = folder or audiences_dir()
    for path in sorted(p for p in folder.glob("*") if p.suffix in (".yml", ".yaml")):
        try:
            routes += _routes_of(path, destinations)
        except ExportError as error:
            if faults is None:
                raise
            faults.append(str(error))
    return sorted(routes, key=lambda route: route.name)


def retired_routes(
    home: Home, destinations: dict[str, Destination], routes: Iterable[Route]
) -> list[Route]:
    """What was sent once and no audience sends any more: whoever withdraws must be removed there too."""
    known = {route.name for route in routes}
    found = []
    for path in sorted((home.state / "exports").glob("*/*/state.json")):
        key, audience = path.parent.parent.name, path.parent.name
        if key in destinations and f"{key}/{audience}" not in known:
            brand = str(json.loads(path.read_text(encoding="utf-8")).get("brand") or "all")
            found.append(Route(destinations[key], audience, "", brand=brand, is_retired=True))
    return found


def _routes_of(path: Path, destinations: dict[str, Destination]) -> list[Route]:
    content = path.read_bytes()
    try:
        body = yaml.safe_load(content) or {}
    except yaml.YAMLError as error:
        raise ExportError(f"{path} is no YAML: yutang audience list says where") from error
    routes = []
    for key in body.get("destinations") or []:
        try:
            destination = require(destinations, str(key))
        except ExportError as error:
            raise ExportError(f"{path}: {error}") from error
        if not destination.enabled:
            raise ExportError(
                f"{path}: destination {key} is off (enabled: false in "
                "activation/destinations.yml); turn it on or take it out of the audience"
            )
        brand = str(body.get("brand") or ALL_BRANDS)
        if destination.brand != ALL_BRANDS and brand not in (destination.brand, ALL_BRANDS):
            raise ExportError(
                f"{path}: audience of brand {brand} names destination {key}, an account of brand "
                f"{destination.brand}: its people did not ask to hear of {brand} there; give {brand} a "
                "destination of its own"
            )
        held = body.get("holdout")
        routes.append(
            Route(
                destination,
                str(body.get("name") or path.stem),
                hashlib.sha256(content).hexdigest(),
                Holdout(float(held["percent"]), str(held["salt"])) if held else None,
                brand,
            )
        )
    return routes


def matching(routes: Iterable[Route], destination: str | None, audience: str | None) -> list[Route]:
    """Routes of that destination and audience.

    Raises:
        ExportError: If both are named and no audience goes there.
    """
    found = [
        route
        for route in routes
        if destination in (None, route.destination.key) and audience in (None, route.audience)
    ]
    if not found and (destination or audience):
        known = ", ".join(route.name for route in routes) or "none"
        asked = "/".join(one for one in (destination, audience) if one)
        raise ExportError(f"no audience goes to {asked}; routes are: {known}")
    return found
