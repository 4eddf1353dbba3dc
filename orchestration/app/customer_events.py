"""What happened with one person, from the published facts.

Belongs here: one list of all kinds of facts, newest first. Does not belong here: drawing it. Where
core.customer_timeline is published it is the facts; until then they are put together here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from orchestration.app.reading import Reading
from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.metrics.values import shown


@dataclass(frozen=True)
class Event:
    """One fact: its day in the brand's zone, its kind and its details in words."""

    day: date
    kind: str
    text: str


_TIMELINE = """
    select occurred_date as day, event_name_en as en, event_name_zh as zh, event_group, channel, title,
        state, amount_cny, quantity
    from core.customer_timeline where one_id = $one_id
    order by occurred_at desc, event_id
"""
_STATES = PROJECT_DIR / "orchestration" / "lib" / "profile" / "timeline_texts.yml"
_ORDERS = """
    select paid_date as day, channel, paid_cny, refunded_cny, line_count
    from core.fct_orders where one_id = $one_id
"""
_TOUCHES = """
    select touched_date as day, channel, touch_type, placement
    from core.fct_touchpoints where one_id = $one_id
"""
_MESSAGES = """
    select sent_date as day, channel, message_type, delivery_state
    from core.fct_messages
    where one_id = $one_id and sent_date is not null and delivery_state <> 'delivered'
"""
_REFUNDS = """
    select business_date as day, channel, refunded_cny
    from core.fct_refunds where one_id = $one_id and refund_state = 'succeeded'
"""
_POINTS = """
    select cast(occurred_at at time zone 'UTC' at time zone $zone as date) as day, reason, change_points
    from core.fct_points where one_id = $one_id
"""


def events(reading: Reading, one_id: str) -> list[Event]:
    """All facts of a person, newest first."""
    if reading.has("core.customer_timeline"):
        return _of_timeline(reading, one_id)
    return _put_together(reading, one_id)


def _of_timeline(reading: Reading, one_id: str) -> list[Event]:
    """The published timeline, its states named as `yutang timeline` names them."""
    states = yaml.safe_load(_STATES.read_text(encoding="utf-8"))["codes"]

    def state(text: str | None) -> str | None:
        head, _, reason = (text or "").partition(": ")
        named = states.get(head, {}).get(reading.language, head.replace("_", " "))
        return f"{named}: {reason.replace('_', ' ')}" if reason else named or None

    found = []
    for row in reading.rows(_TIMELINE, {"one_id": one_id}):
        points = row["quantity"] if row["event_group"] == "points" else None
        parts = [
            reading.words.channel(row["channel"]),
            None
            if row["amount_cny"] is None
            else shown(row["amount_cny"], "CNY")[reading.language],
            None if points is None else f"{points:+,}",
            row["title"],
            state(row["state"]),
        ]
        text = " · ".join(dict.fromkeys(part for part in parts if part))
        found.append(Event(row["day"], row[reading.language], text))
    return found


def _put_together(reading: Reading, one_id: str) -> list[Event]:
    """The same from the facts of a file without a timeline; delivered messages are touches."""
    words, language = reading.words, reading.language

    def money(value: Any) -> str:
        return shown(value, "CNY")[language]

    asked = {"one_id": one_id}
    found = [
        Event(
            row["day"],
            words.of("event", "order"),
            f"{words.channel(row['channel'])} · {money(row['paid_cny'])}",
        )
        for row in reading.rows(_ORDERS, asked)
    ]
    found += [
        Event(row["day"], words.of("event", "refund"),
              f"{words.channel(row['channel'])} · {money(row['refunded_cny'])}")
        for row in reading.rows(_REFUNDS, asked)
    ]  # fmt: skip
    found += [
        Event(row["day"], words.of("touch", row["touch_type"]), words.channel(row["channel"]))
        for row in reading.rows(_TOUCHES, asked)
    ]
    found += [
        Event(row["day"], words.of("event", "message"),
              f"{words.of('message', row['message_type'])} · {words.of('delivery', row['delivery_state'])}")
        for row in reading.rows(_MESSAGES, asked)
    ]  # fmt: skip
    found += [
        Event(row["day"], words.of("event", "points"),
              f"{words.of('points', row['reason'])} {row['change_points']:+,}")
        for row in reading.rows(_POINTS, {**asked, "zone": str(reading.zone)})
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.day, one.kind, one.text), reverse=True)
