"""What came out of a run, read from the published file alone (and truth/, for simulated brands).

Belongs here: the figures a run ends with. Does not belong here: computing them (the marts do).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import duckdb
from rich.console import Console

from orchestration.commands.terminal import shown, table_lines
from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts

_FIGURES = """
    select
        (select max(as_of_date) from quality.audit_results),
        (select count(distinct one_id) from core.bridge_customer_identifiers),
        (select count(*) from core.bridge_customer_identifiers where one_id is not null),
        (select count(*) from core.fct_orders),
        (select coalesce(sum(net_revenue_cny), 0) from core.fct_orders),
        (
            select coalesce(sum(refunded_cny), 0) from core.fct_refunds
            where unmatched_reason is not null
        ),
        (select coalesce(sum(rows_read), 0) from quality.raw_loads),
        (select coalesce(sum(rows_rejected), 0) from quality.raw_loads),
        (select count(*) from quality.audit_results),
        (select count(*) from quality.audit_results where is_passed),
        (select coalesce(max(size), 0) from (
            select count(*) as size from core.bridge_customer_identifiers group by one_id
        )),
        (select coalesce(max(value), 0)::bigint from quality.identity_stats
         where metric = 'identifiers_with_changed_one_id'
             and as_of_date = (select max(as_of_date) from quality.identity_stats)),
        (select coalesce(max(value), 0)::bigint from quality.identity_stats
         where metric = 'identifiers_known_before'
             and as_of_date = (select max(as_of_date) from quality.identity_stats)),
        (select count(*) from quality.identity_conflicts),
        (select count(one_id) from core.fct_orders)
"""


@dataclass(frozen=True)
class IdentityScore:
    """The OneID against the truth of a simulated brand; ratios 0–1 over pairs of identifiers."""

    precision: float
    recall: float
    b3_f1: float
    over_merged_people: int


@dataclass(frozen=True)
class Summary:
    """The figures of the published file."""

    as_of: date
    people: int
    identifiers: int
    orders: int
    net_revenue_cny: Decimal
    unmatched_refunds_cny: Decimal  # given back without an order to take it from
    rows_read: int
    rows_rejected: int
    checks: int
    checks_passed: int
    largest_cluster: int  # most identifiers of one person
    identifiers_changed: int  # whose one_id is another than on the published day before
    identifiers_known_before: int
    conflicts: int  # refused links and identifiers
    orders_resolved: int
    checks_failed: tuple[str, ...]
    silent_channels: tuple[str, ...]
    identity: IdentityScore | str | None  # the text says why there is no score
    attribution: str | None  # how near the models come to the truth of a simulated brand

    @property
    def identifiers_per_person(self) -> float:
        return self.identifiers / self.people if self.people else 0.0


def read_summary(home: Home) -> Summary:
    """Read the figures of the published file.

    Raises:
        YutangError: If nothing was published yet.
    """
    if not home.published.exists():
        raise YutangError(f"{home.published} does not exist yet: run `yutang run`")
    with duckdb.connect(str(home.published), read_only=True) as connection:
        figures = connection.execute(_FIGURES).fetchall()[0]
        failed = connection.execute(
            "select table_name || ': ' || check_name || ' (' || details || ')' "
            "from quality.audit_results where not is_passed order by 1"
        ).fetchall()
        heard = connection.execute("select distinct channel from quality.raw_loads").fetchall()
    channels = {channel for channel, _ in load_contracts(PROJECT_DIR)}
    return Summary(
        *figures,
        checks_failed=tuple(row[0] for row in failed),
        silent_channels=tuple(sorted(channels - {row[0] for row in heard})),
        identity=_score_identity(home),
        attribution=_score_attribution(home),
    )


def print_summary(out: Console, home: Home, summary: Summary, *, seconds: float | None) -> None:
    """Print the figures, the files and how to look further."""
    took = f" in {seconds:,.0f} s" if seconds is not None else ""
    out.print(f"\n[bold]Published as of {summary.as_of}{took}[/bold]")
    rows = [
        ("people", f"{summary.people:,}"),
        ("identifiers per person", f"{summary.identifiers_per_person:.2f}"),
        ("largest person", f"{summary.largest_cluster:,} identifiers"),
        ("ids changed", _changed(summary)),
        ("links refused", f"{summary.conflicts:,} (quality.identity_conflicts)"),
        (
            "orders",
            f"{summary.orders:,}, {_share(summary.orders_resolved, summary.orders)} with a person",
        ),
        ("net revenue", _revenue(summary)),
        ("rejected rows", f"{summary.rows_rejected:,} of {summary.rows_read:,} (yutang rejects)"),
        ("checks passed", f"{summary.checks_passed:,} of {summary.checks:,}"),
        ("silent channels", ", ".join(summary.silent_channels) or "none"),
    ]
    if isinstance(summary.identity, str):
        rows.append(("OneID against truth", summary.identity))
    elif summary.identity:
        rows.append(
            (
                "OneID against truth",
                f"precision {summary.identity.precision:.4f}, "
                f"recall {summary.identity.recall:.4f}, B³ F1 {summary.identity.b3_f1:.4f}, "
                f"{summary.identity.over_merged_people:,} people merged wrongly",
            )
        )
    if summary.attribution:
        rows.append(("attribution against truth", summary.attribution))
    rows += [
        *_lists(home),
        ("published file", shown(home.published)),
        *_brand_files(home),
        *([("reports", shown(home.reports))] if any(home.reports.glob("*.html")) else []),
        ("raw and rejects", shown(home.raw)),
        ("Dagster UI", "make dev, then http://127.0.0.1:3000"),
    ]
    out.print("\n".join(table_lines(rows)), soft_wrap=True)
    for sentence in summary.checks_failed[:10]:
        out.print(f"  [yellow]not passed:[/yellow] {sentence}", soft_wrap=True)


def _brand_files(home: Home) -> list[tuple[str, str]]:
    """A line with the brands that have a file of their own; none if no brand has."""
    from orchestration.lib.publish.brands import brands_folder

    brands = sorted(path.stem for path in brands_folder(home).glob("*.duckdb"))
    return [("brand files", f"{shown(brands_folder(home))}: {', '.join(brands)}")] if brands else []


def _lists(home: Home) -> list[tuple[str, str]]:
    """What audiences were sent; nothing where none ever was."""
    from orchestration.lib.exports.log import export_log_table

    versions = export_log_table(home).to_pylist()
    if not versions:
        return []
    routes = {(row["destination"], row["audience"]) for row in versions}
    held = sum(row["status"] == "held" for row in versions)
    waits = f", {held:,} {'waits' if held == 1 else 'wait'} for an approval" if held else ""
    return [("lists exported", f"{len(routes):,}{waits} (yutang export status)")]


def _revenue(summary: Summary) -> str:
    unmatched = summary.unmatched_refunds_cny
    also = f", less {unmatched:,.2f} CNY refunded without an order" if unmatched else ""
    return f"{summary.net_revenue_cny:,.2f} CNY{also}"


def _changed(summary: Summary) -> str:
    if not summary.identifiers_known_before:
        return "none to compare with: the first published day"
    return f"{summary.identifiers_changed:,} of {summary.identifiers_known_before:,} identifiers"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "none"


def _score_identity(home: Home) -> IdentityScore | str | None:
    """None for a brand without truth/, which is every real one."""
    if not home.truth.exists():
        return None
    from orchestration.lib.identity.evaluation import EvaluationError, evaluate

    try:
        found = evaluate(home)
    except EvaluationError as error:
        return str(error)
    return IdentityScore(
        precision=found.precision,
        recall=found.recall,
        b3_f1=found.b3_f1,
        over_merged_people=found.over_merged_people,
    )


def _score_attribution(home: Home) -> str | None:
    """None for a brand without truth/; the text says why there is no score."""
    if not home.truth.exists():
        return None
    from orchestration.lib.attribution.errors import AttributionError
    from orchestration.lib.attribution.evaluation import evaluate, sentence

    try:
        return sentence(evaluate(home))
    except AttributionError as error:
        return str(error)
