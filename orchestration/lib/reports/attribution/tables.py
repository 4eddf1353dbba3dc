"""The tables of the attribution report: one function per question.

Belongs here: their columns and cells. Does not belong here: charts (questions.py) or queries.
"""

from decimal import Decimal

from orchestration.lib.reports.asking import Asking, cny, count, part
from orchestration.lib.reports.attribution.facts import (
    CAMPAIGNS,
    Facts,
)
from orchestration.lib.reports.attribution.questions import channel_name, touched_first
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Table
from orchestration.lib.reports.said import Said, same
from orchestration.lib.reports.source import Source


def models(facts: Facts, ask: Asking) -> Table:
    """Every channel under every model, and that each adds up to the same."""
    cells = {
        (row["channel"], model): row["revenue_cny"]
        for model, rows in facts.channels.items()
        for row in rows
    }
    channels = [
        row["channel"]
        for row in touched_first(facts.chosen)
        if any(cells.get((row["channel"], model)) for model in facts.models)
    ]
    rows = [
        (facts.names[name], *(_yuan(cells.get((name, model))) for model in facts.models))
        for name in channels
    ]
    if rows:
        totals = (sum(float(row["revenue_cny"]) for row in facts.channels[m]) for m in facts.models)
        rows.append((ask.say("models", "total"), *(_yuan(total) for total in totals)))
    table = ask.table("models", ("channel",), rows, numeric=range(1, len(facts.models) + 1))
    heads = (*table.headers, *(named("model", model) for model in facts.models))
    return Table(
        table.question, table.definition, heads, table.rows, table.empty, table.shown, table.numeric
    )


def meanings(facts: Facts, ask: Asking) -> Table:
    """What each model does, in words."""
    known = [m for m in facts.models if m in ask.say.names("meaning_of")]
    return ask.table(
        "meanings",
        ("model", "does"),
        [(named("model", model), ask.say("meaning_of", model)) for model in known],
    )


def refunds(facts: Facts, ask: Asking) -> Table:
    """How much of its credit each channel lost to refunds."""
    return ask.table(
        "refunds",
        ("channel", "sold", "refunded", "net", "share"),
        [
            (
                facts.names.get(row["channel"], same(row["channel"])),
                cny(row["sold_cny"]),
                cny(row["refunded_cny"]),
                cny(row["sold_cny"] - row["refunded_cny"]),
                part(row["refunded_cny"], row["sold_cny"]),
            )
            for row in facts.refunds
        ],
        numeric=range(1, 5),
        model=named("model", facts.model),
    )


def campaigns(facts: Facts, ask: Asking, source: Source) -> Table:
    """What each campaign brought and cost."""
    columns = ("campaign", "channel", "revenue", "orders", "new", "cost", "roas", "cac")
    return ask.table(
        "campaigns",
        columns,
        [
            (
                same(row["campaign_name"] or row["campaign_id"]),
                channel_name(facts, source, row["channel"]),
                cny(row["revenue_cny"]),
                count(row["conversions"], 1),
                count(row["new_customers"], 1),
                cny(row["cost_cny"]),
                count(row["roas"], 2),
                cny(row["cac_cny"]),
            )
            for row in facts.campaigns[:CAMPAIGNS]
        ],
        numeric=range(2, len(columns)),
        of=len(facts.campaigns),
        model=named("model", facts.model),
    )


def paths(facts: Facts, ask: Asking, source: Source) -> Table:
    """The most frequent ways to an order."""
    return ask.table(
        "paths",
        ("path", "orders", "new", "open", "revenue"),
        [
            (
                _joined([channel_name(facts, source, name) for name in row["path"].split(" > ")]),
                count(row["conversions"]),
                count(row["new_customer_conversions"]),
                count(row["open_paths"]),
                cny(row["revenue_cny"]),
            )
            for row in facts.paths
        ],
        numeric=range(1, 5),
        of=facts.paths[0]["paths"] if facts.paths else 0,
    )


def _yuan(value: float | Decimal | None) -> Said:
    """Yuan without fen: a table of eight columns has no room for them."""
    return count(value)


def _joined(names: list[Said]) -> Said:
    return Said(" → ".join(one.zh for one in names), " → ".join(one.en for one in names))
