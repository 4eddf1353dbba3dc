"""The audience book: which question stands where.

Belongs here: sections and headlines. Does not belong here: queries (facts.py), charts and tables
(questions.py), texts (texts.yml).
"""

from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.reports.asking import Asking, assemble, count
from orchestration.lib.reports.audiences import lists, questions
from orchestration.lib.reports.audiences.facts import DAYS, Facts, read_facts
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figures, Page, Part
from orchestration.lib.reports.said import Texts, share
from orchestration.lib.reports.source import open_source

NAME = "audiences"
TEXTS = Path(__file__).with_name("texts.yml")


def make_report(home: Home) -> Path:
    """Write reports/audiences.html from what is published.

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
            "glance": (headlines(facts, ask),),
            "sizes": (
                questions.sizes(facts, ask),
                questions.allowed(facts, ask),
                questions.members(facts, ask),
            ),
            "definitions": (questions.definitions(facts, ask),),
            "reach": (questions.reach(facts, ask),),
            "overlap": (questions.overlaps(facts, ask),),
            "lists": (lists.lists(facts, ask),),
        }
        return assemble(ask.say, NAME, sections, as_of=source.as_of)


def headlines(facts: Facts, ask: Asking) -> Figures:
    """How many audiences and people, and what changed."""
    rows = facts.audiences
    met = sum(row["met_conditions"] for row in rows)
    kept_out = sum(row["not_allowed"] for row in rows)
    return Figures(
        (
            ask.figure("audiences", count(len(rows)),
                       empty=count(sum(not row["members"] for row in rows))),
            ask.figure("people", count(facts.people)),
            ask.figure("joined", count(sum(row["joined"] for row in rows)), days=str(DAYS)),
            ask.figure("left", count(sum(row["left_people"] for row in rows)), days=str(DAYS)),
            ask.figure("not_allowed", count(kept_out), share=share(kept_out, met)),
            ask.figure("lists", count(len(facts.lists)),
                       held=count(sum(row["status"] == "held" for row in facts.lists))),
        )
    )  # fmt: skip
