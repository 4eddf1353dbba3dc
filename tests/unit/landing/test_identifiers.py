"""From clear identifiers to tokens: what raw, the observations and the vault hold."""

import json
import re

import pytest

from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.tokens import Keys
from tests.unit.landing.conftest import KEYS, Shop

SALES = "order_no,card,phone,paid_fen,sold_at,note\n"


def sale(n: int, card: str, phone: str, note: str = "") -> str:
    return f"S{n},{card},{phone},100,2026-05-01 10:00:{n:02d},{note}\n"


def test_raw_holds_tokens_and_statuses(shop: Shop, way: str):
    lines = [
        sale(1, "C1", "138 0013-8000"),
        sale(2, "", "138****8000"),
        sale(3, "c1", "18877771111-123"),
        sale(4, "unknown", "$abc=$1$"),
        sale(5, "C1", "021-55551234"),
    ]
    shop.put("sales", "a.csv", SALES + "".join(lines))
    shop.load("sales")
    phone = KEYS.token("phone", "+8613800138000")
    assert shop.rows("sales", "card, card_status, phone, phone_status") == [
        (KEYS.token("card_no:main", "C1"), "valid", phone, "valid"),
        (None, None, None, "masked"),
        (KEYS.token("card_no:main", "c1"), "valid", None, "virtual"),
        (None, "placeholder", None, "encrypted"),
        (KEYS.token("card_no:main", "C1"), "valid", None, "malformed"),
    ]


def test_a_scope_comes_from_the_record_and_without_it_the_value_names_nobody(shop: Shop, way: str):
    records = [
        {"id": "1", "time": 1, "appid": "wx1", "identities": {"$openid": "oA"}},
        {"id": "2", "time": 1, "appid": "wx2", "identities": {"$openid": "oA"}},
        {"id": "3", "time": 1, "identities": {"$openid": "oA"}},
    ]
    shop.put_json("visits", "a.ndjson", records)
    shop.load("visits")
    assert shop.rows("visits", "openid, openid_status") == [
        (KEYS.token("wx_openid:wx1", "oA"), "valid"),
        (KEYS.token("wx_openid:wx2", "oA"), "valid"),
        (None, "malformed"),
    ]


def test_bad_device_ids_and_ad_macros_name_nobody(shop: Shop, way: str):
    values = [
        "1FE9A970-efbb-29e0-0bdd-f5dbbf751ab5",
        "__OAID__",
        "00000000-0000-0000-0000-000000000000",
        "D41D8CD98F00B204E9800998ECF8427E",
    ]
    records = [
        {"id": str(n), "time": 1, "identities": {"device": {"oaid": value}}}
        for n, value in enumerate(values)
    ]
    shop.put_json("visits", "a.ndjson", records)
    shop.load("visits")
    valid = KEYS.token("oaid", "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5")
    assert shop.rows("visits", "oaid, oaid_status") == [
        (valid, "valid"),
        (None, None),
        (None, "placeholder"),
        (None, "placeholder"),
    ]


def test_arrays_keep_declared_fields_and_hold_tokens(shop: Shop, way: str):
    staff = [
        {"userid": "u1", "since": 5, "mobiles": ["13900000001", "bad", ""], "name": "Li"},
        {"userid": "u2", "remark": "vip"},
    ]
    shop.put_json("visits", "a.ndjson", [{"id": "1", "time": 1, "staff": staff, "tags": [1, 2]}])
    shop.load("visits")
    [(stored, tags)] = shop.rows("visits", "staff, tags")
    assert json.loads(stored) == [
        {
            "userid": "u1",
            "since": 5,
            "remark": None,
            "mobiles": [KEYS.token("phone", "+8613900000001")],
        },
        {"userid": "u2", "since": None, "remark": "vip", "mobiles": None},
    ]
    assert json.loads(tags) == [1, 2]


def test_an_object_in_place_of_an_array_is_an_array_of_one(shop: Shop, way: str):
    shop.put_json("visits", "a.ndjson", [{"id": "1", "time": 1, "staff": {"userid": "u1"}}])
    shop.load("visits")
    [(stored,)] = shop.rows("visits", "staff")
    assert [element["userid"] for element in json.loads(stored)] == ["u1"]


def test_observations_say_what_stood_together(shop: Shop, way: str):
    lines = [
        sale(1, "C1", "13800000001"),
        sale(2, "C1", "13800000001"),
        sale(3, "", "138 0000 0001"),
        sale(4, "", "138****0001"),
        sale(5, "", "139****0009"),
        sale(6, "", ""),
    ]
    shop.put("sales", "a.csv", SALES + "".join(lines))
    shop.load("sales")
    found = shop.observations(
        "sales",
        "identifier_type, identifier_scope, identifier_status, is_verified, record_count, "
        "strftime(first_observed_at, '%d %H:%M:%S'), strftime(last_observed_at, '%d %H:%M:%S')",
    )
    assert found == [
        ("card_no", "main", "valid", True, 2, "01 02:00:01", "01 02:00:02"),
        ("phone", None, "masked", False, 2, "01 02:00:04", "01 02:00:05"),
        ("phone", None, "valid", False, 1, "01 02:00:03", "01 02:00:03"),
        ("phone", None, "valid", False, 2, "01 02:00:01", "01 02:00:02"),
    ]
    groups = shop.observations("sales", "record_group, record_count, identifier_token")
    together = {group for group, count, token in groups if count == 2 and token}
    alone = {group for group, count, _ in groups if count == 1}
    assert len(together) == 1 and len(alone) == 1 and together != alone
    assert [token for group, _, token in groups if group is None] == [None]


def test_observations_reach_into_arrays_and_leave_out_what_never_links(shop: Shop, way: str):
    record = {
        "id": "1",
        "time": 1780000000,
        "appid": "wx1",
        "identities": {"$openid": "oA"},
        "distinct_id": "d1",
        "staff": [{"mobiles": ["13900000001", "x"]}, {"mobiles": ["13900000002"]}],
    }
    shop.put_json("visits", "a.ndjson", [record])
    shop.load("visits")
    found = shop.observations(
        "visits",
        "identifier_type, identifier_scope, identifier_status, is_verified, record_group is null, "
        "first_observed_at::varchar",
    )
    at = "2026-05-28 20:26:40"  # ten digits in a column of milliseconds are seconds
    assert found == [
        ("phone", None, "malformed", False, True, at),
        ("phone", None, "valid", False, False, at),
        ("phone", None, "valid", False, False, at),
        ("wx_openid", "wx1", "valid", True, False, at),
    ]
    assert shop.rows("visits", "distinct_id") == [(KEYS.token("distinct_id", "d1"),)]


def test_the_vault_holds_each_valid_value_once(shop: Shop, way: str):
    lines = [sale(1, "C1", "13800000001"), sale(2, "C2", "138****0001"), sale(3, "C1", "x")]
    refused = "S4,C9,13900000009,no,2026-05-01 10:00:00,\n"
    shop.put("sales", "a.csv", SALES + "".join(lines) + refused)
    shop.load("sales")
    assert shop.clear_values() == ["+8613800000001", "C1", "C2"]
    token = KEYS.token("phone", "+8613800000001")
    assert shop.vault().lookup([token], purpose="test") == {token: "+8613800000001"}
    records = [{"id": "1", "time": 1, "distinct_id": "d", "staff": {"mobiles": ["13900000001"]}}]
    shop.put_json("visits", "a.ndjson", records)
    shop.load("visits")
    assert "+8613900000001" in shop.clear_values()
    assert "d" not in shop.clear_values()


def test_no_clear_value_is_outside_landing_and_vault(shop: Shop, way: str):
    people = [(f"CARD{n:06d}X", f"139{n * 7919 % 10**8:08d}") for n in range(300)]
    lines = [
        sale(n % 60, *person).replace(f"S{n % 60},", f"S{n},") for n, person in enumerate(people)
    ]
    refused = "S999,CARD777777X,13877777777,none,2026-05-01 10:00:00,\n"
    shop.put("sales", "a.csv", SALES + "".join(lines) + refused)
    shop.load("sales")
    vault, landing = shop.home.vault / "segments", shop.home.landing
    kept = [
        path.read_bytes()
        for path in shop.home.root.rglob("*")
        if path.is_file() and landing not in path.parents and vault not in path.parents
    ]
    content = b"\n".join(kept)
    assert len(kept) >= 4
    for card, phone in [*people, ("CARD777777X", "13877777777")]:
        assert card.encode() not in content
        assert phone.encode() not in content
    # And the segment itself is encrypted.
    sealed = b"".join(path.read_bytes() for path in vault.rglob("*.enc"))
    assert people[0][0].encode() not in sealed and b"+86139" not in sealed


@pytest.mark.parametrize(
    "note",
    ["call 13812345678", "手机１３８１２３４５６７８号", "+86 138-1234-5678", "li@example.com"],
)
def test_clear_values_in_free_text_stop_the_load(shop: Shop, way: str, note: str):
    path = shop.put("sales", "a.csv", SALES + sale(1, "", "", "fine"))
    shop.load("sales")
    path.write_text(SALES + sale(2, "", "", note), encoding="utf-8")
    with pytest.raises(LandingError, match="column 'note' holds clear phone") as caught:
        shop.load("sales")
    assert note not in str(caught.value) and not re.search(r"\d{8}", str(caught.value))
    assert shop.rows("sales", "order_no") == [("S1",)]


def test_clear_values_in_the_free_text_of_arrays_stop_the_load(shop: Shop, way: str):
    for record in (
        {"id": "1", "time": 1, "staff": [{"remark": "tel 13812345678"}]},
        {"id": "1", "time": 1, "tags": ["li@example.com"]},
    ):
        shop.put_json("visits", "a.ndjson", [record])
        with pytest.raises(LandingError, match=r"column '(staff\.remark|tags)' holds clear"):
            shop.load("visits")


def test_numbers_that_only_resemble_phones_pass(shop: Shop, way: str):
    notes = ["order 138123456789", "1780000000000", "2026-05-01 13:00", "a@b", "12812345678"]
    shop.put("sales", "a.csv", SALES + "".join(sale(n, "", "", x) for n, x in enumerate(notes)))
    assert shop.load("sales").rows_loaded == len(notes)


def test_another_pepper_gives_other_tokens(shop: Shop):
    shop.put("sales", "a.csv", SALES + sale(1, "C1", ""))
    shop.load("sales")
    before = shop.rows("sales", "card")
    other = Keys(pepper=b"another", vault_key=b"k" * 32)
    shop.load("sales", keys=other)
    assert shop.rows("sales", "card") != before
    assert shop.rows("sales", "card") == [(other.token("card_no:main", "C1"),)]
