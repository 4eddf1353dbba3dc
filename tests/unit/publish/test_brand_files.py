"""A brand's file holds its people and facts, described as in the group's file, and nothing else."""

from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.publish.brands import (
    ROWS_OF_BRAND,
    BrandFilesError,
    brands_folder,
    write_brand_files,
)

ORDERS = """
    create table core.fct_orders as
    select
        order_id, 'pos' as channel, 'retail' as sales_channel, brand, one_id, store_id,
        timestamp '2026-03-01 00:00:00' + to_days(day) as ordered_at, ordered_at as paid_at,
        10.00 as gross_cny, 0.00 as discount_cny, 10.00 as paid_cny, 0.00 as refunded_cny,
        10.00 as net_revenue_cny, 1 as line_count, 1 as unit_count,
        order_id = 'o1' as is_first_order, 0.00 as post_fee_cny, null::varchar as shop_id,
        'sold' as channel_status, date '2026-03-01' as business_date,
        date '2026-03-01' as ordered_date, date '2026-03-01' as paid_date,
        'gold in tea' as told_of_the_group
    from (values
        ('o1', 'tea', 'both', 'S1', 1), ('o2', 'nuts', 'both', 'S2', 2),
        ('o3', 'nuts', 'both', null, 3), ('o4', 'tea', 'only_tea', 'S1', 4),
        ('o5', 'nuts', null, 'S2', 5)
    ) as t (order_id, brand, one_id, store_id, day)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A published file of two brands: one person buys both, one only tea, one is nobody."""
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    for folder in (home.tmp, home.published.parent):
        folder.mkdir(parents=True)
    with duckdb.connect(str(home.published)) as published:
        for statement in (
            "create schema core; create schema profile; create schema goods",
            "create table core.dim_stores as from (values ('S1', 'tea'), ('S2', 'nuts')) "
            "as t (store_id, brand)",
            "comment on table core.dim_stores is 'One row per store.'",
            "comment on column core.dim_stores.brand is 'Brand''s name.'",
            "create table core.dim_products as from (values ('T', 'tea'), ('N', 'nuts'), "
            "('both', null), ('T2', 'tea')) as t (sku, brand)",
            ORDERS,
            "create table core.fct_order_lines as from (values ('o1', 'T'), ('o2', 'N'), "
            "('o3', 'both'), ('o5', 'T2')) as t (order_id, sku)",
            "create table core.fct_refunds as from (values ('r1', 'o1', 'S1'), ('r2', 'o3', null), "
            "('r3', null, 'S1'), ('r4', null, 'S2'), ('r5', null, null)) "
            "as t (refund_id, order_id, store_id)",
            "create table core.fct_inventory_days as from (values ('S1', 'T'), ('S2', 'N')) "
            "as t (store_id, sku)",
            "create table core.dim_customers as from (values ('both'), ('only_tea')) as t (one_id)",
            "create table profile.customer_brand_profiles as from (values ('both', 'tea'), "
            "('both', 'nuts'), ('only_tea', 'tea')) as t (one_id, brand)",
            "create table goods.store_profile as from (values ('S1'), ('S2')) as t (store_id)",
            "create table goods.rpt_stock_health as from (values ('S1'), ('S2')) as t (store_id)",
        ):
            published.execute(statement)
    return home


def wanted(home: Home, *brands: str) -> None:
    (home.root / "brand.yml").write_text(f"brand_files: [{', '.join(brands)}]\n")


def rows(home: Home, brand: str, sql: str) -> list[tuple]:
    with duckdb.connect(str(brands_folder(home) / f"{brand}.duckdb"), read_only=True) as file:
        return file.execute(sql).fetchall()


def test_a_brand_sees_its_people_and_facts_only(home: Home):
    wanted(home, "nuts")
    counts = write_brand_files(home)
    assert set(counts) == {"nuts"} and set(counts["nuts"]) == set(ROWS_OF_BRAND)
    assert rows(home, "nuts", "select one_id from profile.customer_brand_profiles") == [("both",)]
    assert rows(home, "nuts", "select order_id from core.fct_orders order by 1") == [
        ("o2",), ("o3",), ("o5",)
    ]  # fmt: skip
    assert rows(home, "nuts", "select refund_id from core.fct_refunds order by 1") == [
        ("r2",), ("r4",)
    ]  # fmt: skip
    assert rows(home, "nuts", "select sku from core.dim_products order by 1") == [
        ("N",), ("T2",), ("both",)
    ]  # fmt: skip
    for table in ("core.dim_stores", "core.fct_inventory_days", "goods.store_profile",
                  "goods.rpt_stock_health"):  # fmt: skip
        assert rows(home, "nuts", f"select distinct store_id from {table}") == [("S2",)], table


def test_nothing_is_told_of_the_group(home: Home):
    """The first order is the brand's first, a new column stays out, people tables are not there."""
    wanted(home, "nuts")
    write_brand_files(home)
    assert rows(home, "nuts", "select order_id from core.fct_orders where is_first_order") == [
        ("o2",)
    ]
    found = rows(home, "nuts", "select table_name, column_name from information_schema.columns")
    assert not {name for pair in found for name in pair} & {"dim_customers", "told_of_the_group"}
    assert b"only_tea" not in (brands_folder(home) / "nuts.duckdb").read_bytes()


def test_tables_and_columns_keep_their_descriptions(home: Home):
    wanted(home, "tea")
    write_brand_files(home)
    assert rows(home, "tea", "select comment from duckdb_tables() where table_name = 'dim_stores'"
                ) == [("One row per store.",)]  # fmt: skip
    assert rows(home, "tea", "select comment from duckdb_columns() where table_name = 'dim_stores' "
                "and column_name = 'brand'") == [("Brand's name.",)]  # fmt: skip


def test_a_brand_that_is_no_longer_wanted_loses_its_file(home: Home):
    wanted(home, "tea", "nuts")
    write_brand_files(home)
    wanted(home, "tea")
    assert set(write_brand_files(home)) == {"tea"}
    assert sorted(p.name for p in brands_folder(home).iterdir()) == ["tea.duckdb"]
    (home.root / "brand.yml").unlink()
    assert write_brand_files(home) == {}
    assert list(brands_folder(home).iterdir()) == []


def test_the_same_published_file_gives_the_same_rows(home: Home):
    wanted(home, "tea")
    write_brand_files(home)
    first = rows(home, "tea", "from core.fct_orders")
    write_brand_files(home)
    assert rows(home, "tea", "from core.fct_orders") == first


def test_an_unknown_brand_changes_nothing_and_is_named(home: Home):
    wanted(home, "tea")
    write_brand_files(home)
    wanted(home, "nuts", "soap")
    with pytest.raises(BrandFilesError, match=r"'soap', but .* has no store and no order of it; it "
                       r"has nuts, tea"):  # fmt: skip
        write_brand_files(home)
    assert sorted(p.name for p in brands_folder(home).iterdir()) == ["tea.duckdb"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("brand_files: tea", "give a list of brands"),
        ("brand_files: [../tea]", r"'\.\./tea', which cannot be a file name"),
        ("brand_files: [..]", r"'\.\.', which cannot be a file name"),
    ],
)
def test_a_name_that_is_no_file_name_is_refused(home: Home, text: str, message: str):
    (home.root / "brand.yml").write_text(text + "\n")
    with pytest.raises(BrandFilesError, match=message):
        write_brand_files(home)


def test_before_the_first_publish_it_says_what_to_do(home: Home):
    home.published.unlink()
    assert write_brand_files(home) == {}
    wanted(home, "tea")
    with pytest.raises(BrandFilesError, match="run `yutang run` first"):
        write_brand_files(home)
