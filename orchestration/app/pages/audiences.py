"""Audiences: who is in them today, and what kind of people these are.

Belongs here: a card per audience. Does not belong here: who is a member (activation/audiences says it, and
a run writes the members into schema activation of the published file).
"""

from pathlib import Path
from typing import Any

import streamlit as st

from orchestration.app import charts
from orchestration.app.charts import Bar
from orchestration.app.parts import Card, cards, chart, missing, report_part
from orchestration.app.reading import Reading
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home
from orchestration.lib.metrics.values import shown
from orchestration.lib.reports.parts import Page

_READINGS = """
    with
    newest as (
        select audience, max(as_of_date) as as_of_date from activation.audience_members group by audience
    ),
    members as (
        select m.* from activation.audience_members as m
        join newest as n on m.audience = n.audience and m.as_of_date = n.as_of_date
    )
    select
        members.audience,
        max(members.as_of_date) as as_of_date,
        count(*) as people,
        count_if(members.joined_date > members.as_of_date - 7) as joined_recently,
        count_if(profile.is_buyer) as buyers,
        count_if(profile.order_count >= 2) as repeat_buyers,
        count_if(profile.is_member) as club,
        count_if(profile.is_oa_follower) as followers,
        count_if(profile.is_wecom_contact) as contacts,
        count_if(profile.has_verified_phone) as phones,
        sum(profile.net_revenue_cny) as net_revenue_cny,
        median(profile.recency_days) as recency_days
    from members
    left join profile.customer_360 as profile on members.one_id = profile.one_id
    group by members.audience
    order by people desc, members.audience
"""

_REACH = """
    select reach.channel, count_if(reach.is_reachable) as reachable
    from activation.audience_members as members
    join profile.customer_reachability as reach on members.one_id = reach.one_id
    where members.audience = $audience and members.as_of_date = $day
    group by reach.channel
    order by reachable desc, reach.channel
"""


def show(reading: Reading) -> None:
    """The page."""
    if not reading.has("activation.audience_members"):
        missing(reading.say("audiences", "no_table"))
        return
    found = reading.rows(_READINGS)
    if not found:
        missing(reading.say("audiences", "empty"))
        return
    names = _names(reading)
    labels = {row["audience"]: _named(names, row["audience"])[0] for row in found}
    chart(
        reading.say("audiences", "sizes"),
        reading.say(
            "audiences", "sizes_answer", n=str(len(found)), audience=labels[found[0]["audience"]]
        ),
        charts.bars(
            [Bar(labels[row["audience"]], row["people"], f"{row['people']:,}") for row in found]
        ),
        reading.say("audiences", "sizes_counted"),
    )
    chosen = st.selectbox(
        reading.say("audiences", "choose"),
        list(labels),
        format_func=labels.__getitem__,
        key="audience",
    )
    _card(
        reading, next(row for row in found if row["audience"] == chosen), _named(names, str(chosen))
    )


def _card(reading: Reading, row: dict[str, Any], named: tuple[str, str]) -> None:
    say, people = reading.say, row["people"]
    with st.container(border=True):
        st.markdown(f"#### {named[0]}")
        if named[1]:
            st.write(named[1])
        money = row["net_revenue_cny"]
        cards([
            Card(say("audiences", "people"), f"{people:,}", say("audiences", "people_help")),
            Card(say("audiences", "joined"), f"{row['joined_recently']:,}"),
            Card(say("audiences", "per_head"), shown(money / people if money else None, "CNY").en),
            Card(say("audiences", "recency"), "–" if row["recency_days"] is None else
                 say("audiences", "days", n=f"{row['recency_days']:.0f}")),
        ])  # fmt: skip
        shares = ("buyers", "repeat_buyers", "club", "phones", "followers", "contacts")
        drawn = [
            Bar(
                say("audiences", name),
                row[name] / people,
                f"{row[name]:,} · {row[name] / people:.1%}",
            )
            for name in shares
        ]
        drawn.sort(key=lambda bar: -bar.value)
    chart(
        say("audiences", "who"),
        say("audiences", "who_answer", what=drawn[0].label, share=f"{drawn[0].value:.1%}"),
        charts.bars(drawn, top=1),
        say("audiences", "who_counted", day=row["as_of_date"].isoformat()),
    )
    _reach(reading, row)


def _reach(reading: Reading, row: dict[str, Any]) -> None:
    """Through which channels the members may and can be written to."""
    if not reading.has("profile.customer_reachability"):
        return
    say, people = reading.say, row["people"]
    found = reading.rows(_REACH, {"audience": row["audience"], "day": row["as_of_date"]})
    drawn = [
        Bar(
            reading.words.of("reach", one["channel"]),
            one["reachable"] / people,
            f"{one['reachable']:,} · {one['reachable'] / people:.1%}",
        )
        for one in found
    ]
    chart(
        say("audiences", "reach"),
        say("audiences", "reach_answer", channel=drawn[0].label, share=f"{drawn[0].value:.1%}")
        if drawn
        else say("frame", "nothing"),
        charts.bars(drawn, top=1),
        say("audiences", "reach_counted"),
    )


def _names(reading: Reading) -> dict[str, tuple[str, str]]:
    """Name and definition in plain words of every audience."""
    if not reading.has("activation.audiences"):
        return {}
    language = reading.language
    rows = reading.rows(
        f"select audience, name_{language} as name, definition_{language} as definition "
        "from activation.audiences"
    )
    return {row["audience"]: (row["name"], row["definition"] or "") for row in rows}


def _named(names: dict[str, tuple[str, str]], audience: str) -> tuple[str, str]:
    return names.get(audience, (audience.replace("_", " "), ""))


def _whole_card(reading: Reading, audience: str) -> None:
    """The card as `yutang audience card` writes it, computed when it is asked for."""
    if not reading.has("activation.audiences"):
        return
    if not st.toggle(reading.say("audiences", "card"), key=f"card-{audience}"):
        return
    status = reading.home.published.stat()
    try:
        page = _card_page(
            str(reading.home.root),
            str(reading.home.secrets),
            audience,
            (status.st_ino, status.st_mtime_ns),
        )
    except YutangError as error:
        missing(f"{reading.say('audiences', 'card_failed')} {error}")
        return
    for section in page.sections:
        st.subheader(section.title[reading.language])
        for part in section.parts:
            report_part(part, reading.language)


@st.cache_data(max_entries=20, show_spinner=False)
def _card_page(root: str, secrets: str, audience: str, file: tuple[int, int]) -> Page:
    """The card on one published file, which its inode and time name."""
    from orchestration.lib.audiences.card_page import build_page
    from orchestration.lib.audiences.counting import make_card

    return build_page(make_card(Home(root=Path(root), secrets=Path(secrets)), audience))
