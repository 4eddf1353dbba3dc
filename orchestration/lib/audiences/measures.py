"""What is counted per person: measures, and one relation per table that holds all of them.

Belongs here: filters and aggregates as ibis expressions; many audiences share one scan of a table.
Does not belong here: what a condition means (leaves.py). Values only ever reach SQL as ibis literals.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir

from orchestration.lib.audiences.catalogue import SOURCES, Catalogue, family

_TYPES = {
    "VARCHAR": "string", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp",
    "INTEGER": "int32", "BIGINT": "int64", "HUGEINT": "decimal(38,0)", "SMALLINT": "int16",
    "DOUBLE": "float64", "FLOAT": "float32",
}  # fmt: skip
ONE_ID = "one_id"
# What the text of a tag is read as; text that is none is unknown.
_TEXT_AS = {"number": "decimal(38,6)", "date": "date"}
# Tables of the profile with several rows per person; no condition names them itself.
_PEOPLE_TABLES = {
    "tags": "profile.customer_tags",
    "consents": "profile.customer_consents",
    "reachability": "profile.customer_reachability",
    "brand_reachability": "profile.customer_brand_reachability",
    "statements": "core.privacy_statements",
}


@dataclass(frozen=True)
class Where:
    """One filter: a column, an operation and its value (a tuple for any_of and none_of)."""

    column: str
    operation: str
    value: Any


@dataclass(frozen=True)
class Pick:
    """Rows of a source: filters, and a half-open span of one of its time columns."""

    source: str
    where: tuple[Where, ...] = ()
    at: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def unbounded(self, end: datetime) -> "Pick":
        """The same rows of any time before ``end``."""
        return replace(self, start=None, end=end)


@dataclass(frozen=True)
class Measure:
    """One value per person over picked rows: count, sum, last, or a tag as number or date."""

    pick: Pick
    aggregate: str
    column: str | None = None


@dataclass(frozen=True)
class SinceMeasure:
    """The same over rows strictly after the person's first or last event.

    ``aggregate`` "since" is the time of that event itself.
    """

    events: tuple[Pick, ...]
    which: str
    picks: tuple[Pick, ...]
    aggregate: str
    column: str | None = None


@dataclass(frozen=True)
class SequenceMeasure:
    """How many first events were followed by a second within some seconds, or were not in time."""

    first: tuple[Pick, ...]
    then: tuple[Pick, ...]
    within_s: int
    happened: bool
    key: str | None
    now: datetime


@dataclass(frozen=True)
class DueMeasure:
    """How many products of the person reach the end of their repurchase cycle in [start, end)."""

    picks: Pick
    start: datetime
    end: datetime


Column = Any  # a column or literal of ibis, whose types say less than they promise
AnyMeasure = Measure | SinceMeasure | SequenceMeasure | DueMeasure


def table(catalogue: Catalogue, name: str) -> ir.Table:
    """A published table as an unbound relation: no database is needed to compile."""
    schema, short = name.split(".")
    columns = {
        column: _TYPES.get(kind.upper(), kind.lower())
        for column, kind in catalogue.columns[name].items()
        if family(kind) != "other"
    }
    return ibis.table(columns, name=short, database=schema)


def source_rows(catalogue: Catalogue, source: str) -> ir.Table:
    """Rows of a source that belong to a person."""
    if source in _PEOPLE_TABLES:
        rows = table(catalogue, _PEOPLE_TABLES[source])
        return rows.filter(rows[ONE_ID].notnull())
    rows = table(catalogue, SOURCES[source].table)
    if source == "order_lines":
        orders = table(catalogue, "core.fct_orders")
        products = table(catalogue, "core.dim_products")
        rows = rows.inner_join(
            orders.select("order_id", ONE_ID, "brand", "net_revenue_cny"), "order_id"
        )
        rows = rows.left_join(
            products.select("sku", "category", "product_name", "repurchase_cycle_days"), "sku"
        )
    return rows.filter(rows[ONE_ID].notnull())


def measured(catalogue: Catalogue, measures: Iterable[AnyMeasure]) -> "Measured":
    """All measures, joined to the people of the profile.

    Plain measures of one source are aggregates of one scan; the others are small relations of
    their own.
    """
    unique = list(dict.fromkeys(measures))
    names = {measure: f"m{n}" for n, measure in enumerate(unique)}
    plain: dict[str, list[Measure]] = {}
    for measure in unique:
        if isinstance(measure, Measure):
            plain.setdefault(measure.pick.source, []).append(measure)
    relations = [
        _aggregated(source_rows(catalogue, source), [(names[m], m) for m in found])
        for source, found in sorted(plain.items())
    ]
    relations += [
        _special(catalogue, measure, names[measure])
        for measure in unique
        if not isinstance(measure, Measure)
    ]
    people = table(catalogue, "profile.customer_360")
    wide = people
    for n, relation in enumerate(relations):
        keyed = relation.rename({f"k{n}": ONE_ID})
        wide = wide.left_join(keyed, wide[ONE_ID] == keyed[f"k{n}"])
    return Measured(wide, names)


@dataclass(frozen=True)
class Measured:
    """The wide relation, and the column of each measure in it."""

    wide: ir.Table
    names: dict[AnyMeasure, str]

    def __getitem__(self, measure: AnyMeasure) -> Column:
        return self.wide[self.names[measure]]


def holds(rows: ir.Table, pick: Pick) -> Column:
    """Whether a row is picked; unknown values are not."""
    parts = [compared(rows[one.column], one.operation, one.value) for one in pick.where]
    if pick.at is not None:
        moment = rows[pick.at]
        if pick.start is not None:
            parts.append(moment >= ibis.literal(pick.start, "timestamp"))
        if pick.end is not None:
            parts.append(moment < ibis.literal(pick.end, "timestamp"))
        if pick.start is None and pick.end is None:
            parts.append(moment.notnull())
    result = ibis.literal(True)
    for n, part in enumerate(parts):
        result = part if n == 0 else result & part
    return result


def compared(value: Column, operation: str, to: Any) -> Column:
    """One comparison; the caller turns unknown into false."""
    if operation == "known":
        return value.notnull() if to else value.isnull()
    if operation in ("any_of", "none_of"):
        inside = value.isin([literal(value, one) for one in to])
        return inside if operation == "any_of" else ~inside
    other = literal(value, to)
    return {
        "is": lambda: value == other,
        "exactly": lambda: value == other,
        "at_least": lambda: value >= other,
        "at_most": lambda: value <= other,
        "above": lambda: value > other,
        "below": lambda: value < other,
    }[operation]()


def literal(value: Column, to: Any) -> Column:
    """A literal of the type that ``value`` is compared in; fractions are decimals, never floats."""
    kind = value.type()
    if isinstance(to, bool) or kind.is_boolean():
        return ibis.literal(bool(to), "boolean")
    if kind.is_date():
        return ibis.literal(to, "date")
    if kind.is_string():
        return ibis.literal(str(to), "string")
    if isinstance(to, float) and not kind.is_floating():
        return ibis.literal(Decimal(str(to)), "decimal(38,6)")
    return ibis.literal(to)


def _aggregated(rows: ir.Table, measures: list[tuple[str, Measure]]) -> ir.Table:
    return rows.group_by(ONE_ID).aggregate(
        **{
            name: _aggregate(rows, m.aggregate, m.column or m.pick.at, holds(rows, m.pick))
            for name, m in measures
        }
    )


def _aggregate(rows: ir.Table, aggregate: str, column: Any, where: Column | None) -> Column:
    if aggregate == "count":
        return rows.count(where=where)
    if aggregate in _TEXT_AS:
        return rows[column].try_cast(_TEXT_AS[aggregate]).max(where=where)
    if aggregate == "sum":
        return rows[column].sum(where=where)
    return rows[column].max(where=where)


def _special(catalogue: Catalogue, measure: AnyMeasure, name: str) -> ir.Table:
    if isinstance(measure, SinceMeasure):
        return _since(catalogue, measure, name)
    if isinstance(measure, SequenceMeasure):
        return _sequence(catalogue, measure, name)
    assert isinstance(measure, DueMeasure)
    return _due(catalogue, measure, name)


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
