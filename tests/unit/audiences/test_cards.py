"""What a card says of destinations, and that no reader is shown a code: every name has its words."""

import re
from pathlib import Path

import yaml

from orchestration.commands.audience import list_audiences
from orchestration.lib.audiences.catalogue import SOURCES
from orchestration.lib.audiences.counting import make_card
from orchestration.lib.audiences.files import read_audiences
from orchestration.lib.audiences.naming import (
    NAMES,
    hindrances,
    purpose_words,
    reason_words,
    schedule_words,
)
from orchestration.lib.audiences.previewing import previewed
from orchestration.lib.exports.gate import PRIVACY_REASONS
from orchestration.lib.exports.reach import NO_IDENTIFIER
from orchestration.lib.exports.target import NO_SENDER
from orchestration.lib.home import PROJECT_DIR, Home
from tests.unit.audiences.tiny import audience_text, publish, write_audiences

MARTS = PROJECT_DIR / "models" / "marts"
EVERYBODY = "{not: {profile: gender, is: nobody}}"
DESTINATIONS = """
ads:
  name: {en: Ads, zh: 广告平台}
  adapter: csv
  id_types: [phone_sha256]
  consent: {purpose: "share:ads", not_if_withdrawn: [profiling]}
  min_people: 3
tasks:
  name: {en: Tasks, zh: 任务}
  adapter: csv
  id_types: [one_id]
  consent: {purpose: marketing, basis: not_withdrawn}
  reach_channel: wecom
"""


def models() -> dict[str, dict]:
    return {
        model["name"]: model
        for path in MARTS.rglob("_*__models.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    }


def statement(one_id: str, purpose: str, **more: object) -> dict:
    said = {"is_granted": True, "is_granted_by_person": True, **more}
    return {
        "identifier_token": f"m-{one_id}", "one_id": one_id, "purpose": purpose,
        "stated_by_person_at": "2026-06-01 00:00:00", **said,
    }  # fmt: skip


def no(one_id: str, purpose: str, **more: object) -> dict:
    return statement(one_id, purpose, is_granted=False, is_granted_by_person=False, **more)


def group(home: Home) -> None:
    publish(
        home,
        people=("yes", "nothing", "refused", "no_phone", "sister"),
        core__dim_stores=[{"store_id": b, "brand": b} for b in ("yutang", "hetang")],
        core__bridge_customer_identifiers=[
            {
                "identifier_type": "member_id" if one == "no_phone" else "phone",
                "identifier_token": f"t-{one}",
                "one_id": one,
                "identifier_class": "many",
            }
            for one in ("yes", "nothing", "refused", "no_phone", "sister")
        ],
        core__privacy_statements=[
            statement("yes", "share:ads"),
            no("refused", "share:ads"),
            statement("no_phone", "share:ads"),
            statement("sister", "share:ads", brand="hetang"),
        ],
        profile__customer_reachability=[
            {"one_id": "yes", "channel": "wecom", "next_possible_date": "2026-07-01",
             "reason": "daily_cap"},
            {"one_id": "nothing", "channel": "wecom", "reason": "not_contact"},
        ],
    )  # fmt: skip


def activation(tmp_path: Path, **more: str) -> Path:
    folder = write_audiences(
        tmp_path, audience_text(EVERYBODY, destinations="[ads, tasks]", **more)
    )
    (folder.parent / "destinations.yml").write_text(DESTINATIONS, encoding="utf-8")
    return folder


def test_a_card_says_who_could_leave_and_why_the_others_could_not(home: Home, tmp_path: Path):
    group(home)
    card = make_card(home, "sample", folder=activation(tmp_path))
    assert card.members == 5  # who may not be handed over stays a member
    ads, tasks = (one for one in card.reach if one.kind == "destination")
    assert (ads.people, dict(ads.hindrances)) == (
        1, {"no_consent": 2, "withdrawn": 1, "no_identifier": 1},
    )  # fmt: skip
    assert ads.least == 3
    assert (tasks.people, dict(tasks.hindrances)) == (4, {"unreachable_not_contact": 1})
    said = hindrances(ads.hindrances)
    assert said.zh == "无同意记录 2、无该平台可用的标识 1、已撤回该用途的同意 1"
    assert "took this purpose back 1" in said.en


def test_the_preview_says_it_too_and_the_brand_counts(home: Home, tmp_path: Path):
    group(home)
    folder = activation(tmp_path, brand="hetang")
    found = {one.key: one.people for one in previewed(home, "sample", folder=folder).destinations}
    assert found == {"ads": 2, "tasks": 4}


def test_a_chinese_card_has_no_code(home: Home, tmp_path: Path, capsys, monkeypatch):
    """What is left of Latin letters are names that people gave, and hashes."""
    from orchestration.commands.audience_card import print_card
    from orchestration.commands.terminal import console
    from orchestration.lib.audiences.card_page import build_page

    group(home)
    folder = activation(tmp_path, schedule="{every: week, on: monday}", size="{at_least: 9}")
    card = make_card(home, "sample", folder=folder)
    monkeypatch.setenv("COLUMNS", "300")
    print_card(console(), card, "zh")
    printed = capsys.readouterr().out
    assert "计划：每周一" in printed
    assert "用途：营销" in printed
    assert "少于平台要求的 3 人" in printed
    assert "5 人，少于文件预期的 9 人" in printed
    words = set(re.findall(r"[A-Za-z_]{2,}", printed))
    command = {"yutang", "run"}
    assert words <= {"sample", "crm", "nobody", "Asia", "Shanghai", "UTC"} | command
    assert "每周一" in str(build_page(card))


def test_every_column_a_file_can_name_has_chinese_words():
    named = yaml.safe_load(NAMES.read_text(encoding="utf-8"))["columns"]
    found = models()
    tables = {table.split(".")[1] for source in SOURCES.values() for table in source.tables}
    for table in sorted(tables | {"customer_360"}):
        if table == "dim_products":
            continue  # only the columns that order lines take from it
        for column in found[table]["columns"]:
            assert column["name"] in named, f"{table}.{column['name']}"


def test_every_reason_has_words_in_both_languages():
    rules = models()["customer_reachability"]["data_tests"][0]["keeps_rules"]["arguments"]
    reasons = [*rules["one_of"]["reason"], *PRIVACY_REASONS, "holdout", NO_IDENTIFIER, NO_SENDER]
    for reason in [*reasons, *(f"unreachable_{one}" for one in rules["one_of"]["reason"])]:
        if reason.endswith("reachable") and "_" not in reason.removeprefix("unreachable_"):
            continue
        said = reason_words(reason)
        assert re.fullmatch(r"[^a-zA-Z_]+", said.zh), reason
        assert "_" not in said.en, reason


def test_purposes_and_schedules_of_the_ready_made_audiences_have_words():
    for audience in read_audiences().audiences.values():
        for said in (purpose_words(audience.purpose), schedule_words(audience.schedule)):
            assert re.search(r"[一-鿿]", said.zh), audience.name
            assert "_" not in said.en
    assert purpose_words("share:tencent_ads").en == "sharing with tencent ads"


def test_the_list_speaks_chinese(home: Home, capsys, monkeypatch):
    monkeypatch.setenv("YUTANG_HOME", str(home.root))
    list_audiences(as_json=False, language="zh")
    printed = capsys.readouterr().out
    assert "人数" in printed
    assert "尚未计算" in printed
    assert "members" not in printed.splitlines()[0]
