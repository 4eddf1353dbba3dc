"""Definitions in plain words, and what else they may mean; expected sentences are written by hand."""

from pathlib import Path

import pytest

from orchestration.lib.audiences.files import read_audiences
from orchestration.lib.audiences.naming import hindrances
from orchestration.lib.audiences.readings import other_windows, readings
from orchestration.lib.audiences.windows import Window
from orchestration.lib.audiences.words import Words
from tests.unit.audiences.tiny import audience_text, write_audiences

CHANNELS = {"pos": {"name": "Stores", "name_zh": "门店"}, "sms": {"name": "SMS", "name_zh": "短信"}}
TAGS = {
    "value_tier": ("text", "Value tier", "价值分层"),
    "member": ("boolean", "Loyalty member", "会员"),
}


def words_of(folder: Path, who: str, **more: str):
    files = read_audiences(write_audiences(folder, audience_text(who, **more)))
    return files["sample"], Words(files, CHANNELS, TAGS), files


@pytest.mark.parametrize(
    ("who", "zh", "en"),
    [
        ("{tag: value_tier, is: high}", "价值分层为 高", "Value tier is high"),
        ("{tag: member}", "有标签「会员」", "has the tag Loyalty member"),
        (
            "{not: {orders: {where: {channel: pos}, window: {rolling: {days: 30}}}}}",
            "非（近30天（滚动）有订单（渠道为门店））",
            "not (at least one order (channel Stores) in the last 30 days (rolling))",
        ),
        (
            "{orders: {window: {calendar: {unit: month, which: previous}}, "
            "sum: {of: net_revenue_cny, at_least: 1000}}}",
            "上一自然月订单的净销售额（元）合计至少 1,000",
            "at least 1,000 of net revenue (CNY) over order in the previous calendar month",
        ),
        (
            "{sequence: {first: coupon_received, then: coupon_redeemed, same: coupon, "
            "within: {days: 7}, happened: false, window: {rolling: {days: 30}}}}",
            "近30天（滚动）领券，但同一张券7天内未核销",
            "the same coupon: coupon taken in the last 30 days (rolling), and no coupon redeemed "
            "within 7 days",
        ),
    ],
)
def test_a_condition_reads_as_people_speak(who: str, zh: str, en: str, tmp_path: Path):
    audience, words, _ = words_of(tmp_path, who)
    said = words.definition(audience)
    assert (said.zh, said.en) == (zh, en)


def test_what_stands_beside_the_conditions_is_said_too(tmp_path: Path):
    audience, words, _ = words_of(
        tmp_path,
        "{tag: member}",
        channels="[sms]",
        holdout="{percent: 10, salt: s}",
        brand="yutang",
    )
    said = words.definition(audience)
    assert said.zh == "有标签「会员」；订单仅计品牌 yutang；可通过短信触达；留出 10% 对照"
    assert said.en.endswith("; orders of yutang only; reachable by SMS; 10 % held out")


@pytest.mark.parametrize(
    ("window", "others"),
    [
        ({"rolling": {"days": 30}}, [("month", "previous", 1), ("month", "this", 1)]),
        ({"rolling": {"days": 90}}, [("month", "previous", 3), ("month", "this", 3)]),
        ({"rolling": {"days": 7}}, [("week", "previous", 1), ("week", "this", 1)]),
        ({"rolling": {"days": 45}}, []),
        ("ever", []),
    ],
)
def test_rolling_days_may_have_meant_calendar_units(window: object, others: list):
    found = [w.calendar for w in other_windows(Window.model_validate(window))]
    assert [(c.unit, c.which, c.count) for c in found if c] == others


def test_a_calendar_month_may_have_meant_thirty_days():
    month = Window.model_validate({"calendar": {"unit": "month", "which": "previous"}})
    [other] = other_windows(month)
    assert other.rolling is not None
    assert other.rolling.days == 30


def test_every_reading_changes_one_choice(tmp_path: Path):
    who = (
        "{all: [{events: {of: touch, window: {rolling: {days: 30}}}}, "
        "{orders: {window: {calendar: {unit: week, which: this}}}}]}"
    )
    audience, words, files = words_of(tmp_path, who)
    found = readings(audience, words, files.event_sets, "Asia/Shanghai")
    assert [(one.number, one.other.en) for one in found] == [
        ("1", "in the previous calendar month"),
        ("1", "in this calendar month"),
        ("1", "touch or visit"),
        ("1", "they do not count"),
        ("2", "in the last 7 days (rolling)"),
        ("2", "they do not count"),
        ("", "midnight in UTC"),
    ]
    for one in found[:-1]:
        first, second = one.audience.who.all
        kept = audience.who.all[1 if one.number == "1" else 0]
        assert (second if one.number == "1" else first) == kept
    assert found[-1].audience == audience


def test_hindrances_are_words_in_both_languages():
    said = hindrances([("not_follower", 1200), ("something_new", 3)])
    assert said.zh == "未关注 1,200、something_new 3"
    assert said.en == "no follower 1,200, something_new 3"
