"""`yutang export`: sending lists, what would be sent, receipts, approvals.

Belongs here: arguments and what is printed. Does not belong here: exporting (lib/exports).
"""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from orchestration.commands.terminal import console
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

export_app = typer.Typer(
    help="Lists for platforms: send differences, read receipts, release what waits.",
    no_args_is_help=True,
)
Destination = Annotated[
    str | None, typer.Option(help="Only this destination (activation/destinations.yml).")
]
Audience = Annotated[str | None, typer.Option(help="Only this audience.")]
COLOURS = {"sent": "green", "acknowledged": "green", "held": "yellow", "failed": "red"}


@export_app.command("run")
def run(destination: Destination = None, audience: Audience = None) -> None:
    """Read receipts, finish what is on its way, then send what changed since."""
    from orchestration.lib.exports.routes import matching
    from orchestration.lib.exports.run import export

    home = Home.from_environment()
    out = console()
    routes, faults = _all_routes(home, destination)
    outcomes = export(home, matching(routes, destination, audience))
    for one in outcomes:
        colour = COLOURS.get(one.status, "dim")
        out.print(
            f"[{colour}]{one.status:<12}[/{colour}] {one.route}: {one.sentence}", soft_wrap=True
        )
    if not outcomes:
        out.print("No audience names a destination: nothing to export.")
    failed = sum(one.status == "failed" for one in outcomes)
    if failed:
        faults.insert(0, f"{failed} of {len(outcomes)} exports failed; the others are done")
    if faults:
        raise YutangError("; ".join(faults))


@export_app.command("dry-run")
def dry_run(
    destination: Destination = None,
    audience: Audience = None,
    people: Annotated[
        bool, typer.Option("--people", help="List who comes and goes, by one_id.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
) -> None:
    """Show exactly what the next version would add and remove; nothing is written."""
    from orchestration.lib.audiences.naming import reason_words
    from orchestration.lib.exports.run import dry_run as plan_route

    home = Home.from_environment()
    found = [
        _described(route.name, *plan_route(home, route), people=people)
        for route in _routes(destination, audience)
    ]
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    out = console()
    for one in found:
        out.print(f"[bold]{one['route']}[/bold] as of {one['as_of_date']}")
        counts = one["counts"]
        out.print(
            f"  members {counts['members']:,}, can be sent {counts['people']:,}, "
            f"without identifier {counts['people_without_identifier']:,}"
        )
        for what, reasons in (
            ("left out", "people_left_out"),
            ("rejected", "identifiers_rejected"),
        ):
            if counts[reasons]:
                named = (f"{reason_words(k).en} {v:,}" for k, v in counts[reasons].items())
                out.print(f"  {what}: {', '.join(named)}")
        for what in ("add", "remove"):
            types = ", ".join(f"{k} {v:,}" for k, v in one[what].items()) or "nothing"
            out.print(f"  would {what}: {types}")
        for sentence in one["would_wait_because"]:
            out.print(f"  [yellow]would wait:[/yellow] {sentence}", soft_wrap=True)
        for what in ("people_in", "people_out"):
            for one_id in one.get(what, []):
                out.print(f"  {'+' if what == 'people_in' else '-'} {one_id}")
    if not found:
        out.print("No audience names a destination: nothing would be exported.")


@export_app.command("status")
def status(destination: Destination = None, audience: Audience = None) -> None:
    """Show every version: state, lines, what was acknowledged, match rate."""
    from orchestration.lib.exports.log import export_log_table

    heads = ("route", "version", "status", "operation", "type", "lines", "files", "matched")
    rows = [heads]
    waits = []
    for row in export_log_table(Home.from_environment()).to_pylist():
        if destination not in (None, row["destination"]) or audience not in (None, row["audience"]):
            continue
        name = f"{row['destination']}/{row['audience']}"
        rate = "" if row["match_rate_pct"] is None else f"{row['match_rate_pct']} %"
        rows.append(
            (name, str(row["version"]), row["status"], row["operation"], row["id_type"],
             f"{row['lines']:,}", f"{row['files_acknowledged']} of {row['files']}", rate)
        )  # fmt: skip
        if row["status"] == "held":
            waits.append(f"{name} version {row['version']} waits: {row['hold_reason']}")
    out = console()
    if len(rows) == 1:
        out.print("Nothing was exported yet: yutang export run")
        return
    widths = [max(len(row[place]) for row in rows) for place in range(len(heads))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.print("  ".join(cells).rstrip(), soft_wrap=True, markup=False)
    for line in waits:
        out.print(f"[yellow]{line}[/yellow]", soft_wrap=True)


@export_app.command("receipt")
def receipt(
    file: Annotated[Path, typer.Argument(help="JSON: an object, a list, or one object per line.")],
) -> None:
    """Take in what a platform answered; the same receipt twice changes nothing."""
    from orchestration.lib.exports.errors import ReceiptError
    from orchestration.lib.exports.outbox import version_folder
    from orchestration.lib.exports.receipts import drop, read_receipts
    from orchestration.lib.exports.run import export

    home = Home.from_environment()
    routes = {route.name: route for route in _all_routes(home, None)[0]}
    heard = {}
    for one in read_receipts(file):
        name = f"{one.destination}/{one.audience}"
        if name not in routes:
            raise ReceiptError(f"{file}: no audience goes to {name}")
        if not version_folder(home, routes[name], one.version).exists():
            raise ReceiptError(f"{file}: {name} has no version {one.version}")
        drop(home, routes[name], one)
        heard[name] = routes[name]
    out = console()
    for outcome in export(home, heard.values()):
        out.print(f"{outcome.status:<12} {outcome.route}: {outcome.sentence}", soft_wrap=True)
        if outcome.status == "failed":
            raise YutangError(outcome.sentence)


@export_app.command("approve")
def approve(
    destination: Annotated[str, typer.Argument(metavar="DESTINATION")],
    audience: Annotated[str, typer.Argument(metavar="AUDIENCE")],
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1)],
    reason: Annotated[str, typer.Option(help="Why it may leave; goes to the approvals' log.")],
) -> None:
    """Release one version that waits, and only that one; who and why is logged."""
    from orchestration.lib.exports.run import approve as release

    route = _routes(destination, audience)[0]
    outcome = release(Home.from_environment(), route, version, reason=reason)
    console().print(f"{outcome.status:<12} {outcome.route}: {outcome.sentence}", soft_wrap=True)


def _all_routes(home: Home, destination: str | None) -> tuple[list[Any], list[str]]:
    """Every route that can be used, those no audience sends any more too, and what cannot."""
    from orchestration.lib.exports.destinations import load_destinations, require
    from orchestration.lib.exports.routes import load_routes, retired_routes

    destinations = load_destinations()
    if destination:
        require(destinations, destination)
    faults: list[str] = []
    routes = load_routes(destinations, faults=faults)
    return [*routes, *retired_routes(home, destinations, routes)], faults


def _routes(destination: str | None, audience: str | None) -> list[Any]:
    from orchestration.lib.exports.destinations import load_destinations, require
    from orchestration.lib.exports.routes import load_routes, matching

    destinations = load_destinations()
    if destination:
        require(destinations, destination)
    return matching(load_routes(destinations), destination, audience)


def _described(route: str, plan: Any, state: Any, *, people: bool) -> dict[str, Any]:
    found = {
        "route": route,
        "as_of_date": str(plan.as_of),
        "acknowledged_version": state.acknowledged_version,
        "version_on_its_way": state.pending.number if state.pending else None,
        "counts": plan.books,
        "add": dict(sorted(Counter(entry.id_type for entry in plan.added).items())),
        "remove": dict(sorted(Counter(entry.id_type for entry in plan.removed).items())),
        "would_wait_because": [stop.sentence for stop in plan.stops],
    }
    if people:
        before = {entry.one_id for entry, _ in plan.held.values()}
        now = {entry.one_id for entry in plan.target.entries.values()}
        found["people_in"] = sorted(now - before)
        found["people_out"] = sorted(before - now)
    return found
