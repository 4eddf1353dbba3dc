"""The charts and tables of the audience book: one function per question.

Belongs here: which figures answer it, and how. Does not belong here: where lists went (lists.py), drawing
or queries.
"""

from orchestration.lib.reports import charts, plots
from orchestration.lib.reports.asking import NOTHING, Asking, cny, count, part
from orchestration.lib.reports.audiences.facts import DAYS, Facts
from orchestration.lib.reports.charts import Bar
from orchestration.lib.reports.codes import named
from orchestration.lib.reports.parts import Chart, Table
from orchestration.lib.reports.plots import Stack
from orchestration.lib.reports.said import Said, number, same, share
from orchestration.lib.reports.source import Row
from orchestration.lib.reports.words import Words

DRAWN = 20  # bars of a drawing; all audiences are in the table
LETTERS = Said(zh="20", en="38")  # of a name beside a number in a drawing


def sizes(facts: Facts, ask: Asking) -> Chart:
    """How many people are in each audience."""
    rows = [
        Bar(short(row), row["members"], same(number(row["members"])))
        for row in facts.audiences
        if row["members"]
    ][:DRAWN]
    top = rows[0] if rows else Bar(same(""), 0, same(""))
    return ask.chart("sizes", charts.bars(rows), is_tall=True, audience=top.label, n=top.shown)


def allowed(facts: Facts, ask: Asking) -> Chart:
    """Of those who meet the conditions, who may be contacted, is held out, or may not."""
    rows = []
    for row in facts.audiences:
        met = row["met_conditions"]
        if not met or row["members"] is None:
            continue
        held = row["held_out"] or 0
        values = (float(row["members"] - held), float(held), float(row["not_allowed"]))
        rows.append(Stack(short(row), values, part(row["members"] - held, met)))
    names = tuple(ask.say("allowed", one) for one in ("usable", "held_out", "not_allowed"))
    met = sum(row["met_conditions"] for row in facts.audiences)
    kept_out = sum(row["not_allowed"] for row in facts.audiences)
    drawn = plots.stacked(names, rows[:DRAWN], top=0) if rows else {}
    return ask.chart("allowed", drawn, is_tall=True, share=share(kept_out, met))


def members(facts: Facts, ask: Asking) -> Table:
    """Every audience in numbers."""
    columns = ("audience", "members", "joined", "left", "held_out", "not_allowed", "revenue", "day")
    return ask.table(
        "members",
        columns,
        [
            (
                name(row),
                count(row["members"]),
                count(row["joined"]),
                count(row["left_people"]),
                count(row["held_out"]),
                count(row["not_allowed"]),
                cny(row["recent_net_revenue_cny"]),
                same(row["as_of_date"].isoformat()) if row["as_of_date"] else ask.say("members", "never"),
            )
            for row in facts.audiences
        ],
        numeric=range(1, 7),
        days=str(DAYS),
    )  # fmt: skip


def definitions(facts: Facts, ask: Asking) -> Table:
    """Who belongs to each audience, in words."""
    return ask.table(
        "definitions",
        ("audience", "who", "channels", "schedule", "holdout"),
        [
            (
                name(row),
                Said(row["definition_zh"], row["definition_en"]),
                Words.listed([named("reach", one) for one in split(row["channels"])])
                if row["channels"]
                else NOTHING,
                _schedule(row["schedule"], ask),
                same(f"{float(row['holdout_pct'] or 0):g}%"),
            )
            for row in facts.audiences
        ],
        numeric=(4,),
    )


def reach(facts: Facts, ask: Asking) -> Table:
    """How many members each channel can reach."""
    rows = []
    for row in facts.audiences:
        found = facts.reach.get(row["audience"])
        if not found or not row["members"]:
            continue
        cells = [found.get(channel, 0) for channel in ("", *facts.channels)]
        rows.append((
            name(row),
            *(same(f"{number(n)} · {share(n, row['members'], 0)}") for n in cells),
        ))  # fmt: skip
    table = ask.table("reach", ("audience", "any"), rows)
    heads = (*table.headers, *(named("reach", channel) for channel in facts.channels))
    return Table(
        table.question, table.definition, heads, table.rows, table.empty, table.shown,
        tuple(range(1, len(heads))),
    )  # fmt: skip


def overlaps(facts: Facts, ask: Asking) -> Table:
    """Which audiences hold the same people."""
    rows = []
    for row in facts.overlaps:
        one, two = facts.named(row["audience"]), facts.named(row["other"])
        if not one or not two:
            continue
        small, large = sorted((one, two), key=lambda it: (it["members"] or 0, it["audience"]))
        rows.append(
            (name(small), name(large), count(row["both_people"]),
             part(row["both_people"], small["members"]))
        )  # fmt: skip
    return ask.table("overlaps", ("small", "large", "both", "share"), rows, numeric=(2, 3))


def name(row: Row) -> Said:
    """The name of an audience; its file's where it is defined no more."""
    if "name_zh" in row:
        return Said(row["name_zh"], row["name_en"])
    return same(row["audience"].replace("_", " "))


def short(row: Row) -> Said:
    """The name as a drawing has room for it: without what is in brackets, and cut."""
    said = name(row)
    return Said(*(
        text if len(text) <= int(LETTERS[language]) else f"{text[: int(LETTERS[language]) - 1]}…"
        for language, text in (
            ("zh", said.zh.partition("（")[0]), ("en", said.en.partition(" (")[0]),
        )
    ))  # fmt: skip


def _schedule(text: str, ask: Asking) -> Said:
    """`day`, `week monday` or `month 1` in words."""
    every, _, on = text.partition(" ")
    if every == "week":
        return ask.say("schedule", "week", day=ask.say("weekdays", on))
    return ask.say("schedule", every, day=on)


def split(names: str | None) -> list[str]:
    """Names of a list separated by commas."""
    return [one for one in (names or "").split(",") if one]
