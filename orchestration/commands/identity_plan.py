"""A plan of the identity rules on a terminal.

Belongs here: layout. Does not belong here: the figures (lib/identity/planning).
"""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from orchestration.commands.terminal import table_lines
from orchestration.lib.identity.planning.result import Example, IdentityPlan

SHORT = 8  # digits of a token or one_id; as many as `yutang explain` takes
_ORDERS = {
    "moved": "go to another person",
    "gained": "go from nobody to a person",
    "lost": "go from a person to nobody",
}


def print_plan(out: Console, plan: IdentityPlan) -> None:
    """Print what would change; one line if nothing would."""
    for sentence in _cautions(plan):
        _line(out, sentence, "yellow")
    if not plan.has_changes:
        _line(out, f"No change: the rules give the OneID that is published for {plan.as_of_date}.")
        return
    _line(out, f"What the rules would change, as of {plan.as_of_date}", "bold")
    _people(out, plan)
    _types(out, plan)
    _orders(out, plan)
    _conflicts(out, plan)
    _examples(out, "Split", "would be", plan.splits)
    _examples(out, "Merged", "would hold", plan.merges)
    _audiences(out, plan)
    _line(out, "\nNothing was changed. To apply it: yutang run", "dim")


def _cautions(plan: IdentityPlan) -> Iterator[str]:
    """What else than the rules differs, or is not seen."""
    if plan.loaded_since:
        yield (
            f"{_days(plan.loaded_since)} newer than the publish, of days up to {plan.as_of_date}: "
            "their effect is mixed into what follows. Publish first (yutang run) to see the rules alone."
        )
    if plan.newer_days:
        yield f"{_days(plan.newer_days)} of days after {plan.as_of_date}: left out on both sides."
    if plan.pending_days:
        yield (
            f"{_days(plan.pending_days)} not loaded yet, or loaded again under these rules: what that "
            "changes is not in this plan."
        )


def _days(count: int) -> str:
    return "1 delivery is" if count == 1 else f"{count:,} deliveries are"


def _people(out: Console, plan: IdentityPlan) -> None:
    people, identifiers = plan.people, plan.identifiers
    rows = [
        ("people", f"{people.before:,} → {people.after:,} ({people.after - people.before:+,})"),
        ("people split", f"{people.split:,}"),
        ("people merged", f"{people.merged:,}"),
        ("one_ids", f"{people.retired_ids:,} retired, {people.minted_ids:,} new"),
        (
            "identifiers",
            f"{identifiers.changed:,} change ({identifiers.changed_pct:.2f} %): "
            f"{identifiers.moved:,} move to another one_id, {identifiers.gained:,} gain a person, "
            f"{identifiers.lost:,} lose theirs",
        ),
    ]
    for line in table_lines(rows):
        _line(out, line)


def _types(out: Console, plan: IdentityPlan) -> None:
    table = _table("identifier type", "before", "after", "move", "gain", "lose")
    for one in plan.by_type:
        table.add_row(
            f"  {one.identifier_type}",
            *(f"{n:,}" for n in (one.before, one.after, one.moved, one.gained, one.lost)),
        )
    if plan.by_type:
        out.print()
        out.print(table)


def _orders(out: Console, plan: IdentityPlan) -> None:
    _line(out, "\nOrders", "bold")
    rows = [
        (_ORDERS[one.kind], f"{one.orders:,} with {one.net_revenue_cny:,.2f} CNY net revenue")
        for one in plan.orders
    ]
    for line in table_lines(rows):
        _line(out, line)


def _conflicts(out: Console, plan: IdentityPlan) -> None:
    changed = [one for one in plan.conflicts if one.before != one.after]
    if not changed:
        return
    _line(out, "\nConflicts", "bold")
    for line in table_lines([(c.rule.rstrip(":"), f"{c.before:,} → {c.after:,}") for c in changed]):
        _line(out, line)


def _examples(out: Console, title: str, verb: str, examples: Iterable[Example]) -> None:
    found = list(examples)
    if not found:
        return
    _line(out, f"\n{title}: the largest", "bold")
    for one in found:
        _line(out, f"  {one.one_id[:SHORT]} ({_identifiers(one.identifiers)}) {verb}")
        for part in one.parts:
            whose = part.one_id[:SHORT] if part.one_id else "nobody"
            _line(
                out,
                f"    {whose}: {_identifiers(part.identifiers)}, the oldest "
                f"{part.identifier_type} {part.identifier_token[:SHORT]}",
            )


def _identifiers(count: int) -> str:
    return "1 identifier" if count == 1 else f"{count:,} identifiers"


def _audiences(out: Console, plan: IdentityPlan) -> None:
    if plan.audiences is None:
        return
    _line(out, "\nAudiences: members followed to their new one_id, not evaluated again", "bold")
    changed = [a for a in plan.audiences if a.merged or a.split or a.lost]
    table = _table("audience", "members", "after", "merged", "split", "lost")
    for one in changed:
        numbers = (one.members_before, one.members_after, one.merged, one.split, one.lost)
        table.add_row(f"  {one.audience}", *(f"{n:,}" for n in numbers))
    if changed:
        out.print(table)
    else:
        _line(out, "  no member of a published audience changes")


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(text, style=style, markup=False, emoji=False, soft_wrap=True)
