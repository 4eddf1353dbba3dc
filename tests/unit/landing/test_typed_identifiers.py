"""Identifiers whose type another column of the row says."""

import pyarrow as pa
import pytest

from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.errors import ContractError
from tests.unit.landing.conftest import DAY, KEYS, SOURCES, Shop

HEADER = "id,a_type,a_scope,a,b_type,b,c,at\n"
AT = "2026-05-01 10:00:00"


def rejects(shop: Shop) -> list[tuple]:
    result = shop.load("links")
    return [(r.line, r.column_name, r.reason_code) for r in result.rejects]


def test_every_value_is_judged_by_the_type_its_row_names(shop: Shop, way: str):
    lines = [
        f"1,phone,,138 0013 8000,member_id,M1,,{AT}\n",
        f"2,phone,ignored,138****8000,oaid,ABC-1,unknown,{AT}\n",
        f"3,wx_openid,wx9,oA,phone,13900000001,13900000002,{AT}\n",
        f"4,wx_openid,,oA,,,,{AT}\n",
        f"5,tmall_ouid,shop1,AA,email,Li@Example.com,no mail,{AT}\n",
        f"6,tmall_ouid,,AA,phone_md5,7945BD83237335E5376FF44D62E4F0AE,,{AT}\n",
        f"7,member_id,other,M1,login_id,u1,,{AT}\n",
    ]
    shop.put("links", "a.csv", HEADER + "".join(lines))
    assert rejects(shop) == []

    def token(namespace: str, value: str) -> str:
        return KEYS.token(namespace, value)

    assert shop.rows("links", "id, a, a_status, b, b_status, c, c_status") == [
        ("1", token("phone", "+8613800138000"), "valid", token("member_id:main", "M1"), "valid",
         None, None),
        ("2", None, "masked", token("oaid", "abc-1"), "valid", None, "placeholder"),
        ("3", token("wx_openid:wx9", "oA"), "valid", token("phone", "+8613900000001"), "valid",
         token("phone", "+8613900000002"), "valid"),
        ("4", token("wx_openid:wx1", "oA"), "valid", None, None, None, None),
        ("5", token("tmall_ouid:shop1", "AA"), "valid", token("email", "li@example.com"), "valid",
         None, "malformed"),
        ("6", None, "malformed", token("phone_md5", "7945bd83237335e5376ff44d62e4f0ae"), "valid",
         None, None),
        ("7", token("member_id:other", "M1"), "valid", token("login_id", "u1"), "valid",
         None, None),
    ]  # fmt: skip
    assert shop.rows("links", "a_type, a_scope, b_type")[1] == ("phone", "ignored", "oaid")


def test_the_values_are_in_the_vault_and_are_no_observations(shop: Shop, way: str):
    lines = [f"1,phone,,13800138000,wx_openid,oB,,{AT}\n", f"2,member_id,,M1,,,,{AT}\n"]
    shop.put("links", "a.csv", HEADER + "".join(lines))
    shop.load("links")
    values = pa.concat_tables(shop.vault()._tables()).sort_by("value").to_pylist()
    assert [(v["identifier_type"], v["scope"], v["value"]) for v in values] == [
        ("phone", None, "+8613800138000"),
        ("member_id", "main", "M1"),
        ("wx_openid", "wx1", "oB"),
    ]
    assert shop.observations("links") == []


def test_a_type_that_does_not_exist_is_refused_with_its_column(shop: Shop, way: str):
    lines = [
        f"1,fax,,0211234,,,,{AT}\n",
        f"2,phone,,13800138000,distinct_id,x,,{AT}\n",
        f"3,phone,,13800138000,,,13900000001,{AT}\n",
        f"4,,,13800138000,,,,{AT}\n",
        f"5,phone,,,,,,{AT}\n",
        f"6,phone_unverified,,13800138000,,,,{AT}\n",
        f"7,phone,,13800138000,pager,,,{AT}\n",
        f"8,phone,,13800138000,null,,,{AT}\n",
    ]
    shop.put("links", "a.csv", HEADER + "".join(lines))
    assert rejects(shop) == [
        (2, "a_type", "unknown_identifier_type"),
        (3, "b_type", "unknown_identifier_type"),
        (4, "b_type", "missing_required"),
        (5, "a_type", "missing_required"),
        (6, "a", "missing_required"),
        (7, "a_type", "unknown_identifier_type"),
        (8, "b_type", "unknown_identifier_type"),
    ]
    assert shop.rows("links", "id") == [("8",)]


def test_an_observed_entity_says_what_stood_together(shop: Shop, way: str):
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    sources.write_text(SOURCES.replace("observed: false", "observed: true"), encoding="utf-8")
    shop.contracts = load_contracts(shop.project)
    lines = [f"1,phone,x,13800138000,wx_openid,oB,,{AT}\n", f"2,tmall_ouid,s1,AA,,,,{AT}\n"]
    shop.put("links", "a.csv", HEADER + "".join(lines))
    shop.load("links")
    assert shop.observations("links", "identifier_type, identifier_scope, record_count") == [
        ("phone", None, 1),
        ("tmall_ouid", "s1", 1),
        ("wx_openid", "wx1", 1),
    ]
    assert shop.home.raw.joinpath(f"_observations/shop/links/dt={DAY}").is_dir()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{type_column: b_type}", "{type_column: kind}", "names column 'kind', not declared"),
        ("{type_column: b_type}", "{type_column: at}", "type_column 'at' must be declared with id"),
        ("{type_column: b_type}", "{type: phone, type_column: b_type}", "not both"),
        ("{type_column: b_type}", "{type_column: b_type, scope: {var: program}}", "a scope column"),
        ("identifier: {type: phone, verified: false}}\n", "identifier: {type_column: id}}\n",
         "an identifier in an array has one type"),
    ],
)  # fmt: skip
def test_a_wrong_declaration_is_one_error(shop: Shop, old: str, new: str, message: str):
    assert old in SOURCES
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    sources.write_text(SOURCES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError) as caught:
        load_contracts(shop.project)
    assert message in str(caught.value)
