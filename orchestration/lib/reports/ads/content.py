"""The report of ads: which question stands where.

Belongs here: sections and headlines. Does not belong here: queries (facts.py), charts and tables
(questions.py), the budget (shares.py), texts (texts.yml).
"""

from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.metrics.values import shown
from orchestration.lib.reports.ads import campaigns, questions, shares
from orchestration.lib.reports.ads.facts import Facts, read_facts
from orchestration.lib.reports.asking import NOTHING, Asking, assemble, count, part
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figures, Page, Part
from orchestration.lib.reports.said import Said, Texts
from orchestration.lib.reports.source import Source, open_source

NAME = "ads"
TEXTS = Path(__file__).with_name("texts.yml")


def make_report(home: Home) -> Path:
    """Write reports/ads.html from what is published.

    Returns:
        The file.

    Raises:
        ReportError: If nothing was published yet.
    """
    return write(home, build_page(home))


def build_page(home: Home) -> Page:
    """The page of the published file."""
    with open_source(home, NAME) as source:
        facts, ask = read_facts(source), Asking(Texts(TEXTS))
        sections: dict[str, tuple[Part, ...]] = {
            "glance": (headlines(facts, ask, source),),
            "alerts": (questions.newest(facts, ask, source), questions.alerts(facts, ask, source)),
            "spend": (
                questions.weeks(facts, ask, source),
                questions.landings(facts, ask, source),
                questions.returns(facts, ask, source),
                questions.where(facts, ask, source),
                questions.platforms(facts, ask, source),
            ),
            "claims": (campaigns.claims(facts, ask, source),),
            "campaigns": (
                campaigns.without_sales(facts, ask, source),
                campaigns.campaigns(facts, ask, source),
            ),
            "budget": shares.budget(facts, ask, source),
        }
        return assemble(ask.say, NAME, sections, as_of=source.as_of)


def headlines(facts: Facts, ask: Asking, source: Source) -> Figures:
    """The figures that the app and BI show too: metrics."""
    found = facts.metrics

    def value(name: str) -> Said:
        if name not in found:
            return NOTHING
        return shown(found[name], source.definitions.metric(name).unit)

    out = sum(row["judgement"] in ("above", "below") for row in facts.newest)
    lost = sum(float(row["cost_cny"]) for row in facts.without_sales)
    return Figures(
        (
            ask.figure("alerts", count(out) if facts.newest else NOTHING,
                       n=count(len(facts.newest))),
            ask.figure("cost", value("ad_cost"), clicks=count(found.get("clicks"))),
            ask.figure("roas", value("attributed_roas"), revenue=value("ad_attributed_revenue")),
            ask.figure("cpa", value("attributed_cpa"), orders=count(found.get("ad_attributed_orders"), 1)),
            ask.figure("cac", value("attributed_cac"),
                       people=count(found.get("ad_attributed_new_customers"), 1)),
            ask.figure("idle", part(lost, found.get("ad_cost")),
                       n=count(len(facts.without_sales))),
        )
    )  # fmt: skip
