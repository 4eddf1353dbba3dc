"""Events of app and web as SDKs send them: who they name, what does not pass, what a condition means."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import loader
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.errors import ContractError
from tests.unit.landing.conftest import KEYS, SOURCES, Shop

DAY = date(2026, 5, 1)
EVENT = {"type": "track", "time": 1777600000123, "distinct_id": "n1", "event": "ViewProduct"}
CHANNELS = pytest.mark.parametrize("channel", ["app", "web"])


@pytest.fixture
def brand(tmp_path: Path) -> Shop:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    return Shop(home, PROJECT_DIR, load_contracts(PROJECT_DIR))


def load(brand: Shop, channel: str, *events: dict) -> None:
    path = brand.home.landing / channel / "events" / f"dt={DAY}" / "a.ndjson"
    path.parent.mkdir(parents=True)
    lines = [json.dumps({**EVENT, **event}) for event in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with open_connection(KEYS, memory_limit="1GB", threads=1) as connection:
        result = loader.load_partition(
            brand.contracts[channel, "events"], DAY, home=brand.home, keys=KEYS,
            connection=connection,
        )  # fmt: skip
    assert result.rejects == ()


def read(brand: Shop, folder: str, columns: str) -> list[tuple]:
    path = brand.home.raw / folder / f"dt={DAY}" / "part-0.parquet"
    return duckdb.execute(f"select {columns} from read_parquet('{path}') order by all").fetchall()


def together(brand: Shop, channel: str) -> list[set[str]]:
    """Tokens that stood on one record, per record."""
    groups: dict[str, set[str]] = {}
    for group, token in read(brand, f"_observations/{channel}/events",
                             "record_group, identifier_token"):  # fmt: skip
        groups.setdefault(group, set()).add(token)
    return [groups[name] for name in sorted(groups)]


def token(kind: str, value: str) -> str:
    return KEYS.token(kind, value)


@CHANNELS
def test_a_signup_of_an_old_sdk_joins_its_anonymous_id_and_its_login_id(
    brand: Shop, way: str, channel: str
):
    load(brand, channel, {"type": "track_signup", "event": "$SignUp", "distinct_id": "u7",
                          "original_id": "n1"})  # fmt: skip
    assert together(brand, channel) == [{token("login_id", "u7"), token("anonymous_id", "n1")}]


@CHANNELS
def test_distinct_id_is_a_login_id_only_where_the_event_says_so(
    brand: Shop, way: str, channel: str
):
    load(
        brand, channel,
        {"distinct_id": "u7", "properties": {"$is_login_id": True}},
        {"distinct_id": "n2", "properties": {"$is_login_id": False}},
        {"distinct_id": "n3"},
    )  # fmt: skip
    assert together(brand, channel) == [{token("login_id", "u7")}]


@CHANNELS
def test_an_identity_key_that_is_not_declared_does_not_pass_and_its_event_does(
    brand: Shop, way: str, channel: str
):
    load(brand, channel, {"identities": {"$identity_login_id": "u7", "qq_number": "271828182"}})
    columns = "columns(*)::varchar"
    (row,) = read(brand, f"{channel}/events", columns)
    assert "271828182" not in str(row) and token("login_id", "u7") in row
    assert brand.clear_values() == ["u7"]


@CHANNELS
def test_ten_digits_are_seconds(brand: Shop, channel: str):
    load(brand, channel, {"time": 1777600000, "login_id": "u7"},
         {"time": 1777600000000, "login_id": "u8"})  # fmt: skip
    observed = read(brand, f"_observations/{channel}/events", "epoch(first_observed_at)")
    assert {at for (at,) in observed} == {1777600000}


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ("when: {column: kind, values: [a]}", "names column 'kind', not declared"),
        ("when: {column: sku}", "needs a column and the values"),
        ("required: true, when: {column: sku, values: [a]}", "cannot be required"),
    ],
)
def test_a_wrong_condition_is_one_error(shop: Shop, meta: str, message: str):
    title = "{name: title, data_type: varchar"
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    sources.write_text(
        SOURCES.replace(title, f"{title}, config: {{meta: {{{meta}}}}}", 1), encoding="utf-8"
    )
    with pytest.raises(ContractError) as caught:
        load_contracts(shop.project)
    assert message in str(caught.value)


def test_a_condition_holds_in_flat_files_too(shop: Shop, way: str):
    title = "{name: title, data_type: varchar"
    condition = "config: {meta: {when: {column: units, values: [1, 2]}}}"
    sources = shop.project / "models" / "staging" / "shop" / "_shop__sources.yml"
    sources.write_text(SOURCES.replace(title, f"{title}, {condition}", 1), encoding="utf-8")
    shop.contracts = load_contracts(shop.project)
    shop.put("items", "a.csv", "sku,title,units\nA,one,1\nB,three,3\nC,none,\n")
    shop.load("items")
    assert sorted(shop.rows("items", "sku, title")) == [("A", "one"), ("B", None), ("C", None)]
