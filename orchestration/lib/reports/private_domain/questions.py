"""What is sold in the private domain, and how much of it comes back: one function per question.

Belongs here: sales, concentration, retention. Does not belong here: stages, contacts, reach (people.py).
"""

from collections import Counter

from orchestration.lib.reports import plots
from orchestration.lib.reports.asking import NOTHING, Asking, cny, count, part
from orchestration.lib.reports.parts import Chart, Table
from orchestration.lib.reports.plots import Cells, Stack
from orchestration.lib.reports.private_domain.facts import Facts
from orchestration.lib.reports.said import Said, same, share
from orchestration.lib.reports.source import Row

KINDS = ("retail", "own", "marketplace", "takeaway")
SHOWN_MONTHS = 8  # months after the first of a cohort that are shown
TOP = 20  # percentile of buyers


def sales(facts: Facts, ask: Asking, measure: str) -> Chart:
    """Share of each kind of channel, month by month; ``measure``: gmv or orders."""
    column = "gmv_cny" if measure == "gmv" else measure
    private = f"private_{column}"
    rows = [
        Stack(
            same(f"{row['period_start_date']:%Y-%m}"),
            tuple(float(row[f"{kind}_{column}"] or 0) for kind in KINDS),
            ask.say("sales", "shown", share=part(row[private], row[column])),
        )
        for row in facts.months
        if row[column]
    ]
    first, last = (facts.months[0], facts.months[-1]) if facts.months else ({}, {})
    drawn = plots.stacked(tuple(ask.say("kinds", kind) for kind in KINDS), rows, top=0)
    return ask.chart(
        f"sales_{measure}",
        drawn,
        since=f"{first['period_start_date']:%Y-%m}" if first else "",
        before=part(first.get(private), first.get(column)),
        month=f"{last['period_start_date']:%Y-%m}" if last else "",
        share=part(last.get(private), last.get(column)),
    )


def months(facts: Facts, ask: Asking) -> Table:
    """The same months in numbers."""
    columns = ("month", "orders", "private_orders", "gmv", "private_gmv", "share", "net")
    return ask.table(
        "months",
        columns,
        [
            (
                same(f"{row['period_start_date']:%Y-%m}"),
                count(row["orders"]),
                count(row["private_orders"]),
                cny(row["gmv_cny"]),
                cny(row["private_gmv_cny"]),
                part(row["private_gmv_cny"], row["gmv_cny"]),
                cny(row["private_net_revenue_cny"]),
            )
            for row in reversed(facts.months)
        ],
        numeric=range(1, len(columns)),
    )


def concentration(facts: Facts, ask: Asking) -> Chart:
    """How much of the revenue the best buyers bring."""
    points = [
        (float(row["customer_ratio"]), float(row["revenue_ratio"])) for row in facts.concentration
    ]
    best = next((row for row in facts.concentration if row["percentile"] == TOP), None)
    # The metric counts whole people of exactly a fifth, the curve percentiles: they differ by a person.
    known = facts.metrics.get("high_tier_revenue_share")
    top = float(best["revenue_ratio"]) if best and known is None else float(known or 0)
    text = same(f"{TOP}% → {top:.1%}")
    drawn = plots.curve(
        points,
        x_title=ask.say("concentration", "x"),
        y_title=ask.say("concentration", "y"),
        mark=(float(best["customer_ratio"]) if best else 0.0, text),
    )
    gini = facts.concentration[0]["gini_ratio"] if points else None
    return ask.chart("concentration", drawn, share=f"{top:.1%}", gini=count(gini, 2))


def retention(facts: Facts, ask: Asking) -> Chart:
    """Of those who first bought in a month, how many bought again in each later one."""
    latest = max((max(cohort) for cohort in facts.cohorts.values()), default=0)
    heads = [str(month) for month in range(1, min(latest, SHOWN_MONTHS) + 1)]
    rows = []
    total: Counter[str] = Counter()
    for month, cohort in facts.cohorts.items():
        cells: list[tuple[float, str] | None] = []
        for since in range(1, len(heads) + 1):
            row = cohort.get(since)
            if row is None or not row["is_whole"] or not row["customers"]:
                cells.append(None)
                continue
            ratio = row["active"] / row["customers"]
            if since == 1:
                total.update(active=row["active"], customers=row["customers"])
            cells.append((ratio / 0.6, f"{ratio:.0%}"))
        people = cohort[min(cohort)]["customers"]
        label = f"{month:%Y-%m} · {people:,}"
        rows.append(Cells(same(label), tuple(cells)))
    rows = [row for row in rows if any(row.cells)]
    drawn = plots.field(heads, rows)
    return ask.chart("retention", drawn, share=part(total["active"], total["customers"]))


def repeat(facts: Facts, ask: Asking) -> Table:
    """How many buy twice, and how many come back from before."""

    def period(kind: str, month: str) -> Said:
        return same(month) if kind == "month" else ask.say("periods", kind)

    columns = ("period", "buyers", "again", "rate", "returning", "back")
    return ask.table(
        "repeat",
        columns,
        [
            (
                period(
                    row["period_type"],
                    f"{row['period_start_date']:%Y-%m}" if row["period_start_date"] else "",
                ),
                count(row["customers"]),
                count(row["repeat_customers"]),
                same(share(row["repeat_customers"], row["customers"])),
                *_came_back(row),
            )
            for row in facts.repeat
        ],
        numeric=range(1, len(columns)),
    )


def _came_back(row: Row) -> tuple[Said, Said]:
    """Nobody can come back from before all history."""
    if row["period_type"] == "history":
        return NOTHING, NOTHING
    people = row["returning_customers"]
    return count(people), same(share(people, row["customers"]))
