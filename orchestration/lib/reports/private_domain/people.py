"""Who is in the private domain, how people move through it, and who can be reached.

Belongs here: stages, contacts, funnels, reach. Does not belong here: sales (questions.py).
"""

from collections.abc import Sequence

from orchestration.lib.reports import charts, plots
from orchestration.lib.reports.asking import Asking, count, part
from orchestration.lib.reports.charts import Bar
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Chart, Table
from orchestration.lib.reports.plots import Stack
from orchestration.lib.reports.private_domain.facts import Facts
from orchestration.lib.reports.said import Said, number, same, share
from orchestration.lib.reports.source import Row, Source

ORDER = {
    "aipl": ("aware", "interest", "purchase", "loyal"),
    "lifecycle": ("introduction", "growth", "maturity", "dormant", "churned"),
}
NEW = "none"  # stage of people who were not there yet


def stages(facts: Facts, ask: Asking) -> Chart:
    """How many people are in each AIPL stage."""
    total = sum(facts.stages.values())
    rows = [
        Bar(
            named("aipl", stage), facts.stages.get(stage, 0), _of(facts.stages.get(stage, 0), total)
        )
        for stage in ORDER["aipl"]
        if total
    ]
    loyal = facts.stages.get("loyal", 0)
    bought = loyal + facts.stages.get("purchase", 0)
    return ask.chart(
        "stages",
        charts.bars(rows),
        n=number(total),
        bought=share(bought, total),
        loyal=share(loyal, bought),
    )


def flow(rows: Sequence[Row], ask: Asking, kind: str) -> Chart:
    """Where the people of each stage are 30 days later."""
    order = ORDER[kind]
    moves = {(row["from_stage"], row["to_stage"]): row["people"] for row in rows}
    drawn = []
    moved = before = 0
    for start in (*order, NEW):
        values = tuple(float(moves.get((start, stage), 0)) for stage in order)
        people = int(sum(values))
        if not people:
            continue
        if start == NEW:
            shown, label = ask.say("flow", "new", n=number(people)), ask.say("flow", "none_before")
        else:
            stayed = moves.get((start, start), 0)
            moved, before = moved + people - stayed, before + people
            shown = ask.say("flow", "stayed", share=share(stayed, people))
            label = ask.say("flow", "people", stage=named(kind, start), n=number(people))
        drawn.append(Stack(label, values, shown))
    svg = plots.stacked(tuple(named(kind, stage) for stage in order), drawn, top=0)
    days = (rows[0]["from_date"], rows[0]["to_date"]) if rows else ("", "")
    return ask.chart(
        f"{kind}_flow",
        svg,
        share=share(moved, before),
        since=str(days[0]),
        until=str(days[1]),
    )


def contacts(facts: Facts, ask: Asking, kind: str) -> Chart:
    """From a follower or friend to somebody who buys again; ``kind``: oa or wecom."""
    total = facts.contacts.get(f"{kind}_all") or 0
    steps = {step: facts.contacts.get(f"{kind}_{step}") or 0 for step in _STEPS}
    rows = [Bar(ask.say("steps", f"{kind}_all"), total, same(number(total)))] + [
        Bar(ask.say("steps", step), people, _of(people, total)) for step, people in steps.items()
    ]
    return ask.chart(
        f"contacts_{kind}",
        charts.bars(rows) if total else {},
        n=number(total),
        bought=share(steps["bought"], total),
        reachable=share(steps["reachable"], total),
    )


_STEPS = ("reachable", "bought", "again")


def funnels(facts: Facts, ask: Asking, source: Source) -> Table:
    """Fans who become customers, customers who become fans, public who become private."""
    columns = ("kind", "channel", "entered", "converted", "share", "soon")
    return ask.table(
        "funnels",
        columns,
        [
            (
                ask.say("conversions", row["conversion_type"]),
                source.codes.channel(row["channel"]),
                count(row["entered"]),
                count(row["converted"]),
                part(row["converted"], row["entered"]),
                part(row["soon"], row["observed"]),
            )
            for row in facts.funnels
        ],
        numeric=range(2, len(columns)),
        days=str(facts.window_days),
    )


def reach(facts: Facts, ask: Asking) -> Chart:
    """How many people each channel can reach now."""
    by_channel = _reach(facts.reach)
    rows = [
        Bar(named("reach", channel), open_, _of(open_, total))
        for channel, (open_, total, _) in by_channel.items()
    ]
    everybody = max((total for _, total, _ in by_channel.values()), default=0)
    top = rows[0] if rows else Bar(same(""), 0, same(""))
    return ask.chart(
        "reach",
        charts.bars(rows, top=everybody),
        channel=top.label,
        n=number(top.value),
        share=share(top.value, everybody),
    )


def reasons(facts: Facts, ask: Asking) -> Table:
    """Why the others cannot be reached."""
    return ask.table(
        "reasons",
        ("channel", "reason", "people", "share"),
        [
            (
                named("reach", channel),
                named("reason", reason),
                count(people),
                same(share(people, total)),
            )
            for channel, (_, total, why) in _reach(facts.reach).items()
            for reason, people in why
        ],
        numeric=(2, 3),
    )


def _reach(rows: Sequence[Row]) -> dict[str, tuple[int, int, list[tuple[str, int]]]]:
    """By channel, the most reachable first: who can be reached, all, and why the others cannot."""
    found: dict[str, tuple[int, int, list[tuple[str, int]]]] = {}
    for row in rows:
        open_, total, why = found.get(row["channel"], (0, 0, []))
        if row["is_reachable"]:
            open_ += row["people"]
        else:
            why = [*why, (row["reason"], row["people"])]
        found[row["channel"]] = (open_, total + row["people"], why)
    return dict(sorted(found.items(), key=lambda one: (-one[1][0], one[0])))


def _of(people: float, total: float) -> Said:
    return same(f"{number(people)} · {share(people, total)}")
