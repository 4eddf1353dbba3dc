"""The dashboards in a real Superset: every number is the marts', every chart is drawn.

`make bi-setup` installs Superset in .venv-superset; without it the test is skipped, in CI it must be there.
"""

import http.cookiejar
import json
import math
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.lib.bi import bundle, server
from orchestration.lib.home import Home
from orchestration.lib.metrics.compiling import expression
from orchestration.lib.metrics.reference import project_definitions
from orchestration.lib.metrics.values import values
from orchestration.lib.publish.reading import open_published
from tests.integration.chromium import Tab, browser
from tests.integration.homes import DemoRun, copy_home, stop

pytestmark = pytest.mark.slow

DEFINITIONS = project_definitions()
BOARDS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((bundle.FOLDER / "dashboards").glob("*.yaml"))
}
DRAWN = """
(() => {
  const charts = [...document.querySelectorAll('.dashboard-component-chart-holder')];
  const drawn = charts.filter(one => one.querySelector('.header-line, canvas, table tbody tr'));
  return [charts.length, drawn.length, document.querySelectorAll('.loading').length];
})()
"""
WRONG = """
[...document.querySelectorAll('.ant-alert-error, [data-test="error-message"]')].map(one => one.innerText)
"""
SIGN_IN = """
(() => {
  const write = (field, value) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, value);
    field.dispatchEvent(new Event('input', {bubbles: true}));
  };
  write(document.querySelector('#username'), 'USER');
  write(document.querySelector('#password'), 'PASSWORD');
  document.querySelector('button[type=submit], [data-test=login-button], .ant-btn-primary').click();
})()
"""


class Client:
    """Superset's API as a signed-in user."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self._headers = {"Content-Type": "application/json", "Referer": address}
        given = {"username": server.USER, "password": password, "provider": "db", "refresh": False}
        token = self.ask("/api/v1/security/login", given)["access_token"]
        self._headers["Authorization"] = f"Bearer {token}"
        self._headers["X-CSRFToken"] = self.ask("/api/v1/security/csrf_token/")["result"]

    def ask(self, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        request = urllib.request.Request(
            self.address + path,
            data=None if given is None else json.dumps(given).encode(),
            headers=self._headers,
        )
        try:
            with self._opener.open(request, timeout=120) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{path}: {error.code} {error.read()[:1000]!r}") from error

    def rows(self, dataset: int, metrics: list[str], columns: list[str]) -> list[dict[str, Any]]:
        asked = {"metrics": metrics, "columns": columns, "row_limit": 10000}
        answer = self.ask(
            "/api/v1/chart/data",
            {"datasource": {"id": dataset, "type": "table"}, "queries": [asked], "force": True},
        )
        return answer["result"][0]["data"]


@pytest.fixture(scope="module")
def home(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose dashboards are imported."""
    if not (server.ENVIRONMENT / "bin" / "superset").exists():
        if os.environ.get("CI"):
            pytest.fail("CI must look at dashboards: `make bi-setup` installs Superset")
        pytest.skip("Superset is not installed: make bi-setup")
    copy = copy_home(demo_run.home, tmp_path_factory.mktemp("bi"))
    server.setup(copy)
    return copy


@pytest.fixture(scope="module")
def address(home: Home) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = server.home_of(home) / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(server.command(home, host="127.0.0.1", port=port),
                                   cwd=server.home_of(home), env=server.environment(home),
                                   stdout=output, stderr=output)  # fmt: skip
    found = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            assert process.poll() is None, log.read_text()[-3000:]
            try:
                with urllib.request.urlopen(f"{found}/health", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        else:
            pytest.fail(f"Superset did not answer in 300 s:\n{log.read_text()[-3000:]}")
        yield found
    finally:
        stop(process)


@pytest.fixture(scope="module")
def client(home: Home, address: str) -> Client:
    return Client(address, server.password_file(home).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def datasets(client: Client) -> dict[str, int]:
    found = client.ask("/api/v1/dataset/?q=(page_size:100)")["result"]
    return {one["table_name"]: one["id"] for one in found}


def test_every_metric_is_the_metric(home: Home, client: Client, datasets: dict[str, int]):
    with open_published(home) as connection:
        (expected,) = values(connection, DEFINITIONS, list(DEFINITIONS.metrics))
    seen: dict[str, Any] = {}
    for model in DEFINITIONS.models.values():
        names = [
            name for name in DEFINITIONS.metrics
            if expression(DEFINITIONS, name)
            and DEFINITIONS.models_of(name)[0].name == model.name
        ]  # fmt: skip
        seen |= client.rows(datasets[model.table.split(".")[1]], names, [])[0]
    crossing = [
        name for name in DEFINITIONS.metrics
        if expression(DEFINITIONS, name) is None and name != "ltv_to_cac"
    ]  # fmt: skip
    assert {"roas", "cac", "attributed_roas"} <= set(crossing)
    seen |= client.rows(datasets["business_days"], crossing, [])[0]
    assert set(expected) - set(seen) == {"ltv_to_cac"}
    assert [
        (name, seen[name], expected[name]) for name in seen
        if not math.isclose(float(seen[name]), float(expected[name]), rel_tol=1e-9)
    ] == []  # fmt: skip


def test_groups_are_the_marts_and_named_in_words(
    home: Home, client: Client, datasets: dict[str, int]
):
    rows = client.rows(datasets["fct_orders"], ["gmv", "buyers"], ["channel", "channel_name"])
    with open_published(home) as connection:
        expected = connection.execute(
            "select channel, sum(paid_cny), count(distinct one_id) from core.fct_orders group by 1"
        ).fetchall()
    assert sorted(
        (row["channel"], round(float(row["gmv"]), 2), row["buyers"]) for row in rows
    ) == sorted((channel, float(gmv), buyers) for channel, gmv, buyers in expected)
    assert {row["channel"]: row["channel_name"] for row in rows}["pos"] == "门店 Stores"


def test_definitions_are_there_where_people_build_charts(client: Client, datasets: dict[str, int]):
    found = client.ask(f"/api/v1/dataset/{datasets['fct_orders']}")["result"]
    metrics = {one["metric_name"]: one for one in found["metrics"]}
    assert "before refunds" in metrics["gmv"]["description"]
    assert "未扣退款" in metrics["gmv"]["description"]
    columns = {one["column_name"]: one for one in found["columns"]}
    assert "Null for guests" in columns["one_id"]["description"]


def test_nobody_writes_through_superset(client: Client):
    database = client.ask("/api/v1/database/")["result"][0]
    assert database["allow_dml"] is False
    given = {
        "database_id": database["id"],
        "sql": "create table core.x as select 1",
        "schema": "core",
    }
    with pytest.raises(AssertionError, match=r"read.only|not allowed|DML"):
        client.ask("/api/v1/sqllab/execute/", given)


@pytest.fixture(scope="module")
def tab(home: Home, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """A browser that is signed in."""
    password = server.password_file(home).read_text(encoding="utf-8")
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        opened.open(f"{address}/login/", width=1400)
        _wait(opened, "!!document.querySelector('#password')")
        opened.ask(SIGN_IN.replace("USER", server.USER).replace("PASSWORD", password))
        _wait(opened, "!location.pathname.startsWith('/login')")
        yield opened


def _wait(tab: Tab, condition: str, seconds: int = 120) -> None:
    until = time.monotonic() + seconds
    while not tab.ask(condition):
        assert time.monotonic() < until, f"not so after {seconds} s: {condition}"
        time.sleep(0.5)


@pytest.mark.parametrize("name", BOARDS)
def test_every_dashboard_is_drawn(address: str, tab: Tab, tmp_path: Path, name: str):
    count = sum(
        isinstance(part, dict) and part["type"] == "CHART"
        for part in BOARDS[name]["position"].values()
    )
    tab.open(f"{address}/superset/dashboard/yutang-{name}/", width=1400, height=1500)
    _wait(tab, f"JSON.stringify({DRAWN}) === '[{count},{count},0]'")
    time.sleep(2)  # lines are drawn from left to right
    # A picture beyond the screen makes Superset lay its charts out again.
    tab.picture(tmp_path / f"bi-{name}.png", whole=False)
    assert tab.ask(WRONG) == []
    # The policy of the page stops what Superset would report to its analytics; nothing else is tried.
    assert [one for one in tab.problems if "Content Security Policy" not in one] == []
    text = tab.ask("document.querySelector('.dashboard, .grid-container, #app').innerText")
    assert [word for word in re.findall(r"\b[a-z]+_[a-z_]+\b", text)] == []


def test_the_headline_is_the_number_of_the_mart(home: Home, address: str, tab: Tab):
    with open_published(home) as connection:
        (found,) = values(connection, DEFINITIONS, ["gmv", "orders"])
        ((as_of,),) = connection.execute(
            "select max(as_of_date) from profile.customer_360"
        ).fetchall()
    tab.open(f"{address}/superset/dashboard/yutang-overview/", width=1400, height=1500)
    _wait(tab, "document.querySelectorAll('.header-line').length === 9")
    shown = tab.ask("[...document.querySelectorAll('.header-line')].map(one => one.innerText)")
    assert shown[0] == as_of.isoformat()
    assert shown[1].endswith(f"{found['gmv']:,.2f}")
    assert shown[3] == f"{found['orders']:,}"
