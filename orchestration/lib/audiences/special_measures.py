"""Measures that no single scan gives: after an event, one event after another, products due.

Belongs here: their relations, one row per person each. Does not belong here: plain counts and sums
of picked rows (measuring.py).
"""

from datetime import datetime
from typing import assert_never

import ibis
import ibis.expr.types as ir

from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.measures import (
    ONE_ID,
    Column,
    DueMeasure,
    Pick,
    SequenceMeasure,
    SinceMeasure,
    holds,
    source_rows,
)

SpecialMeasure = SinceMeasure | SequenceMeasure | DueMeasure


def special(catalogue: Catalogue, measure: SpecialMeasure, name: str) -> ir.Table:
    """The measure as a column of that name, one row per person who has it."""
    if isinstance(measure, SinceMeasure):
        return _since(catalogue, measure, name)
    if isinstance(measure, SequenceMeasure):
        return _sequence(catalogue, measure, name)
    if isinstance(measure, DueMeasure):
        return _due(catalogue, measure, name)
    assert_never(measure)


def _moments(catalogue: Catalogue, picks: tuple[Pick, ...], extra: str | None = None) -> ir.Table:
    """One row per picked event: one_id, its time, and one column more if asked for."""
    parts = []
    for pick in picks:
        rows = source_rows(catalogue, pick.source)
        rows = rows.filter(holds(rows, pick))
        columns = {ONE_ID: rows[ONE_ID], "happened_at": rows[pick.at or ""]}
        if extra is not None:
            columns["extra"] = rows[extra]
        parts.append(rows.select(**columns))
    return parts[0] if len(parts) == 1 else ibis.union(*parts)


def _since(catalogue: Catalogue, measure: SinceMeasure, name: str) -> ir.Table:
    moments = _moments(catalogue, measure.events)
    moment = moments.happened_at
    since = moments.group_by(ONE_ID).aggregate(
        since_at=moment.min() if measure.which == "first" else moment.max()
    )
    if measure.aggregate == "since":
        return since.rename({name: "since_at"})
    rows = _moments(catalogue, measure.picks, measure.column)
    joined = rows.inner_join(since, ONE_ID)
    joined = joined.filter(joined.happened_at > joined.since_at)
    value = joined.count() if measure.aggregate == "count" else joined.extra.sum()
    return joined.group_by(ONE_ID).aggregate(**{name: value})


def _sequence(catalogue: Catalogue, measure: SequenceMeasure, name: str) -> ir.Table:
    first = _moments(catalogue, measure.first, measure.key)
    then = _moments(catalogue, measure.then, measure.key)
    then = then.rename({"then_id": ONE_ID, "then_at": "happened_at"})
    if measure.key:
        then = then.rename({"then_extra": "extra"})
    is_same = measure.first and {p.unbounded(measure.now) for p in measure.first} & set(
        measure.then
    )
    begins = then.then_at > first.happened_at if is_same else then.then_at >= first.happened_at
    on = [
        first.extra == then.then_extra if measure.key else first.one_id == then.then_id,
        begins,
        _seconds(then.then_at) < _seconds(first.happened_at) + measure.within_s,
    ]
    if measure.happened:
        found = first.inner_join(then, on)
    else:
        found = first.left_join(then, on)
        over = _seconds(found.happened_at) + measure.within_s <= _epoch(measure.now)
        found = found.filter(found.then_at.isnull() & over)
    return found.group_by(ONE_ID).aggregate(**{name: found.count()})


def _due(catalogue: Catalogue, measure: DueMeasure, name: str) -> ir.Table:
    rows = source_rows(catalogue, "order_lines")
    rows = rows.filter(holds(rows, measure.picks))
    last = rows.group_by([ONE_ID, "sku"]).aggregate(
        last_s=_seconds(rows.paid_at.max()),
        cycle_days=rows.repurchase_cycle_days.max(),
    )
    due = last.last_s + last.cycle_days.cast("int64") * 86_400
    last = last.filter((due >= _epoch(measure.start)) & (due < _epoch(measure.end)))
    return last.group_by(ONE_ID).aggregate(**{name: last.count()})


def _seconds(moment: Column) -> Column:
    """Whole seconds since 1970: both engines add to these alike."""
    return moment.epoch_seconds().cast("int64")


def _epoch(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1)).total_seconds())
