"""Exports as assets below the published file: one per destination.

Belongs here: thin wrappers. Does not belong here: exporting (lib/exports) or audiences.
"""

import dagster as dg

from orchestration.defs.keys import (
    EXPORT_LOG,
    PUBLISHED,
    audience_key,
    export_key,
    report_key,
)
from orchestration.lib.exports.destinations import Destination, load_destinations
from orchestration.lib.exports.errors import DestinationError
from orchestration.lib.exports.routes import Route, load_routes, retired_routes
from orchestration.resources import WAREHOUSE_POOL, HomeResource

GROUP = "exports"
OWNER = "team:private-domain"
CHECK = "no_version_waits"


def build_exports(destinations: dict[str, Destination], routes: list[Route]) -> dg.Definitions:
    """One asset per destination that is on, below its audiences, and the log of all."""
    enabled = [one for one in destinations.values() if one.enabled]
    exports = [
        _export(one, [r.audience for r in routes if r.destination.key == one.key])
        for one in enabled
    ]
    keys = [export_key(one.key) for one in enabled]
    return dg.Definitions(assets=[*exports, _log(keys), _report(keys)])


def _export(destination: Destination, audiences: list[str]) -> dg.AssetsDefinition:
    key = export_key(destination.key)

    @dg.asset(
        key=key,
        deps=[PUBLISHED, *(audience_key(name) for name in audiences)],
        group_name=GROUP,
        owners=[OWNER],
        kinds={"file"},
        check_specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                description="No version waits for an approval, and every audience can be sent.",
            )
        ],
        description=(
            f"outbox/{destination.key}/: lists for {destination.name.en} ({destination.name.zh}), as "
            "differences against what it acknowledged. Audiences that name it; without any, nothing."
        ),
    )
    def export_to_destination(home: HomeResource) -> dg.MaterializeResult:
        from orchestration.lib.exports.run import export

        destinations = load_destinations()
        faults: list[str] = []
        routes = load_routes(destinations, faults=faults)
        routes += retired_routes(home.paths, destinations, routes)
        outcomes = export(
            home.paths, [route for route in routes if route.destination.key == destination.key]
        )
        failed = [f"{one.route}: {one.sentence}" for one in outcomes if one.status == "failed"]
        if failed:
            raise dg.Failure("; ".join(failed))
        waits = [f"{one.route}: {one.sentence}" for one in outcomes if one.status == "held"]
        waits += faults
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


def _log(exports: list[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=EXPORT_LOG,
        deps=[PUBLISHED, *exports],
        group_name=GROUP,
        owners=[OWNER],
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,  # it replaces the published file, as a publish does
        description=(
            "activation.export_log in the published file: every version of every list, its lines, "
            "what was acknowledged, the match rate, why it waited and who released it."
        ),
    )
    def export_log(home: HomeResource) -> dg.MaterializeResult:
        from orchestration.lib.exports.log import publish_log

        return dg.MaterializeResult(metadata={"dagster/row_count": publish_log(home.paths)})

    return export_log


def _report(exports: list[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.asset(
        key=report_key("exports"),
        deps=exports,
        group_name="reports",
        owners=[OWNER],
        kinds={"html"},
        description=(
            "reports/exports.html: what went where, match rates, what waits and why; Chinese and "
            "English, for people. Made anew after every export of a run."
        ),
    )
    def exports_report(home: HomeResource) -> dg.MaterializeResult:
        from orchestration.lib.reports.exports.content import make_report

        path = make_report(home.paths)
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(str(path)), "bytes": path.stat().st_size}
        )

    return exports_report


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
        destinations = load_destinations()
    except DestinationError as error:
        return _broken(error)
    # An audience's file that cannot be used is told by the check of each export.
    return build_exports(destinations, load_routes(destinations, faults=[]))
