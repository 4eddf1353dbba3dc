"""The Dagster UI in a real browser: the asset graph is drawn and no error is shown.

Headless Chromium, on the loopback address only. Outside CI the test is skipped, with a sentence,
where there is no Chromium; in CI it must run.
"""

import json
import os
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

import pytest

from orchestration.instance import prepare_instance
from orchestration.lib.home import PROJECT_DIR
from tests.integration.chromium import find_browser
from tests.integration.homes import DemoRun, environment, stop

pytestmark = pytest.mark.slow

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--virtual-time-budget=60000",
)  # fmt: skip
ERROR_WORDS = re.compile(
    r"unexpected error|something went wrong|failed to load|error loading|"
    r"code location.{0,40}error|\bNo assets\b|No code locations|PythonError|Unauthorized",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def ui(demo_run: DemoRun) -> Iterator[str]:
    """A Dagster web server on a home that was run; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    prepare_instance(demo_run.home)
    log = demo_run.home.root / ".dagster" / "webserver.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [
                Path(sys.executable).parent / "dagster-webserver",
                "--module-name", "orchestration.definitions",
                "--host", "127.0.0.1", "--port", str(port),
            ],
            cwd=PROJECT_DIR,
            env=environment(demo_run.home),
            stdout=output,
            stderr=output,
        )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_served(address, server, log)
        yield address
    finally:
        stop(server)


def _wait_until_served(address: str, server: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{address}/server_info", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    pytest.fail(f"the UI did not answer in 300 s:\n{log.read_text()[-3000:]}")


def look(address: str, folder: Path, name: str, *, window: str = "1600,1000") -> str:
    """Open a page in a window of that size, keep a picture, and return the text that it shows."""
    picture = folder / f"{name}.png"
    done = subprocess.run(
        [find_browser(), *FLAGS, f"--window-size={window}", f"--user-data-dir={folder / 'profile'}",
         f"--screenshot={picture}", "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert picture.stat().st_size > 20_000, "the page is blank"
    kept = os.environ.get("YUTANG_SCREENSHOTS")
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        shutil.copy(picture, kept)
    text = re.sub(r"<(script|style).*?</\1>", " ", done.stdout, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_graph_of_all_assets_is_drawn(ui: str, tmp_path: Path):
    text = look(f"{ui}/asset-groups", tmp_path, "asset-graph")
    assert not ERROR_WORDS.search(text), text
    for group in (
        "raw",
        "staging",
        "identity",
        "core",
        "profile",
        "quality",
        "published",
        "reports",
    ):
        assert re.search(rf"\b{group}\b", text), f"group {group} is not in the graph: {text}"


def test_the_group_of_core_marts_is_drawn(ui: str, tmp_path: Path):
    # Nodes outside the window are not drawn, and the group is tall.
    text = look(
        f"{ui}/locations/orchestration.definitions/asset-groups/core/lineage",
        tmp_path, "core", window="4000,16000",
    )  # fmt: skip
    assert not ERROR_WORDS.search(text), text
    for model in ("dim_customers", "fct_orders", "fct_order_lines"):
        assert model in text, text


def test_the_runs_page_shows_finished_runs(ui: str, tmp_path: Path):
    text = look(f"{ui}/runs", tmp_path, "runs")
    assert not ERROR_WORDS.search(text), text
    assert "daily_job" in text
    assert "Success" in text


def test_the_server_reports_no_definition_error(ui: str):
    query = {"query": "{ workspaceOrError { __typename ... on Workspace { locationEntries { "
             "name loadStatus locationOrLoadError { __typename } } } } }"}  # fmt: skip
    request = urllib.request.Request(
        f"{ui}/graphql",
        data=json.dumps(query).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        workspace = json.load(response)["data"]["workspaceOrError"]
    assert [
        entry["locationOrLoadError"]["__typename"] for entry in workspace["locationEntries"]
    ] == ["RepositoryLocation"]
