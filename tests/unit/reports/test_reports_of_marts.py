"""Attribution, private domain, audiences, ads: known figures, both languages, and nothing to show."""

import importlib
import re
from pathlib import Path

import pytest
import yaml

from orchestration.lib.attribution.evaluation import ChannelRecovery, ModelRecovery
from orchestration.lib.metrics.definitions import read_definitions
from orchestration.lib.metrics.values import values
from orchestration.lib.publish.reading import open_published
from orchestration.lib.reports.ads import content as ads
from orchestration.lib.reports.ads.shares import doubt
from orchestration.lib.reports.asking import Asking
from orchestration.lib.reports.attribution.content import TEXTS as ATTRIBUTION_TEXTS
from orchestration.lib.reports.attribution.content import channels, errors
from orchestration.lib.reports.attribution.facts import Facts
from orchestration.lib.reports.errors import ReportError
from orchestration.lib.reports.page import render
from orchestration.lib.reports.parts import Chart, Figures, Note, Page, Table
from orchestration.lib.reports.said import Said, Texts
from tests.unit.reports.reported_marts import published
from tests.unit.reports.test_identity_report import (
    CHINESE,
    SNAKE_CASE,
    part,
    parts,
    said,
    visible,
)

NAMES = ("attribution", "private_domain", "audiences", "ads")


def build(name: str, home) -> Page:
    return importlib.import_module(f"orchestration.lib.reports.{name}.content").build_page(home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory):
    return published(tmp_path_factory.mktemp("brand"))


@pytest.fixture(scope="module")
def pages(home) -> dict[str, Page]:
    return {name: build(name, home) for name in NAMES}


def figures(page: Page) -> dict[str, str]:
    return {f.label.en: f.value.en for one in parts(page, Figures) for f in one.figures}


def cells(page: Page, question: str) -> list[list[str]]:
    return [[cell.en for cell in row] for row in part(page, question).rows]


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_asks_a_question_and_is_drawn_in_both_languages(pages, name: str):
    found = parts(pages[name], Chart)
    assert 2 <= len(found) <= 10
    for chart in found:
        assert chart.question.en.endswith("?"), chart.question
        assert chart.question.zh.endswith("？"), chart.question
        assert chart.definition.en
        assert all("<path" in chart.svg[language] for language in ("zh", "en")), chart.question


@pytest.mark.parametrize("name", NAMES)
def test_no_column_name_is_seen_and_every_text_is_in_both_languages(pages, name: str):
    shown = render(pages[name])
    assert SNAKE_CASE.findall(visible(shown)) == []
    assert shown.count("As of 2026-06-30") == len(parts(pages[name], (Chart, Table))) + 1
    for text in said(pages[name]):
        assert text.zh
        assert text.en
        if text.zh != text.en and re.search(r"[a-z]{4}", text.en):
            assert CHINESE.search(text.zh), text
            assert not CHINESE.search(text.en.replace("夏季<新品>", "")), text


@pytest.mark.parametrize("name", NAMES)
def test_the_files_of_texts_fill_the_same_places_in_both_languages(name: str):
    path = Path(importlib.import_module(f"orchestration.lib.reports.{name}").__file__ or "")
    texts = yaml.safe_load(path.with_name("texts.yml").read_text(encoding="utf-8"))
    for section, named in texts.items():
        for key, languages in named.items():
            places = [set(re.findall(r"{(\w+)}", languages[one])) for one in ("zh", "en")]
            assert places[0] == places[1], (section, key)


@pytest.mark.parametrize("kept", ["no rows", "no tables"])
@pytest.mark.parametrize("name", NAMES)
def test_where_there_is_nothing_a_sentence_says_so(tmp_path: Path, name: str, kept: str):
    page = build(name, published(tmp_path, rows=False, tables=kept == "no rows"))
    text = visible(render(page))
    assert all(not chart.svg for chart in parts(page, Chart))
    assert all(not table.rows and table.empty.zh for table in parts(page, Table))
    assert "No data yet" in text
    assert "nan" not in re.findall(r"\w+", text.lower())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_published_is_one_sentence(tmp_path: Path, name: str):
    home = published(tmp_path)
    home.published.unlink()
    with pytest.raises(ReportError, match=f"the {name} report: .* run `yutang run`"):
        build(name, home)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_gives_the_same_page_and_texts_are_escaped(pages, home, name: str):
    again = render(build(name, home))
    assert again == render(pages[name])
    assert "<新品>" not in again


def test_credit_adds_up_to_net_revenue_under_every_model(pages):
    page = pages["attribution"]
    assert figures(page) == {
        "Net revenue": "¥1,000.00", "Credited to a channel": "50.0%", "Not attributed": "¥500.00",
        "Credited to paid ads": "¥200.00", "Share of first orders": "40.0%",
        "Taken back by refunds": "¥100.00",
    }  # fmt: skip
    assert cells(page, "How much net revenue does each model give each channel?") == [
        ["SMS", "300", "250"], ["Tencent Ads", "200", "250"], ["Not attributed", "500", "500"],
        ["Total", "1,000", "1,000"],
    ]  # fmt: skip
    assert part(page, "Which channel brings the most net revenue?").answer.en == (
        "By “Last non-direct touch”, SMS gets the most: 30.0% of net revenue."
    )
    assert cells(page, "Which channels' orders come back?")[0] == [
        "SMS", "¥400.00", "¥100.00", "¥300.00", "25.0%",
    ]  # fmt: skip


def test_paths_are_named_and_counted(pages):
    page = pages["attribution"]
    assert part(page, "How many touches come before an order?").answer.en == (
        "Of 6 orders with a touch, 50.0% had just one."
    )
    rows = cells(page, "What are the most frequent ways to an order?")
    assert rows[-1] == ["Tencent Ads → SMS", "1", "0", "0", "¥100.00"]
    assert part(page, "How many orders would be missing without a channel?").answer.zh == (
        "影响最大的是短信：有触点的订单会少 75.0%。"
    )


def test_the_error_of_each_model_is_said_for_a_simulated_brand():
    found = (ModelRecovery("markov", 0.2, 0.5, 3.0, ()), ModelRecovery("last", 0.4, 0.3, 3.0, ()))
    chart, table = errors(found, Asking(Texts(ATTRIBUTION_TEXTS)))
    assert isinstance(chart, Chart)
    assert chart.answer.en == "“Markov” has the smallest error: 20.0%."
    assert isinstance(table, Table)
    assert [cell.en for cell in table.rows[0]] == ["Markov", "20.0%", "50.0%", "3.0"]


def test_shares_of_the_truth_stand_beside_those_of_the_model():
    touched = (ChannelRecovery("sms", 3, 4.0), ChannelRecovery("tencent_ads", 1, 4.0))
    found = ModelRecovery("last", 0.4, 0.3, 3, (*touched, ChannelRecovery("(unattributed)", 9, 5)))
    facts = Facts("last", {}, {"sms": Said("短信", "SMS")}, [], [], [], [], [])
    table = channels(found, facts, Asking(Texts(ATTRIBUTION_TEXTS)))
    assert [[cell.en for cell in row] for row in table.rows] == [
        ["SMS", "3", "4.0", "75.0%", "50.0%"],
        ["tencent ads", "1", "4.0", "25.0%", "50.0%"],
    ]


def test_a_truth_that_is_not_there_is_said(tmp_path: Path):
    home = published(tmp_path)
    home.truth.mkdir()
    notes = parts(build("attribution", home), Note)
    assert [note.text.zh[:6] for note in notes] == ["这是模拟品牌"]


def test_the_private_domain_in_numbers(pages):
    page = pages["private_domain"]
    assert figures(page) == {
        "Private share of GMV": "75.0%", "Private share of orders": "75.0%",
        "People in the private domain": "6", "Repeat rate": "37.5%",
        "Revenue of the best 20%": "57.1%", "Value per buyer to date": "¥175.00",
    }  # fmt: skip
    assert part(page, "How much of GMV is private, and is it growing?").answer.en == (
        "25.0% of GMV in 2026-05, 75.0% in 2026-06."
    )
    assert part(page, "How many people are in each AIPL stage?").answer.en == (
        "Of 10 people 80.0% have bought; of those 37.5% are loyal."
    )
    assert part(page, "Where did the people of each stage go in 30 days?").answer.en == (
        "50.0% of people changed their stage from 2026-05-31 to 2026-06-30."
    )
    assert part(page, "How far do followers of the official account get?").answer.en == (
        "Of 4 followers 75.0% can be reached and 50.0% have bought."
    )
    assert cells(page, "Who becomes a customer, a fan, a private contact?") == [
        ["Fan → customer", "Official account", "10", "4", "40.0%", "25.0%"]
    ]
    assert part(page, "Does the 80/20 rule hold?").answer.en == (
        "The best 20% of buyers bring 57.1% of net revenue; concentration (Gini) 0.55."
    )
    # April: 4 people over both channels, 2 of them in May; June has no whole month after it.
    assert part(page, "After their first month, how many buy in later months?").answer.en == (
        "In the month after the first, 50.0% bought again."
    )
    assert part(page, "How many people can each channel reach now?").answer.en == (
        "SMS reaches the most: 7 people, 70.0%."
    )
    assert cells(page, "Why can the others not be reached?")[0] == [
        "SMS", "no consent to marketing", "3", "30.0%",
    ]  # fmt: skip
    assert cells(page, "How many buy twice, how many come back?")[0][4:] == ["–", "–"]


def test_the_audience_book_in_numbers(pages):
    page = pages["audiences"]
    assert figures(page) == {
        "Audiences": "3", "People in at least one": "8", "Joined": "13", "Left": "1",
        "Kept out by consent or reach": "2", "Lists sent out": "1",
    }  # fmt: skip
    assert cells(page, "How does each audience change?")[1:] == [
        ["Best customers (80/20)", "4", "5", "1", "1", "2", "¥800.00", "2026-06-30"],
        ["Nobody yet", "–", "0", "0", "–", "0", "–", "never"],
    ]
    assert cells(page, "Who belongs to each audience?")[1] == [
        "Best customers (80/20)", "buys a lot", "SMS, WeCom", "every Monday", "10%",
    ]  # fmt: skip
    assert cells(page, "By which channels can each audience be reached?")[1] == [
        "Best customers (80/20)", "4 · 100%", "4 · 100%", "1 · 25%",
    ]  # fmt: skip
    assert cells(page, "Which audiences hold the same people?") == [
        [
            "Best customers (80/20)",
            "Everybody who ever bought anything in any of our channels",
            "4",
            "100.0%",
        ]
    ]
    # Only the newest version; its removals have no match rate and do not lower that of the rest.
    assert cells(page, "Where did each list go, and what came of it?") == [
        [
            "Best customers (80/20)",
            "Tencent Ads",
            "acknowledged",
            "2026-06-30",
            "3",
            "5",
            "75.0%",
            "–",
        ],
        ["Best customers (80/20)", "SMS list", "not sent yet", "–", "–", "–", "–", "–"],
    ]


def test_ads_in_numbers(pages):
    page = pages["ads"]
    assert figures(page) == {
        "Alerts of the newest day": "1", "Ad cost": "¥200.00", "Return on ad spend": "1.00",
        "Cost per order": "¥100.00", "Cost per new customer": "¥100.00",
        "Spent on campaigns without sales": "75.0%",
    }  # fmt: skip
    assert cells(page, "Was the newest day usual?") == [
        ["Tencent Ads", "Spend", "90.00", "10.00 – 40.00", "above its range"],
        ["Tencent Ads", "Return on ad spend", "–", "–", "too few to judge"],
    ]
    assert len(cells(page, "Which days were out of the usual lately?")) == 1
    assert part(page, "How many paid clicks are seen to arrive?").answer.en == (
        "The lowest is Baidu feed ads: 0.0%."
    )
    assert part(page, "Where do people whom ads brought buy?").answer.en == (
        "60.0% in our own shop, 25.0% on marketplaces."
    )
    assert cells(page, "Do platforms claim what we credit?")[1] == [
        "Tencent Ads", "7", "2.0", "3.5", "4", "1", "25.0%",
    ]  # fmt: skip
    assert cells(page, "Which campaigns cost money and sold nothing?") == [
        ["C2", "Baidu feed ads", "¥150.00", "200", "0", "9"]
    ]
    assert cells(page, "When does each campaign pay for itself?")[1][-2:] == ["¥150.00", "3"]


def test_every_doubt_about_a_budget_is_said_in_both_languages():
    from orchestration.lib.attribution import response

    ask = Asking(Texts(ads.TEXTS))
    weeks = response.np.arange(1.0, 31.0)
    flat = response.np.full(30, 10.0)
    reasons = {
        response.fit("x", weeks[:3], weeks[:3]).reason: "只有 3 个完整周",
        response.fit("x", weeks, weeks * 0).reason: "没有归因给该平台的收入",
        response.fit("x", weeks * 0, weeks).reason: "没有花费",
        response.fit("x", flat, weeks).reason: "花费变化不到 15%",
        response.fit("x", weeks, weeks[::-1]).reason: "收入不随花费变化（秩相关 -1.00）",
        "something new": "数据不足",
    }
    for reason, chinese in reasons.items():
        assert doubt(str(reason), ask).zh.startswith(chinese)


def test_figures_are_those_of_the_metrics(home, pages):
    """What the app, BI and `yutang metrics` say."""
    definitions = read_definitions(home)
    with open_published(home) as connection:
        (found,) = values(
            connection, definitions, ["private_gmv_share", "attributed_roas", "ad_cost"]
        )
    assert figures(pages["private_domain"])["Private share of GMV"] == (
        f"{found['private_gmv_share']:.1%}"
    )
    assert figures(pages["ads"])["Return on ad spend"] == f"{found['attributed_roas']:.2f}"
    assert figures(pages["ads"])["Ad cost"] == f"¥{found['ad_cost']:.2f}"
