"""Data health: what arrived, what was refused, what the audit found.

Belongs here: quality.raw_loads, quality.audit_results and quality.sales_reconciliation in words. Does not
belong here: the text of refused rows, which stays in landing/ (`yutang rejects` shows it).
"""

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Bar
from orchestration.app.parts import Card, cards, chart, missing, table
from orchestration.app.reading import Reading

_LOADS = """
    select
        channel,
        sum(rows_read) as rows_read,
        sum(rows_loaded) as rows_loaded,
        sum(rows_rejected) as rows_rejected,
        sum(rows_duplicate) as rows_duplicate,
        sum(files_quarantined) as files_quarantined,
        max(dt) as newest,
        string_agg(distinct unknown_columns, ', ' order by unknown_columns) as unknown_columns
    from quality.raw_loads
    group by channel
    order by channel
"""
_CHECKS = """
    select edge, count(*) as checks, count_if(is_passed) as passed
    from quality.audit_results
    group by edge
    order by checks desc
"""
_FAILED = """
    select table_name, check_name, failing_rows, is_blocking
    from quality.audit_results
    where not is_passed
    order by is_blocking desc, table_name, check_name
    limit 50
"""
_ACCOUNTED = """
    select channel, record_type, outcome, record_count, amount_cny
    from quality.sales_reconciliation
    order by channel, record_type, record_count desc, outcome
"""


def show(reading: Reading) -> None:
    """The page."""
    if not reading.has("quality.raw_loads", "quality.audit_results"):
        missing(reading.say("frame", "no_table"))
        return
    loads = reading.rows(_LOADS)
    checks = reading.rows(_CHECKS)
    _figures(reading, loads, checks)
    left, right = st.columns(2)
    with left:
        _freshness(reading, loads)
    with right:
        _refused(reading, loads)
    _failed(reading, checks)
    _accounted(reading)
    _unknown(reading, loads)


def _figures(reading: Reading, loads: list[dict], checks: list[dict]) -> None:
    counted = ("rows_read", "rows_loaded", "rows_rejected", "rows_duplicate", "files_quarantined")
    total = {name: sum(row[name] or 0 for row in loads) for name in counted}
    asked, passed = (sum(row[name] for row in checks) for name in ("checks", "passed"))
    say = reading.say
    cards([
        Card(say("health", "read"), f"{total['rows_read']:,}", say("health", "read_help")),
        Card(say("health", "loaded"), f"{total['rows_loaded']:,}"),
        Card(say("health", "duplicate"), f"{total['rows_duplicate']:,}", say("health", "duplicate_help")),
        Card(say("health", "rejected"), f"{total['rows_rejected']:,}", say("health", "rejected_help")),
        Card(say("health", "files"), f"{total['files_quarantined']:,}", say("health", "files_help")),
        Card(say("health", "checks"), f"{passed:,} / {asked:,}", say("health", "checks_help")),
    ])  # fmt: skip
    balanced = total["rows_read"] == sum(
        total[name] for name in ("rows_loaded", "rows_rejected", "rows_duplicate")
    )
    st.caption(say("health", "balanced" if balanced else "unbalanced"))


def _freshness(reading: Reading, loads: list[dict]) -> None:
    as_of = reading.as_of
    rows = sorted(
        ((row, (as_of - row["newest"]).days if as_of else 0) for row in loads),
        key=lambda one: (-one[1], one[0]["channel"]),
    )
    late = [row for row, days in rows if days > 7]
    chart(
        reading.say("health", "freshness"),
        reading.say("health", "freshness_late", n=str(len(late)))
        if late
        else reading.say("health", "freshness_good", n=str(len(rows))),
        charts.bars(
            [
                Bar(
                    reading.words.channel(row["channel"]),
                    max(days, 0),
                    reading.say("health", "days_ago", day=row["newest"].isoformat(), n=str(days)),
                )
                for row, days in rows
            ],
            top=max([7, *(days for _, days in rows)]),
        ),
        reading.say("health", "freshness_counted"),
    )


def _refused(reading: Reading, loads: list[dict]) -> None:
    rows = sorted(
        (row for row in loads if row["rows_rejected"]),
        key=lambda row: (-row["rows_rejected"] / row["rows_read"], row["channel"]),
    )
    drawn = [
        Bar(
            reading.words.channel(row["channel"]),
            row["rows_rejected"] / row["rows_read"],
            f"{row['rows_rejected']:,} · {row['rows_rejected'] / row['rows_read']:.2%}",
        )
        for row in rows
    ]
    chart(
        reading.say("health", "refused"),
        reading.say("health", "refused_answer", channel=drawn[0].label)
        if drawn
        else reading.say("health", "refused_none"),
        charts.bars(drawn),
        reading.say("health", "refused_counted"),
    )


def _failed(reading: Reading, checks: list[dict]) -> None:
    say, failed = reading.say, reading.rows(_FAILED)
    with st.container(border=True):
        st.markdown(f"#### {say('health', 'failed')}")
        st.write(
            say("health", "failed_answer", n=str(len(failed)))
            if failed
            else say("health", "failed_none")
        )
        if failed:
            table(
                [say("health", name) for name in ("table", "check", "rows", "blocking")],
                [
                    (
                        row["table_name"].replace("_", " ").replace(".", " · "),
                        row["check_name"].removeprefix("assert_").replace("_", " "),
                        "–" if row["failing_rows"] is None else f"{row['failing_rows']:,}",
                        say("health", "yes" if row["is_blocking"] else "no"),
                    )
                    for row in failed
                ],
                numeric=[2],
            )
        table(
            [say("health", name) for name in ("edge", "asked", "passed")],
            [
                (reading.words.of("edge", row["edge"]), f"{row['checks']:,}", f"{row['passed']:,}")
                for row in checks
            ],
            numeric=[1, 2],
        )
        st.caption(say("health", "failed_counted"))


def _accounted(reading: Reading) -> None:
    if not reading.has("quality.sales_reconciliation"):
        return
    words, say = reading.words, reading.say
    rows = reading.rows(_ACCOUNTED)
    with st.expander(say("health", "accounted")):
        table(
            [say("health", name) for name in ("channel", "record", "outcome", "records", "amount")],
            [
                (
                    words.channel(row["channel"]),
                    words.of("reconciliation", row["record_type"]),
                    words.of("reconciliation", row["outcome"]),
                    f"{row['record_count']:,}",
                    "–" if row["amount_cny"] is None else f"¥{row['amount_cny']:,.2f}",
                )
                for row in rows
            ],
            numeric=[3, 4],
        )
        st.caption(say("health", "accounted_counted"))


def _unknown(reading: Reading, loads: list[dict]) -> None:
    rows = [row for row in loads if row["unknown_columns"]]
    if not rows:
        return
    with st.expander(reading.say("health", "unknown", n=str(len(rows)))):
        st.write(reading.say("health", "unknown_lead"))
        table(
            [reading.say("health", "channel"), reading.say("health", "fields")],
            [(reading.words.channel(row["channel"]), row["unknown_columns"]) for row in rows],
        )
