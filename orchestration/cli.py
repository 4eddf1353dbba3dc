"""The `yutang` command: arguments, help and exit codes.

Belongs here: what a person can type. Does not belong here: any work; a command calls one function
of commands/ (or pipeline.py, which runs the Dagster jobs) and imports it only when it is called,
so that `yutang --help` answers at once.
"""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from orchestration.commands.exports import export_app
from orchestration.lib.errors import YutangError

app = typer.Typer(
    name="yutang",
    help=(
        "Yutang: one id per person, a 360° profile and published marts from the files that a "
        "brand's channels deliver.\n\n"
        "Data lives in YUTANG_HOME (default data/), secrets in YUTANG_SECRETS (default .secrets/)."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

plan_app = typer.Typer(
    help="Say what a change of rules would do, before it is applied.", no_args_is_help=True
)
app.add_typer(plan_app, name="plan")
app.add_typer(export_app, name="export")
audience_app = typer.Typer(
    help="Audiences: who they are, how many, and what another reading would give.",
    no_args_is_help=True,
)
app.add_typer(audience_app, name="audience")

bi_app = typer.Typer(help="Dashboards in Apache Superset, on this machine.", no_args_is_help=True)
app.add_typer(bi_app, name="bi")

AsOf = Annotated[
    datetime | None,
    typer.Option(
        "--as-of",
        formats=["%Y-%m-%d"],
        metavar="YYYY-MM-DD",
        help="Day the tables describe; nothing delivered later is seen. Default: newest delivery.",
    ),
]


@app.command()
def demo(
    people: Annotated[
        int, typer.Option(help="People of the simulated brand, 50 or more.")
    ] = 20_000,
    days: Annotated[int, typer.Option(help="Days of history, 14 or more.")] = 180,
    seed: Annotated[int, typer.Option(help="Same seed, same brand, byte for byte.")] = 7,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Do nothing when landing/ already holds files.")
    ] = False,
) -> None:
    """Write the landing files of a simulated brand, and the truth about its people."""
    from orchestration.commands.demo import write

    write(people=people, days=days, seed=seed, if_empty=if_empty)


@app.command()
def example(
    name: Annotated[
        str | None, typer.Argument(help="Which data set; without a name they are listed.")
    ] = None,
) -> None:
    """Write landing files from a public data set, to see the pipeline on real input."""
    from orchestration.commands.example import write

    write(name)


@app.command()
def run(
    as_of: AsOf = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rebuild incremental tables from all of raw/.")
    ] = False,
    target: Annotated[
        str, typer.Option(help="Engine that builds the models: duckdb or spark.")
    ] = "duckdb",
) -> None:
    """Load what was delivered, build all models, audit and publish; say what came out."""
    from orchestration.commands.run import run_and_report

    run_and_report(as_of=as_of.date() if as_of else None, full_refresh=full_refresh, target=target)


@app.command()
def status() -> None:
    """Show what is loaded, pending and published, and what the last audit found."""
    from orchestration.commands.status import show

    show()


@app.command()
def rejects(
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    entity: Annotated[str | None, typer.Option(help="Only this entity.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
) -> None:
    """Show refused rows with file, line, column and reason, and their text from landing/."""
    from orchestration.commands.rejects import show

    show(channel=channel, entity=entity, limit=limit)


@app.command()
def suggest(
    min_probability: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Pairs less probable are not written.")
    ] = 0.5,
) -> None:
    """Suggest links between people who share no identifier; joins nothing by itself."""
    from orchestration.commands.suggest import suggest as run_suggest

    run_suggest(min_probability=min_probability)


@app.command()
def explain(
    identifiers: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B]",
            help="type:value, type@scope:value, or the first 8 digits of a token or one_id.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Show clear values; opening the vault is logged.")
    ] = False,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Say why two identifiers are one person or not; of one, whose it is and was."""
    from orchestration.commands.explain import show

    show(identifiers, as_json=as_json, reveal=reveal, language=lang)


@app.command()
def flow(
    from_date: Annotated[
        datetime,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Earlier day."),
    ],
    to_date: Annotated[
        datetime,
        typer.Option(
            "--to",
            formats=["%Y-%m-%d"],
            metavar="YYYY-MM-DD",
            help="Later day, up to the as-of day.",
        ),
    ],
    kind: Annotated[str, typer.Option(help="lifecycle, lifecycle_4 or aipl.")] = "lifecycle",
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the table: en or zh.")] = "en",
) -> None:
    """Show how many people moved from stage to stage between two days."""
    from orchestration.commands.flow import show

    show(
        kind,
        from_date=from_date.date(),
        to_date=to_date.date(),
        as_json=as_json,
        language=lang,
    )


@app.command()
def budget(
    total: Annotated[
        float | None, typer.Option(help="Yuan per week to share. Default: what is spent now.")
    ] = None,
    max_change: Annotated[float, typer.Option(help="Largest change of a channel, 0-1.")] = 0.3,
    model: Annotated[
        str, typer.Option(help="Attribution model whose credit counts as revenue.")
    ] = "last_non_direct",
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
) -> None:
    """Say what one more yuan brings per ad channel, and how a budget might be shared."""
    from orchestration.commands.budget import show

    show(total=total, max_change=max_change, model=model, as_json=as_json)


@app.command()
def timeline(
    one_id: Annotated[
        str,
        typer.Argument(
            metavar="ONE_ID", help="A one_id, live or retired, or its first 8 digits or more."
        ),
    ],
    days: Annotated[
        int | None,
        typer.Option(min=1, help="Only the last so many days up to the as-of day. Default: all."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Show everything one person did and received, from the published file."""
    from orchestration.commands.timeline import show

    show(one_id, days=days, as_json=as_json, language=lang)


@plan_app.command("identity")
def plan_identity(
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 if anything would change.")
    ] = False,
    fail_above: Annotated[
        float | None,
        typer.Option(
            metavar="PCT", min=0, max=100, help="Exit 2 if more identifiers change person."
        ),
    ] = None,
    project_dir: Annotated[
        Path | None,
        typer.Option(help="Checkout with the rules to plan. Default: the one this command is of."),
    ] = None,
) -> None:
    """Build the OneID with the rules as they are now, aside, and compare with what is published."""
    from orchestration.commands.plan import identity

    code = identity(
        as_json=as_json,
        detailed_exitcode=detailed_exitcode,
        fail_above=fail_above,
        project_dir=project_dir,
    )
    raise typer.Exit(code)


@plan_app.command("audience")
def plan_audience(
    file: Annotated[Path, typer.Argument(help="The edited file; it need not be in its folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit 2 if anything would change.")
    ] = False,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Say who would join and leave, with what money and destinations, before a file is merged."""
    from orchestration.commands.audience import plan

    raise typer.Exit(
        plan(file, as_json=as_json, detailed_exitcode=detailed_exitcode, language=lang)
    )


@audience_app.command("list")
def audience_list(
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the names: en or zh.")] = "en",
) -> None:
    """List the audiences with the members of their newest run."""
    from orchestration.commands.audience import list_audiences

    list_audiences(as_json=as_json, language=lang)


@audience_app.command("preview")
def audience_preview(
    what: Annotated[str, typer.Argument(metavar="NAME|FILE", help="An audience, or a file.")],
    sql: Annotated[
        str | None, typer.Option(metavar="ENGINE", help="Print its SQL: duckdb or spark.")
    ] = None,
    people: Annotated[int, typer.Option(min=0, max=100, help="Examples to show.")] = 5,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Evaluate an audience on what is published, without writing anything."""
    from orchestration.commands.audience import preview

    preview(what, engine=sql, people=people, language=lang)


@audience_app.command("card")
def audience_card(
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="An audience, or a file.")],
    as_json: Annotated[bool, typer.Option("--json", help="A documented structure.")] = False,
    html: Annotated[bool, typer.Option("--html", help="A page in reports/.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Show what a definition means: people, money, reach, and its other readings side by side."""
    from orchestration.commands.audience import card

    card(name, as_json=as_json, html=html, language=lang)


@app.command()
def metrics(  # noqa: PLR0917 - typer calls it by name
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Metrics; without a name all, with what they mean."
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            metavar="GROUPING", help="metric_time__month, order__channel, ...; may be repeated."
        ),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="First day counted."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Last day counted."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One object per group.")] = False,
    lang: Annotated[str, typer.Option(help="Language of the text: en or zh.")] = "en",
) -> None:
    """Show metrics of the published file, as `mf query` and the dashboards define them."""
    from orchestration.commands.metrics import show

    show(
        names or [],
        by=by or [],
        since=since.date() if since else None,
        until=until.date() if until else None,
        as_json=as_json,
        language=lang,
    )


@app.command("app")
def serve_app(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8501,
    host: Annotated[
        str, typer.Option(help="Address to serve on; another one than this is seen by others.")
    ] = "127.0.0.1",
) -> None:
    """Serve the page for operators: overview, customers, audiences, attribution, data health."""
    from orchestration.commands.app import serve

    serve(host=host, port=port)


@bi_app.command("setup")
def bi_setup() -> None:
    """Prepare Superset for this home and import the dashboards of bi/superset."""
    from orchestration.commands.bi import setup

    setup()


@bi_app.command("start")
def bi_start(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = 8088,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
) -> None:
    """Serve Superset with the dashboards; it signs in with a password."""
    from orchestration.commands.bi import start

    start(host=host, port=port)


@app.command()
def dev(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Start the Dagster UI for this home (the same as `dg dev` with its environment)."""
    from orchestration.commands.dev import serve

    serve(port=port)


def main() -> None:
    """Entry point: our own errors become one sentence and exit code 1, without a traceback."""
    code = 0
    try:
        app()
    except YutangError as error:
        typer.secho(f"yutang: {error}", fg=typer.colors.RED, err=True)
        code = 1
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    # DuckDB's binding prints a page about its own reference counts when an interpreter ends that
    # used it through SQLAlchemy; nothing is left to clean up here, so the process just ends.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
