"""`yutang explain` on a few hand-written records: what it finds, what it never shows."""

import json
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
import yaml
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.lib.identity.explaining.answer import Explanation, Finding, Identifier
from orchestration.lib.identity.explaining.errors import ExplainError
from orchestration.lib.identity.explaining.explain import explain
from orchestration.lib.identity.explaining.revealing import reveal
from orchestration.lib.identity.explaining.serialising import as_json
from orchestration.lib.identity.explaining.texts import TEXTS, Texts
from orchestration.lib.landing.tokens import namespace
from orchestration.lib.vault.access_log import AccessLog
from orchestration.lib.vault.segments import SCHEMA
from orchestration.lib.vault.store import Vault
from tests.unit.identity.explained_brand import AS_OF, Brand, Seen

ANN = Seen("member_id", "M1")
ANN_PHONE = Seen("phone", "+8613911112222")
ANN_WECHAT = Seen("wx_openid", "oAnn")
ANN_TABLET = Seen("oaid", "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5")
BOB = Seen("member_id", "M2")
BOB_PHONE = Seen("phone", "+8613933334444")
HUB = Seen("phone", "+8613955556666")
STRANGER = Seen("phone", "+8613977778888")
CLEAR = ("13911112222", "13933334444", "13955556666", "13977778888", "oAnn", "1fe9a970")
ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def brand(tmp_path: Path) -> Brand:
    made = Brand.create(tmp_path)
    made.record(ANN, ANN_PHONE, count=2)
    made.record(ANN_PHONE, ANN_WECHAT, place="miniprogram.logins", day=date(2026, 6, 3), count=5)
    made.record(ANN_WECHAT, ANN_TABLET, place="miniprogram.events", count=9)
    made.record(BOB, BOB_PHONE)
    made.person(ONE, ANN, ANN_PHONE, ANN_WECHAT)
    made.person(TWO, BOB, BOB_PHONE)
    return made


def ask(brand: Brand, *texts: str) -> Explanation:
    return explain(brand.home if brand.home.published.exists() else brand.write(), texts)


def test_the_path_names_the_records_of_every_step(brand: Brand):
    found = ask(brand, "member_id:M1", "wx_openid:oAnn")
    assert found.verdict == "one_person"
    assert found.as_of_date == AS_OF
    assert [hop.end.identifier_token for hop in found.path] == [
        brand.token(ANN_PHONE),
        brand.token(ANN_WECHAT),
    ]
    (evidence,) = found.path[1].evidence
    assert (evidence.channel, evidence.entity, evidence.record_count) == (
        "miniprogram",
        "logins",
        5,
    )
    assert evidence.days == (date(2026, 6, 3),)
    assert {one.identifier_token for one in evidence.identifiers} == {
        brand.token(ANN_PHONE),
        brand.token(ANN_WECHAT),
    }


def test_a_weak_identifier_is_told_as_what_it_is(brand: Brand):
    brand.tables["core.bridge_customer_identifiers"].append(
        ("oaid", brand.token(ANN_TABLET), ONE, "weak", None, None, "miniprogram")
    )
    found = ask(brand, f"oaid:{ANN_TABLET.value}", "phone:139 1111 2222")
    assert [hop.kind for hop in found.path] == ["weak", "record"]


def test_people_and_events_are_steps(brand: Brand):
    brand.tables.clear()
    brand.person(ONE, ANN, ANN_PHONE, ANN_WECHAT, BOB, BOB_PHONE, STRANGER)
    brand.record(STRANGER, place="sms.messages")
    brand.stated("merge", ANN, BOB)
    brand.manual("must", BOB_PHONE, STRANGER)
    found = ask(brand, "phone:13977778888", "member_id:M1")
    assert [(hop.kind, hop.note) for hop in found.path] == [
        ("manual", "2026-06-15, li.na, called the customer"),
        ("record", None),
        ("event", "merge"),
    ]


def test_a_refused_edge_is_the_reason_and_no_step(brand: Brand):
    brand.record(ANN, BOB)
    brand.conflict(BOB, "max_values:member_id:main", other=ANN)
    found = ask(brand, "member_id:M1", "member_id:M2")
    assert found.verdict == "two_people"
    assert [one.rule for one in found.reasons] == ["max_values:member_id:main"]
    assert found.reasons[0].evidence == "crm.members delivered 2026-06-02"


def test_a_hub_that_both_were_seen_with_is_named_with_its_people(brand: Brand):
    for one in (ANN, BOB):
        brand.record(one, HUB)
    brand.conflict(HUB, "too_many_people:member_id", people=50_000)
    found = ask(brand, ONE[:8], TWO)
    assert [(one.rule, one.person_count) for one in found.reasons] == [
        ("too_many_people:member_id", 50_000)
    ]
    alone = ask(brand, "phone:13955556666").subjects[0]
    assert alone.person is None
    assert alone.why_nobody[0].rule == "too_many_people:member_id"
    assert set(alone.why_nobody[0].one_ids) == {ONE, TWO}


def test_people_who_keep_two_apart_are_named(brand: Brand):
    brand.manual("cannot", BOB, ANN_PHONE)
    (finding,) = ask(brand, "member_id:M2", "member_id:M1").reasons
    assert (finding.rule, finding.evidence) == ("manual_cannot", "li.na: called the customer")


def test_a_link_that_ended_is_the_reason_and_no_step(brand: Brand):
    group = brand.record(ANN, BOB_PHONE)
    brand.ended(group, BOB_PHONE, "released")
    found = ask(brand, "phone:13933334444", "member_id:M1")
    assert [one.rule for one in found.reasons] == ["ended:released"]
    (ended,) = found.subjects[0].ended
    assert (ended.rule, ended.one_ids) == ("ended:released", (ONE,))


def test_a_typed_value_never_joins_two(brand: Brand):
    brand.record(BOB, Seen("phone", ANN_PHONE.value, verified=False), place="pos.receipts")
    (finding,) = ask(brand, "member_id:M1", "member_id:M2").reasons
    assert finding.rule == "weak_never_bridges"
    assert finding.evidence == "pos.receipts delivered 2026-06-02"


def test_without_any_common_record_it_says_so(brand: Brand):
    assert [one.rule for one in ask(brand, ONE, TWO).reasons] == ["no_common_record"]


def test_records_loaded_after_the_published_day_are_not_used(brand: Brand):
    brand.record(ANN, STRANGER, day=date(2026, 7, 1))
    found = ask(brand, "phone:13977778888").subjects[0]
    assert [one.rule for one in found.why_nobody] == ["delivered_later"]


def test_a_hashed_form_is_the_phone(brand: Brand):
    hashed = brand.keys.token("phone_md5", "a" * 32)
    brand.aliases.append(
        {"alias_type": "phone_md5", "alias_token": hashed,
         "identifier_token": brand.token(ANN_PHONE)}
    )  # fmt: skip
    brand.rows.append({**brand.rows[0], "identifier_token": hashed, "record_group": "h"})
    subject = ask(brand, hashed).subjects[0]
    assert subject.hashed_form
    assert subject.identifier and subject.identifier.identifier_token == brand.token(ANN_PHONE)


def test_a_retired_one_id_leads_to_its_person(brand: Brand):
    brand.add("core.one_ids", "9" * 32, ONE, "merged", False, date(2026, 6, 12))
    brand.add("core.identity_aliases", "9" * 32, ONE)
    person = ask(brand, "99999999").subjects[0].person
    assert person and (person.one_id, person.retired_one_ids) == (ONE, ("9" * 32,))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fone:13911112222", "types are .*member_id"),
        ("phone:139111122", "the first identifier is malformed, not a valid phone"),
        ("phone:13999999999", "no record up to 2026-06-30 carries it"),
        ("13911112222", "a value needs its type before it"),
        ("ffffffff", "begins no token and no one_id"),
    ],
)
def test_bad_questions_are_one_sentence_that_repeats_nothing(brand: Brand, text, sentence):
    with pytest.raises(ExplainError, match=sentence) as raised:
        ask(brand, text)
    assert "1391111" not in str(raised.value) and "99999" not in str(raised.value)


def test_a_value_in_two_scopes_asks_which(brand: Brand):
    other = {**brand.rows[3], "identifier_scope": "other",
             "identifier_token": brand.keys.token("wx_openid:other", "oAnn")}  # fmt: skip
    brand.rows.append(other)
    with pytest.raises(ExplainError, match=r"exists 2 times.*wx_openid\[@<scope>\]"):
        ask(brand, "wx_openid:oAnn")
    assert ask(brand, "wx_openid@app:oAnn").subjects[0].person


def test_where_brands_are_kept_apart_a_value_is_looked_for_in_each(brand: Brand):
    token = brand.keys.token(namespace("phone", None, "yutang"), "+8613922223333")
    brand.rows.append({**brand.rows[1], "identifier_token": token, "record_group": "g"})
    brand.add(
        "core.bridge_customer_identifiers", "phone", token, ONE, "many", None, None, "crm"
    )  # fmt: skip
    (brand.write().root / "brand.yml").write_text("identity_scope: brand\n")
    for text in ("phone:13922223333", "yutang/phone:13922223333"):
        assert ask(brand, text).subjects[0].person
    with pytest.raises(ExplainError, match="no record"):
        ask(brand, "kids/phone:13922223333")


def test_nothing_published_is_one_sentence(tmp_path: Path):
    with pytest.raises(ExplainError, match="run `yutang run`"):
        explain(Brand.create(tmp_path).home, ("phone:13911112222",))


@pytest.mark.parametrize("options", [(), ("--json",), ("--lang", "zh")])
def test_no_clear_value_is_ever_printed(brand: Brand, monkeypatch, options):
    home = brand.write()
    monkeypatch.setenv("YUTANG_HOME", str(home.root))
    monkeypatch.setenv("YUTANG_SECRETS", str(home.secrets))
    for texts in (("phone:13911112222",), ("member_id:M1", "wx_openid:oAnn"), (ONE, TWO)):
        done = CliRunner().invoke(app, ["explain", *texts, *options])
        assert done.exit_code == 0, done.output
        assert done.output.strip()
        assert not any(clear in done.output for clear in CLEAR)
        if options == ("--json",):
            assert json.loads(done.stdout)["version"] == 1


def test_revealing_is_logged_and_shows_the_values(brand: Brand):
    home = brand.write()
    values = {brand.token(one): one.value for one in (ANN, ANN_PHONE, ANN_WECHAT)}
    rows = [
        {field.name: None for field in SCHEMA}
        | {"token": bytes.fromhex(token), "value": value, "identifier_type": "any"}
        for token, value in values.items()
    ]
    Vault(home, brand.keys.vault_key).put(
        "crm", "members", date(2026, 6, 2), [pa.Table.from_pylist(rows, schema=SCHEMA)], label="x"
    )
    found = explain(home, ("member_id:M1", "wx_openid:oAnn"))
    assert "13911112222" not in json.dumps(as_json(found))
    log = AccessLog(home.vault / "access.log.jsonl")
    assert log.entries() == []
    shown = reveal(home, found)
    assert shown[brand.token(ANN_PHONE)] == ANN_PHONE.value
    (entry,) = log.entries()
    assert (entry["purpose"], entry["asked"], entry["found"]) == ("yutang explain --reveal", 3, 3)
    assert as_json(found, values=shown)["path"][0]["end"]["value"] == ANN_PHONE.value


def test_a_question_changes_nothing_and_needs_no_warehouse(brand: Brand):
    home = brand.write()
    home.warehouse.write_bytes(b"being written")
    with duckdb.connect(str(home.published), read_only=True):  # BI reads at the same time
        before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
        assert explain(home, ("member_id:M1",)).verdict == "identifier"
    assert before == {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def test_every_text_is_in_both_languages():
    for section, texts in yaml.safe_load(TEXTS.read_text(encoding="utf-8")).items():
        for name, languages in texts.items():
            assert set(languages) == {"en", "zh"}, (section, name)


def test_a_rule_without_a_text_is_still_named():
    finding = Finding("new_rule:x", Identifier("phone", "ab" * 32))
    assert Texts("zh", ZoneInfo("UTC")).finding(finding) == "new_rule:x: 手机号 abababab"
