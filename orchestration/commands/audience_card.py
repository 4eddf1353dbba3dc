"""A card and a plan of an audience on a terminal.

Belongs here: layout. Does not belong here: the figures (lib/audiences).
"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from orchestration.commands.terminal import table_lines
from orchestration.lib.audiences.card import Card
from orchestration.lib.audiences.card_page import TEXTS, facts, hindered, line_text
from orchestration.lib.audiences.planning import AudiencePlan
from orchestration.lib.reports.said import Said, Texts, number, share


def print_card(out: Console, card: Card, language: str) -> None:
    """Print a card: definition, figures, readings, changes, reach, overlap, facts."""
    say = Texts(TEXTS)
    _line(out, f"{card.name[language]} ({card.audience})", "bold")
    for one in card.lines:
        _line(out, "  " + line_text(one.depth, one.number, one.text)[language])
    for rule in card.rules:
        _line(out, f"  {rule[language]}")
    figures = (
        ("members", number(card.members), {"people": number(card.people)}),
        ("not_allowed", number(card.not_allowed), {"met": number(card.met_conditions)}),
        ("held_out", number(card.held_out), {}),
        ("recent", f"{card.recent_net_revenue_cny:,.2f}", {}),
        ("ever", f"{card.net_revenue_cny:,.2f}", {}),
    )
    rows = [
        (say("figures", name)[language],
         f"{value}  {say('figures', f'{name}_meaning', **filled)[language]}")
        for name, value, filled in figures
    ]  # fmt: skip
    out.print()
    for line in table_lines(rows):
        _line(out, line)
    _section(out, say("sections", "readings"), language)
    if not card.readings:
        _line(out, "  " + say("tables", "no_readings")[language])
    else:
        _print_table(
            out, say, language, ("number", "choice", "written", "other", "members", "differ"),
            [
                (one.number, one.choice[language], one.written[language], one.other[language],
                 number(one.members), number(one.differ))
                for one in card.readings
            ],
            right=2,
        )  # fmt: skip
    _section(out, say("sections", "changes"), language)
    for one in card.changes:
        change = say("changes", one.change)[language]
        _line(out, f"  {change} {number(one.people)}: {one.reason[language]}")
    if not card.changes:
        empty = "never_ran" if card.last_run is None else "no_changes"
        _line(out, "  " + say("tables", empty)[language])
    _section(out, say("sections", "reach"), language)
    _print_table(
        out, say, language, ("where", "hindered", "people", "share"),
        [
            (one.name[language], hindered(one, say)[language],
             number(one.people), share(one.people, card.members))
            for one in card.reach
        ],
        right=2,
    )  # fmt: skip
    if card.overlaps:
        _section(out, say("sections", "overlap"), language)
        _print_table(
            out, say, language, ("audience", "people", "share"),
            [
                (one.name[language], number(one.people), share(one.people, card.members))
                for one in card.overlaps
            ],
            right=2,
        )  # fmt: skip
    out.print()
    for text in facts(card, say):
        _line(out, text[language], "dim")


def print_plan(out: Console, plan: AudiencePlan, language: str) -> None:
    """Print what an edit changes; one line if nothing."""

    def text(zh: str, en: str) -> str:
        return Said(zh, en)[language]

    _line(out, f"{plan.name[language]} ({plan.audience})", "bold")
    _line(out, plan.definition[language])
    if not plan.has_changes:
        _line(
            out,
            text(
                "没有变化：人与去向都相同。", "No change: the same people, the same destinations."
            ),
        )
        return
    if plan.is_new:
        _line(
            out, text("新人群：此前没有计算过。", "A new audience: it never ran before."), "yellow"
        )
    elif plan.is_same_definition:
        _line(
            out,
            text(
                "定义没有变；差异来自数据。",
                "The definition is the same: what differs is the data.",
            ),
            "yellow",
        )
    before, after = plan.before, plan.after
    rows = [
        (text("人数", "members"),
         f"{before.members:,} → {after.members:,} ({after.members - before.members:+,})"),
        (text("进入", "would join"),
         f"{plan.joined:,} · {plan.joined_recent_net_revenue_cny:,.2f} CNY"),
        (text("离开", "would leave"),
         f"{plan.left:,} · {plan.left_recent_net_revenue_cny:,.2f} CNY"),
        (text("近365天净销售额", "net revenue of 365 days"),
         f"{before.recent_net_revenue_cny:,.2f} → {after.recent_net_revenue_cny:,.2f} CNY"),
        (text("去向", "destinations"), ", ".join(plan.destinations) or text("无", "none")),
    ]  # fmt: skip
    if plan.destinations_added:
        rows.append((text("新增去向", "added"), ", ".join(plan.destinations_added)))
    if plan.destinations_removed:
        rows.append((text("取消去向", "removed"), ", ".join(plan.destinations_removed)))
    for one in plan.affected:
        moved = f"+{one.joined:,} / −{one.left:,}"
        rows.append((text(f"连带影响 {one.audience}", f"also {one.audience}"), moved))
    for line in table_lines(rows):
        _line(out, line)
    _line(
        out,
        text(
            "什么都没有写入；合并后运行 yutang run。",
            "Nothing was changed. To apply it: yutang run",
        ),
        "dim",
    )


def _section(out: Console, title: Said, language: str) -> None:
    _line(out, f"\n{title[language]}", "bold")


def _print_table(
    out: Console,
    say: Texts,
    language: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: int,
) -> None:
    """A table whose last ``right`` columns are numbers."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 2))
    for n, name in enumerate(headers):
        is_number = n >= len(headers) - right
        table.add_column(say("headers", name)[language], justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*row)
    out.print(table)


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(text, style=style, markup=False, emoji=False, soft_wrap=True)
