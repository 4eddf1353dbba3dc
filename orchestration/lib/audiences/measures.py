"""What is counted per person: rows that are picked, and the measures taken of them.

Belongs here: the published tables as ibis relations, and filters on their rows. Does not belong
here: aggregates (measuring.py), what a condition means (leaves.py). Values only ever reach SQL as
ibis literals.
"""

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
