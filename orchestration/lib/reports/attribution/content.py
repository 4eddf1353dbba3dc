"""The attribution report: which question stands where.

Belongs here: sections, headlines and the comparison with the truth. Does not belong here: queries (facts.py),
single charts (questions.py)
and tables (tables.py), texts (texts.yml).
"""

from pathlib import Path

from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.attribution.evaluation import ModelRecovery, evaluate
from orchestration.lib.home import Home
from orchestration.lib.reports import charts
from orchestration.lib.reports.asking import Asking, assemble, cny, count, part
from orchestration.lib.reports.attribution import questions, tables
from orchestration.lib.reports.attribution.facts import UNATTRIBUTED, Facts, read_facts
from orchestration.lib.reports.charts import Bar
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figures, Note, Page, Part, Table
from orchestration.lib.reports.said import Texts, same
from orchestration.lib.reports.source import Source, open_source

NAME = "attribution"
TEXTS = Path(__file__).with_name("texts.yml")


def make_report(home: Home) -> Path:
    """Write reports/attribution.html from what is published.

    Returns:
        The file.

    Raises:
        ReportError: If nothing was published yet.
    """
    return write(home, build_page(home))


def build_page(home: Home) -> Page:
    """The page of the published file; for a brand with truth/ with the error of each model."""
    with open_source(home, NAME) as source:
        facts, ask = read_facts(source), Asking(Texts(TEXTS))
        sections: dict[str, tuple[Part, ...]] = {
            "glance": (headlines(facts, ask, source),),
            "channels": (
                questions.credit(facts, ask),
                questions.spread(facts, ask),
                tables.models(facts, ask),
                tables.meanings(facts, ask),
            ),
            "customers": (questions.customers(facts, ask), questions.effects(facts, ask, source)),
            "refunds": (tables.refunds(facts, ask),),
            "campaigns": (tables.campaigns(facts, ask, source),),
            "paths": (questions.lengths(facts, ask), tables.paths(facts, ask, source)),
        }
        if home.truth.exists() and facts.chosen:
            sections["truth"] = _truth(home, facts, ask)
        return assemble(ask.say, NAME, sections, as_of=source.as_of)


def headlines(facts: Facts, ask: Asking, source: Source) -> Figures:
    """The totals, as the metrics have them."""
    names = ["attributed_revenue", "attributed_orders", "ad_attributed_revenue", "attributed_roas"]
    (found,) = source.metrics(names) or ({},)
    lost = next((row for row in facts.chosen if row["channel"] == UNATTRIBUTED), {})
    total = found.get("attributed_revenue")
    touched = None if total is None else float(total) - float(lost.get("revenue_cny") or 0)
    fresh = sum(float(row["new_customer_revenue_cny"]) for row in facts.chosen)
    back = sum(float(row["refunded_cny"]) for row in facts.refunds)
    sold = sum(float(row["sold_cny"]) for row in facts.refunds)
    return Figures(
        (
            ask.figure("revenue", cny(total), orders=count(found.get("attributed_orders"))),
            ask.figure("attributed", part(touched, total), revenue=cny(touched)),
            ask.figure("lost", cny(lost.get("revenue_cny")), orders=count(lost.get("conversions"))),
            ask.figure("ads", cny(found.get("ad_attributed_revenue")),
                       roas=count(found.get("attributed_roas"), 2)),
            ask.figure("new", part(fresh, total), revenue=cny(fresh)),
            ask.figure("back", cny(back), share=part(back, sold)),
        )
    )  # fmt: skip


def _truth(home: Home, facts: Facts, ask: Asking) -> tuple[Part, ...]:
    try:
        found = evaluate(home)
    except AttributionError:
        return (Note(ask.say("truth", "not_measured")),)
    chosen = next((one for one in found if one.model == facts.model), None)
    rated = (channels(chosen, facts, ask),) if chosen else ()
    return (Note(ask.say("truth", "note")), *errors(found, ask), *rated)


def errors(found: tuple[ModelRecovery, ...], ask: Asking) -> tuple[Part, ...]:
    """How wrong each model is about what really caused the orders, the least wrong first."""
    drawn = charts.bars(
        [
            Bar(named("model", one.model), one.share_error, same(f"{one.share_error:.1%}"))
            for one in found
        ],
        top=1,
    )
    chart = ask.chart(
        "errors",
        drawn,
        model=named("model", found[0].model),
        error=f"{found[0].share_error:.1%}",
    )
    table = ask.table(
        "truth_models",
        ("model", "error", "hit", "over"),
        [
            (
                named("model", one.model),
                same(f"{one.share_error:.1%}"),
                same(f"{one.hit_ratio:.1%}"),
                count(one.overstatement, 1),
            )
            for one in found
        ],
        numeric=(1, 2, 3),
    )
    return chart, table


def channels(found: ModelRecovery, facts: Facts, ask: Asking) -> Table:
    """Which channels the brand's model rates too high or too low, by their shares."""
    rows = [one for one in found.channels if one.channel != UNATTRIBUTED]
    caused = sum(one.caused_orders for one in rows)
    credited = sum(one.credited_orders for one in rows)
    return ask.table(
        "truth_channels",
        ("channel", "caused", "credited", "true_share", "share"),
        [
            (
                facts.names.get(one.channel, same(one.channel.replace("_", " "))),
                count(one.caused_orders),
                count(one.credited_orders, 1),
                part(one.caused_orders, caused),
                part(one.credited_orders, credited),
            )
            for one in sorted(rows, key=lambda one: (-one.caused_orders, one.channel))
        ],
        numeric=range(1, 5),
        model=named("model", found.model),
    )
