"""One customer: who it is, what happened, and why it is one person.

Belongs here: finding a person and showing them. Does not belong here: the reasons (lib/identity/explaining
gives the answer of `yutang explain`). No clear value is shown; one that is typed becomes a token at once.
"""

from datetime import date, timedelta

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Mark
from orchestration.app.customer_events import events
from orchestration.app.parts import Card, cards, chart, table
from orchestration.app.reading import Reading
from orchestration.lib.identity.explaining.answer import Explanation, Identifier, Person
from orchestration.lib.identity.explaining.errors import ExplainError
from orchestration.lib.identity.explaining.explain import explain
from orchestration.lib.identity.explaining.texts import SHORT, Texts
from orchestration.lib.metrics.values import shown

_EXAMPLES = """
    select one_id, channel_count, order_count, identifier_count
    from profile.customer_360
    order by channel_count desc, order_count desc nulls last, one_id
    limit 20
"""
MOST_EVENTS = 60
DRAWN_DAYS = 180  # before the newest record; a registration of years ago would squeeze the rest


def show(reading: Reading) -> None:
    """The page."""
    asked = _asked(reading)
    if asked is None:
        st.write(reading.say("customer", "nobody"))
        return
    try:
        found = explain(reading.home, (asked,))
    except ExplainError as error:
        st.warning(f"{reading.say('customer', 'not_found')} {error}")
        return
    person = found.subjects[0].person
    texts = Texts(reading.language, reading.zone)
    if person is None:
        st.warning(reading.say("customer", "no_person"))
        for finding in found.subjects[0].why_nobody:
            st.text(f"· {texts.finding(finding)}")
        return
    _profile(reading, person)
    _reach(reading, person)
    _timeline(reading, person)
    _why(reading, found, person, texts)


def _asked(reading: Reading) -> str | None:
    """What was typed, else the example chosen."""
    left, right = st.columns(2)
    with right:
        typed = st.text_input(
            reading.say("customer", "find"), key="find", help=reading.say("customer", "find_help")
        ).strip()
    examples = {row["one_id"]: row for row in reading.rows(_EXAMPLES)}
    with left:
        chosen = st.selectbox(
            reading.say("customer", "example"),
            list(examples),
            format_func=lambda one: reading.say(
                "customer",
                "example_line",
                id=one[:SHORT],
                channels=str(examples[one]["channel_count"]),
                orders=str(examples[one]["order_count"] or 0),
            ),
            key="example",
            disabled=bool(typed),
        )
    return typed or (f"one_id:{chosen}" if chosen else None)


def _profile(reading: Reading, person: Person) -> None:
    rows = reading.rows(
        "select * from profile.customer_360 where one_id = $one_id", {"one_id": person.one_id}
    )
    if not rows:
        return
    row, say, words = rows[0], reading.say, reading.words
    st.subheader(say("customer", "who", id=person.one_id[:SHORT]))
    money = shown(row["net_revenue_cny"], "CNY")[reading.language]
    relations = [
        say("customer", name)
        for name in ("is_member", "is_oa_follower", "is_wecom_contact")
        if row[name]
    ]
    cards([
        Card(say("customer", "orders"), f"{row['order_count'] or 0:,}"),
        Card(say("customer", "revenue"), money),
        Card(say("customer", "last_order"), _day(row["last_order_date"])),
        Card(say("customer", "lifecycle"), words.of("lifecycle", row["lifecycle_stage"] or "never")),
        Card(say("customer", "aipl"), words.of("aipl", row["aipl_stage"])),
        Card(say("customer", "tier"), words.of("tier", row["value_tier"]) if row["value_tier"] else "–"),
        Card(say("customer", "segment"),
             words.of("segment", row["rfm_segment"]) if row["rfm_segment"] else "–"),
        Card(say("customer", "city"), row["home_city"] or "–"),
    ])  # fmt: skip
    separator = "、" if reading.language == "zh" else ", "
    first = words.channel(row["first_channel"])
    st.write(
        say("customer", "relations", first=first, since=_day(row["first_seen_at"].date()),
            relations=separator.join(relations) or words.of("other", "none"))
    )  # fmt: skip


def _reach(reading: Reading, person: Person) -> None:
    """Whether a marketing message may and can be sent, by channel, and why not."""
    if not reading.has("profile.customer_reachability"):
        return
    rows = reading.rows(
        "select channel, is_reachable, reason from profile.customer_reachability "
        "where one_id = $one_id order by is_reachable desc, channel",
        {"one_id": person.one_id},
    )
    with st.expander(
        reading.say(
            "customer", "reach", n=str(sum(row["is_reachable"] for row in rows)), all=str(len(rows))
        )
    ):
        names = ("reach_channel", "reach_state")
        table(
            [reading.say("customer", name) for name in names],
            [
                (
                    reading.words.of("reach", row["channel"]),
                    reading.words.of("reason", row["reason"]),
                )
                for row in rows
            ],
        )


def _timeline(reading: Reading, person: Person) -> None:
    found = events(reading, person.one_id)
    since = found[0].day - timedelta(days=DRAWN_DAYS) if found else None
    marks = [
        Mark(one.day, one.kind, one.text) for one in reversed(found) if since and one.day > since
    ]
    answer = (
        reading.say("customer", "timeline_answer", n=f"{len(found):,}", first=_day(found[-1].day),
                    last=_day(found[0].day))
        if found
        else reading.say("customer", "timeline_none")
    )  # fmt: skip
    chart(
        reading.say("customer", "timeline"),
        answer,
        charts.timeline(marks),
        reading.say("customer", "timeline_counted"),
    )
    if found:
        with st.expander(reading.say("customer", "newest", n=str(min(len(found), MOST_EVENTS)))):
            names = ("day", "what", "details")
            table(
                [reading.say("customer", name) for name in names],
                [(_day(one.day), one.kind, one.text) for one in found[:MOST_EVENTS]],
            )


def _why(reading: Reading, found: Explanation, person: Person, texts: Texts) -> None:
    say, subject = reading.say, found.subjects[0]
    st.subheader(say("customer", "why"))
    st.write(say("customer", "why_lead", n=str(len(person.identifiers))))
    names = ("identifier", "class", "seen", "channels")
    table(
        [say("customer", name) for name in names],
        [
            (
                texts.identifier(one),
                texts.identifier_class(one.identifier_class),
                f"{texts.day(one.first_seen_at)} – {texts.day(one.last_seen_at)}",
                ", ".join(reading.words.channel(name) for name in one.channels),
            )
            for one in person.identifiers
        ],
    )
    if len(person.identifiers) > 1:
        _path(reading, person, texts)
    findings = [*subject.conflicts, *subject.ended, *subject.suggestions]
    if findings:
        with st.expander(say("customer", "refused", n=str(len(findings)))):
            for finding in findings[:30]:
                st.text(f"· {texts.finding(finding)}")


def _path(reading: Reading, person: Person, texts: Texts) -> None:
    """The records between two identifiers of the person, on request."""
    say = reading.say
    known: dict[str, Identifier] = {one.identifier_token: one for one in person.identifiers}
    tokens = list(known)
    left, right = st.columns(2)
    one = left.selectbox(say("customer", "from"), tokens, key=f"from-{person.one_id}",
                         format_func=lambda token: texts.identifier(known[token]))  # fmt: skip
    two = right.selectbox(say("customer", "to"), tokens, index=len(tokens) - 1, key=f"to-{person.one_id}",
                          format_func=lambda token: texts.identifier(known[token]))  # fmt: skip
    if not st.button(say("customer", "trace"), help=say("customer", "trace_help")):
        return
    answer = explain(reading.home, (f"token:{one}", f"token:{two}"))
    st.markdown(f"**{texts.verdict(answer.verdict)}**")
    for number, hop in enumerate(answer.path, start=1):
        st.text(
            f"{number}. {texts.identifier(hop.start)} → {texts.identifier(hop.end)}: {texts.hop(hop)}"
        )
        for evidence in hop.evidence:
            st.caption(
                say("customer", "evidence", channel=reading.words.channel(evidence.channel),
                    n=f"{evidence.record_count:,}", first=texts.day(evidence.first_at),
                    last=texts.day(evidence.last_at))
            )  # fmt: skip
    for finding in answer.reasons:
        st.text(f"· {texts.finding(finding)}")


def _day(day: date | None) -> str:
    return day.isoformat() if day else "–"
