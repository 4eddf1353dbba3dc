"""What audience files can speak about: tables, columns, tags, events, channels of one brand.

Belongs here: reading it from the published file, and the list of sources. Does not belong here:
checking a file against it (checking.py).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import duckdb

from orchestration.lib.home import PROJECT_DIR

PROFILE = "profile.customer_360"
TOUCH_TYPES = PROJECT_DIR / "seeds" / "reference" / "touch_types.csv"


@dataclass(frozen=True)
class Source:
    """A table whose rows conditions count.

    Args:
        table: ``schema.table`` of the published file; order_lines are joined to orders and products.
        at: Time column of a window that names none.
        times: Time columns a window may name.
        zh: What Chinese readers call a row.
    """

    table: str
    at: str
    times: tuple[str, ...]
    en: str
    zh: str
    reads: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        return self.reads or (self.table,)


SOURCES: dict[str, Source] = {
    "orders": Source("core.fct_orders", "paid_at", ("paid_at", "ordered_at"), "order", "订单"),
    "order_lines": Source(
        "core.fct_order_lines", "paid_at", ("paid_at",), "order line", "订单明细",
        ("core.fct_order_lines", "core.fct_orders", "core.dim_products"),
    ),
    "coupons": Source(
        "core.fct_coupons", "received_at",
        ("issued_at", "received_at", "redeemed_at", "expires_at", "expired_at", "gifted_at"),
        "coupon", "优惠券",
    ),
    "messages": Source(
        "core.fct_messages", "sent_at", ("sent_at", "delivered_at"), "message", "消息"
    ),
    "touchpoints": Source("core.fct_touchpoints", "touched_at", ("touched_at",), "touch", "触点"),
    "points": Source(
        "core.fct_points", "occurred_at", ("occurred_at", "expires_at"), "points booking", "积分流水"
    ),
    "refunds": Source(
        "core.fct_refunds", "refunded_at", ("refunded_at", "requested_at"), "refund", "退款"
    ),
}  # fmt: skip

# Columns that order_lines has from the order and the product it belongs to.
LINE_COLUMNS = {
    "one_id": "VARCHAR", "brand": "VARCHAR", "category": "VARCHAR", "product_name": "VARCHAR",
    "net_revenue_cny": "DECIMAL(18,2)", "repurchase_cycle_days": "INTEGER",
}  # fmt: skip


@dataclass(frozen=True)
class Event:
    """A named kind of event: rows of a source at a time."""

    source: str
    at: str
    where: tuple[tuple[str, str], ...] = ()
    en: str = ""
    zh: str = ""
    positive: str | None = None  # column that must be above 0
    negative: str | None = None  # column that must be below 0


EVENTS: dict[str, Event] = {
    "order": Event("orders", "paid_at", en="paid order", zh="支付订单"),
    "kept_order": Event(
        "orders", "paid_at", en="kept order", zh="有效订单", positive="net_revenue_cny"
    ),
    "refund": Event(
        "refunds", "refunded_at", (("refund_state", "succeeded"),), en="refund", zh="退款"
    ),
    "coupon_issued": Event("coupons", "issued_at", en="coupon issued", zh="发券"),
    "coupon_received": Event("coupons", "received_at", en="coupon taken", zh="领券"),
    "coupon_redeemed": Event("coupons", "redeemed_at", en="coupon redeemed", zh="核销"),
    "points_earned": Event(
        "points", "occurred_at", en="points earned", zh="获得积分", positive="change_points"
    ),
    "points_spent": Event(
        "points", "occurred_at", (("reason", "redeem"),), en="points spent", zh="使用积分",
        negative="change_points",
    ),
}  # fmt: skip


@cache
def events() -> dict[str, Event]:
    """Every event by name: the ones above, then each touch type of seeds/reference/touch_types.csv."""
    with TOUCH_TYPES.open(encoding="utf-8", newline="") as file:
        touches = {
            row["touch_type"]: Event(
                "touchpoints", "touched_at", (("touch_type", row["touch_type"]),),
                en=row["touch_type"].replace("_", " "), zh=row["touch_name_zh"],
            )
            for row in csv.DictReader(file)
        }  # fmt: skip
    return {**touches, **EVENTS}


@dataclass(frozen=True)
class Catalogue:
    """The names and types of one brand.

    Args:
        columns: Types (DuckDB's words) by column, by ``schema.table``.
        tags: By tag: value type (text, boolean, number, date), English and Chinese name.
        tag_values: Values of tags whose list is closed.
        channels: Channels and sales channels that exist.
        brands: Brands of orders and stores.
        marketing_purpose: Purpose that reachability speaks about (var reach_marketing_purpose).
    """

    columns: Mapping[str, Mapping[str, str]]
    tags: Mapping[str, tuple[str, str, str]]
    tag_values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    brands: frozenset[str] = frozenset()
    marketing_purpose: str = "marketing"

    def source_columns(self, source: str) -> dict[str, str]:
        """Columns of a source, with those that order_lines gets by its joins."""
        found = dict(self.columns.get(SOURCES[source].table, {}))
        return {**found, **LINE_COLUMNS} if source == "order_lines" else found

    @property
    def profile(self) -> Mapping[str, str]:
        return self.columns.get(PROFILE, {})


def read_catalogue(
    connection: duckdb.DuckDBPyConnection, *, marketing_purpose: str = "marketing"
) -> Catalogue:
    """The catalogue of a published file that is open on ``connection`` as its main database."""
    columns: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        "select table_schema || '.' || table_name, column_name, data_type "
        "from information_schema.columns where table_catalog = current_database() "
        "order by 1, ordinal_position"
    ).fetchall():
        columns.setdefault(table, {})[column] = kind
    tags: dict[str, tuple[str, str, str]] = {}
    values: dict[str, frozenset[str]] = {}
    if "profile.tag_catalogue" in columns:
        tags = {
            tag: (kind, en, zh)
            for tag, kind, en, zh in connection.execute(
                "select tag, value_type, name_en, name_zh from profile.tag_catalogue order by 1"
            ).fetchall()
        }
        if "allowed_values" in columns["profile.tag_catalogue"]:
            values = {
                tag: frozenset(one.strip() for one in listed.split(","))
                for tag, listed in connection.execute(
                    "select tag, allowed_values from profile.tag_catalogue "
                    "where allowed_values is not null"
                ).fetchall()
            }
    return Catalogue(columns, tags, values, _brands(connection, columns), marketing_purpose)


def _brands(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Mapping[str, str]]
) -> frozenset[str]:
    tables = [t for t in ("core.fct_orders", "core.dim_stores") if "brand" in columns.get(t, {})]
    return frozenset(
        brand
        for table in tables
        for (brand,) in connection.execute(
            f"select distinct brand from {table} where brand is not null"
        ).fetchall()
    )


def family(kind: str) -> str:
    """What a column type holds: text, number, boolean, day, time or other.

    >>> family("DECIMAL(18,2)"), family("VARCHAR"), family("TIMESTAMP")
    ('number', 'text', 'time')
    """
    upper = kind.upper()
    if upper.startswith(("DECIMAL", "NUMERIC")):
        return "number"
    return {
        "VARCHAR": "text", "STRING": "text", "BOOLEAN": "boolean", "DATE": "day",
        "TIMESTAMP": "time", "INTEGER": "number", "BIGINT": "number", "HUGEINT": "number",
        "SMALLINT": "number", "DOUBLE": "number", "FLOAT": "number",
    }.get(upper, "other")  # fmt: skip
