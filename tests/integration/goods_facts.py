"""What the oracles of goods and places start from: published facts as plain rows, exact rounding.

Belongs here: reading facts, and what several oracles need. Does not belong here: any measure of a
mart (goods_oracle.py, stock_oracle.py).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

Row = dict[str, Any]
UTC = ZoneInfo("UTC")


@dataclass(frozen=True)
class Facts:
    """The facts that everything is computed from, and the definitions they are read with."""

    as_of: date
    definitions: dict[str, Any]
    orders: list[Row]
    lines: list[Row]
    refunds: list[Row]
    stock: list[Row]
    products: dict[str, Row]
    stores: dict[str, Row]
    coupons: list[Row]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.definitions["brand_timezone"])


def read_rows(database: Path, sql: str) -> list[Row]:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(sql)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def read_facts(database: Path, definitions: dict[str, Any]) -> Facts:
    def table(name: str) -> list[Row]:
        return read_rows(database, f"from core.{name}")

    [row] = read_rows(database, "select distinct as_of_date from profile.customer_360")
    facts = Facts(
        as_of=row["as_of_date"],
        definitions=definitions,
        orders=table("fct_orders"),
        lines=table("fct_order_lines"),
        refunds=table("fct_refunds"),
        stock=table("fct_inventory_days"),
        products={row["sku"]: row for row in table("dim_products")},
        stores={row["store_id"]: row for row in table("dim_stores")},
        coupons=table("fct_coupons"),
    )
    for name in ("orders", "lines", "refunds", "stock", "products", "stores", "coupons"):
        assert getattr(facts, name), f"the run has no {name}: nothing would be compared"
    return facts


def rounded(value: Fraction | int, places: int) -> Decimal:
    """Half up, as an exact decimal."""
    scaled = floor(Fraction(value) * 10**places + Fraction(1, 2))
    return Decimal(scaled).scaleb(-places)


def pct(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return rounded(100 * Fraction(part) / Fraction(whole), 2) if whole > 0 else None


def days_of(facts: Facts, name: str) -> int:
    return facts.definitions[name]


def stock_value(stocked: list[Row], cost: Decimal | None) -> Decimal | None:
    if cost is None or not stocked:
        return None
    return sum(
        (rounded(Fraction(max(row["closing_units"], 0)) * Fraction(cost), 2) for row in stocked),
        Decimal(0),
    )


def latest_stock(facts: Facts) -> dict[tuple[str, str], Row]:
    """The newest report by (store_id, sku)."""
    found: dict[tuple[str, str], Row] = {}
    for row in sorted(facts.stock, key=lambda row: row["date"]):
        found[row["store_id"], row["sku"]] = row
    return found
