"""The reports in a real browser, wide and narrow, in both languages; and as part of a run."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.lib.home import Home
from orchestration.lib.reports.identity.content import make_report
from tests.integration.chromium import Tab, browser
from tests.integration.homes import DemoRun
from tests.unit.reports.reported_brand import Published

pytestmark = pytest.mark.slow

# Made by the run itself, with what a demo brand has.
OF_A_RUN = ("attribution", "private_domain", "audiences", "ads")
PARTS = """
[...document.querySelectorAll('figure')].filter(one =>
  !one.querySelector('h3').textContent || !one.querySelector('.definition').textContent).length
"""
WIDTHS = {"wide": 1280, "narrow": 390, "small": 340}
# Texts of drawings and cells that stand outside what is seen, or over each other.
CUT = """
[...document.querySelectorAll('.drawing svg')].filter(svg => svg.getBoundingClientRect().width)
  .flatMap(svg => {
    const frame = svg.getBoundingClientRect();
    return [...svg.querySelectorAll('text')].filter(text => {
      const box = text.getBoundingClientRect();
      return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1 ||
                           box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    }).map(text => text.textContent);
  })
"""
OVERLAPPING = """
[...document.querySelectorAll('.drawing svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()])
    .filter(([text, box]) => box.width);
  return texts.flatMap(([one, a], i) => texts.slice(i + 1)
    .filter(([two, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
                          a.top < b.bottom - 3 && b.top < a.bottom - 3)
    .map(([two]) => one.textContent + ' / ' + two.textContent));
})
"""
EMPTY = """
[...document.querySelectorAll('.drawing')].filter(one => one.getBoundingClientRect().width)
  .filter(one => one.getBoundingClientRect().height < 40 || !one.querySelector('path[fill]:not([fill=none])'))
  .map(one => one.getAttribute('aria-label'))
"""
WIDER = """
[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > WIDTH + 1)
  .map(one => one.tagName + '.' + one.className.toString())
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a brand with every case, on three published days."""
    return make_report(Published.full(tmp_path_factory.mktemp("brand")).write())


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def chinese_fonts() -> str:
    """Names of the fonts with Chinese letters; without any, the same as without a browser."""
    listing = shutil.which("fc-list")
    found = (
        subprocess.run([listing, ":lang=zh"], capture_output=True, text=True, check=True).stdout
        if listing
        else ""
    )
    if not found and os.environ.get("CI"):
        pytest.fail("CI must look at Chinese: `make browser` installs fonts-wqy-microhei")
    if not found:
        pytest.skip("no Chinese font here: install Debian's package fonts-wqy-microhei")
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", WIDTHS)
def test_the_report_is_readable(report: Path, tab: Tab, tmp_path: Path, screen: str, language: str):
    tab.open(f"{report.as_uri()}#{language}", width=WIDTHS[screen])
    tab.picture(tmp_path / f"identity-{screen}-{language}.png")
    assert tab.problems == []
    assert tab.requests == [report.as_uri()]
    assert tab.ask("document.documentElement.scrollWidth") == WIDTHS[screen]
    for wrong in (WIDER.replace("WIDTH", str(WIDTHS[screen])), CUT, OVERLAPPING, EMPTY):
        assert tab.ask(wrong) == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("name", OF_A_RUN)
def test_a_report_of_a_run_is_readable(
    demo_run: DemoRun, tab: Tab, tmp_path: Path, *, name: str, width: int, language: str
):
    address = (demo_run.home.reports / f"{name}.html").as_uri()
    tab.open(f"{address}#{language}", width=width)
    tab.picture(tmp_path / f"{name}-{width}-{language}.png")
    assert tab.problems == []
    assert tab.requests == [address]
    assert tab.ask("document.documentElement.scrollWidth") == width
    assert tab.ask(PARTS) == 0
    assert tab.ask("document.querySelectorAll('.drawing').length") >= 2
    for wrong in (WIDER.replace("WIDTH", str(width)), CUT, OVERLAPPING, EMPTY):
        assert tab.ask(wrong) == []


def test_reports_of_a_run_say_what_its_tables_say(demo_run: DemoRun):
    texts = {
        name: (demo_run.home.reports / f"{name}.html").read_text(encoding="utf-8")
        for name in OF_A_RUN
    }
    ((share, people, cost, members),) = demo_run.query(
        """
        select
            (select sum(private_gmv_cny) / sum(gmv_cny) from profile.rpt_private_share
                where period_type = 'day'),
            (select count(*) from profile.customer_360
                where is_member or is_oa_follower or is_wecom_contact),
            (select sum(cost_cny) from attribution.rpt_ad_performance where period_type = 'total'),
            (select count(distinct one_id) from activation.audience_members)
        """
    )
    assert f'<dd class="value">{share:.1%}</dd>' in texts["private_domain"]
    assert f"{people:,} 人" in texts["private_domain"]
    assert f"¥{cost:,.2f}" in texts["ads"] or f"¥{cost:,.0f}" in texts["ads"]
    assert f'<dd class="value">{members:,}</dd>' in texts["audiences"]


def test_chinese_is_drawn_with_a_chinese_font(report: Path, tab: Tab):
    fonts = chinese_fonts()
    tab.open(f"{report.as_uri()}#zh", width=1280)
    tab.send("DOM.enable")
    tab.send("CSS.enable")
    root = tab.send("DOM.getDocument")["root"]["nodeId"]
    for selector in ("h1 .zh", ".drawing.zh text"):
        nodes = tab.send("DOM.querySelectorAll", nodeId=root, selector=selector)["nodeIds"]
        used = {
            font["familyName"]
            for node in nodes
            for font in tab.send("CSS.getPlatformFontsForNode", nodeId=node)["fonts"]
        }
        assert any(family in fonts for family in used), (selector, used)


def test_the_language_is_the_browsers_and_can_be_switched(report: Path, tmp_path: Path):
    with browser(tmp_path, language="en-US") as tab:
        tab.open(report.as_uri(), width=1280)
        shown = (
            "[...document.querySelectorAll('h1 span')].filter(s => s.offsetWidth).map(s => s.lang)"
        )
        assert tab.ask(shown) == ["en"]
        tab.ask("document.querySelector('label[for=in-zh]').click()")
        assert tab.ask(shown) == ["zh-CN"]
        assert tab.ask("document.documentElement.lang") == "zh-CN"


def test_without_scripts_it_is_chinese(report: Path, tmp_path: Path):
    """Mail programs and chat apps show attachments without running scripts."""
    with browser(tmp_path, language="en-US") as tab:
        tab.send("Emulation.setScriptExecutionDisabled", value=True)
        tab.open(report.as_uri(), width=390)
        tab.send("DOM.enable")
        tab.send("CSS.enable")
        root = tab.send("DOM.getDocument")["root"]["nodeId"]

        def is_shown(selector: str) -> bool:
            node = tab.send("DOM.querySelector", nodeId=root, selector=selector)["nodeId"]
            styles = tab.send("CSS.getComputedStyleForNode", nodeId=node)["computedStyle"]
            return next(s["value"] for s in styles if s["name"] == "display") != "none"

        assert (is_shown("h1 .zh"), is_shown("h1 .en")) == (True, False)


def test_it_prints_on_a_few_pages(report: Path, tab: Tab, tmp_path: Path):
    tab.open(f"{report.as_uri()}#zh", width=1280)
    printed = tab.pdf(tmp_path / "identity.pdf").read_bytes()
    assert 2 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 6


def test_a_run_makes_the_report_with_the_numbers_it_prints(demo_run: DemoRun):
    home: Home = demo_run.home
    text = (home.reports / "identity.html").read_text(encoding="utf-8")
    printed = dict(
        line.strip().split("  ", 1) for line in demo_run.output.splitlines() if "  " in line.strip()
    )
    values = {name: value.strip() for name, value in printed.items()}
    for name in ("people", "identifiers per person"):
        assert f'<dd class="value">{values[name]}</dd>' in text
    assert values["orders"].split(", ")[1].split()[0] in text
    assert values["reports"] == str(home.reports)
