"""Formats, encodings and quirks of files: what is delivered arrives, cell by cell."""

from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lib.landing.errors import LandingError
from tests.unit.landing.conftest import Compress, Shop, gz, zst

ITEMS = "sku,title,units,price_fen,weight,listed,changed_at,is_new\n"
LINE = "A1,Tea,3,1999,0.250,2026-05-01,2026-05-01 10:00:00,true\n"


def plain(content: str) -> bytes:
    return content.encode()


@pytest.mark.parametrize(("suffix", "compress"), [("", plain), (".gz", gz), (".zst", zst)])
def test_csv_is_read_plain_gzip_and_zstd(shop: Shop, way: str, suffix: str, compress: Compress):
    shop.put("items", f"a.csv{suffix}", compress(ITEMS + LINE))
    result = shop.load("items")
    assert (result.rows_read, result.rows_loaded) == (1, 1)
    row = shop.rows("items", "sku, title, units, price_fen, weight, listed::varchar, is_new")
    assert row == [("A1", "Tea", 3, 1999, Decimal("0.250"), "2026-05-01", True)]


@pytest.mark.parametrize(("suffix", "compress"), [("", plain), (".gz", gz), (".zst", zst)])
def test_ndjson_is_read_plain_gzip_and_zstd(shop: Shop, way: str, suffix: str, compress: Compress):
    content = '{"id": "v1", "time": 1780000000000}\n\n{"id": "v2", "time": 1780000000001}\n'
    shop.put("visits", f"a.ndjson{suffix}", compress(content))
    assert shop.load("visits").rows_read == 2
    assert shop.rows("visits", "id, time") == [("v1", 1780000000000), ("v2", 1780000000001)]


def test_a_json_file_may_be_one_array(shop: Shop, way: str):
    shop.put("visits", "a.json", '[{"id": "v1", "time": 1}, {"id": null, "time": 2}]')
    result = shop.load("visits")
    assert shop.rows("visits", "id, time") == [("v1", 1)]
    assert [(r.line, r.column_name) for r in result.rejects] == [(2, "id")]


def test_parquet_follows_the_same_rules_as_text(shop: Shop, way: str):
    table = pa.table(
        {
            "sku": pa.array(["A1", "A2", None]),
            "price_fen": pa.array([5, 6, 7], pa.int32()),
            "title": pa.array(["x", "y", "z"]).dictionary_encode(),
            "weight": pa.array([0.5, 1.25, 2.0]),
            "unknown": pa.array([1, 2, 3]),
        }
    )
    path = shop.put("items", "a.parquet", b"")
    pq.write_table(table, path)
    result = shop.load("items")
    assert (result.rows_read, result.rows_loaded, result.rows_rejected) == (3, 2, 1)
    assert [(r.line, r.column_name, r.reason_code) for r in result.rejects] == [
        (3, "sku", "missing_required")
    ]
    assert result.unknown_columns == ("unknown",)
    assert shop.rows("items", "sku, price_fen, title, weight") == [
        ("A1", 5, "x", Decimal("0.500")),
        ("A2", 6, "y", Decimal("1.250")),
    ]


def test_an_id_that_parquet_holds_as_a_double_is_refused(shop: Shop, way: str):
    path = shop.put("items", "a.parquet", b"")
    pq.write_table(pa.table({"sku": [1864323726461255680.0, 123.0]}), path)
    result = shop.load("items")
    assert {r.reason_code for r in result.rejects} == {"float_like_id"}
    assert result.rows_loaded == 0


def test_bom_and_crlf_are_no_part_of_the_text(shop: Shop, way: str):
    shop.put("items", "a.csv", ("\ufeff" + ITEMS + LINE).replace("\n", "\r\n"))
    shop.load("items")
    assert shop.rows("items", "sku, is_new") == [("A1", True)]


def test_quoted_cells_keep_newlines_quotes_and_commas(shop: Shop, way: str):
    shop.put("items", "a.csv", 'sku,title\r\nA1,"two\nlines, ""quoted"""\r\nA2,plain\r\n')
    shop.load("items")
    assert shop.rows("items", "sku, title") == [("A1", 'two\nlines, "quoted"'), ("A2", "plain")]


def test_lines_that_end_in_lf_and_in_crlf_may_be_mixed(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,title\r\nA1,x\r\nA2,y\nA3,z\r\n")
    result = shop.load("items")
    assert not result.quarantined
    assert shop.rows("items", "sku") == [("A1",), ("A2",), ("A3",)]


def test_gbk_is_read_where_the_contract_declares_it(shop: Shop, way: str):
    shop.put("legacy", "a.csv", 'code,city\n0001,上海\n0002,"广州\n天河"\n'.encode("gbk"))
    shop.load("legacy")
    assert shop.rows("legacy") == [("0001", "上海"), ("0002", "广州\n天河")]


def test_a_file_that_starts_with_a_bom_is_utf8_whatever_is_declared(shop: Shop, way: str):
    shop.put("legacy", "a.csv", "\ufeffcode,city\n0001,上海\n")
    shop.load("legacy")
    assert shop.rows("legacy") == [("0001", "上海")]


@pytest.mark.parametrize("entity", ["items", "legacy"])
def test_bytes_that_are_no_text_refuse_their_row_with_its_line(shop: Shop, way: str, entity: str):
    name = "sku,title" if entity == "items" else "code,city"
    shop.put(entity, "a.csv", name.encode() + b"\nA1,ok\nA2,\xff\xff\nA3,ok\n")
    result = shop.load(entity)
    assert [(r.line, r.reason_code) for r in result.rejects] == [(3, "invalid_encoding")]
    assert [row[0] for row in shop.rows(entity)] == ["A1", "A3"]


@pytest.mark.parametrize(("name", "compress"), [("a.csv", plain), ("a.csv.gz", gz)])
def test_nul_bytes_are_removed_and_counted(shop: Shop, way: str, name: str, compress: Compress):
    shop.put("items", name, compress("sku,title,units\nA\0 1,t\0ea,1\0\nA2,x,2\n"))
    result = shop.load("items")
    assert result.nul_cells_cleaned == 3
    assert shop.rows("items", "sku, title, units") == [("A 1", "tea", 1), ("A2", "x", 2)]


def test_nul_in_json_text_is_removed_and_a_raw_nul_refuses_its_line(shop: Shop, way: str):
    record = '{"id": "v1", "time": 1, "tags": ["a\\u0000b"], "staff": [{"remark": "x\\u0000"}]}\n'
    shop.put("visits", "a.ndjson", record + '{"id": "v\0", "time": 1}\n')
    result = shop.load("visits")
    assert shop.rows("visits", "tags") == [('["ab"]',)]
    assert [(r.line, r.reason_code) for r in result.rejects] == [(2, "malformed_json")]


def test_full_width_digits_become_digits_in_ids_and_numbers_not_in_text(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,title,units,listed\nＡ００１,１号,１２,２０２６－０５－０１\n")
    shop.load("items")
    row = shop.rows("items", "sku, title, units, listed::varchar")
    assert row == [("A001", "１号", 12, "2026-05-01")]


def test_ids_are_text_end_to_end(shop: Shop, way: str):
    big = "1864323726461255680123"
    shop.put("visits", "a.ndjson", f'{{"id": {big}, "time": 1, "appid": "007"}}\n')
    shop.put("items", "a.csv", f"sku\n{big}\n0012\n\t99 \n")
    shop.load("visits")
    shop.load("items")
    assert shop.rows("visits", "id, appid") == [(big, "007")]
    assert shop.rows("items", "sku") == [(big,), ("0012",), ("99",)]


@pytest.mark.parametrize("text", ["1.86e18", "1.86E+18", "123.0", "12.", "1e+18"])
def test_an_id_that_looks_like_a_float_is_refused(shop: Shop, way: str, text: str):
    shop.put("items", "a.csv", f"sku\nA1\n{text}\n")
    shop.put_json("visits", "a.ndjson", [{"id": "v1", "time": 1}])
    with (shop.home.landing / "shop/visits/dt=2026-05-01/a.ndjson").open("a") as lines:
        lines.write(f'{{"id": "{text}", "time": 1}}\n')
    for entity, column, line in (("items", "sku", 3), ("visits", "id", 2)):
        result = shop.load(entity)
        assert [(r.line, r.column_name, r.reason_code) for r in result.rejects] == [
            (line, column, "float_like_id")
        ]


@pytest.mark.parametrize("text", ["848123e90", "1e4a1b03d1b6", "A.1", "1-2", "E5", "9e"])
def test_ids_that_only_resemble_floats_pass(shop: Shop, way: str, text: str):
    shop.put("items", "a.csv", f"sku\n{text}\n")
    shop.load("items")
    assert shop.rows("items", "sku") == [(text,)]


def test_nothing_has_many_names_for_typed_cells_and_ids(shop: Shop, way: str):
    nothing = ["", '""', "null", "NULL", "\\N", "__IMEI__", " "]
    lines = [f"A{n},{text},{text},{text},{text},{text}" for n, text in enumerate(nothing)]
    header = "sku,units,weight,listed,changed_at,is_new\n"
    shop.put("items", "a.csv", header + "\n".join(lines) + "\n")
    result = shop.load("items")
    assert result.rows_loaded == len(nothing)
    found = shop.rows("items", "units, weight, listed, changed_at, is_new")
    assert set(found) == {(None,) * 5}


def test_free_text_stays_as_it_was_delivered(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,title\nA1, null \nA2,NULL\n")
    shop.load("items")
    assert shop.rows("items", "title") == [(" null ",), ("NULL",)]


def test_unknown_columns_are_reported_and_not_carried(shop: Shop, way: str):
    shop.put("items", "a.csv", "title,extra,sku,extra\nTea,x,A1,y\n")
    shop.put_json("visits", "a.ndjson", [{"id": "1", "time": 1, "name": "Li", "ip": "::1"}])
    assert shop.load("items").unknown_columns == ("extra",)
    assert shop.load("visits").unknown_columns == ("ip", "name")
    assert shop.rows("items", "sku, title") == [("A1", "Tea")]


def test_files_of_a_day_may_order_their_columns_differently(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,title\nA1,x\n")
    shop.put("items", "b.csv", "title,sku\ny,A2\n")
    shop.put("items", "c.csv", "sku,title\nA3,z\n")
    shop.load("items")
    assert sorted(shop.rows("items", "sku, title")) == [("A1", "x"), ("A2", "y"), ("A3", "z")]


def test_a_missing_optional_column_is_null(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku\nA1\n")
    shop.load("items")
    assert shop.rows("items", "sku, title, units") == [("A1", None, None)]


def test_a_missing_required_column_is_one_clear_error(shop: Shop, way: str):
    shop.put("items", "a.csv", "title,units\nTea,1\n")
    with pytest.raises(LandingError, match=r"shop\.items.*a\.csv has no column 'sku'"):
        shop.load("items")
    assert not (shop.home.raw / "shop").exists()


def test_a_required_key_that_no_record_has_is_one_clear_error(shop: Shop, way: str):
    shop.put_json("visits", "a.ndjson", [{"id": str(n), "at": n} for n in range(5)])
    with pytest.raises(LandingError, match=r"none of the 5 rows .*'time'"):
        shop.load("visits")


def test_a_column_named_twice_is_an_error(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,title,sku\nA1,x,A2\n")
    with pytest.raises(LandingError, match="'sku' more than once"):
        shop.load("items")


def test_an_empty_ndjson_file_is_a_day_without_rows(shop: Shop, way: str):
    shop.put("visits", "a.ndjson", "\n")
    result = shop.load("visits")
    assert (result.rows_read, result.rows_loaded, result.files_quarantined) == (0, 0, 0)
    assert shop.rows("visits") == []


def test_a_csv_with_only_a_header_is_a_day_without_rows(shop: Shop, way: str):
    shop.put("items", "a.csv", ITEMS.rstrip("\n"))
    assert shop.load("items").rows_read == 0
    assert shop.rows("items") == []
