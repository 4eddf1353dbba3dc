"""reports/exports.html: both languages, what waits, match rates; nothing about people."""

from orchestration.lib.reports.exports.content import build_page, make_report
from orchestration.lib.reports.page import render
from tests.unit.exports.small_brand import brand, phone, route
from tests.unit.exports.test_exports import GUARD, acknowledge, one


def test_a_report_without_lists_says_how_to_get_one(tmp_path):
    made = brand(tmp_path)
    text = make_report(made.home).read_text(encoding="utf-8")
    assert "还没有外发过名单" in text
    assert "No list was sent yet" in text


def test_what_waits_and_the_match_rate_are_shown_in_both_languages(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    one(made, way)
    acknowledge(made, way, matched=7)
    made.members([0])
    one(made, way)
    page = build_page(made.home)
    headlines = page.sections[0].parts[0].figures
    assert [figure.value.en for figure in headlines] == ["1", "1", "0", "10"]
    text = render(page)
    for expected in (
        "将移除现有 10 行的 90.0%，通常不超过 30%",
        "90.0 % of the 10 lines there would be removed",
        "yutang export approve ads vip 2",
        "70.00%",
        "已确认",
    ):
        assert expected in text, expected
    assert not any(phone(number)[3:] in text for number in range(10))
