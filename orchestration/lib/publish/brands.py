"""A file per brand of a group: its people and its facts, and nothing of its sisters.

Belongs here: which rows of which published tables a brand may read, and writing the files. Does not
belong here: whether something may be published at all (release.py); the rows come from the
published file, so they were audited.
"""

import os
import re
from pathlib import Path

import duckdb

from orchestration.lib.brand import brand_vars
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home
from orchestration.lib.publish.candidate import STORAGE_VERSION, copy_comments

# What a brand may read, table by table: a table that is not named here is not in a brand's file. So
# a new table stays the group's until somebody says how it is cut. `$brand` is bound. The order
# matters: a statement may read the tables before it from the file it is written to (`brand_file`).
ROWS_OF_BRAND = {
    "core.dim_stores": "select * from published.core.dim_stores where brand = $brand",
    # Columns by name: one that is added later may tell of the group. is_first_order is the group's
    # in the published file; here it is said within the brand.
    "core.fct_orders": """
        select
            order_id, channel, sales_channel, brand, one_id, store_id, ordered_at, paid_at,
            gross_cny, discount_cny, paid_cny, refunded_cny, net_revenue_cny, line_count,
            unit_count,
            one_id is not null and row_number() over (
                partition by one_id order by paid_at, order_id
            ) = 1 as is_first_order,
            post_fee_cny, shop_id, channel_status, business_date, ordered_date, paid_date
        from published.core.fct_orders
        where brand = $brand
    """,
    "core.fct_order_lines": """
        select * from published.core.fct_order_lines
        where order_id in (select order_id from brand_file.core.fct_orders)
    """,
    # A return without an order belongs to the brand of its store; online it is nobody's.
    "core.fct_refunds": """
        select * from published.core.fct_refunds
        where order_id in (select order_id from brand_file.core.fct_orders)
            or order_id is null
            and store_id in (select store_id from brand_file.core.dim_stores)
    """,
    "core.fct_inventory_days": """
        select * from published.core.fct_inventory_days
        where store_id in (select store_id from brand_file.core.dim_stores)
    """,
    "core.dim_products": """
        select * from published.core.dim_products
        where brand = $brand
            or sku in (select sku from brand_file.core.fct_order_lines where sku is not null)
            or sku in (select sku from brand_file.core.fct_inventory_days)
    """,
    "profile.customer_brand_profiles": """
        select * from published.profile.customer_brand_profiles where brand = $brand
    """,
    "goods.store_profile": """
        select * from published.goods.store_profile
        where store_id in (select store_id from brand_file.core.dim_stores)
    """,
    "goods.rpt_stock_health": """
        select * from published.goods.rpt_stock_health
        where store_id in (select store_id from brand_file.core.dim_stores)
    """,
}  # fmt: skip

_NAME = re.compile(r"[\w.-]+")


class BrandFilesError(YutangError):
    """var brand_files asks for a file that cannot be written."""


def brands_folder(home: Home) -> Path:
    return home.published.parent / "brands"


def wanted_brands(home: Home) -> list[str]:
    """The brands of var ``brand_files`` (dbt_project.yml, brand.yml), sorted.

    Raises:
        BrandFilesError: If the var is no list of names that can be file names.
    """
    found = brand_vars(home).get("brand_files") or []
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BrandFilesError(f"var brand_files is {found!r}: give a list of brands, [] for none")
    for name in found:
        if not _NAME.fullmatch(name) or name.startswith("."):
            raise BrandFilesError(
                f"var brand_files names '{name}', which cannot be a file name: use letters, "
                "digits, - and _ only"
            )
    return sorted(set(found))


def write_brand_files(home: Home) -> dict[str, dict[str, int]]:
    """Write published/brands/<brand>.duckdb for every wanted brand, each replaced in one step.

    Files of brands that are no longer wanted are removed: what a brand may read is what the var
    says today. Nothing changes if a brand cannot be written.

    Returns:
        Rows per table by brand; empty if no brand is wanted.

    Raises:
        BrandFilesError: If nothing is published yet, or a wanted brand has no store and no order.
    """
    brands, folder = wanted_brands(home), brands_folder(home)
    if brands and not home.published.exists():
        raise BrandFilesError(f"{home.published} does not exist: run `yutang run` first")
    if brands:
        folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, dict[str, int]] = {}
    beside = {brand: folder / f".{brand}.candidate.duckdb" for brand in brands}
    try:
        for brand, path in beside.items():
            written[brand] = _write(home, brand, path)
        for brand, path in beside.items():
            os.replace(path, folder / f"{brand}.duckdb")  # noqa: PTH105 - the atomicity is the point
    finally:
        for path in beside.values():
            path.unlink(missing_ok=True)
    for path in folder.glob("*.duckdb"):
        if path.stem not in brands:
            path.unlink()
    return written


def _write(home: Home, brand: str, path: Path) -> dict[str, int]:
    path.unlink(missing_ok=True)
    counts = {}
    with duckdb.connect(config={"threads": 2, "temp_directory": str(home.tmp)}) as connection:
        connection.execute(f"attach '{_quoted(home.published)}' as published (read_only)")
        _require(connection, home, brand)
        connection.execute(
            f"attach '{_quoted(path)}' as brand_file (storage_version '{STORAGE_VERSION}')"
        )
        for name, rows in ROWS_OF_BRAND.items():
            schema, table = name.split(".")
            connection.execute(f"create schema if not exists brand_file.{schema}")
            parameters = {"brand": brand} if "$brand" in rows else {}
            connection.execute(
                f"create table brand_file.{schema}.{table} as from ({rows}) order by all",
                parameters,
            )
            copy_comments(connection, f"{schema}.{table}", source="published", target="brand_file")
            counts[name] = connection.execute(
                f"select count(*) from brand_file.{schema}.{table}"
            ).fetchall()[0][0]
        connection.execute("checkpoint brand_file")
        connection.execute("detach brand_file")
    return counts


def _require(connection: duckdb.DuckDBPyConnection, home: Home, brand: str) -> None:
    """Refuse a brand nobody knows: an empty file would look like a brand without sales."""
    rows = connection.execute(
        "select brand from published.core.fct_orders union "
        "select brand from published.core.dim_stores where brand is not null order by 1"
    ).fetchall()
    known = [name for (name,) in rows]
    if brand not in known:
        raise BrandFilesError(
            f"var brand_files names '{brand}', but {home.published} has no store and no order of "
            f"it; it has {', '.join(known) or 'none'}"
        )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
