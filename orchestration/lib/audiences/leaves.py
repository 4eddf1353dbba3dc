"""What each kind of condition means: the measures it needs and when it holds.

Belongs here: one function per kind of condition. Does not belong here: how measures are computed
(measures.py) or joined into audiences (compiling.py). A value nobody knows holds for no condition.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from orchestration.lib.audiences.catalogue import SOURCES, Catalogue, Event, events, family
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.measures import (
    AnyMeasure,
    Column,
    DueMeasure,
    Measure,
    Pick,
    SequenceMeasure,
    SinceMeasure,
    Where,
    compared,
)
from orchestration.lib.audiences.measuring import Meaning, Measured
from orchestration.lib.audiences.schema import (
    Amount,
    Audience,
    Comparison,
    Events,
    PointsExpiring,
    Rows,
    Sequence,
    TagIs,
    head,
)
from orchestration.lib.audiences.windows import Now, Span, Window, bounds, day_bounds, midnight

# By which channel column an event of a source is filtered; absent: the source knows no channel.
_CHANNEL_COLUMNS = {
    ("orders", "paid_at"): "channel", ("refunds", "refunded_at"): "channel",
    ("touchpoints", "touched_at"): "channel", ("coupons", "issued_at"): "issue_channel",
    ("coupons", "received_at"): "issue_channel", ("coupons", "redeemed_at"): "redeem_channel",
}  # fmt: skip
_AT_LEAST_ONE = Amount(at_least=1)


@dataclass(frozen=True)
class Frame:
    """What the conditions of one audience are read within."""

    files: AudienceFiles
    catalogue: Catalogue
    audience: Audience
    now: Now


def channel_column(event: Event) -> str | None:
    return _CHANNEL_COLUMNS.get((event.source, event.at))


def meaning(condition: Any, frame: Frame) -> Meaning:
    """The meaning of a leaf other than `audience`, which compiling.py resolves."""
    kind = head(condition)
    if kind in SOURCES:
        return _rows(kind, getattr(condition, kind), frame)
    return _MEANINGS[kind](condition, frame)


def _tag(condition: TagIs, frame: Frame) -> Meaning:
    has = _tag_count(condition.tag)
    asked = condition.compared
    kind = frame.catalogue.tags.get(condition.tag, ("text",))[0]
    if kind in ("number", "date"):
        value = Measure(Pick("tags", (Where("tag", "is", condition.tag),)), kind, "value")
        return Meaning((value,), lambda m: _all(m[value], asked or {"known": True}))
    parts: list[tuple[AnyMeasure, bool]] = []
    for operation, value in asked.items():
        if operation == "known":
            parts.append((has, bool(value)))
        elif operation == "is_":
            parts.append((_tag_count(condition.tag, ("any_of", (_text(value),))), True))
            if value is False:  # a false tag has no row
                parts[-1] = (has, False)
        elif operation == "any_of":
            parts.append((_tag_count(condition.tag, ("any_of", _texts(value))), True))
        elif operation == "none_of":
            parts += [(has, True), (_tag_count(condition.tag, ("any_of", _texts(value))), False)]
    wanted = parts or [(has, True)]
    return Meaning(
        tuple(measure for measure, _ in wanted),
        lambda m: _every([_is_there(m[one]) if yes else ~_is_there(m[one]) for one, yes in wanted]),
    )


def _tag_count(tag: str, value: tuple[str, tuple[str, ...]] | None = None) -> Measure:
    where = (Where("tag", "is", tag),)
    if value is not None:
        where = (*where, Where("value", *value))
    return Measure(Pick("tags", where), "count")


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _texts(values: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(sorted({_text(value) for value in values}))


def _profile(condition: Any, frame: Frame) -> Meaning:
    column = condition.profile
    asked = condition.compared
    if condition.window is None:
        wanted = asked or {"is_": True}
        return Meaning((), lambda m: _all(m.wide[column], wanted))
    is_day = family(frame.catalogue.profile[column]) == "day"
    limits = bounds(condition.window, frame.now)
    days = day_bounds(condition.window, frame.now)
    start: Any = limits.start
    end: Any = limits.end
    if is_day and days is not None:
        start, end = days
    elif is_day:
        start, end = None, frame.now.as_of + timedelta(days=1)

    def holds(m: Measured) -> Column:
        moment = m.wide[column]
        parts = [moment.notnull(), compared(moment, "below", end)]
        if start is not None:
            parts.append(compared(moment, "at_least", start))
        return _every(parts)

    return Meaning((), holds)


def _rows(source: str, body: Rows, frame: Frame) -> Meaning:
    at = body.at or SOURCES[source].at
    pick = Pick(source, wheres(source, body.where, frame), at)
    amount = body.sum or body.count or _AT_LEAST_ONE
    return _measured_picks((pick,), body.window, amount, body.sum.of if body.sum else None, frame)


def wheres(source: str, filters: Mapping[str, Any], frame: Frame) -> tuple[Where, ...]:
    """Filters in a fixed order, with the audience's brand where the source knows brands."""
    found = []
    for column, value in filters.items():
        if isinstance(value, Comparison):
            found += [
                Where(column, op.rstrip("_"), tuple(v) if isinstance(v, tuple) else v)
                for op, v in value.compared.items()
            ]
        elif isinstance(value, tuple):
            found.append(Where(column, "any_of", tuple(sorted(set(value), key=str))))
        else:
            found.append(Where(column, "is", value))
    brand = frame.audience.brand
    if brand != "all" and source in ("orders", "order_lines") and "brand" not in filters:
        found.append(Where("brand", "is", brand))
    return tuple(sorted(found, key=lambda w: (w.column, w.operation, str(w.value))))


def event_picks(
    said: str | tuple[str, ...], channels: tuple[str, ...] | None, frame: Frame
) -> tuple[Pick, ...]:
    """The rows that named events are, without a time span; touches of one table in one pick."""
    touches: list[str] = []
    picks: list[Pick] = []
    for name in frame.files.names_of(said):
        event = events()[name]
        if event.source == "touchpoints":
            touches.append(name)
            continue
        column = channel_column(event)
        if channels is not None and column is None:
            continue
        where = wheres(event.source, dict(event.where), frame)
        if event.positive:
            where = (*where, Where(event.positive, "above", 0))
        if event.negative:
            where = (*where, Where(event.negative, "below", 0))
        if channels is not None and column is not None:
            where = (*where, Where(column, "any_of", tuple(sorted(set(channels)))))
        picks.append(Pick(event.source, where, event.at))
    if touches:
        where = (Where("touch_type", "any_of", tuple(sorted(touches))),)
        if channels is not None:
            where = (Where("channel", "any_of", tuple(sorted(set(channels)))), *where)
        picks.append(Pick("touchpoints", where, "touched_at"))
    return tuple(picks)


def _events(condition: Any, frame: Frame) -> Meaning:
    body: Events = condition.events
    picks = event_picks(body.of, body.channels, frame)
    return _measured_picks(picks, body.window, body.count or _AT_LEAST_ONE, None, frame)


def _measured_picks(
    picks: tuple[Pick, ...], window: Window, amount: Amount, column: str | None, frame: Frame
) -> Meaning:
    """Rows of one or several sources, counted or summed together."""
    if window.since is not None:
        return _since(picks, window, amount, column, frame)
    limits = bounds(window, frame.now)
    now = frame.now.instant
    aggregate = "sum" if column else "count"
    compare = amount.compared
    if compare == {"at_least": 1} and column is None and limits.end == now:
        # "At least once up to now" is the newest time: windows of any length share one measure.
        lasts = tuple(Measure(pick.unbounded(now), "last") for pick in picks)
        if limits.start is None:
            return Meaning(lasts, lambda m: _some([m[one].notnull() for one in lasts]))
        start = limits.start
        return Meaning(lasts, lambda m: _some([m[one] >= start for one in lasts]))
    measures = tuple(
        Measure(replace(pick, start=limits.start, end=limits.end), aggregate, column)
        for pick in picks
    )
    return Meaning(measures, lambda m: _all(_total([m[one] for one in measures]), compare))


def _since(
    picks: tuple[Pick, ...], window: Window, amount: Amount, column: str | None, frame: Frame
) -> Meaning:
    assert window.since is not None
    now = frame.now.instant
    starts = tuple(p.unbounded(now) for p in event_picks(window.since.events, None, frame))
    rows = tuple(p.unbounded(now) for p in picks)
    which = window.since.which
    start = SinceMeasure(starts, which, (), "since")
    measure = SinceMeasure(starts, which, rows, "sum" if column else "count", column)
    compare = amount.compared
    return Meaning(
        (start, measure),
        lambda m: m[start].notnull() & _all(_total([m[measure]]), compare),
    )


def _sequence(condition: Any, frame: Frame) -> Meaning:
    body: Sequence = condition.sequence
    limits = bounds(body.window, frame.now)
    now = frame.now.instant
    first = tuple(
        replace(p, start=limits.start, end=limits.end) for p in event_picks(body.first, None, frame)
    )
    then = tuple(p.unbounded(now) for p in event_picks(body.then, None, frame))
    key = "coupon_code" if body.same == "coupon" else None
    measure = SequenceMeasure(first, then, body.within.seconds, body.happened, key, now)
    return Meaning((measure,), lambda m: _is_there(m[measure]))


def _replenishment(condition: Any, frame: Frame) -> Meaning:
    body = condition.replenishment
    filters: dict[str, Any] = {
        "net_revenue_cny": Comparison(above=0), "quantity": Comparison(above=0),
        "repurchase_cycle_days": Comparison(above=0),
    }  # fmt: skip
    if body.categories:
        filters["category"] = body.categories
    now = frame.now
    tomorrow = now.today + timedelta(days=1)
    measure = DueMeasure(
        Pick("order_lines", wheres("order_lines", filters, frame), "paid_at", None, now.instant),
        midnight(tomorrow - timedelta(days=body.days_after), now.zone),
        midnight(tomorrow + timedelta(days=body.days_before), now.zone),
    )
    return Meaning((measure,), lambda m: _is_there(m[measure]))


def _points_expiring(condition: Any, frame: Frame) -> Meaning:
    body: PointsExpiring = condition.points_expiring
    ahead = bounds(Window(ahead=Span(days=body.days)), frame.now)
    now = frame.now.instant
    earned = Measure(
        Pick("points", (Where("change_points", "above", 0),), "expires_at", None, ahead.end),
        "sum", "change_points",
    )  # fmt: skip
    spent = Measure(
        Pick("points", (Where("change_points", "below", 0),), "occurred_at", None, now),
        "sum", "change_points",
    )  # fmt: skip
    compare = body.compared
    # What is spent was taken from the points that expire first, so what is left of those earned
    # until then is the sum of both; below 0 nothing is left.
    return Meaning(
        (earned, spent),
        lambda m: (
            _all(_total([m[earned], m[spent]]), compare) & (_total([m[earned], m[spent]]) > 0)
        ),
    )


_MEANINGS: dict[str | None, Callable[[Any, Frame], Meaning]] = {
    "tag": _tag, "profile": _profile, "events": _events, "sequence": _sequence,
    "replenishment": _replenishment, "points_expiring": _points_expiring,
}  # fmt: skip


def _all(value: Column, asked: Mapping[str, Any]) -> Column:
    return _every([compared(value, op.rstrip("_"), to) for op, to in asked.items()])


def _total(values: list[Column]) -> Column:
    filled = [value.fill_null(0) for value in values]
    total = filled[0]
    for value in filled[1:]:
        total = total + value
    return total


def _is_there(value: Column) -> Column:
    return value.fill_null(0) > 0


def _every(parts: list[Column]) -> Column:
    found = parts[0]
    for part in parts[1:]:
        found = found & part
    return found


def _some(parts: list[Column]) -> Column:
    found = parts[0]
    for part in parts[1:]:
        found = found | part
    return found
