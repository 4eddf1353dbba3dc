"""Every quirk channels deliver their files with: loaded, refused with its place, or quarantined."""

import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import loader
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.partitions import pending_days
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.rejects import list_rejects
from orchestration.lib.landing.results import LoadResult
from orchestration.lib.landing.tokens import Keys

DAY = date(2026, 6, 1)
KEYS = Keys(pepper=b"pepper-test", vault_key=bytes(32))
CONTRACTS = load_contracts(PROJECT_DIR)
RECEIPT_HEADER = (
    "store_id,terminal_id,receipt_no,line_no,business_date,txn_time,member_card_no,member_phone,"
    "cashier_id,sku,quantity,gross_fen,discount_fen,paid_fen,coupon_code,is_return,original_receipt_no"
)


def receipt(
    number: int, *, card: str = "", phone: str = "", sku: str = "S1", paid: str = "90"
) -> str:
    when = "2026-06-01,2026-06-01 10:00:00"
    return f"A1,T1,{number:04d},1,{when},{card},{phone},C9,{sku},1,100,10,{paid},,0,"


def receipts(*lines: str, end: str = "\n") -> bytes:
    return (end.join([RECEIPT_HEADER, *lines]) + end).encode()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    prepare_home(home, CONTRACTS.values(), KEYS)
    return home


@pytest.fixture
def load(home: Home) -> Callable[..., LoadResult]:
    """Write files for one entity and day, then load them."""

    def write_and_load(entity: str, **files: bytes) -> LoadResult:
        contract = CONTRACTS[tuple(entity.split("."))]
        folder = home.landing / contract.channel / contract.entity / f"dt={DAY}"
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_bytes(content)
        return loader.load_partition(contract, DAY, home=home, keys=KEYS)

    return write_and_load


def rows(home: Home, entity: str, columns: str) -> list[tuple]:
    path = home.raw / entity.replace(".", "/") / f"dt={DAY}" / "*.parquet"
    return duckdb.sql(f"select {columns} from '{path}' order by all").fetchall()


def counts(result: LoadResult) -> tuple[int, int, int, int]:
    c = result.counts
    return c.rows_read, c.rows_loaded, c.rows_rejected, c.rows_duplicate


def test_the_token_is_the_published_hmac_vector(home: Home, load: Callable) -> None:
    load("pos.receipts", r__csv=receipts(receipt(1, phone="138 0013-8000")))
    assert rows(home, "pos.receipts", "member_phone, member_phone_status") == [
        ("a8cb343c88195d50686d810c5cc8c8514d2e510e71ed9b655dafeb77c276d963", "valid")
    ]


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("13912345678", "valid"),
        ("+8613912345678", "valid"),
        ("0086 139 1234 5678", "valid"),
        ("１３９１２３４５６７８", "valid"),
        ("138****8000", "masked"),
        ("18877771111-123", "virtual"),
        ("$abcDEF==$1$", "encrypted"),
        ("12345", "malformed"),
        ("10086", "placeholder"),
        ("null", None),
        ("", None),
    ],
)
def test_phones_are_classified(home: Home, load: Callable, typed: str, status: str | None) -> None:
    load("pos.receipts", r__csv=receipts(receipt(1, phone=typed)))
    ((token, found),) = rows(home, "pos.receipts", "member_phone, member_phone_status")
    assert found == status
    assert (token is not None) == (status == "valid")
    if status == "valid":
        value = "+8613912345678"
        assert token == KEYS.token("phone", value)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + receipts(receipt(1), receipt(2)),
        receipts(receipt(1), receipt(2), end="\r\n"),
        receipts(receipt(1), receipt(2)).rstrip(b"\n"),
        RECEIPT_HEADER.encode() + b"\n" + receipt(1).encode() + b"\n" + receipt(2).encode() + b"\n",
    ],
    ids=["byte order mark", "crlf", "no final newline", "plain"],
)
def test_text_forms_of_csv_load_alike(home: Home, load: Callable, content: bytes) -> None:
    assert counts(load("pos.receipts", r__csv=content)) == (2, 2, 0, 0)
    assert rows(home, "pos.receipts", "receipt_no, paid_fen, business_date") == [
        ("0001", 90, DAY),
        ("0002", 90, DAY),
    ]


def test_gzip_and_zstd_files_load(home: Home, load: Callable) -> None:
    zstd = pa.Codec("zstd").compress(receipts(receipt(2)), asbytes=True)
    result = load("pos.receipts", a__csv__gz=gzip.compress(receipts(receipt(1))), b__csv__zst=zstd)
    assert counts(result) == (2, 2, 0, 0)


def test_quoted_newlines_and_quotes_stay_one_row_and_lines_stay_true(
    home: Home, load: Callable
) -> None:
    content = (
        b'store_id,store_name,city\nA1,"He said ""hi""\nand left",Shanghai\n'
        b",no id,Beijing\nA3,x,Nanjing\n"
    )
    result = load("pos.stores", s__csv=content)
    assert counts(result) == (3, 2, 1, 0)
    assert rows(home, "pos.stores", "store_name")[0] == ('He said "hi"\nand left',)
    (reject,) = result.rejects
    assert (reject.line, reject.column_name, reject.reason_code) == (
        4,
        "store_id",
        "missing_required",
    )


def test_full_width_digits_are_numbers(home: Home, load: Callable) -> None:
    assert counts(load("pos.receipts", r__csv=receipts(receipt(1, paid="９０")))) == (1, 1, 0, 0)
    assert rows(home, "pos.receipts", "paid_fen") == [(90,)]


def test_nul_bytes_never_stop_a_load(home: Home, load: Callable) -> None:
    result = load("pos.receipts", r__csv=receipts(receipt(1, sku="S\0001"), receipt(2)))
    read, loaded, rejected, duplicate = counts(result)
    assert (read, duplicate) == (2, 0)
    assert loaded + rejected == 2
    assert loaded >= 1


def test_gbk_is_read_where_declared(home: Home) -> None:
    from dataclasses import replace

    contract = replace(CONTRACTS["pos", "stores"], encoding="gbk")
    folder = home.landing / "pos" / "stores" / f"dt={DAY}"
    folder.mkdir(parents=True)
    (folder / "s.csv").write_bytes("store_id,store_name,city\nA1,南京西路店,上海\n".encode("gbk"))
    loader.load_partition(contract, DAY, home=home, keys=KEYS)
    assert rows(home, "pos.stores", "store_name, city") == [("南京西路店", "上海")]


@pytest.mark.parametrize("bad", ["1.86e18", "1.8643237264612557E+18", "123.0"])
def test_a_float_looking_id_is_refused_with_its_place(load: Callable, bad: str) -> None:
    result = load("pos.receipts", r__csv=receipts(receipt(1), receipt(2, sku=bad), receipt(3)))
    assert counts(result) == (3, 2, 1, 0)
    (reject,) = result.rejects
    assert (reject.line, reject.column_name, reject.reason_code) == (3, "sku", "float_like_id")
    assert reject.file.endswith("r.csv")


def test_nineteen_digits_survive_json_numbers(home: Home, load: Callable) -> None:
    event = {
        "appid": "wx1", "FromUserName": "oA", "CreateTime": 1780000000, "Event": "SCAN",
        "EventKey": "7", "MsgID": 1864323726461255680,
    }  # fmt: skip
    load("wechat_oa.events", e__ndjson=json.dumps(event).encode())
    assert rows(home, "wechat_oa.events", "MsgID") == [("1864323726461255680",)]


def test_a_cell_that_does_not_cast_is_refused_with_line_column_and_reason(
    home: Home, load: Callable
) -> None:
    result = load("pos.receipts", r__csv=receipts(receipt(1), receipt(2, paid="ninety"), "A1,T1,3"))
    assert counts(result) == (3, 1, 2, 0)
    places = {(r.line, r.column_name) for r in result.rejects}
    assert (3, "paid_fen") in places
    assert 4 in {line for line, _ in places}
    assert all("ninety" not in r.reason for r in result.rejects)
    shown = list_rejects(home, CONTRACTS, channel="pos", entity="receipts")
    assert any("ninety" in (row.text or "") for row in shown)


def test_exact_duplicates_are_dropped_and_counted_across_files(load: Callable) -> None:
    result = load(
        "pos.receipts",
        a__csv=receipts(receipt(1), receipt(2), receipt(1)),
        b__csv=receipts(receipt(2), receipt(3)),
    )
    assert counts(result) == (5, 3, 0, 2)


def test_unknown_columns_are_reported_and_not_carried(home: Home, load: Callable) -> None:
    content = b"store_id,manager_name,city\nA1,Zhang San,Shanghai\n"
    result = load("pos.stores", s__csv=content)
    assert result.unknown_columns == ("manager_name",)
    path = home.raw / "pos" / "stores" / f"dt={DAY}"
    assert all(b"Zhang San" not in file.read_bytes() for file in path.iterdir())


def test_a_missing_required_column_is_one_error_that_names_it(home: Home, load: Callable) -> None:
    load("pos.stores", s__csv=b"store_id,city\nA1,Shanghai\n")
    before = rows(home, "pos.stores", "*")
    with pytest.raises(LandingError, match="store_id"):
        load("pos.stores", s__csv=b"store,city\nA2,Beijing\n")
    assert rows(home, "pos.stores", "*") == before


def test_a_missing_optional_column_is_null(home: Home, load: Callable) -> None:
    load("pos.stores", s__csv=b"store_id\nA1\n")
    assert rows(home, "pos.stores", "store_id, city") == [("A1", None)]


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_truncated_file_is_quarantined_alone(load: Callable, suffix: str) -> None:
    text = receipts(*(receipt(number) for number in range(1, 2000)))
    whole = gzip.compress(text) if suffix == "gz" else pa.Codec("zstd").compress(text, asbytes=True)
    result = load(
        "pos.receipts",
        **{f"bad__csv__{suffix}": whole[: len(whole) // 2], "good__csv": receipts(receipt(5))},
    )
    assert set(result.quarantined) == {f"bad.csv.{suffix}"}
    assert result.counts.rows_loaded == 1


def test_loading_again_changes_no_byte_and_a_corrected_file_replaces_the_day(
    home: Home, load: Callable
) -> None:
    load("pos.receipts", r__csv=receipts(receipt(1, phone="13912345678"), receipt(2)))

    def contents() -> dict[str, bytes]:
        return {
            str(p.relative_to(home.raw)): p.read_bytes()
            for p in sorted(home.raw.rglob("*.parquet"))
        }

    before = contents()
    contract = CONTRACTS["pos", "receipts"]
    assert pending_days(home, contract, KEYS) == []
    loader.load_partition(contract, DAY, home=home, keys=KEYS)
    assert contents() == before
    result = load("pos.receipts", r__csv=receipts(receipt(1, paid="80")))
    assert counts(result) == (1, 1, 0, 0)
    assert rows(home, "pos.receipts", "receipt_no, paid_fen") == [("0001", 80)]


def test_nested_arrays_keep_declared_fields_and_tokenise_what_staff_typed(
    home: Home, load: Callable
) -> None:
    contact = {
        "corpid": "ww1",
        "external_contact": {"external_userid": "wmA", "name": "张三", "unionid": "uA"},
        "follow_user": [
            {"userid": "staff1", "createtime": 1780000000, "state": "qr7", "add_way": 1,
             "remark": "张三 VIP", "remark_mobiles": ["13912345678"]}
        ],
    }  # fmt: skip
    load("wecom.contacts", c__ndjson=(json.dumps(contact, ensure_ascii=False) + "\n").encode())
    ((follow_user, external),) = rows(home, "wecom.contacts", "follow_user, external_userid")
    (follow,) = json.loads(follow_user)
    assert follow["userid"] == "staff1"
    assert follow["remark_mobiles"] == [KEYS.token("phone", "+8613912345678")]
    assert "remark" not in follow
    assert "张三" not in follow_user
    assert external == KEYS.token("wecom_external_userid:ww1", "wmA")


def test_malformed_json_is_refused_with_its_line(load: Callable) -> None:
    good = {"appid": "wx1", "openid": "oA", "subscribe": 1}
    content = "\n".join(
        [json.dumps(good), '{"appid": "wx1", "openid"', "", json.dumps(good | {"openid": "oB"})]
    )
    result = load("wechat_oa.users", u__ndjson=content.encode())
    assert counts(result) == (3, 2, 1, 0)
    assert [r.line for r in result.rejects] == [2]


def test_parquet_landing_obeys_the_same_rules(home: Home, load: Callable) -> None:
    table = pa.table({"store_id": ["A1", None], "city": ["Shanghai", "Beijing"]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    result = load("pos.stores", s__parquet=sink.getvalue().to_pybytes())
    assert counts(result) == (2, 1, 1, 0)


def test_a_clear_phone_in_a_declared_text_column_stops_the_load(load: Callable) -> None:
    with pytest.raises(LandingError, match="store_name") as stopped:
        load("pos.stores", s__csv=b"store_id,store_name\nA1,call 13912345678\n")
    assert "13912345678" not in str(stopped.value)
