"""Exports as assets below the published file: one per destination.

Belongs here: thin wrappers. Does not belong here: exporting (lib/exports) or audiences.
"""

import dagster as dg

from orchestration.defs.activation.audiences import usable_files
from orchestration.defs.keys import PUBLISHED, audience_key, export_key
from orchestration.lib.exports.destinations import Destination, load_destinations
from orchestration.lib.exports.errors import DestinationError
from orchestration.resources import HomeResource

GROUP = "exports"
OWNER = "team:private-domain"
CHECK = "no_version_waits"


def build_exports(destinations: dict[str, Destination]) -> dg.Definitions:
    """One asset per destination that is on, each with the check that nothing of it waits."""
    assets = [_export(one) for one in destinations.values() if one.enabled]
    return dg.Definitions(assets=assets)


def _audiences_of(destination: str) -> list[dg.AssetKey]:
    """The audiences that go to a destination: it is written after them."""
    found = usable_files().audiences.values()
    return [audience_key(one.name) for one in found if destination in one.destinations]


def _export(destination: Destination) -> dg.AssetsDefinition:
    key = export_key(destination.key)

    @dg.asset(
        key=key,
        deps=[PUBLISHED, *_audiences_of(destination.key)],
        group_name=GROUP,
        owners=[OWNER],
        kinds={"file"},
        check_specs=[
            dg.AssetCheckSpec(
                CHECK, asset=key, description="No version waits for somebody's approval."
            )
        ],
        description=(
            f"outbox/{destination.key}/: lists for {destination.name.en} ({destination.name.zh}), as "
            "differences against what it acknowledged. Audiences that name it; without any, nothing."
        ),
    )
    def export_to_destination(home: HomeResource) -> dg.MaterializeResult:
        from orchestration.lib.exports.routes import load_routes
        from orchestration.lib.exports.run import export

        routes = [
            route
            for route in load_routes(load_destinations())
            if route.destination.key == destination.key
        ]
        outcomes = export(home.paths, routes)
        failed = [f"{one.route}: {one.sentence}" for one in outcomes if one.status == "failed"]
        if failed:
            raise dg.Failure("; ".join(failed))
        waits = [f"{one.route}: {one.sentence}" for one in outcomes if one.status == "held"]
        return dg.MaterializeResult(
            metadata={
                "audiences": len(outcomes),
                "lines_added": sum(one.added for one in outcomes if one.status != "held"),
                "lines_removed": sum(one.removed for one in outcomes if one.status != "held"),
                "outcomes": dg.MetadataValue.json({one.route: one.sentence for one in outcomes}),
            },
            check_results=[
                dg.AssetCheckResult(
                    check_name=CHECK,
                    passed=not waits,
                    severity=dg.AssetCheckSeverity.WARN,
                    description="; ".join(waits) or None,
                )
            ],
        )

    return export_to_destination


def _broken(error: DestinationError) -> dg.Definitions:
    """A wrong destinations.yml must not keep the tables from being published."""
    sentence = str(error)

    @dg.asset(
        key=export_key("destinations_yml"),
        deps=[PUBLISHED],
        group_name=GROUP,
        owners=[OWNER],
        kinds={"file"},
        description="activation/destinations.yml cannot be used; fails with the reason.",
    )
    def unusable_destinations() -> None:
        raise dg.Failure(sentence, allow_retries=False)

    return dg.Definitions(assets=[unusable_destinations])


@dg.definitions
def exporting() -> dg.Definitions:
    """All exports."""
    try:
        return build_exports(load_destinations())
    except DestinationError as error:
        return _broken(error)
