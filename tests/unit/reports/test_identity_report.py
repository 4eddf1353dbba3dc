"""The identity report: every question has an answer in words, in both languages, and nothing leaks."""

import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
import yaml

from orchestration.lib.identity.evaluation import IdentityEvaluation
from orchestration.lib.reports.errors import ReportError
from orchestration.lib.reports.identity.content import TEXTS, build_page, make_report, scores
from orchestration.lib.reports.page import HERE, render
from orchestration.lib.reports.parts import Chart, Figures, Note, Page, Table
from orchestration.lib.reports.said import Said, Texts, number, share
from tests.unit.reports.reported_brand import FIRST, HUB, Published

SNAKE_CASE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    return build_page(Published.full(tmp_path_factory.mktemp("brand")).write())


def parts(page: Page, kind: type) -> list:
    return [part for section in page.sections for part in section.parts if isinstance(part, kind)]


def part(page: Page, question: str):
    return next(one for one in parts(page, (Chart, Table)) if one.question.en == question)


def said(value: object) -> Iterator[Said]:
    """Every text of a page."""
    if isinstance(value, Said):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from said(one)
    elif is_dataclass(value):
        for one in fields(value):
            yield from said(getattr(value, one.name))


def visible(rendered: str) -> str:
    """What people read or have read to them: texts, labels of drawings, names of columns."""
    body = re.sub(r"<(style|script).*?</\1>", " ", rendered, flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|data-zh|data-en)="([^"]*)"', body)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", body), *labels]))


def test_every_chart_asks_a_question_and_is_drawn_in_both_languages(page: Page):
    charts = parts(page, Chart)
    assert len(charts) == 9
    for chart in charts:
        assert chart.question.en.endswith("?")
        assert chart.question.zh.endswith("？")
        assert chart.definition.en
        assert set(chart.svg) == {"zh", "en"}
        assert all("<path" in drawn for drawn in chart.svg.values())


def test_every_chart_and_table_says_its_day(page: Page):
    rendered = render(page)
    assert rendered.count('class="definition"') == len(parts(page, (Chart, Table)))
    assert rendered.count("As of 2026-06-30") == len(parts(page, (Chart, Table))) + 1


def test_no_column_name_is_seen(page: Page):
    assert SNAKE_CASE.findall(visible(render(page))) == []


def test_every_text_is_in_both_languages(page: Page):
    for text in said(page):
        assert text.zh
        assert text.en
        if text.zh != text.en and re.search(r"[a-z]{4}", text.en):
            assert CHINESE.search(text.zh), text
            assert not CHINESE.search(text.en), text


@pytest.mark.parametrize("path", [TEXTS, HERE / "shell" / "texts.yml"])
def test_the_files_of_texts_fill_the_same_places_in_both_languages(path: Path):
    places = re.compile(r"{(\w+)}")
    for section in yaml.safe_load(path.read_text(encoding="utf-8")).values():
        for name, languages in section.items():
            assert set(languages) == {"zh", "en"}, name
            assert set(places.findall(languages["zh"])) == set(places.findall(languages["en"])), (
                name
            )


def test_numbers_have_thousands_separators(page: Page):
    figures = {f.label.en: f for part in parts(page, Figures) for f in part.figures}
    assert figures["People"].value.en == "1,234,567"
    assert figures["Identifiers per person"].value.en == "5.73"
    assert figures["Identifiers with another OneID"].value.en == "1,204"
    assert "1,234,567" in figures["Identifiers with another OneID"].meaning.en
    assert figures["Links refused"].value.en == "1,323"
    assert figures["Orders with a person"].value.en == "78.3%"
    assert not re.search(
        r"\d{4,}", re.sub(r"\b[0-9a-f]{8}\b|\d{4}-\d\d-\d\d|138\*+0000", "", visible(render(page)))
    )


def test_answers_say_what_the_charts_show(page: Page):
    assert part(page, "How many identifiers do people have?").answer.en == (
        "30.0% of people are known by one identifier only; the largest has 23."
    )
    assert part(page, "Which identifiers do we know people by?").answer.zh == (
        "最常见的是手机号：1,111,110 人，占 90.0%。"
    )
    assert part(page, "Which channels' orders have a person?").answer.en == (
        "78.3% of all orders have a person; the lowest channel is Stores with 54.5%."
    )
    assert part(page, "Why were links refused?").answer.zh == (
        "共拒绝 1,323 项，最多的原因：与过多的人一起出现。"
    )
    assert part(page, "Do we know more people?").answer.en == (
        "1,000,000 on 2026-06-01, 1,234,567 on 2026-06-30."
    )


def test_super_hubs_come_first_with_what_causes_them(page: Page):
    table = part(page, "Which identifiers belong to a crowd and join nobody?")
    assert [cell.en for cell in table.rows[0]] == [
        "WeChat openid", HUB[:8], "seen with too many people (member id)", "50,000", "81,000",
        "Member system, Stores, new channel",
    ]  # fmt: skip
    assert [row[2].zh for row in table.rows] == [
        "与过多的人一起出现（会员号）", "店员录入的订单过多", "在屏蔽名单中（placeholder）", "几个人共用",
    ]  # fmt: skip
    assert table.rows[1][3].zh == "未计"


def test_merges_and_splits_say_who_and_what_moved_the_newest_first(page: Page):
    table = part(page, "Who was merged or split lately?")
    assert [[cell.en for cell in row] for row in table.rows] == [
        ["2026-06-30", "split off", "22222222", "33333333", "1", "card number"],
        ["2026-06-03", "people merged", "11111111", "22222222", "2", "phone, WeChat openid"],
    ]


def test_an_id_that_retired_before_its_spans_were_kept_is_a_merge(tmp_path):
    brand = Published.empty(tmp_path)
    brand.add("core.one_ids", "1" * 32, "2" * 32, "merged", FIRST)
    table = part(build_page(brand.write()), "Who was merged or split lately?")
    assert [cell.en for cell in table.rows[0]][:5] == [
        "2026-06-01", "people merged", "11111111", "22222222", "0",
    ]  # fmt: skip


def test_there_is_no_trend_of_one_day(tmp_path):
    brand = Published.empty(tmp_path)
    brand.day(FIRST, people=10, changed=0)
    page = build_page(replace(brand, as_of=FIRST).write())
    assert len(parts(page, Chart)) == 5
    figures = {f.label.en: f for part in parts(page, Figures) for f in part.figures}
    assert figures["Identifiers with another OneID"].value.en == "First day"


def test_a_later_day_than_the_published_one_does_not_count(tmp_path):
    brand = Published.full(tmp_path)
    page = build_page(replace(brand, as_of=FIRST).write())
    figures = {f.label.en: f for part in parts(page, Figures) for f in part.figures}
    assert figures["People"].value.en == "1,000,000"


@pytest.mark.parametrize("as_of", [None, FIRST])
def test_an_empty_brand_has_a_page_that_says_so(tmp_path, as_of):
    page = build_page(replace(Published.empty(tmp_path), as_of=as_of).write())
    assert all(not chart.svg for chart in parts(page, Chart))
    text = visible(render(page))
    assert "There is nobody yet." in text
    assert "还没有订单。" in text
    assert ("No data yet" in text) == (as_of is None)


def test_texts_of_people_are_escaped(tmp_path):
    brand = Published.full(tmp_path)
    brand.home.root.mkdir()
    (brand.home.root / "brand.yml").write_text(
        "channel_map: {pos: {name: '<b>Stores</b>', name_zh: '\"><script>x</script>'}}\n"
    )
    brand.conflict("blocked_list:<img src=x onerror=alert(1)>", "phone", records=9)
    rendered = render(build_page(brand.write()))
    assert "<img" not in rendered
    assert "<b>Stores" not in rendered
    assert rendered.count("<script") == 1
    assert "&lt;b&gt;Stores&lt;/b&gt;" in rendered


def test_the_same_file_gives_the_same_bytes(tmp_path):
    first = Published.full(tmp_path / "first").write()
    second = Published.full(tmp_path / "second").write(backwards=True)
    written = make_report(first)
    assert written == first.reports / "identity.html"
    assert (
        written.read_bytes() == make_report(first).read_bytes() == make_report(second).read_bytes()
    )
    assert [path.name for path in first.reports.iterdir()] == ["identity.html"]


def test_the_page_loads_nothing(page: Page):
    rendered = render(page)
    assert set(re.findall(r"https?://[^\"' )]+", rendered)) == {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
    }  # fmt: skip
    assert "default-src 'none'" in rendered
    assert re.findall(r'\bid="([^"]+)"', rendered) == ["in-zh", "in-en"]


def test_nothing_published_is_one_sentence(tmp_path):
    with pytest.raises(ReportError, match="does not exist; run `yutang run`"):
        make_report(Published.empty(tmp_path).home)


def test_a_truth_that_cannot_be_compared_is_said(tmp_path):
    home = Published.full(tmp_path).write()
    home.truth.mkdir()
    notes = parts(build_page(home), Note)
    assert [note.text.en[:23] for note in notes] == ["This brand is simulated"]


def test_scores_are_never_rounded_up_to_perfect():
    found = IdentityEvaluation(
        precision=0.999996, recall=0.98594, linkable_recall=1.0, b3_f1=0.99333, over_merged_one_ids=1,
        over_merged_people=2, largest_cluster=23, identifiers=16_063, unresolved_identifiers=266,
        people=2_896, one_ids=2_900,
    )  # fmt: skip
    values = [figure.value.en for figure in scores(found, Texts(TEXTS)).figures]
    assert values == [">99.99%", "98.59%", "100.00%", "99.33%", "2", "266"]


def test_shares_and_numbers():
    assert [share(part, 3) for part in (0, 1, 3)] == ["0.0%", "33.3%", "100.0%"]
    assert (share(1, 100_000), share(99_999, 100_000), share(0, 0)) == ("<0.1%", ">99.9%", "–")
    assert (number(1234567), number(0.5, 2)) == ("1,234,567", "0.50")


def test_a_missing_text_names_the_file(tmp_path):
    path = tmp_path / "texts.yml"
    path.write_text("page: {title: {zh: 标题}}\n", encoding="utf-8")
    with pytest.raises(ReportError, match="'page: title' is not there in zh and en"):
        Texts(path)("page", "title")
