"""`yutang suggest` on a brand whose second accounts are known."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home
from orchestration.lib.identity.matching.errors import TooLittleDataError
from orchestration.lib.identity.suggestions.suggest import DEFAULT_MODEL, Suggested, suggest_links
from orchestration.lib.identity.suggestions.table import (
    COLUMNS,
    place_suggestions,
    read_suggestions,
    suggestions_path,
)
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import arrow_schema
from tests.unit.identity.brands import AS_OF, KEYS, Brand, make_brand, write_brand

BRAND = make_brand(people=2_000, mistyped=50, renewed=25)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(Keys, "load_or_create", lambda home: KEYS)
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    home.root.mkdir()
    model = DEFAULT_MODEL.read_text().replace("sample_pairs: 1000000", "sample_pairs: 100000")
    (home.root / "match_model.yml").write_text(model)  # fewer random pairs: quicker
    return home


def suggest(home: Home, brand: Brand = BRAND, **options) -> Suggested:
    write_brand(home, brand, **options)
    return suggest_links(home, min_probability=0.5)


def test_mistyped_second_accounts_are_suggested(home: Home):
    found = suggest(home)
    rows = read_suggestions(home)
    pairs = {frozenset((row["one_id_a"], row["one_id_b"])) for row in rows}
    assert found.suggestions == len(rows) == len(pairs)
    assert len(pairs & BRAND.mistyped) >= 48
    assert len(pairs - BRAND.mistyped - BRAND.renewed) <= 2
    by_id = {account.one_id: account for account in BRAND.accounts}
    for row in rows:
        assert row["token_a"] < row["token_b"]
        assert row["token_a"] == by_id[row["one_id_a"]].member_token  # the best rank
        assert row["as_of_date"] == AS_OF and 0.5 <= row["match_probability"] <= 1
        assert "~phone" in row["agreeing_fields"]


def test_the_table_holds_no_value_and_the_opening_is_logged(home: Home):
    suggest(home)
    content = suggestions_path(home).read_bytes()
    for account in BRAND.accounts:
        assert account.phone.encode() not in content
        assert account.phone[3:].encode() not in content
    log = (home.vault / "access.log.jsonl").read_text().splitlines()
    entry = json.loads(log[-1])
    assert (entry["action"], entry["found"]) == ("lookup", len(BRAND.accounts))
    assert "suggested links" in entry["purpose"]
    written = {path.name for path in home.root.rglob("*") if path.is_file()}
    assert written == {
        "match_model.yml", "suggestions.parquet", "yutang.duckdb", "part-0.parquet", "values.enc",
        "access.log.jsonl",
    }  # fmt: skip


def test_the_same_people_give_the_same_bytes(home: Home):
    suggest(home)
    first = suggestions_path(home).read_bytes()
    suggest(home, Brand(BRAND.accounts[::-1], BRAND.mistyped, BRAND.renewed))
    assert suggestions_path(home).read_bytes() == first


def test_a_pair_that_was_joined_stays(home: Home):
    suggest(home)
    before = read_suggestions(home)
    joined = before[0]
    found = suggest(home, one_ids={joined["one_id_b"]: joined["one_id_a"]})
    after = read_suggestions(home)
    assert found.kept == 1 and joined in after
    assert len(after) == pytest.approx(len(before), abs=1)


def test_too_few_lookalikes_leave_the_table_as_it_is(home: Home):
    suggest(home)
    before = suggestions_path(home).read_bytes()
    with pytest.raises(TooLittleDataError, match="nothing was suggested"):
        suggest(home, make_brand(people=300, mistyped=2))
    with pytest.raises(TooLittleDataError, match="1 people have a phone"):
        suggest(home, make_brand(people=1, mistyped=0))
    assert suggestions_path(home).read_bytes() == before


def test_a_brand_may_have_its_own_model(home: Home):
    (home.root / "match_model.yml").write_text(
        "fields: {shoe_size: {kind: exact, agreement: [0.9]}}\n"
        "blocks: [[shoe_size]]\ncertain: {blocks: [[shoe_size]], recall: 0.5}\n"
    )
    with pytest.raises(YutangError, match="people have no shoe_size; compare birth_date"):
        suggest(home)


def test_dbt_gets_a_copy_or_an_empty_table(home: Home):
    place_suggestions(home)
    target = home.raw / "_reference" / "link_suggestions.parquet"
    assert pq.read_schema(target).equals(arrow_schema(COLUMNS))
    assert pq.read_table(target).num_rows == 0
    suggest(home)
    place_suggestions(home)
    assert target.read_bytes() == suggestions_path(home).read_bytes()
    suggestions_path(home).unlink()
    place_suggestions(home)
    assert pq.read_table(target).num_rows == 0
