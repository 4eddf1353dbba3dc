"""What the shops on other platforms do to a loader: two ways to write a time, phones that name nobody."""

import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import loader
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.tokens import Keys

DAY = date(2026, 6, 1)
KEYS = Keys(pepper=b"pepper-test", vault_key=bytes(32))
CONTRACTS = load_contracts(PROJECT_DIR)
JD_ORDER = {
    "orderId": 3000000037443095676, "venderId": "7002", "orderState": "NOT_PAY",
    "orderStartTime": "2026-05-31 23:30:00", "modified": "2026-06-01 00:10:00",
}  # fmt: skip
DOUYIN_ORDER = {
    "order_id": "69001", "shop_id": 8800301, "open_id": "dyA", "order_status": 1,
    "create_time": 1780243200, "update_time": 1780243200, "sku_order_list": [{"order_id": "1"}],
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    prepare_home(home, CONTRACTS.values(), KEYS)
    return home


@pytest.fixture
def load(home: Home) -> Callable[[str, str], LoadResult]:
    """Write one file for an entity, then load its day."""

    def write_and_load(entity: str, content: str) -> LoadResult:
        contract = CONTRACTS[tuple(entity.split("."))]
        folder = home.landing / contract.channel / contract.entity / f"dt={DAY}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = "csv" if contract.format == "csv" else "ndjson"
        (folder / f"part.{suffix}").write_text(content, encoding="utf-8")
        return loader.load_partition(contract, DAY, home=home, keys=KEYS)

    return write_and_load


def rows(home: Home, entity: str, columns: str) -> list[tuple]:
    path = home.raw / entity.replace(".", "/") / f"dt={DAY}" / "*.parquet"
    return duckdb.sql(f"select {columns} from '{path}' order by all").fetchall()


def observed_types(home: Home, entity: str) -> set[str]:
    path = home.raw / "_observations" / entity.replace(".", "/") / f"dt={DAY}" / "*.parquet"
    return {kind for (kind,) in duckdb.sql(f"select identifier_type from '{path}'").fetchall()}


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("2026-06-01 07:30:00", datetime(2026, 6, 1, 7, 30)),
        (1780270200000, datetime(2026, 6, 1, 7, 30)),
        ("1780270200123", datetime(2026, 6, 1, 7, 30, 0, 123000)),
        (1780270200, datetime(2026, 6, 1, 7, 30)),
        ("0001-01-01 00:00:00", None),
        ("1970-01-01 00:00:00", None),
        (0, None),
        (-62135596800000, None),
        (None, None),
    ],
)
def test_a_jd_time_is_text_or_epoch_milliseconds_or_never(home, load, written, stored):
    result = load("jd.orders", json.dumps(JD_ORDER | {"paymentConfirmTime": written}))
    assert (result.counts.rows_loaded, result.counts.rows_rejected) == (1, 0)
    assert rows(home, "jd.orders", "order_id, payment_confirm_time") == [
        ("3000000037443095676", stored)
    ]


@pytest.mark.parametrize("written", ["noon", "1.78e12", 17802702, "2026-13-01 00:00:00"])
def test_what_is_neither_text_nor_epoch_is_refused(load, written):
    result = load("jd.orders", json.dumps(JD_ORDER | {"modified": written}))
    assert [(r.column_name, r.reason_code) for r in result.rejects] == [
        ("modified", "not_a_timestamp")
    ]


def test_a_required_jd_time_may_not_be_never(load):
    orders = [JD_ORDER, JD_ORDER | {"orderId": "2", "modified": 0}]
    result = load("jd.orders", "\n".join(map(json.dumps, orders)))
    assert [r.reason_code for r in result.rejects] == ["missing_required"]


def test_observations_of_jd_are_dated_by_the_order_whichever_way_it_is_written(home, load):
    orders = [
        JD_ORDER | {"xid_buyer": "jxA"},
        JD_ORDER | {"orderId": "2", "xid_buyer": "jxB", "orderStartTime": 1780241400000},
    ]
    load("jd.orders", "\n".join(map(json.dumps, orders)))
    path = home.raw / "_observations" / "jd" / "orders" / f"dt={DAY}" / "*.parquet"
    found = duckdb.sql(f"select distinct first_observed_at from '{path}'").fetchall()
    assert found == [(datetime(2026, 5, 31, 15, 30),)]


def test_the_pin_of_jd_is_not_carried(home, load):
    load("jd.orders", json.dumps(JD_ORDER | {"pin": "jd_zhang", "realPin": "jd_zhang"}))
    assert "zhang" not in str(rows(home, "jd.orders", "*"))


@pytest.mark.parametrize("phone", ["##cuSKVY5c==##1", "18400913965-7576", "13912345678"])
def test_the_phone_of_a_douyin_order_is_never_an_identifier(home, load, phone: str):
    load("douyin.orders", json.dumps(DOUYIN_ORDER | {"post_tel": phone, "encrypt_post_tel": phone}))
    assert observed_types(home, "douyin.orders") == {"dd_open_id"}
    ((token,),) = rows(home, "douyin.orders", "post_tel")
    assert token != KEYS.token("phone", "+8613912345678") and "139" not in str(token or "")[:11]


def test_an_open_id_of_douyin_means_somebody_else_in_another_shop(home, load):
    orders = [DOUYIN_ORDER, DOUYIN_ORDER | {"order_id": "69002", "shop_id": 8800302}]
    load("douyin.orders", "\n".join(map(json.dumps, orders)))
    tokens = {token for (token,) in rows(home, "douyin.orders", "open_id")}
    assert tokens == {KEYS.token(f"dd_open_id:{shop}", "dyA") for shop in ("8800301", "8800302")}


@pytest.mark.parametrize("phone", ["138****8000", "18400913965-7576", "13912345678"])
def test_the_phone_of_a_takeaway_order_is_never_an_identifier(home, load, phone: str):
    header = "order_id,store_id,user_token,masked_phone,ordered_at,paid_fen,items,status"
    items = '"[{""sku"":""A"",""quantity"":1,""price_fen"":3550}]"'
    line = f"6400,S001,mtA,{phone},2026-06-01 12:00:00,3550,{items},paid"
    result = load("meituan.orders", f"{header}\n{line}\n")
    assert result.counts.rows_loaded == 1
    assert observed_types(home, "meituan.orders") == {"meituan_user_token"}
    ((token, kept),) = rows(home, "meituan.orders", "masked_phone, items")
    assert token != KEYS.token("phone", "+8613912345678")
    assert json.loads(kept) == [{"sku": "A", "quantity": 1, "price_fen": 3550}]
