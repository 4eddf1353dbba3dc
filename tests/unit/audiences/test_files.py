"""Wrong files: one clear sentence with file, line and the nearest right name."""

from pathlib import Path

import pytest
import yaml

from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.checking import check_audience, check_files
from orchestration.lib.audiences.editor_schema import (
    AUDIENCE_SCHEMA,
    EVENT_SETS_SCHEMA,
    REFERENCE,
    audience_schema,
    event_sets_schema,
    reference_page,
)
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.exposures import FOLDER, made
from orchestration.lib.audiences.files import AUDIENCES_DIR, read_audiences
from orchestration.lib.audiences.hashing import definition_hash
from orchestration.lib.audiences.tree import evaluation_order
from tests.unit.audiences.tiny import audience_text, write_audiences

HEAD = "name: sample\nname_en: A\nname_zh: 甲\nowner: crm\npurpose: marketing\nbrand: all\n"
CATALOGUE = Catalogue(
    columns={
        "profile.customer_360": {
            "one_id": "VARCHAR",
            "gender": "VARCHAR",
            "is_buyer": "BOOLEAN",
            "order_count": "BIGINT",
            "last_order_date": "DATE",
        },
        "core.fct_orders": {
            "one_id": "VARCHAR",
            "channel": "VARCHAR",
            "net_revenue_cny": "DECIMAL(18,2)",
            "paid_at": "TIMESTAMP",
        },
        "core.fct_coupons": {
            "one_id": "VARCHAR",
            "coupon_state": "VARCHAR",
            "expires_at": "TIMESTAMP",
        },
    },
    tags={
        "value_tier": ("text", "Value tier", "价值分层"),
        "points_balance": ("number", "Points balance", "积分余额"),
        "member": ("boolean", "Member", "会员"),
    },
    tag_values={"value_tier": frozenset({"high", "middle", "low"})},
    brands=frozenset({"yutang"}),
)

# The condition as it stands in the file from line 8 on, the line of the fault, what is said.
FAULTS = {
    "unknown kind": ("  tga: member", 8, "'tga' is no kind of condition: did you mean 'tag'?"),
    "unknown key": (
        "  tag: value_tier\n  si: high",
        9,
        "'si' is not known here: did you mean 'is'?",
    ),
    "unknown tag": ("  tag: valu_tier", 8, "no tag 'valu_tier': did you mean 'value_tier'?"),
    "unknown value": (
        "  tag: value_tier\n  is: hihg",
        9,
        "never has the value 'hihg': did you mean 'high'?",
    ),
    "unknown column": (
        "  profile: gendr\n  is: male",
        8,
        "no column 'gendr': did you mean 'gender'?",
    ),
    "unknown event": (
        "  events:\n    of: [order, coupon_redemed]\n    window: ever",
        9,
        "no event or event set 'coupon_redemed': did you mean 'coupon_redeemed'?",
    ),
    "text for a number": (
        "  tag: points_balance\n  at_least: many",
        9,
        "tag 'points_balance' is a number, found 'many'",
    ),
    "number for a boolean": (
        "  tag: member\n  is: 1",
        9,
        "tag 'member' is true or false, found '1'",
    ),
    "order of texts": (
        "  tag: value_tier\n  above: low",
        9,
        "'above' has no meaning, use is or any_of",
    ),
    "missing window": ("  orders:\n    count: {at_least: 2}", 8, "'window' is missing"),
    "window without kind": ("  orders:\n    window: 30", 9, "'window' has the wrong form"),
    "unknown kind of window": (
        "  orders:\n    window:\n      rollin: {days: 3}",
        10,
        "'rollin' is not known here: did you mean 'rolling'?",
    ),
    "two kinds of window": (
        "  orders:\n    window: {ever: true, rolling: {days: 3}}",
        9,
        "a window has exactly one kind",
    ),
    "days and hours": (
        "  orders:\n    window: {rolling: {days: 3, hours: 2}}",
        9,
        "days or hours, one of them",
    ),
    "filter of another type": (
        "  orders:\n    where:\n      net_revenue_cny: much\n    window: ever",
        10,
        "column 'net_revenue_cny' is a number, found 'much'",
    ),
    "unknown filter": (
        "  orders:\n    where: {chanel: pos}\n    window: ever",
        9,
        "no column 'chanel': did you mean 'channel'?",
    ),
    "ahead of what has happened": (
        "  orders:\n    window: {ahead: {days: 3}}",
        9,
        "only times that lie ahead",
    ),
    "hours of a day": (
        "  profile: last_order_date\n  window: {rolling: {hours: 3}}",
        9,
        "a window in hours does not fit",
    ),
    "a day without comparison": (
        "  profile: order_count",
        8,
        "say what column 'order_count' must be",
    ),
    "unknown audience": ("  audience: existing_byers", 8, "no audience 'existing_byers'"),
    "empty list": ("  all: []", 8, "'all' has the wrong form"),
}


def check(folder: Path) -> None:
    check_files(read_audiences(folder), CATALOGUE, destinations=["sms_list", "tencent_ads"])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_line(fault: str, tmp_path: Path):
    condition, line, sentence = FAULTS[fault]
    folder = write_audiences(tmp_path, f"{HEAD}who:\n{condition}\n")
    with pytest.raises(AudienceError) as caught:
        check(folder)
    assert str(caught.value).startswith(f"{folder / 'sample.yml'}:{line}: ")
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ("channels: [smss]", "no channel to write through 'smss': did you mean 'sms'?"),
        (
            "destinations: [tencent_adds]",
            "no destination 'tencent_adds': did you mean 'tencent_ads'?",
        ),
        ("timezone: Asia/Shanghia", "did you mean 'Asia/Shanghai'?"),
        ("schedule: {every: week, on: 3}", "every: week takes a weekday"),
        ("schedule: {every: week, on: mondy}", "'on' has the wrong form"),
        ("holdout: {percent: 120, salt: s}", "'percent' has the wrong form"),
        ("limit: {people: 5, best_by: gender}", "column 'gender' is varchar, not a number"),
        ("colour: red", "'colour' is not known here"),
    ],
)
def test_a_fault_beside_the_conditions_is_named(changed: str, sentence: str, tmp_path: Path):
    text = HEAD + "who: {tag: member}\n"
    key = changed.split(":", maxsplit=1)[0]
    lines = [one for one in text.splitlines() if not one.startswith(f"{key}:")]
    folder = write_audiences(tmp_path, "\n".join([*lines, changed]) + "\n")
    with pytest.raises(AudienceError, match=r"sample\.yml:\d+: ") as caught:
        check(folder)
    assert sentence in str(caught.value)


def test_a_brand_nobody_knows_stops_who_asks_about_the_file_but_not_the_others(tmp_path: Path):
    text = (HEAD + "who: {tag: member}\n").replace("brand: all", "brand: yutag")
    files = read_audiences(write_audiences(tmp_path, text))
    check_files(files, CATALOGUE)
    with pytest.raises(AudienceError, match=r"sample\.yml:6: .*did you mean 'yutang'\?"):
        check_audience(files, files.found["sample"], CATALOGUE)


def test_a_name_twice_is_refused_and_a_file_is_called_like_its_audience(tmp_path: Path):
    folder = write_audiences(tmp_path, audience_text("{tag: member}"))
    (folder / "other.yml").write_text(audience_text("{tag: member}"), encoding="utf-8")
    with pytest.raises(AudienceError, match=r"so the file is sample\.yml"):
        read_audiences(folder)
    (folder / "other.yml").rename(folder / "sample.yaml")
    with pytest.raises(AudienceError, match=r"defined in sample\.yaml too"):
        read_audiences(folder)


def test_a_circle_is_named_whole(tmp_path: Path):
    folder = write_audiences(
        tmp_path,
        audience_text("{audience: bb}", name="aa"),
        audience_text("{not: {any: [{tag: member}, {audience: cc}]}}", name="bb"),
        audience_text("{audience: aa}", name="cc"),
    )
    with pytest.raises(AudienceError, match=r"aa\.yml:7: .* in a circle: aa → bb → cc → aa"):
        evaluation_order(read_audiences(folder))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("- a\n- b\n", "an audience is a list of `key: value` lines"),
        ("name: [a\n", "is no YAML"),
        ("name: a\nname: b\n", "'name' stands twice"),
        ("name: &a [*a]\n", "stands inside itself"),
        ("name: !!python/object:os.system x\n", "is no YAML"),
    ],
)
def test_what_is_no_audience_at_all(text: str, sentence: str, tmp_path: Path):
    folder = write_audiences(tmp_path)
    (folder / "sample.yml").write_text(text, encoding="utf-8")
    with pytest.raises(AudienceError, match=r"sample\.yml") as caught:
        read_audiences(folder)
    assert sentence in str(caught.value)


def test_a_word_like_no_or_on_stays_a_word(tmp_path: Path):
    folder = write_audiences(tmp_path, audience_text("{profile: gender, any_of: [no, on, yes]}"))
    assert read_audiences(folder)["sample"].who.any_of == ("no", "on", "yes")


def test_the_hash_is_of_what_decides_and_of_nothing_else(tmp_path: Path):
    def hashed(who: str, **more: str) -> str:
        files = read_audiences(write_audiences(tmp_path, audience_text(who, **more)))
        return definition_hash(files, files["sample"])

    who = "{events: {of: touch, window: {rolling: {days: 30}}}}"
    plain = hashed(who)
    assert hashed(who, name_en="Other", schedule="{every: week, on: monday}") == plain
    assert (
        hashed("{events: {of: [coupon_redeemed, order], window: {rolling: {days: 30}}}}") == plain
    )
    assert hashed("{events: {of: wide, window: {rolling: {days: 30}}}}") != plain
    assert hashed("{events: {of: touch, window: {rolling: {days: 31}}}}") != plain
    assert hashed(who, channels="[sms]") != plain
    assert hashed(who, brand="yutang") != plain


def test_the_shipped_files_have_the_right_form():
    files = read_audiences()
    assert len(files.found) >= 14
    assert set(evaluation_order(files)) == set(files.found)


def test_the_schemas_and_the_reference_page_are_current():
    """python -m orchestration.lib.audiences.editor_schema writes all three."""
    assert AUDIENCE_SCHEMA.read_text(encoding="utf-8") == audience_schema()
    assert EVENT_SETS_SCHEMA.read_text(encoding="utf-8") == event_sets_schema()
    assert REFERENCE.read_text(encoding="utf-8") == reference_page()


def test_every_audience_and_destination_is_an_exposure():
    """python -m orchestration.lib.audiences.exposures writes the files."""
    texts = made()
    for path, text in texts.items():
        assert path.read_text(encoding="utf-8") == text, path
    found = {one["name"]: one for path in texts for one in yaml.safe_load(texts[path])["exposures"]}
    sent = [
        (audience.name, name)
        for audience in read_audiences().audiences.values()
        for name in audience.destinations
    ]
    assert sent
    for audience, name in sent:
        begin, end = found[f"audience_{audience}"], found[f"destination_{name}"]
        assert f"destination_{name}" in begin["config"]["meta"]["destinations"]
        assert f"audience_{audience}" in end["config"]["meta"]["audiences"]
        assert set(begin["depends_on"]) <= set(end["depends_on"])
    models = {path.stem for path in (FOLDER.parent / "marts").rglob("*.sql")}
    for one in found.values():
        assert one["type"] == "application"
        assert one["owner"]["name"]
        assert {ref[5:-2] for ref in one["depends_on"]} <= models


def test_every_shipped_file_names_the_schema_for_editors():
    for path in AUDIENCES_DIR.glob("*.yml"):
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=../audience.schema.json", path
