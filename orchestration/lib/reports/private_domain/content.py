"""The private-domain report: which question stands where.

Belongs here: sections and headlines. Does not belong here: queries (facts.py), charts
(questions.py, people.py), texts (texts.yml).
"""

from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.metrics.values import shown
from orchestration.lib.reports.asking import NOTHING, Asking, assemble, count
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figure, Figures, Page, Part
from orchestration.lib.reports.private_domain import people, questions
from orchestration.lib.reports.private_domain.facts import Facts, read_facts
from orchestration.lib.reports.said import Said, Texts
from orchestration.lib.reports.source import Source, open_source

NAME = "private_domain"
TEXTS = Path(__file__).with_name("texts.yml")


def make_report(home: Home) -> Path:
    """Write reports/private_domain.html from what is published.

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
            "sales": (
                questions.sales(facts, ask, "gmv"),
                questions.sales(facts, ask, "orders"),
                questions.months(facts, ask),
            ),
            "stages": (
                people.stages(facts, ask),
                people.flow(facts.aipl_flow, ask, "aipl"),
                people.flow(facts.lifecycle_flow, ask, "lifecycle"),
            ),
            "contacts": (
                people.contacts(facts, ask, "oa"),
                people.contacts(facts, ask, "wecom"),
                people.funnels(facts, ask, source),
                people.reach(facts, ask),
                people.reasons(facts, ask),
            ),
            "worth": (
                questions.concentration(facts, ask),
                questions.retention(facts, ask),
                questions.repeat(facts, ask),
            ),
        }
        return assemble(ask.say, NAME, sections, as_of=source.as_of)


def headlines(facts: Facts, ask: Asking, source: Source) -> Figures:
    """The figures that the app and BI show too: metrics."""
    found = facts.metrics

    def value(name: str) -> Said:
        if name not in found:
            return NOTHING
        return shown(found[name], source.definitions.metric(name).unit)

    def figure(name: str, **meaning: Said) -> Figure:
        return ask.figure(name, value(name), **meaning)

    return Figures(
        (
            figure("private_gmv_share", gmv=value("private_gmv")),
            figure("private_order_share", orders=count(found.get("private_orders"))),
            figure("private_people", people=count(found.get("people"))),
            figure("repeat_rate", again=count(found.get("repeat_buyers")),
                   buyers=count(found.get("buyers_to_date"))),
            figure("high_tier_revenue_share"),
            figure("ltv"),
        )
    )  # fmt: skip
