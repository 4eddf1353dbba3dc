"""The card of an audience as a page, Chinese and English.

Belongs here: which figure stands where. Does not belong here: counting (card.py), HTML (reports/page.py).
"""

from pathlib import Path

from orchestration.lib.audiences.card import Card, Reach
from orchestration.lib.audiences.naming import hindrances, purpose_words
from orchestration.lib.home import Home
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figure, Figures, Note, Page, Part, Section, Table
from orchestration.lib.reports.said import Said, Texts, number, same, share

TEXTS = Path(__file__).with_name("card_texts.yml")


def write_card(home: Home, card: Card) -> Path:
    """Write reports/audience-<name>.html.

    Returns:
        The file.
    """
    return write(home, build_page(card))


def build_page(card: Card) -> Page:
    """The parts of the page."""
    say = Texts(TEXTS)
    return Page(
        name=f"audience-{card.audience}",
        title=card.name,
        lead=say("page", "lead"),
        as_of=card.as_of,
        sections=(
            Section(say("sections", "definition"), (*_definition(card), _figures(card, say))),
            Section(say("sections", "readings"), (_readings(card, say),)),
            Section(say("sections", "changes"), _changes(card, say)),
            Section(say("sections", "reach"), (_reach(card, say),)),
            Section(say("sections", "overlap"), (_overlap(card, say),)),
            Section(say("sections", "facts"), tuple(Note(text) for text in facts(card, say))),
        ),
    )


def facts(card: Card, say: Texts) -> list[Said]:
    """What stands below every card: owner, day, version, cost."""
    brand = say("facts", "all_brands") if card.brand == "all" else same(card.brand)
    found = [
        say("facts", "owner", owner=card.owner, purpose=purpose_words(card.purpose), brand=brand),
        say("facts", "day", day=str(card.as_of), zone=card.zone, schedule=card.schedule),
    ]
    if card.last_run is not None:
        found.append(say("facts", "last_run", day=str(card.last_run), hash=card.definition_hash))
        if not card.is_as_run:
            found.append(say("facts", "not_as_run"))
    found.append(say("facts", "cost", seconds=number(card.seconds, 2)))
    if card.size_problem:
        found.append(say("facts", "size", problem=card.size_problem))
    return found


def hindered(one: Reach, say: Texts) -> Said:
    """Why the others cannot be reached; that a destination will wait, if they are too few."""
    said = hindrances(one.hindrances)
    if one.people >= one.least:
        return said
    too_few = say("tables", "too_few", least=number(one.least))
    if not one.hindrances:
        return too_few
    return Said(f"{too_few.zh}；{said.zh}", f"{too_few.en}; {said.en}")


def line_text(depth: int, number_: str, text: Said) -> Said:
    """One line of the tree, indented as deep as it stands."""
    before = "　" * depth + (f"{number_}  " if number_ else "")
    return Said(before + text.zh, before + text.en)


def _definition(card: Card) -> list[Part]:
    lines: list[Part] = [Note(line_text(one.depth, one.number, one.text)) for one in card.lines]
    return [*lines, *(Note(rule) for rule in card.rules)]


def _figures(card: Card, say: Texts) -> Figures:
    def figure(name: str, value: str, **filled: str) -> Figure:
        return Figure(
            say("figures", name), same(value), say("figures", f"{name}_meaning", **filled)
        )

    return Figures(
        (
            figure("members", number(card.members), people=number(card.people)),
            figure("not_allowed", number(card.not_allowed), met=number(card.met_conditions)),
            figure("held_out", number(card.held_out)),
            figure("recent", number(float(card.recent_net_revenue_cny), 2)),
            figure("ever", number(float(card.net_revenue_cny), 2)),
        )
    )


def _readings(card: Card, say: Texts) -> Table:
    rows = tuple(
        (
            same(one.number or "–"), one.choice, one.written, one.other,
            same(number(one.members)), same(number(one.differ)),
            same(f"+{number(one.only_other)} / −{number(one.only_written)}"),
        )
        for one in card.readings
    )  # fmt: skip
    return _table(
        say, "readings", rows,
        ("number", "choice", "written", "other", "members", "differ", "only"),
        numeric=(4, 5, 6), empty="no_readings",
    )  # fmt: skip


def _changes(card: Card, say: Texts) -> tuple[Part, ...]:
    if card.last_run is None:
        return (Note(say("tables", "never_ran")),)
    meaning = say("figures", "moved_meaning", day=str(card.last_run))
    rows = tuple(
        (say("changes", one.change), one.reason, same(number(one.people))) for one in card.changes
    )
    return (
        Figures(
            (
                Figure(say("figures", "joined"), same(number(card.joined)), meaning),
                Figure(say("figures", "left"), same(number(card.left)), meaning),
            )
        ),
        _table(
            say, "changes", rows, ("change", "reason", "people"), numeric=(2,), empty="no_changes"
        ),
    )


def _reach(card: Card, say: Texts) -> Table:
    rows = tuple(
        (
            one.name, same(number(one.people)), same(share(one.people, card.members)),
            hindered(one, say),
        )
        for one in card.reach
    )  # fmt: skip
    headers = ("where", "people", "share", "hindered")
    return _table(say, "reach", rows, headers, numeric=(1, 2), empty="no_changes")


def _overlap(card: Card, say: Texts) -> Table:
    rows = tuple(
        (one.name, same(number(one.people)), same(share(one.people, card.members)))
        for one in card.overlaps
    )
    return _table(
        say, "overlap", rows, ("audience", "people", "share"), numeric=(1, 2), empty="no_overlap"
    )


def _table(
    say: Texts,
    name: str,
    rows: tuple[tuple[Said, ...], ...],
    headers: tuple[str, ...],
    *,
    numeric: tuple[int, ...],
    empty: str,
) -> Table:
    return Table(
        question=say("sections", name),
        definition=say("tables", f"{name}_definition"),
        headers=tuple(say("headers", one) for one in headers),
        rows=rows,
        empty=say("tables", empty),
        shown=say("tables", "shown", n=number(len(rows))),
        numeric=numeric,
    )
