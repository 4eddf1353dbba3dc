"""Refused rows: each is counted once, located, explained, and shown from landing."""

import csv
import io
from datetime import date

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.lib.landing.locating import line_numbers, record_starts
from orchestration.lib.landing.rejects import list_rejects
from tests.unit.landing import conftest
from tests.unit.landing.conftest import DAY, Shop, gz

ITEMS = "sku,title,units,weight,listed,changed_at,is_new\n"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("A1,x,1.5,,,,", "not_a_integer"),
        ('A1,x,"1,000",,,,', "not_a_integer"),
        ("A1,x,1_000,,,,", "not_a_integer"),
        ("A1,x,0x1f,,,,", "not_a_integer"),
        ("A1,x,99999999999,,,,", "not_a_integer"),
        ('A1,x,,"1,000.5",,,', "not_a_number"),
        ("A1,x,,1_0.5,,,", "not_a_number"),
        ("A1,x,,,2026-02-30,,", "not_a_date"),
        ("A1,x,,,2026-05-01 10:00:00,,", "not_a_date"),
        ("A1,x,,,epoch,,", "not_a_date"),
        ("A1,x,,,,2026-05-01 25:00:00,", "not_a_timestamp"),
        ("A1,x,,,,infinity,", "not_a_timestamp"),
        ("A1,x,,,,,maybe", "not_a_boolean"),
        (",x,,,,,", "missing_required"),
        ("A1,x", "missing_columns"),
        ("A1,x,,,,,,,y", "too_many_columns"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(shop: Shop, cell: str, code: str):
    shop.put("items", "a.csv", f"{ITEMS}A0,ok,,,,,\n{cell}\nA9,ok,,,,,\n")
    result = shop.load("items")
    assert [(r.line, r.reason_code) for r in result.rejects] == [(3, code)]
    assert (result.rows_read, result.rows_loaded, result.rows_rejected) == (3, 2, 1)
    assert [row[0] for row in shop.rows("items", "sku")] == ["A0", "A9"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("7,1.5,2026-05-01,2026-05-01 10:00:00,1", (7, 1.5, "2026-05-01", "10:00:00", True)),
        ("+7,.5,20260501,2026-05-01T10:00:00,Y", (7, 0.5, "2026-05-01", "10:00:00", True)),
        ("7.0,1e1,2026/5/1,2026/05/01 10:00,N", (7, 10.0, "2026-05-01", "10:00:00", False)),
        (" 7 , 2 ,2026-05-01,2026-05-01 10:00:00.5,no", (7, 2, "2026-05-01", "10:00:00.5", False)),
        (
            "007,-1.25,2026/05/01,2026-05-01T02:00:00Z,FALSE",
            (7, -1.25, "2026-05-01", "10:00:00", False),
        ),
        ("7,1,2026-05-01,2026-05-01 10:00:00+08:00,t", (7, 1, "2026-05-01", "10:00:00", True)),
    ],
)
def test_cells_are_cast_from_every_accepted_form(shop: Shop, way: str, cells: str, expected: tuple):
    shop.put("items", "a.csv", f"sku,units,weight,listed,changed_at,is_new\nA1,{cells}\n")
    shop.load("items")
    row = shop.rows(
        "items", "units, weight::double, listed::varchar, changed_at::time::varchar, is_new"
    )
    assert row == [expected]


def test_times_that_mean_never_are_null(shop: Shop, way: str):
    times = ["0001-01-01 00:00:00", "1970-01-01 00:00:00", "0000-00-00 00:00:00"]
    lines = "".join(f"A{n},{time},0001-01-01\n" for n, time in enumerate(times))
    shop.put("items", "a.csv", "sku,changed_at,listed\n" + lines)
    shop.load("items")
    assert shop.rows("items", "changed_at, listed") == [(None, None)] * 3


def test_lines_count_as_an_editor_shows_them(shop: Shop, way: str):
    shop.put(
        "items",
        "a.csv",
        'title,sku,units\r\n,A1,1\r\n\r\n"A\r\n2",A2,x\r\n,A3,1\r\n,A4,1,9\r\n'
        '"A5\r\n\r\n",A5,2\r\n,A6,y\r\n,,7\r\n',
    )
    result = shop.load("items")
    assert [(r.line, r.column_name, r.reason_code) for r in result.rejects] == [
        (4, "units", "not_a_integer"),
        (7, None, "too_many_columns"),
        (11, "units", "not_a_integer"),
        (12, "sku", "missing_required"),
    ]


def test_json_lines_count_blank_lines_too(shop: Shop, way: str):
    lines = ['{"id": "1", "time": 1}', "", "  ", '{"id": "2"', '{"id": "3", "time": "x"}', "[1]"]
    # Some platforms send an empty object as an empty array.
    lines += ['{"time": 4}', '{"id": "5", "time": 1, "identities": []}', '"text"', "{}"]
    shop.put("visits", "a.ndjson", "\r\n".join(lines))
    result = shop.load("visits")
    assert [(r.line, r.column_name, r.reason_code) for r in result.rejects] == [
        (4, None, "malformed_json"),
        (5, "time", "not_a_integer"),
        (6, None, "malformed_json"),
        (7, "id", "missing_required"),
        (9, None, "malformed_json"),
        (10, "id", "missing_required"),
    ]
    assert (result.rows_read, result.rows_loaded) == (8, 2)


def test_rejects_name_the_file_among_several(shop: Shop, way: str):
    shop.put("items", "a.csv", "sku,units\nA1,1\nA2,x\n")
    shop.put("items", "b.csv.gz", gz("units,sku\ny,B1\n2,B2\n"))
    shop.put("items", "c.csv", "sku,units\nC1,1\n")
    result = shop.load("items")
    assert [(r.file.rsplit("/")[-1], r.line) for r in result.rejects] == [
        ("a.csv", 3),
        ("b.csv.gz", 2),
    ]
    path = shop.home.raw / "_rejects" / "shop" / "items" / f"dt={DAY}" / "part-0.parquet"
    stored = duckdb.execute(f"select * exclude (dt) from '{path}' order by file, line").fetchall()
    assert [row[:4] for row in stored] == [
        (f"shop/items/dt={DAY}/a.csv", 3, "units", "not_a_integer"),
        (f"shop/items/dt={DAY}/b.csv.gz", 2, "units", "not_a_integer"),
    ]


def test_an_unclosed_quote_refuses_its_line_and_not_the_rest(shop: Shop, way: str):
    lines = [f"A{n},{n}" for n in range(2000)]
    lines[3] = '"A3,3'
    lines[900] = 'A900,"9'
    shop.put("items", "a.csv", "sku,units\r\n" + "\r\n".join(lines) + "\r\n")
    result = shop.load("items")
    assert [(r.line, r.reason_code) for r in result.rejects] == [
        (5, "unterminated_quote"),
        (902, "unterminated_quote"),
    ]
    assert (result.rows_read, result.rows_loaded) == (2000, 1998)


def test_a_bad_field_of_an_array_refuses_the_row(shop: Shop, way: str):
    good = {"id": "1", "time": 1, "staff": [{"userid": "u", "since": 1}]}
    bad = {"id": "2", "time": 1, "staff": [{"userid": "u"}, {"since": "soon"}]}
    float_id = {"id": "3", "time": 1, "staff": [{"userid": "1.86e18"}]}
    no_array = {"id": "4", "time": 1, "staff": "u"}
    shop.put_json("visits", "a.ndjson", [good, bad, float_id, no_array])
    result = shop.load("visits")
    assert [(r.line, r.column_name, r.reason_code) for r in result.rejects] == [
        (2, "staff", "bad_element"),
        (3, "staff", "bad_element"),
        (4, "staff", "not_a_json"),
    ]


def test_rejects_hold_no_text_and_the_list_shows_it_from_landing(shop: Shop):
    phone = "13912345678"
    shop.put("sales", "a.csv.gz", gz(f"order_no,phone,paid_fen,sold_at\nS1,{phone},x,\n"))
    shop.put("sales", "b.csv", "order_no,phone,paid_fen,sold_at\nS2,,1,2026-05-02 10:00:00\n")
    shop.load("sales")
    [row] = list_rejects(shop.home, shop.contracts, channel="shop", limit=5)
    assert (row.channel, row.entity, row.day, row.line) == ("shop", "sales", DAY, 2)
    assert row.text == f"S1,{phone},x,"
    assert phone not in repr(row)
    raw = b"".join(path.read_bytes() for path in shop.home.raw.rglob("*.parquet"))
    assert phone.encode() not in raw
    assert list_rejects(shop.home, shop.contracts, day=date(2026, 5, 9), limit=5) == []


def test_a_day_without_rejects_has_no_rejects_file_left_from_before(shop: Shop):
    path = shop.put("items", "a.csv", "sku,units\nA1,x\n")
    shop.load("items")
    path.write_text("sku,units\nA1,1\n")
    shop.load("items")
    assert not list((shop.home.raw / "_rejects").rglob("*.parquet"))


CELL = st.text(alphabet='ab1,"\n\r é', max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.tuples(CELL, CELL), max_size=8), newline=st.sampled_from(["\n", "\r\n"]))
def test_record_starts_agree_with_a_csv_reader(rows: list[tuple[str, str]], newline: str):
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b"])
    writer.writerows(rows)
    content = text.getvalue().encode()
    reader = csv.reader(io.StringIO(text.getvalue(), newline=""))
    lines = [1, *(reader.line_num + 1 for _ in reader)]
    starts = record_starts(iter([content[:7], content[7:]]), ",")
    found = line_numbers(iter([content[:5], content[5:]]), starts)
    # The csv module also counts a lone CR as a line end; the loader and editors count LF.
    if "\r" not in text.getvalue().replace("\r\n", ""):
        assert [found[start] for start in starts] == lines[:-1][1:]


@settings(max_examples=25, deadline=None)
@given(
    kinds=st.lists(
        st.sampled_from(["good", "bad", "short", "long", "blank", "folded", "quoted", "open"]),
        max_size=12,
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_every_refused_line_is_found_again(
    tmp_path_factory: pytest.TempPathFactory, kinds: list[str], newline: str
):
    shop = conftest.shop.__wrapped__(tmp_path_factory.mktemp("shop"))
    lines, expected, good = ["sku,title,units"], [], 0
    for n, kind in enumerate(kinds):
        line = len("\n".join(lines).split("\n")) + 1
        text = {
            "good": f"A{n},,1",
            "bad": f"A{n},,x",
            "short": f"A{n}",
            "long": f"A{n},,1,2,3",
            "blank": "",
            "folded": f'A{n},"x\n{n}",1',
            "quoted": f'A{n},"x""{n}",y',
            "open": f'A{n},"x,1',
        }[kind]
        lines.append(text)
        good += kind in ("good", "folded")
        if kind in ("bad", "short", "long", "quoted", "open"):
            expected.append(line)
    shop.put("items", "a.csv", ("\n".join(lines) + "\n").replace("\n", newline))
    result = shop.load("items")
    assert [reject.line for reject in result.rejects] == expected
    assert result.rows_loaded == good
