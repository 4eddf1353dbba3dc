"""Every sentence that a page says is there in both languages, and every page is named."""

import re
from pathlib import Path

import pytest
import yaml

from orchestration.app import texts
from orchestration.app.words import AppWords
from orchestration.commands.app import SETTINGS, AppError, arguments, serve
from orchestration.lib.home import Home
from orchestration.lib.publish.reading import NothingPublishedError, open_published
from orchestration.lib.reports.codes import seeded

FOLDER = Path(texts.__file__).parent
TEXTS = yaml.safe_load((FOLDER / "texts.yml").read_text(encoding="utf-8"))
SAID = re.compile(r"""say\(\s*["'](\w+)["'],\s*["'](\w+)["']""")


def test_every_text_has_both_languages_with_the_same_places():
    for section, named in TEXTS.items():
        for name, said in named.items():
            assert set(said) == {"zh", "en"}, f"{section}: {name}"
            places = [set(re.findall(r"\{(\w+)\}", said[language])) for language in ("zh", "en")]
            assert places[0] == places[1], f"{section}: {name}"


def test_every_text_that_pages_say_is_there():
    said = {
        found
        for path in FOLDER.rglob("*.py")
        for found in SAID.findall(path.read_text(encoding="utf-8"))
    }
    assert len(said) > 60
    assert [one for one in sorted(said) if one[1] not in TEXTS.get(one[0], {})] == []


def test_codes_are_said_in_words():
    chinese, english = (AppWords({}, language) for language in ("zh", "en"))
    assert chinese.of("lifecycle", "dormant") == "休眠期"
    assert chinese.of("segment", "important_value") == "重要价值客户"
    assert english.of("segment", "important_value") == "Important value"
    assert english.of("touch", "some_new_touch") == "some new touch"
    assert english.of("tier", None) == "unknown"


@pytest.mark.parametrize("kind", ["touch", "segment"])
def test_seeds_name_what_they_define(kind: str):
    assert seeded(kind)


def test_nothing_is_sent_anywhere():
    assert SETTINGS["browser.gatherUsageStats"] == "false"
    assert "--server.headless=true" in arguments("127.0.0.1", 8501)


def test_without_a_published_file_the_page_is_not_served(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("YUTANG_HOME", str(tmp_path))
    with pytest.raises(NothingPublishedError, match="run `yutang run`"):
        serve(host="127.0.0.1", port=8501)


def test_a_taken_port_is_one_sentence(tmp_path: Path, monkeypatch):
    import socket

    import duckdb

    monkeypatch.setenv("YUTANG_HOME", str(tmp_path))
    home = Home.from_environment()
    home.published.parent.mkdir()
    duckdb.connect(str(home.published)).close()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AppError, match="choose another --port"):
            serve(host="127.0.0.1", port=taken.getsockname()[1])


def test_a_new_publish_is_seen_while_the_old_one_is_still_read(tmp_path: Path):
    import duckdb

    home = Home(root=tmp_path, secrets=tmp_path)
    home.published.parent.mkdir()

    def publish(day: str) -> None:
        beside = home.published.with_name("beside.duckdb")
        with duckdb.connect(str(beside)) as connection:
            connection.execute(f"create table days as select '{day}' as day")
        beside.replace(home.published)

    publish("first")
    with open_published(home) as old:
        publish("second")
        with open_published(home) as new:
            assert new.execute("from days").fetchall() == [("second",)]
        assert old.execute("from days").fetchall() == [("first",)]
