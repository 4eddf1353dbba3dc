"""The page for operators: every page in both languages, by AppTest and in Chromium, wide and narrow."""

import itertools
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from orchestration.app.texts import TEXTS
from orchestration.commands.app import arguments
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.metrics.reference import project_definitions
from orchestration.lib.metrics.values import shown, values
from orchestration.lib.publish.reading import open_published
from tests.integration.chromium import Tab, browser
from tests.integration.homes import DemoRun, copy_home, environment, stop
from tests.integration.surfaces import add_activation_and_attribution

pytestmark = pytest.mark.slow

MAIN = PROJECT_DIR / "orchestration" / "app" / "main.py"
PAGES = ("overview", "customer", "audiences", "attribution", "identity", "health")
LANGUAGES = ("zh", "en")
WIDTHS = {"wide": 1400, "narrow": 390}
READY = """
(() => {
  const app = document.querySelector('.stApp');
  return !!app && app.getAttribute('data-test-script-state') === 'notRunning' &&
    !!document.querySelector('h1') && !document.querySelector('[data-stale="true"]') &&
    [...document.querySelectorAll('.stVegaLiteChart')].every(one => one.querySelector('canvas, svg')) &&
    [...document.querySelectorAll('img')].every(one => one.complete);
})()
"""
HEIGHT = "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight"
WIDER = """
[...document.querySelectorAll('.stMain *')]
  .filter(one => one.getBoundingClientRect().width && one.getBoundingClientRect().right > WIDTH + 1)
  .map(one => one.tagName + '.' + one.className.toString().slice(0, 60))
"""
EMPTY = """
[...document.querySelectorAll('.stVegaLiteChart, [data-testid=stImage] img')]
  .map(one => one.getBoundingClientRect()).filter(box => box.width < 150 || box.height < 40).length
"""
BLANK = """
[...document.querySelectorAll('.stVegaLiteChart canvas')].filter(one => {
  const seen = one.getContext('2d').getImageData(0, 0, one.width, one.height).data;
  return !seen.some((part, place) => place % 4 === 3 && part > 0);
}).length
"""
OVERLAPPING = """
[...document.querySelectorAll('.stVegaLiteChart svg')].flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].map(one => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && one.textContent);
  return texts.flatMap(([one, a], i) => texts.slice(i + 1)
    .filter(([two, b]) => a.left < b.right - 1 && b.left < a.right - 1 &&
                          a.top < b.bottom - 4 && b.top < a.bottom - 4)
    .map(([two]) => one.textContent + ' / ' + two.textContent));
})
"""
CUT = """
[...document.querySelectorAll('[data-testid=stMetricValue] div, [data-testid=stMetricLabel] p')]
  .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)
"""
COLUMN_NAME = re.compile(r"\b[a-z]+_[a-z_]+\b")
ALLOWED = {"activation", "member_id", "one_id"}  # what people type, and a folder


@pytest.fixture(scope="module")
def home(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demo brand with every table that a page may show."""
    copy = copy_home(demo_run.home, tmp_path_factory.mktemp("app"))
    add_activation_and_attribution(copy.published)
    return copy


def run_page(home: Home, page: str, language: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    for name, value in home.environment().items():
        monkeypatch.setenv(name, value)
    app = AppTest.from_file(str(MAIN), default_timeout=240)
    app.session_state["page"] = page
    app.session_state["lang"] = language
    return app.run()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs(home: Home, page: str, language: str, monkeypatch):
    app = run_page(home, page, language, monkeypatch)
    assert [one.value for one in app.exception] == []
    assert [one.value for one in app.error] == []
    assert app.title[0].value == TEXTS("pages", page)[language]
    assert [one.value for one in app.info] == []  # with all tables there is nothing to miss


@pytest.mark.parametrize("page", ["audiences", "attribution"])
def test_what_is_not_published_is_said(demo_run: DemoRun, tmp_path: Path, page: str, monkeypatch):
    home = Home(root=tmp_path, secrets=demo_run.home.secrets)
    home.published.parent.mkdir()
    shutil.copy(demo_run.home.published, home.published)
    with duckdb.connect(str(home.published)) as connection:
        for schema in ("activation", "attribution"):
            connection.execute(f"drop schema if exists {schema} cascade")
    app = run_page(home, page, "en", monkeypatch)
    assert not app.exception
    assert TEXTS(page, "no_table").en.split(".")[0] in app.info[0].value.replace("\\", "")


def test_the_overview_shows_the_metrics(home: Home, monkeypatch):
    app = run_page(home, "overview", "zh", monkeypatch)
    app.segmented_control(key="period").set_value("all").run()
    definitions = project_definitions()
    with open_published(home) as connection:
        (expected,) = values(connection, definitions, list(definitions.metrics))
    written = {one.label: one.value for one in app.metric}
    assert len(written) >= 18
    for name in ("gmv", "net_revenue", "private_gmv_share", "roas", "repeat_rate", "ltv", "people"):
        metric = definitions.metric(name)
        assert written[metric.label.zh] == shown(expected[name], metric.unit).zh


def test_a_customer_is_found_and_explained(home: Home, monkeypatch):
    with open_published(home) as connection:
        one_id, orders, token = connection.execute(
            "select one_id, order_count, min(identifier_token) from profile.customer_360 "
            "join core.bridge_customer_identifiers using (one_id) where order_count > 1 "
            "and identifier_count > 3 group by all order by 1 limit 1"
        ).fetchall()[0]
    app = run_page(home, "customer", "en", monkeypatch)
    app.text_input(key="find").set_value(f"token:{token}").run()
    assert any(one_id[:8] in one.value for one in app.subheader)
    assert {one.label: one.value for one in app.metric}["Orders"] == f"{orders:,}"
    app.button[0].click().run()
    assert not app.exception
    assert any("One person" in one.value for one in app.markdown)
    app.text_input(key="find").set_value("nonsense").run()
    assert "Not found" in app.warning[0].value


def test_a_page_without_a_published_file_says_so(tmp_path: Path, monkeypatch):
    app = run_page(Home(root=tmp_path, secrets=tmp_path), "overview", "en", monkeypatch)
    assert not app.exception
    assert "run `yutang run`" in app.error[0].value


@pytest.fixture(scope="module")
def served(home: Home) -> Iterator[str]:
    """The page as `yutang app` serves it; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = home.root / "app.log"
    with log.open("w") as output:
        server = subprocess.Popen([sys.executable, *arguments("127.0.0.1", port)], cwd=PROJECT_DIR,
                                  env=environment(home), stdout=output, stderr=output)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            assert server.poll() is None, log.read_text()[-2000:]
            try:
                with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        yield address
    finally:
        stop(server)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


def look(tab: Tab, address: str, *, width: int) -> None:
    """Open a page, wait until it is drawn, and make the screen as tall as the page."""
    tab.open(address, width=width)
    _wait(tab, READY)
    height = 0
    while (now := int(tab.ask(HEIGHT))) != height:  # parts come one after the other
        height = now
        time.sleep(0.7)
    tab.send("Emulation.setDeviceMetricsOverride", width=width, height=height + 80,
             deviceScaleFactor=1, mobile=width < 600)  # fmt: skip
    time.sleep(0.7)
    _wait(tab, READY)


def _wait(tab: Tab, condition: str) -> None:
    until = time.monotonic() + 240
    while not tab.ask(condition):
        assert time.monotonic() < until, "the page was not drawn in 240 s"
        time.sleep(0.2)


@pytest.mark.parametrize(
    "shown_as", list(itertools.product(PAGES, WIDTHS, LANGUAGES)), ids="-".join
)
def test_every_page_is_readable(
    served: str, tab: Tab, tmp_path: Path, shown_as: tuple[str, str, str]
):
    page, screen, language = shown_as
    width = WIDTHS[screen]
    look(tab, f"{served}/?page={page}&lang={language}", width=width)
    tab.picture(tmp_path / f"app-{page}-{screen}-{language}.png")
    # Streamlit hands the data to a drawing after it was made, and the drawing says so.
    assert [one for one in tab.problems if "Infinite extent" not in one] == []
    outside = [
        one for one in tab.requests if not one.startswith((served, "data:", "blob:", "about:"))
    ]
    assert [one for one in outside if served.removeprefix("http") not in one] == []
    assert tab.ask("document.documentElement.scrollWidth") == width
    assert tab.ask(WIDER.replace("WIDTH", str(width))) == []
    assert (tab.ask(EMPTY), tab.ask(BLANK), tab.ask(CUT)) == (0, 0, [])
    assert tab.ask(OVERLAPPING) == []
    # An icon's name is drawn as the icon.
    tab.ask(
        "document.querySelectorAll('[data-testid=stIconMaterial]').forEach(one => one.remove())"
    )
    text = tab.ask("document.querySelector('.stMain').innerText")
    assert [name for name in COLUMN_NAME.findall(text) if name not in ALLOWED] == []


def test_the_language_is_the_browsers_at_first(served: str, tmp_path: Path):
    with browser(tmp_path, language="en-US") as english:
        look(english, served, width=1400)
        assert english.ask("document.querySelector('h1').innerText") == "Overview"
