"""The identity report: which question stands where, answered by which figures.

Belongs here: turning facts into the parts of a page. Does not belong here: queries (facts.py), texts
(texts.yml), the charts of single questions (questions.py) or HTML (page.py).
"""

from pathlib import Path

from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.identity.evaluation import EvaluationError, IdentityEvaluation, evaluate
from orchestration.lib.reports.asking import assemble
from orchestration.lib.reports.identity import questions, tables
from orchestration.lib.reports.identity.facts import Facts, read_facts
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figure, Figures, Note, Page, Part
from orchestration.lib.reports.said import Said, Texts, number, same, share
from orchestration.lib.reports.words import Words

NAME = "identity"
TEXTS = Path(__file__).with_name("texts.yml")


def make_report(home: Home) -> Path:
    """Write reports/identity.html from what is published.

    Returns:
        The file.

    Raises:
        ReportError: If nothing was published yet.
    """
    return write(home, build_page(home))


def build_page(home: Home) -> Page:
    """The page of the published file; for a brand with truth/ with its scores."""
    facts = read_facts(home)
    say = Texts(TEXTS)
    words = Words(brand_vars(home)["channel_map"])
    sections: dict[str, tuple[Part, ...]] = {"headlines": (headlines(facts, say),)}
    if home.truth.exists():  # never for a real brand
        sections["truth"] = _truth(home, say)
    sections["people"] = (
        questions.sizes(facts, say),
        questions.types(facts, say, words),
        questions.orders(facts, say, words),
    )
    sections["refused"] = (
        questions.rules(facts, say, words),
        questions.unusable(facts, say, words),
        tables.hubs(facts, say, words),
    )
    if len(facts.days) > 1:
        sections["over_time"] = questions.over_time(facts, say)
    sections["changes"] = (tables.changes(facts, say, words),)
    return assemble(say, NAME, sections, as_of=facts.as_of)


def headlines(facts: Facts, say: Texts) -> Figures:
    """The figures a run ends with, and how to read each."""
    today = facts.today
    known = today.one("identifiers_known_before")
    orders = sum(count for count, _ in facts.orders.values())
    resolved = sum(count for _, count in facts.orders.values())
    if known:
        changed = same(number(today.one("identifiers_with_changed_one_id")))
        meaning = say("figures", "changed_meaning", known=number(known))
    else:
        changed = say("figures", "changed_none")
        meaning = say("figures", "changed_none_meaning")
    return Figures(
        (
            _figure(say, "people", same(number(today.one("people")))),
            _figure(say, "per_person", same(number(today.one("identifiers_per_person"), 2))),
            _figure(
                say,
                "largest",
                say("figures", "largest_value", n=number(today.one("largest_cluster"))),
            ),
            Figure(say("figures", "changed"), changed, meaning),
            _figure(say, "refused", same(number(sum(today.by("conflicts").values())))),
            _figure(
                say,
                "orders",
                same(share(resolved, orders)),
                n=number(orders),
                resolved=number(resolved),
            ),
        )
    )


def _truth(home: Home, say: Texts) -> tuple[Part, ...]:
    try:
        found = evaluate(home)
    except EvaluationError:
        return (Note(say("truth", "not_measured")),)
    return (Note(say("truth", "note")), scores(found, say))


def scores(found: IdentityEvaluation, say: Texts) -> Figures:
    """What the comparison with the truth found, in plain words."""
    ratios = {
        "precision": found.precision,
        "recall": found.recall,
        "linkable": found.linkable_recall,
        "b3": found.b3_f1,
    }
    counts = {
        "over_merged": (found.over_merged_people, {"people": number(found.people)}),
        "unresolved": (found.unresolved_identifiers, {"n": number(found.identifiers)}),
    }
    return Figures(
        tuple(
            _figure(say, name, same(share(ratio, 1, 2)), section="truth")
            for name, ratio in ratios.items()
        )
        + tuple(
            _figure(say, name, same(number(count)), section="truth", **filled)
            for name, (count, filled) in counts.items()
        )
    )


def _figure(
    say: Texts, name: str, value: Said, *, section: str = "figures", **filled: str
) -> Figure:
    return Figure(say(section, name), value, say(section, f"{name}_meaning", **filled))
