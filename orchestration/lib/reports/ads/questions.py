"""What is out of the usual, and what platforms cost and bring: one function per question.

Belongs here: which figures answer it, and how. Does not belong here: campaigns (campaigns.py), the budget
(shares.py), drawing or queries.
"""

from orchestration.lib.reports import charts, plots
from orchestration.lib.reports.ads.facts import Facts
from orchestration.lib.reports.asking import NOTHING, Asking, cny, count, part
from orchestration.lib.reports.charts import Bar
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Chart, Table
from orchestration.lib.reports.plots import COLOURS, Stack
from orchestration.lib.reports.said import Said, number, same, share
from orchestration.lib.reports.source import Row, Source
from orchestration.lib.reports.words import Words

JUDGED = ("above", "below", "usual")  # others rest on too little to show a number
MANY = len(COLOURS)  # platforms that a drawing tells apart


def newest(facts: Facts, ask: Asking, source: Source) -> Table:
    """Every platform and metric of the newest day against its own history."""
    judged = [row for row in facts.newest if row["judgement"] in JUDGED]
    rows = [
        (
            source.codes.channel(row["platform"]),
            named("alert", row["metric"]),
            count(row["value"], 2),
            _range(row),
            named("judgement", row["judgement"]),
        )
        for row in judged
    ]
    others: dict[tuple[str, str], list[Said]] = {}  # what is not judged needs no line for each
    for row in facts.newest:
        if row["judgement"] not in JUDGED:
            key = row["platform"], row["judgement"]
            others.setdefault(key, []).append(named("alert", row["metric"]))
    rows += [
        (source.codes.channel(platform), Words.listed(metrics), NOTHING, NOTHING,
         named("judgement", judgement))
        for (platform, judgement), metrics in others.items()
    ]  # fmt: skip
    return ask.table(
        "newest",
        ("platform", "metric", "value", "usual", "judgement"),
        rows,
        numeric=(2, 3),
        day=facts.newest[0]["date"].isoformat() if facts.newest else "–",
    )


def alerts(facts: Facts, ask: Asking, source: Source) -> Table:
    """The newest days that were out of the usual."""
    return ask.table(
        "alerts",
        ("day", "platform", "metric", "value", "usual", "judgement"),
        [
            (
                same(row["date"].isoformat()),
                source.codes.channel(row["platform"]),
                named("alert", row["metric"]),
                count(row["value"], 2),
                _range(row),
                named("judgement", row["judgement"]),
            )
            for row in facts.alerts
        ],
        numeric=(3, 4),
        of=facts.alerts[0]["alerts"] if facts.alerts else 0,
    )


def weeks(facts: Facts, ask: Asking, source: Source) -> Chart:
    """What each platform cost, week by week."""
    platforms = [row["platform"] for row in facts.platforms][:MANY]
    by_week: dict = {}
    for row in facts.weeks:
        by_week.setdefault(row["week"], {})[row["platform"]] = float(row["cost_cny"])
    rows = [
        Stack(
            same(week.isoformat()),
            tuple(costs.get(platform, 0) for platform in platforms),
            cny(sum(costs.values())),
        )
        for week, costs in by_week.items()
    ]
    drawn = plots.stacked(tuple(source.codes.channel(one) for one in platforms), rows)
    return ask.chart(
        "weeks",
        drawn,
        is_tall=True,
        week=rows[-1].label if rows else same(""),
        cost=rows[-1].shown if rows else same(""),
    )


def landings(facts: Facts, ask: Asking, source: Source) -> Chart:
    """How many paid clicks are seen to arrive."""
    rows = sorted(
        (
            Bar(
                source.codes.channel(row["platform"]),
                min(row["landings"] / row["clicks"], 1),
                part(row["landings"], row["clicks"]),
            )
            for row in facts.platforms
            if row["clicks"]
        ),
        key=lambda row: (row.value, row.label.en),
    )
    low = rows[0] if rows else Bar(same(""), 0, same(""))
    return ask.chart("landings", charts.bars(rows, top=1), platform=low.label, share=low.shown)


def returns(facts: Facts, ask: Asking, source: Source) -> Chart:
    """Credited revenue per yuan of cost."""
    rows = sorted(
        (
            Bar(
                source.codes.channel(row["platform"]),
                max(float(row["revenue_cny"]), 0) / float(row["cost_cny"]),
                count(float(row["revenue_cny"]) / float(row["cost_cny"]), 2),
            )
            for row in facts.platforms
            if row["cost_cny"]
        ),
        key=lambda row: (-row.value, row.label.en),
    )
    best = rows[0] if rows else Bar(same(""), 0, same(""))
    return ask.chart("returns", charts.bars(rows), platform=best.label, roas=best.shown)


def where(facts: Facts, ask: Asking, source: Source) -> Chart:
    """Where the people whom ads brought buy: own shop, marketplaces, elsewhere."""
    rows = []
    for row in facts.platforms:
        own, market = float(row["own_cny"]), float(row["marketplace_cny"])
        values = (own, market, max(float(row["revenue_cny"]) - own - market, 0))
        if sum(values) > 0:
            rows.append(
                Stack(source.codes.channel(row["platform"]), values, cny(row["revenue_cny"]))
            )
    names = tuple(ask.say("where", one) for one in ("own", "marketplace", "other"))
    total = sum(sum(row.values) for row in rows)
    return ask.chart(
        "where",
        plots.stacked(names, rows, top=0) if rows else {},
        own=share(sum(row.values[0] for row in rows), total),
        market=share(sum(row.values[1] for row in rows), total),
    )


def platforms(facts: Facts, ask: Asking, source: Source) -> Table:
    """Every platform in numbers."""
    columns = (
        "platform",
        "cost",
        "clicks",
        "cpc",
        "orders",
        "cpa",
        "new",
        "cac",
        "revenue",
        "roas",
    )
    return ask.table(
        "platforms",
        columns,
        [
            (
                source.codes.channel(row["platform"]),
                cny(row["cost_cny"]),
                count(row["clicks"]),
                _per(row["cost_cny"], row["clicks"]),
                count(row["conversions"], 1),
                _per(row["cost_cny"], row["conversions"]),
                count(row["new_customers"], 1),
                _per(row["cost_cny"], row["new_customers"]),
                cny(row["revenue_cny"]),
                count(float(row["revenue_cny"]) / float(row["cost_cny"]), 2)
                if row["cost_cny"]
                else NOTHING,
            )
            for row in facts.platforms
        ],
        numeric=range(1, len(columns)),
        model=named("model", facts.model),
    )


def _per(cost: float, number_: float) -> Said:
    return cny(float(cost) / float(number_)) if number_ else NOTHING


def _range(row: Row) -> Said:
    low, high = row["lowest_usual_value"], row["highest_usual_value"]
    if low is None or high is None:
        return NOTHING
    return same(f"{number(float(low), 2)} – {number(float(high), 2)}")
