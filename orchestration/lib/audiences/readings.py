"""Other readings of the same words: what else an operator may have meant.

Belongs here: making the alternatives of a definition. Does not belong here: counting them (card.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.lib.audiences.schema import (
    All,
    AnyOf,
    Audience,
    Comparison,
    HasEvents,
    HasOrders,
    HasSequence,
    Not,
    ProfileIs,
)
from orchestration.lib.audiences.tree import leaves, rows_of, windows_of
from orchestration.lib.audiences.windows import Calendar, Span, Window
from orchestration.lib.audiences.words import Words
from orchestration.lib.reports.said import Said

OTHER_ZONE = "UTC"
_MONTH = 30  # days that people mean by a month
_MONTHS = (28, 29, 30, 31)


@dataclass(frozen=True)
class Reading:
    """One alternative: which choice, how the file reads it, how else it can be read."""

    number: str
    choice: Said
    written: Said
    other: Said
    audience: Audience
    zone: str


_WINDOW = Said("时间窗口：滚动还是自然周期", "window: rolling or calendar")
_EVENTS = Said("哪些行为算数", "which events count")
_REFUNDS = Said("全额退款的订单算不算", "do orders refunded in full count")
_ZONE = Said("一天在哪个时区结束", "in which zone a day ends")


def readings(audience: Audience, words: Words, event_sets: Any, zone: str) -> list[Reading]:
    """The alternatives of every ambiguous choice, in the order of the definition."""
    found = []
    for leaf in leaves(audience.who):
        for choice, written, other, condition in _of_leaf(leaf.condition, words, event_sets):
            changed = audience.model_copy(
                update={"who": _replaced(audience.who, leaf.condition, condition)}
            )
            found.append(Reading(leaf.number, choice, written, other, changed, zone))
    if zone != OTHER_ZONE and any(_has_days(leaf.condition) for leaf in leaves(audience.who)):
        found.append(
            Reading(
                "", _ZONE, Said(f"{zone} 的零点", f"midnight in {zone}"),
                Said(f"{OTHER_ZONE} 的零点", f"midnight in {OTHER_ZONE}"), audience, OTHER_ZONE,
            )
        )  # fmt: skip
    return found


def other_windows(window: Window) -> list[Window]:
    """What else a window may have meant: calendar units for rolling days, and the other way round.

    >>> [w.calendar.which for w in other_windows(Window(rolling=Span(days=30)))]
    ['previous', 'this']
    """
    if window.rolling is not None and window.rolling.days is not None:
        days = window.rolling.days
        if days == 7:
            unit, count = "week", 1
        elif days in _MONTHS or (days % _MONTH == 0 and days <= 12 * _MONTH):
            unit, count = "month", max(1, round(days / _MONTH))
        elif days in (365, 366):
            unit, count = "month", 12
        else:
            return []
        return [
            Window(calendar=Calendar(unit=unit, which=which, count=count))
            for which in ("previous", "this")
        ]
    if window.rolling is not None and window.rolling.hours and window.rolling.hours % 24 == 0:
        return [Window(rolling=Span(days=window.rolling.hours // 24))]
    if window.calendar is not None and window.calendar.unit != "day":
        length = _MONTH if window.calendar.unit == "month" else 7
        return [Window(rolling=Span(days=length * window.calendar.count))]
    return []


def _of_leaf(
    condition: Any, words: Words, event_sets: Any
) -> Iterator[tuple[Said, Said, Said, Any]]:
    for _, window in windows_of(condition):
        for other in other_windows(window):
            yield (
                _WINDOW, words.window(window), words.window(other), with_window(condition, other)
            )  # fmt: skip
    if not isinstance(condition, HasEvents | HasOrders):
        return
    if isinstance(condition, HasOrders):
        if "net_revenue_cny" not in condition.orders.where and condition.orders.sum is None:
            kept = {**condition.orders.where, "net_revenue_cny": Comparison(above=0)}
            body = condition.orders.model_copy(update={"where": kept})
            yield _refunds(condition.model_copy(update={"orders": body}))
        return
    said = condition.events.of
    if isinstance(said, str) and said in event_sets:
        for name in event_sets[said].also_read_as:
            body = condition.events.model_copy(update={"of": name})
            yield (
                _EVENTS, words.event_names(said), words.event_names(name),
                condition.model_copy(update={"events": body}),
            )  # fmt: skip
    names = event_sets[said].events if isinstance(said, str) and said in event_sets else said
    listed = (names,) if isinstance(names, str) else tuple(names)
    if "order" in listed:
        kept_names = tuple("kept_order" if name == "order" else name for name in listed)
        body = condition.events.model_copy(update={"of": kept_names})
        yield _refunds(condition.model_copy(update={"events": body}))


def _refunds(condition: Any) -> tuple[Said, Said, Said, Any]:
    return (
        _REFUNDS, Said("算", "they count"), Said("不算", "they do not count"), condition
    )  # fmt: skip


def with_window(condition: Any, window: Window) -> Any:
    """The same leaf with another window."""
    rows = rows_of(condition)
    if rows is not None:
        return condition.model_copy(update={rows[0]: rows[1].model_copy(update={"window": window})})
    if isinstance(condition, HasEvents):
        body = condition.events.model_copy(update={"window": window})
        return condition.model_copy(update={"events": body})
    if isinstance(condition, HasSequence):
        body = condition.sequence.model_copy(update={"window": window})
        return condition.model_copy(update={"sequence": body})
    return condition.model_copy(update={"window": window})


def _replaced(tree: Any, old: Any, new: Any) -> Any:
    """The tree with one leaf, found by identity, replaced."""
    return _mapped(tree, lambda leaf: new if leaf is old else leaf)


def _mapped(tree: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(tree, All):
        return tree.model_copy(update={"all": tuple(_mapped(c, change) for c in tree.all)})
    if isinstance(tree, AnyOf):
        return tree.model_copy(update={"any": tuple(_mapped(c, change) for c in tree.any)})
    if isinstance(tree, Not):
        return tree.model_copy(update={"not_": _mapped(tree.not_, change)})
    return change(tree)


def _has_days(condition: Any) -> bool:
    """Whether a condition counts whole days of event times; a day of the profile has its zone."""
    if isinstance(condition, ProfileIs):
        return False
    for _, window in windows_of(condition):
        spans = (window.rolling, window.ahead)
        if window.calendar or window.between or any(s is not None and s.days for s in spans):
            return True
    return False
