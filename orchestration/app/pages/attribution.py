"""Attribution: what each model credits to each channel, and what that cost.

Belongs here: the tables of schema attribution as charts. Does not belong here: any model.
"""

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Bar
from orchestration.app.pages.attribution_spend import alerts, campaigns, spend
from orchestration.app.parts import chart, missing, table
from orchestration.app.reading import Reading
from orchestration.lib.metrics.values import shown

MODELS = (
    "first",
    "last",
    "last_non_direct",
    "linear",
    "position_based",
    "time_decay",
    "markov",
    "shapley",
)
_CHANNELS = """
    select * from attribution.rpt_channel_attribution
    where model = $model
    order by revenue_cny desc, channel
"""
UNATTRIBUTED = "(unattributed)"


def show(reading: Reading) -> None:
    """The page."""
    if not reading.has("attribution.rpt_channel_attribution"):
        missing(reading.say("attribution", "no_table"))
        spend(reading)
        return
    found = {
        row["model"]
        for row in reading.rows("select distinct model from attribution.rpt_channel_attribution")
    }
    models = [name for name in MODELS if name in found] + sorted(found - set(MODELS))
    if not models:
        missing(reading.say("frame", "nothing"))
        return
    report = str(reading.settings.get("attribution_report_model"))
    model = st.selectbox(
        reading.say("attribution", "model"),
        models,
        index=models.index(report) if report in models else 0,
        format_func=lambda name: reading.words.of("model", name),
        key="model",
    )
    rows = reading.rows(_CHANNELS, {"model": model})
    _credit(reading, rows)
    _side_by_side(reading, models)
    _returns(reading, rows)
    campaigns(reading)
    alerts(reading)
    spend(reading)


def _credit(reading: Reading, rows: list[dict]) -> None:
    total = sum(row["revenue_cny"] for row in rows)
    lost = next((row["revenue_cny"] for row in rows if row["channel"] == UNATTRIBUTED), 0)
    drawn = [
        Bar(
            _channel(reading, row),
            float(row["revenue_cny"]),
            f"{shown(row['revenue_cny'], 'CNY').en} · {float(row['revenue_cny'] / total):.1%}",
        )
        for row in rows
        if total
    ]
    answer = (
        reading.say(
            "attribution",
            "credit_answer",
            total=shown(total, "CNY").en,
            share=f"{float(lost / total):.1%}",
        )
        if total
        else reading.say("frame", "nothing")
    )
    chart(
        reading.say("attribution", "credit"),
        answer,
        charts.bars(drawn),
        reading.say("attribution", "credit_counted"),
    )


def _side_by_side(reading: Reading, models: list[str]) -> None:
    rows = reading.rows("select * from attribution.rpt_channel_attribution")
    cells = {(row["channel"], row["model"]): row["revenue_cny"] for row in rows}
    names = {row["channel"]: _channel(reading, row) for row in rows}
    totals = {model: sum(cells.get((c, model), 0) for c in names) for model in models}
    order = sorted(names, key=lambda c: (-max(cells.get((c, m), 0) for m in models), c))
    with st.container(border=True):
        st.markdown(f"#### {reading.say('attribution', 'models')}")
        table(
            [
                reading.say("attribution", "channel"),
                *(reading.words.of("model", m) for m in models),
            ],
            [
                (
                    names[channel],
                    *(
                        f"{float(cells.get((channel, m), 0) / totals[m]):.1%}" if totals[m] else "–"
                        for m in models
                    ),
                )
                for channel in order
            ],
            numeric=range(1, len(models) + 1),
        )
        st.caption(reading.say("attribution", "models_counted"))


def _returns(reading: Reading, rows: list[dict]) -> None:
    paid = [row for row in rows if row["cost_cny"]]
    if not paid:
        return
    columns = ("cost", "revenue", "roas", "cac", "conversions", "claimed")
    with st.container(border=True):
        st.markdown(f"#### {reading.say('attribution', 'returns')}")
        table(
            [
                reading.say("attribution", "channel"),
                *(reading.say("attribution", name) for name in columns),
            ],
            [
                (
                    _channel(reading, row),
                    shown(row["cost_cny"], "CNY").en,
                    shown(row["revenue_cny"], "CNY").en,
                    shown(row["roas"], "ratio").en,
                    shown(row["cac_cny"], "CNY").en,
                    f"{float(row['conversions']):,.1f}",
                    "–"
                    if row["platform_claimed_conversions"] is None
                    else f"{row['platform_claimed_conversions']:,}",
                )
                for row in paid
            ],
            numeric=range(1, len(columns) + 1),
        )
        st.caption(reading.say("attribution", "returns_counted"))


def _channel(reading: Reading, row: dict) -> str:
    if row["channel"] == UNATTRIBUTED:
        return reading.words.of("attributed", UNATTRIBUTED)
    named = row.get("channel_name_zh" if reading.language == "zh" else "channel_name")
    if named and named != row["channel"]:
        return str(named)
    return reading.words.channel(row["channel"])
