"""Identity per brand: the same value in two brands gives two tokens; for a group it gives one."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.lib.errors import YutangError
from orchestration.lib.identity.evaluation import EvaluationError, evaluate
from orchestration.lib.identity.seed_files import IdentityRulesError
from orchestration.lib.landing.aliases import write_identifier_aliases
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.errors import ContractError
from orchestration.lib.landing.partitions import pending_days
from orchestration.lib.landing.reference import write_reference
from tests.unit.landing.conftest import DAY, KEYS, SOURCES, Shop

SALES = "order_no,card,phone,paid_fen,sold_at,note\n"
MAP = "channel,entity,column,value,brand\n"
LINES = "shop,,appid,wxA,alpha\nshop,sales,note,store B,beta\nshop,,appid,wxB,beta\n"


def settings(shop: Shop, *, scope: str, lines: str = LINES) -> None:
    (shop.project / "dbt_project.yml").write_text(
        f"vars: {{program: main, brand_timezone: Asia/Shanghai, member_program: main, "
        f"wx_open_platform: main, crm_wx_appid: wx1, identity_scope: {scope}, "
        "default_brand: alpha}\n"
    )
    (shop.project / "seeds" / "identity" / "brand_map.csv").write_text(MAP + lines)
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    branded = "- {name: md5, data_type: varchar"
    sources.write_text(
        SOURCES.replace(branded, f"- {{name: brand, data_type: varchar}}\n          {branded}")
    )
    shop.contracts = load_contracts(shop.project)


@pytest.fixture
def brands(shop: Shop) -> Shop:
    settings(shop, scope="brand")
    return shop


def token(brand: str, namespace: str, value: str) -> str:
    return KEYS.token(f"{brand}/{namespace}", value)


def test_a_group_has_the_tokens_it_always_had(shop: Shop, way: str):
    settings(shop, scope="group")
    lines = ["S1,C1,13800138000,1,2026-05-01 10:00:00,store B\n"]
    shop.put("sales", "a.csv", SALES + "".join(lines))
    shop.load("sales")
    expected = (KEYS.token("card_no:main", "C1"), KEYS.token("phone", "+8613800138000"))
    assert shop.rows("sales", "card, phone") == [expected]
    assert shop.contract("sales").brand_rule is None


def test_a_column_or_the_default_decides_the_brand_of_a_row(brands: Shop, way: str):
    lines = [
        "S1,C1,13800138000,1,2026-05-01 10:00:00,store A\n",
        "S2,C1,138 0013 8000,1,2026-05-01 10:00:00, store B \n",
        "S3,,138****8000,1,2026-05-01 10:00:00,store B\n",
    ]
    brands.put("sales", "a.csv", SALES + "".join(lines))
    brands.load("sales")
    phone, card = ("phone", "+8613800138000"), ("card_no:main", "C1")
    assert brands.rows("sales", "card, phone, phone_status") == [
        (token("alpha", *card), token("alpha", *phone), "valid"),
        (token("beta", *card), token("beta", *phone), "valid"),
        (None, None, "masked"),
    ]
    groups = brands.observations("sales", "record_group, identifier_token")
    by_group = {t: g for g, t in groups if t}
    assert by_group[token("alpha", *phone)] == by_group[token("alpha", *card)]
    assert by_group[token("alpha", *phone)] != by_group[token("beta", *phone)]
    values = pa.concat_tables(brands.vault()._tables()).to_pylist()
    assert {(v["token"].hex(), v["brand"], v["value"]) for v in values} == {
        (token(brand, space, value), brand, value)
        for brand in ("alpha", "beta")
        for space, value in (phone, card)
    }


def test_values_in_arrays_and_beside_scopes_have_the_brand_of_their_row(brands: Shop, way: str):
    records = [
        {
            "id": str(n),
            "time": 1,
            "appid": appid,
            "identities": {"$openid": "oA"},
            "staff": [{"userid": "u", "mobiles": ["13900000001", "bad"]}],
        }
        for n, appid in enumerate(("wxA", "wxB", "wxC"))
    ]
    brands.put_json("visits", "a.ndjson", records)
    brands.load("visits")
    rows = brands.rows("visits", "openid, staff")
    for (openid, staff), appid, brand in zip(
        rows, ("wxA", "wxB", "wxC"), ("alpha", "beta", "alpha"), strict=True
    ):
        assert openid == token(brand, f"wx_openid:{appid}", "oA")
        assert token(brand, "phone", "+8613900000001") in staff
    values = pa.concat_tables(brands.vault()._tables()).to_pylist()
    phones = {(v["token"].hex(), v["brand"]) for v in values if v["identifier_type"] == "phone"}
    assert phones == {(token(b, "phone", "+8613900000001"), b) for b in ("alpha", "beta")}


def test_the_brand_column_of_an_entity_decides_where_no_line_does(brands: Shop, way: str):
    md5 = hashlib.md5(b"13800138000").hexdigest()
    lines = [f"1,beta,{md5},\n", f"2,,{md5},\n", f"3, g/m:a ,{md5},\n", f"4,null,{md5},\n"]
    brands.put("clicks", "a.csv", "id,brand,md5,sha256\n" + "".join(lines))
    brands.load("clicks")
    expected = [token(b, "phone_md5", md5) for b in ("beta", "alpha", "g-m-a", "alpha")]
    assert [t for (t,) in brands.rows("clicks", "md5")] == expected


def test_seeds_count_in_every_brand_and_hashes_match_within_one(brands: Shop):
    md5 = hashlib.md5(b"13800138000").hexdigest()
    brands.put("clicks", "a.csv", f"id,brand,md5,sha256\n1,beta,{md5},\n2,gamma,{md5},\n")
    brands.load("clicks")
    sale = "S2,C1,13800138000,1,2026-05-01 10:00:00,store B\n"
    brands.put("sales", "a.csv", SALES + sale)
    brands.load("sales")
    write_identifier_aliases(brands.home, brands.contracts.values(), KEYS)
    folder = brands.home.raw / "_reference"
    aliases = [
        tuple(r.values()) for r in pq.read_table(folder / "identifier_aliases.parquet").to_pylist()
    ]
    phone = token("beta", "phone", "+8613800138000")
    assert aliases == [("phone_md5", token("beta", "phone_md5", md5), phone)]

    seeds = brands.project / "seeds" / "identity"
    (seeds / "blocked_identifiers.csv").write_text(
        "identifier_type,value,reason\nmember_id,M7,test\nphone,13900000009,shop\n"
    )
    header = "link,type_a,scope_a,value_a,type_b,scope_b,value_b,author,reason,decided_on\n"
    link = "must,member_id,,M1,card_no,,C1,li,same,2026-05-01\n"
    (seeds / "manual_links.csv").write_text(header + link)
    write_reference(brands.home, KEYS, project_dir=brands.project)
    known = ("alpha", "beta", "gamma")
    blocked = pq.read_table(folder / "blocked_identifiers.parquet").to_pylist()
    assert len(blocked) == 3 * (1 + 7)
    tokens = {row["identifier_token"] for row in blocked}
    assert tokens >= {token(b, "member_id:main", "M7") for b in known}
    links = pq.read_table(folder / "manual_links.parquet").to_pylist()
    assert {(r["token_a"], r["token_b"]) for r in links} == {
        (token(b, "member_id:main", "M1"), token(b, "card_no:main", "C1")) for b in known
    }
    mixed = f"must,member_id,,token:{tokens.pop()},card_no,,C1,li,same,2026-05-01\n"
    (seeds / "manual_links.csv").write_text(header + mixed)
    with pytest.raises(IdentityRulesError, match="line 2: gives one end as a token"):
        write_reference(brands.home, KEYS, project_dir=brands.project)


def test_a_decided_link_cannot_join_two_brands(brands: Shop):
    lines = [
        f"S{n},C1,13800138000,1,2026-05-01 10:00:00,{store}\n"
        for n, store in enumerate(("store A", "store B"))
    ]
    brands.put("sales", "a.csv", SALES + "".join(lines))
    brands.load("sales")
    alpha, beta = (token(b, "phone", "+8613800138000") for b in ("alpha", "beta"))
    seed = brands.project / "seeds" / "identity" / "accepted_links.csv"
    header = "token_a,token_b,author,reason,decided_on\n"
    seed.write_text(header + f"{alpha},{beta},li,same name,2026-05-01\n")
    with pytest.raises(
        IdentityRulesError, match="line 2: links identifiers of the brands alpha and"
    ):
        write_reference(brands.home, KEYS, project_dir=brands.project)
    within = token("alpha", "card_no:main", "C1")
    seed.write_text(header + f"{alpha},{within},li,same name,2026-05-01\n")
    write_reference(brands.home, KEYS, project_dir=brands.project)


def test_a_change_of_scope_loads_every_day_again(shop: Shop):
    settings(shop, scope="group")
    shop.put("sales", "a.csv", SALES + "S1,C1,,1,2026-05-01 10:00:00,\n")
    shop.load("sales")
    assert pending_days(shop.home, shop.contract("sales"), KEYS) == []
    settings(shop, scope="brand")
    assert pending_days(shop.home, shop.contract("sales"), KEYS) == [DAY]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("shop,sales,nota,x,beta\n", "line 2: no contract of shop.sales has a column 'nota'"),
        ("shops,,note,x,beta\n", "line 2: no contract is about channel 'shops'"),
        ("shop,sales,phone,x,beta\n", "line 2: column 'phone' of shop.sales is no plain column"),
        ("shop,sales,note,,beta\n", "line 2: value is empty"),
        ("shop,sales,note,x,be/ta\n", "line 2: a brand's name has no /"),
        ("shop,sales,note,x,a\nshop,sales,note,x,b\n", "line 3: names the same channel, entity"),
    ],
)
def test_a_wrong_line_of_the_map_is_one_error(shop: Shop, lines: str, message: str):
    with pytest.raises(IdentityRulesError, match=r"brand_map\.csv") as caught:
        settings(shop, scope="group", lines=lines)
    assert message in str(caught.value)


def test_another_word_for_the_scope_is_one_error(shop: Shop):
    with pytest.raises(ContractError, match="identity_scope is 'region': write group or brand"):
        settings(shop, scope="region")


def test_the_truth_of_a_group_is_no_measure_of_brands(tmp_path: Path, shop: Shop):
    home = replace(shop.home, root=tmp_path / "brand")
    home.truth.mkdir(parents=True)
    (home.root / "brand.yml").write_text("identity_scope: brand\n")
    with pytest.raises(EvaluationError, match="identity_scope is brand"):
        evaluate(home)
    assert issubclass(EvaluationError, YutangError)
