"""Fixtures of audience tests: a folder with a tiny brand, and asking who is in an audience."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.lib.audiences.counting import evaluate_names
from orchestration.lib.audiences.evaluating import chosen
from orchestration.lib.audiences.opening import open_home
from orchestration.lib.home import Home
from tests.unit.audiences.tiny import audience_text, home_in, write_audiences

Ask = Callable[..., set[str]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


@pytest.fixture
def who_is(home: Home, tmp_path: Path) -> Ask:
    """Members of an audience with these conditions, on what the test published."""

    def ask(who: str, *others: str, **more: str) -> set[str]:
        return members_of(home, write_audiences(tmp_path, audience_text(who, **more), *others))

    return ask


def members_of(home: Home, folder: Path) -> set[str]:
    """one_ids in the audience `sample` of a folder, on what is published."""
    opened = open_home(home, folder)
    try:
        compiled = evaluate_names(opened, ["sample"])
        query = chosen(compiled, "sample", opened.files["sample"])
        return {row[0] for row in opened.connection.execute(query).fetchall()}
    finally:
        opened.connection.close()
