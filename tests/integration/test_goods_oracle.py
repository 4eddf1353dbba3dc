"""Goods, places and brands of a finished run equal what plain Python computes from the facts.

A second pass with narrow definitions, on a copy, makes large baskets, rare pairs, short periods and
an RFM window decide about something in a brand of 60 days.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.publish.brands import brands_folder, write_brand_files
from tests.integration.goods_facts import Facts, Row, read_facts, read_rows
from tests.integration.goods_oracle import (
    brand_rows,
    product_rows,
    store_rows,
    trade_area_rows,
)
from tests.integration.homes import DemoRun, copy_home, environment
from tests.integration.stock_oracle import (
    affinity_rows,
    next_categories,
    stock_differences,
    stock_rows,
)

PROJECT = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
NARROW = {
    "stock_periods_days": [3, 14],
    "stock_low_cover_days": 20,
    "slow_mover_min_cover_days": 60,
    "slow_mover_max_sell_through_pct": 10,
    "slow_mover_min_reported_days": 5,
    "affinity_window_days": 30,
    "affinity_max_basket_skus": 4,
    "affinity_min_orders": 2,
    "next_category_min_buyers": 60,
    "rfm_window_days": 30,
}
NARROWED = [
    "int_goods__stock_periods+", "int_goods__baskets+", "int_goods__category_pairs+",
    "int_profile__brand_customers+",
]  # fmt: skip
pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Finished:
    """Where the marts are, and the facts they were made from."""

    database: Path
    facts: Facts

    def table(self, name: str, *key: str) -> dict[Any, Row]:
        """Rows of a mart by their key (a tuple if it has several columns)."""
        rows = read_rows(self.database, f"from {name}")
        return {tuple(r[k] for k in key) if len(key) > 1 else r[key[0]]: r for r in rows}


@pytest.fixture(scope="module")
def as_defined(demo_run: DemoRun) -> Finished:
    return Finished(demo_run.home.published, read_facts(demo_run.home.published, PROJECT["vars"]))


@pytest.fixture(scope="module")
def narrow(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """The warehouse of a copy of the home, the models above rebuilt with NARROW."""
    folder = tmp_path_factory.mktemp("narrow")
    home = copy_home(demo_run.home, folder)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "run", "--select", *NARROWED, "--vars", json.dumps(NARROW),
        ],
        cwd=PROJECT_DIR,
        env={**environment(home), "DBT_TARGET_PATH": str(folder / "target")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:]
    definitions = {**PROJECT["vars"], **NARROW}
    return Finished(home.warehouse, read_facts(home.warehouse, definitions))


@pytest.fixture(params=["as_defined", "narrow"])
def run(request: pytest.FixtureRequest) -> Finished:
    return request.getfixturevalue(request.param)


def assert_equal(found: dict[Any, Row], expected: dict[Any, Row]) -> None:
    """The same keys, and in every row the columns that the oracle knows."""
    assert set(found) == set(expected)
    wrong = [
        (key, name, found[key][name], value)
        for key, row in expected.items()
        for name, value in row.items()
        if found[key][name] != value
    ]
    assert not wrong, f"{len(wrong)} cells differ, such as {wrong[:3]}"


def test_products_equal_the_oracle(as_defined: Finished):
    expected = product_rows(as_defined.facts)
    assert_equal(as_defined.table("goods.product_profile", "sku"), expected)
    assert any(row["repurchase_interval_days"] for row in expected.values())
    assert any(row["refunded_cny"] for row in expected.values())


def test_products_and_freight_make_the_revenue_of_the_orders(as_defined: Finished):
    """What products do not have is freight, kept or given back: less than all freight paid."""
    orders = sum(order["net_revenue_cny"] for order in as_defined.facts.orders)
    freight = sum(order["post_fee_cny"] for order in as_defined.facts.orders)
    products = sum(
        row["net_revenue_cny"] for row in as_defined.table("goods.product_profile", "sku").values()
    )
    assert 0 < orders - products <= freight


def test_stores_equal_the_oracle(as_defined: Finished):
    profiles = as_defined.table("profile.customer_brand_profiles", "one_id", "brand")
    members = {key for key, row in profiles.items() if row["is_member"]}
    expected = store_rows(as_defined.facts, members)
    assert_equal(as_defined.table("goods.store_profile", "store_id"), expected)
    assert any(row["unmatched_refund_cny"] for row in expected.values())


def test_trade_areas_equal_the_oracle(as_defined: Finished):
    homes = {
        row["one_id"]: (row["home_city"], row["home_province"])
        for row in as_defined.table("profile.customer_360", "one_id").values()
        if row["home_city"] is not None and row["home_city_source"] != "store_visits"
    }
    key = ("store_id", "home_city", "home_province")
    assert_equal(
        as_defined.table("goods.rpt_store_trade_areas", *key),
        trade_area_rows(as_defined.facts, homes),
    )


def test_sell_through_cover_and_slow_movers_equal_the_oracle(run: Finished):
    key = ("period_days", "store_id", "sku")
    assert_equal(run.table("goods.rpt_stock_health", *key), stock_rows(run.facts))


def test_narrow_definitions_reach_every_stock_status(narrow: Finished):
    found = {row["stock_status"] for row in stock_rows(narrow.facts).values()}
    assert found >= {"slow_mover", "low", "healthy"}


def test_differences_between_stock_and_receipts_are_all_reported(as_defined: Finished):
    rows = as_defined.table("quality.stock_reconciliation", "date", "store_id", "sku")
    expected = stock_differences(as_defined.facts)
    assert {key: row["unexplained_units"] for key, row in rows.items()} == expected
    assert expected, "late receipts of the demo make differences"


def test_affinity_equals_the_oracle(run: Finished):
    expected = affinity_rows(run.facts)
    assert_equal(run.table("goods.rpt_product_affinity", "sku", "other_sku"), expected)
    assert expected, "no pair reaches the support: nothing was compared"


def test_next_categories_equal_the_oracle(run: Finished):
    rows = run.table("profile.customer_next_category", "one_id").values()
    names = ("category", "because_of_category", "lift", "support_buyer_count")
    found = {row["one_id"]: tuple(row[name] for name in names) for row in rows}
    assert found == next_categories(run.facts)
    assert found


def test_brand_profiles_equal_the_oracle(run: Finished):
    found = run.table("profile.customer_brand_profiles", "one_id", "brand")
    expected = brand_rows(run.facts, run.facts.definitions["rfm_window_days"])
    assert_equal({key: row for key, row in found.items() if row["is_buyer"]}, expected)
    brands = {brand for _, brand in expected}
    assert brands == {"yutang", "hetang"}
    both = {one_id for one_id, brand in expected if brand == "yutang"} & {
        one_id for one_id, brand in expected if brand == "hetang"
    }
    assert both, "somebody buys both brands of the demo"


def test_brand_files_part_the_orders_and_the_people(demo_run: DemoRun, tmp_path: Path):
    """Every order is in one brand's file, and a file knows nobody without a fact of the brand."""
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    home.tmp.mkdir(parents=True)
    home.published.parent.mkdir()
    home.published.symlink_to(demo_run.home.published)
    (home.root / "brand.yml").write_text("brand_files: [hetang, yutang]\n")
    assert set(write_brand_files(home)) == {"hetang", "yutang"}
    orders, people = {}, {}
    for brand in ("hetang", "yutang"):
        with duckdb.connect(str(brands_folder(home) / f"{brand}.duckdb"), read_only=True) as file:
            orders[brand] = {o for (o,) in file.execute("select order_id from core.fct_orders")
                             .fetchall()}  # fmt: skip
            tables = file.execute(
                "select table_schema || '.' || table_name from information_schema.columns "
                "where column_name = 'one_id'"
            ).fetchall()
            people[brand] = {
                one_id
                for (table,) in tables
                for (one_id,) in file.execute(f"select one_id from {table}").fetchall()
                if one_id is not None
            }
    assert not orders["hetang"] & orders["yutang"]
    assert (
        len(orders["hetang"] | orders["yutang"])
        == demo_run.query("select count(*) from core.fct_orders")[0][0]
    )
    for brand, found in people.items():
        entitled = demo_run.query(
            f"select one_id from core.fct_orders where brand = '{brand}' union "
            f"select one_id from profile.customer_brand_profiles where brand = '{brand}' union "
            "select one_id from core.fct_refunds semi join core.dim_stores on fct_refunds.store_id "
            f"= dim_stores.store_id and dim_stores.brand = '{brand}' where order_id is null"
        )
        assert found <= {one_id for (one_id,) in entitled}
    assert len(people["hetang"]) < len(people["yutang"])
