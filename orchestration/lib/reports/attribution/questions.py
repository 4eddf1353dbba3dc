"""The charts of the attribution report: one function per question.

Belongs here: which figures answer it, and how. Does not belong here: tables (tables.py), drawing, queries.
"""

from orchestration.lib.reports import charts, plots
from orchestration.lib.reports.asking import Asking, cny, count, part
from orchestration.lib.reports.attribution.facts import (
    LONGEST,
    UNATTRIBUTED,
    Facts,
)
from orchestration.lib.reports.charts import Bar
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Chart
from orchestration.lib.reports.plots import Spread, Stack
from orchestration.lib.reports.said import Said, number, same, share
from orchestration.lib.reports.source import Row, Source


def credit(facts: Facts, ask: Asking) -> Chart:
    """Net revenue by channel under the brand's model; without a touch last."""
    rows = touched_first(facts.chosen)
    drawn = charts.bars([_bar(facts, row) for row in rows if float(row["revenue_cny"]) > 0])
    top = rows[0] if rows else {}
    return ask.chart(
        "credit",
        drawn,
        is_tall=True,
        model=named("model", facts.model),
        channel=facts.names.get(top.get("channel", ""), same("")),
        share=part(top.get("revenue_cny"), facts.total),
    )


def spread(facts: Facts, ask: Asking) -> Chart:
    """Where the models agree about a channel and where they do not."""
    by_channel: dict[str, dict[str, float]] = {}
    for model, rows in facts.channels.items():
        for row in rows:
            by_channel.setdefault(row["channel"], {})[model] = float(row["revenue_cny"])
    by_channel.pop(UNATTRIBUTED, None)  # every model agrees about orders nothing preceded
    ordered = sorted(
        ((name, values) for name, values in by_channel.items() if max(values.values()) > 0),
        key=lambda one: (-one[1].get(facts.model, 0), one[0]),
    )
    rows = [
        Spread(
            facts.names[name],
            tuple(values.values()),
            values.get(facts.model, 0),
            same(f"¥{number(min(values.values()))} – {number(max(values.values()))}"),
        )
        for name, values in ordered
    ]
    widest = max(rows, key=lambda row: max(row.values) - min(row.values), default=None)
    return ask.chart(
        "spread",
        plots.spread(rows),
        is_tall=True,
        channel=widest.label if widest else same(""),
        low=cny(min(widest.values)) if widest else same(""),
        high=cny(max(widest.values)) if widest else same(""),
    )


def customers(facts: Facts, ask: Asking) -> Chart:
    """Which channels bring new customers and which bring them back."""
    rows = [
        row for row in facts.chosen
        if row["channel"] != UNATTRIBUTED and float(row["conversions"]) > 0
    ]  # fmt: skip
    best = max(rows, key=lambda row: (row["new_customers"], row["channel"]), default=None)
    drawn = plots.stacked(
        (ask.say("customers", "new"), ask.say("customers", "returning")),
        [
            Stack(
                facts.names[row["channel"]],
                (float(row["new_customers"]), float(row["returning_conversions"])),
                same(
                    f"{number(float(row['new_customers']))} + "
                    f"{number(float(row['returning_conversions']))}"
                ),
            )
            for row in rows
        ],
        top=max((float(row["conversions"]) for row in rows), default=0) or None,
    )
    return ask.chart(
        "customers",
        drawn,
        is_tall=True,
        channel=facts.names[best["channel"]] if best else same(""),
        n=count(best["new_customers"]) if best else same(""),
    )


def effects(facts: Facts, ask: Asking, source: Source) -> Chart:
    """What would be lost without a channel."""
    rows = [
        Bar(
            channel_name(facts, source, row["channel"]),
            float(row["removal_effect"]),
            same(share(float(row["removal_effect"]), 1)),
        )
        for row in facts.effects
    ]
    top = rows[0] if rows else Bar(same(""), 0, same(""))
    return ask.chart(
        "effects", charts.bars(rows, top=1), is_tall=True, channel=top.label, share=top.shown
    )


def lengths(facts: Facts, ask: Asking) -> Chart:
    """How many touches stand before an order."""
    total = sum(row["conversions"] for row in facts.lengths)
    rows = [
        Bar(
            same(str(row["steps"])) if row["steps"] < LONGEST else ask.say("lengths", "more"),
            row["conversions"],
            part(row["conversions"], total),
        )
        for row in facts.lengths
    ]
    one = sum(row["conversions"] for row in facts.lengths if row["steps"] == 1)
    drawn = charts.columns(rows, x_title=ask.say("lengths", "x"), y_title=ask.say("lengths", "y"))
    return ask.chart("lengths", drawn, share=part(one, total), n=number(total))


def touched_first(rows: list[Row]) -> list[Row]:
    """What no touch got stands last."""
    return sorted(rows, key=lambda row: row["channel"] == UNATTRIBUTED)


def _bar(facts: Facts, row: Row) -> Bar:
    ratio = part(row["revenue_cny"], facts.total)
    return Bar(
        facts.names[row["channel"]],
        float(row["revenue_cny"]),
        Said("{n} · {share}", "{n} · {share}").filled(n=cny(row["revenue_cny"]), share=ratio),
    )


def channel_name(facts: Facts, source: Source, name: str) -> Said:
    """As the tables call it; else as the brand does."""
    return facts.names.get(name) or source.codes.attributed({"channel": name})
