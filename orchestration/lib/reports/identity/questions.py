"""The charts of the identity report: one function per question.

Belongs here: which figures a chart shows and the sentence that answers its question. Does not belong
here: drawing (charts.py) or tables (tables.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orchestration.lib.reports import charts
from orchestration.lib.reports.charts import Bar, Point
from orchestration.lib.reports.identity.facts import Day, Facts
from orchestration.lib.reports.parts import Chart
from orchestration.lib.reports.said import Said, Texts, number, same, share
from orchestration.lib.reports.words import Words

TALL = 6  # bars from which a chart is as high as two
SIZES = ("1", "2", "3", "4-5", "6-10", "11-20", "over 20")  # of metric people_by_identifiers


def sizes(facts: Facts, say: Texts) -> Chart:
    """How many people have how many identifiers."""
    today = facts.today
    counts, people = today.by("people_by_identifiers"), today.one("people")
    last = max((position for position, size in enumerate(SIZES) if counts.get(size)), default=-1)
    rows = [
        Bar(_size(size, say), counts.get(size, 0), same(share(counts.get(size, 0), people)))
        for size in SIZES[: last + 1]
    ]
    drawn = charts.columns(rows, x_title=say("sizes", "x"), y_title=say("sizes", "y"))
    answer = {
        "share": share(counts.get("1", 0), people),
        "largest": number(today.one("largest_cluster")),
    }
    return _chart("sizes", drawn, say, **answer)


def types(facts: Facts, say: Texts, words: Words) -> Chart:
    """By which identifiers people are known."""
    people = facts.today.one("people")

    def shown(count: float) -> Said:
        return say("types", "shown", n=number(count), share=share(count, people))

    rows = _counted(facts.today.by("people_with"), words.type, shown)
    top = rows[0] if rows else Bar(same(""), 0, same(""))
    drawn = charts.bars(rows, top=people)
    chart = _chart(
        "types", drawn, say, type=top.label, n=number(top.value), share=share(top.value, people)
    )
    return replace(chart, is_tall=len(rows) > TALL)


def orders(facts: Facts, say: Texts, words: Words) -> Chart:
    """Of which channels' orders the person is known."""
    by_share = sorted(facts.orders.items(), key=lambda one: (-one[1][1] / one[1][0], one[0]))
    rows = [
        Bar(
            words.channel(channel),
            resolved / count,
            say("orders", "shown", share=share(resolved, count), n=number(count)),
        )
        for channel, (count, resolved) in by_share
    ]
    total = sum(count for count, _ in facts.orders.values())
    resolved = sum(count for _, count in facts.orders.values())
    channel, (least, found) = by_share[-1] if by_share else ("", (0, 0))
    return _chart(
        "orders",
        charts.bars(rows, top=1),
        say,
        share=share(resolved, total),
        channel=words.channel(channel),
        lowest=share(found, least),
    )


def rules(facts: Facts, say: Texts, words: Words) -> Chart:
    """Why links were refused."""
    rows = _counted(facts.today.by("conflicts"), words.rule)
    total = sum(row.value for row in rows)
    first = rows[0].label if rows else same("")
    return _chart("rules", charts.bars(rows), say, n=number(total), rule=first)


def unusable(facts: Facts, say: Texts, words: Words) -> Chart:
    """Why values that stood on records name nobody."""
    prefix = "refused_"
    counts = {
        metric.removeprefix(prefix): sum(by_type.values())
        for metric, by_type in facts.today.figures.items()
        if metric.startswith(prefix)
    }
    rows = _counted(counts, words.status)
    total = sum(row.value for row in rows)
    first = rows[0].label if rows else same("")
    return _chart("unusable", charts.bars(rows), say, n=number(total), status=first)


def over_time(facts: Facts, say: Texts) -> tuple[Chart, ...]:
    """Four figures over all published days; for two days or more."""
    return (
        _trend("people", facts, say, lambda day: day.one("people")),
        _trend("per_person", facts, say, lambda day: day.one("identifiers_per_person"), decimals=2),
        _trend("changed", facts, say, lambda day: day.one("identifiers_with_changed_one_id")),
        _trend("conflicts", facts, say, lambda day: sum(day.by("conflicts").values())),
    )


def _trend(
    name: str, facts: Facts, say: Texts, value: Callable[[Day], float], *, decimals: int = 0
) -> Chart:
    points = [Point(day.day, value(day)) for day in facts.days]
    first, last = points[0], points[-1]
    return Chart(
        question=say("over_time", name),
        answer=say(
            "over_time",
            "answer",
            first_day=first.day.isoformat(),
            first=number(first.value, decimals),
            last_day=last.day.isoformat(),
            last=number(last.value, decimals),
        ),
        definition=say("over_time", f"{name}_definition"),
        svg=charts.line(points, decimals=decimals),
    )


def _chart(section: str, drawn: Mapping[str, str], say: Texts, **answer: Said | str) -> Chart:
    """A chart, or the sentence that there is nothing to draw."""
    return Chart(
        question=say(section, "question"),
        answer=say(section, "answer", **answer) if drawn else say(section, "none"),
        definition=say(section, "definition"),
        svg=drawn,
    )


def _counted(
    counts: Mapping[str, float],
    name: Callable[[str], Said],
    shown: Callable[[float], Said] = lambda count: same(number(count)),
) -> list[Bar]:
    """Bars of counts, the most first; equal ones by name. Nothing is shown of what is zero."""
    return [
        Bar(name(one), count, shown(count))
        for one, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        if count
    ]


def _size(size: str, say: Texts) -> Said:
    if size.startswith("over "):
        return say("sizes", "over", n=size.removeprefix("over "))
    return same(size.replace("-", "–"))
