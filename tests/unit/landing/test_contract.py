"""Contracts: what a sources file declares, and errors that name the file and the column."""

from pathlib import Path

import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.entities import raw_columns
from orchestration.lib.landing.errors import ContractError
from tests.unit.landing.conftest import SOURCES, Shop


def sources(shop: Shop) -> Path:
    return shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"


def test_a_contract_says_what_the_sources_file_says(shop: Shop):
    contract = shop.contract("visits")
    assert (contract.name, contract.format, contract.encoding) == ("shop.visits", "ndjson", "utf-8")
    openid = contract.by_name["openid"]
    assert openid.path == ("identities", "$openid")
    assert openid.identifier and openid.identifier.scope_column == "appid"
    mobiles = contract.by_name["staff"].fields[-1]
    assert mobiles.is_list and mobiles.identifier and not mobiles.identifier.verified
    sales = shop.contract("sales")
    assert sales.by_name["sold_at"].timezone == "Asia/Shanghai"
    card = sales.by_name["card"].identifier
    assert card and (card.type, card.scope_value) == ("card_no", "main")
    assert raw_columns(sales)[:3] == [
        ("order_no", "varchar"),
        ("card", "varchar"),
        ("card_status", "varchar"),
    ]


def test_the_digest_changes_with_what_a_load_depends_on_only(shop: Shop):
    before = shop.contract("sales").digest
    for old, new, is_same in (
        ("{name: note, data_type: varchar}", "{name: note, data_type: varchar, tags: [x]}", True),
        ("verified: false", "verified: true", False),
        ("paid_fen, data_type: bigint", "paid_fen, data_type: integer", False),
    ):
        sources(shop).write_text(SOURCES.replace(old, new), encoding="utf-8")
        changed = load_contracts(shop.project)["shop", "sales"]
        assert (changed.digest == before) is is_same


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("data_type: integer", "data_type: number", "shop.items.units: data_type 'number'"),
        ("{unit: fen}", "{unit: cent}", "shop.items.price_fen: unit 'cent'"),
        ("format: ndjson", "format: xml", "shop.visits: format 'xml'"),
        ("encoding: gbk", "encoding: gbx", "shop.legacy: unknown encoding 'gbx'"),
        ("type: oaid", "type: oiad", "shop.visits.oaid: identifier type 'oiad'"),
        ("var: program", "var: programme", "shop.sales.card: scope var 'programme'"),
        ("column: appid", "column: app", "names column 'app', not declared"),
        ("key: [order_no]", "key: [order]", "shop.sales: key names column 'order'"),
        ("observed_at: sold_at", "observed_at: at", "observed_at names column 'at'"),
        ("timezone: brand", "timezone: Mars/Base", "shop.sales.sold_at: timezone 'Mars/Base'"),
        ("{required: true, id: true}", "{require: true}", "shop.items.sku: unknown meta require"),
        ("{name: title", "{name: sku", "shop.items declares sku twice"),
        ("since, data_type: bigint", "since, data_type: int", "shop.visits.staff.since: data_type"),
        ("  - name: shop", "  - name: shop: x", "cannot read"),
    ],
)
def test_a_bad_contract_names_its_file_and_column(shop: Shop, old: str, new: str, message: str):
    assert old in SOURCES
    sources(shop).write_text(SOURCES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContractError, match=r"_shop__sources\.yml") as caught:
        load_contracts(shop.project)
    assert message in str(caught.value)


def test_the_scope_of_an_identifier_is_no_identifier_itself(shop: Shop):
    wrong = SOURCES.replace("scope: {column: appid}", "scope: {column: distinct_id}")
    sources(shop).write_text(wrong, encoding="utf-8")
    with pytest.raises(ContractError, match=r"openid.*distinct_id.*identifier itself"):
        load_contracts(shop.project)


def test_the_contracts_of_the_project_load():
    contracts = load_contracts(PROJECT_DIR)
    assert len(contracts) >= 22
    assert ("pos", "receipts") in contracts and ("wecom", "contacts") in contracts
    for contract in contracts.values():
        assert contract.key, f"{contract.name} declares no key"
        names = [name for name, _ in raw_columns(contract)]
        assert len(names) == len(set(names)), contract.name
