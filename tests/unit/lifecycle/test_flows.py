"""Flows between two days, from a history small enough to count by hand."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.lifecycle.flows import FlowError, read_flow

SPELLS = """
    ('a', 'lifecycle', 'introduction', date '2026-01-01', date '2026-01-10'),
    ('a', 'lifecycle', 'growth', date '2026-01-10', null),
    ('b', 'lifecycle', 'introduction', date '2026-01-05', date '2026-01-20'),
    ('b', 'lifecycle', 'dormant', date '2026-01-20', null),
    ('c', 'lifecycle', 'introduction', date '2026-01-12', null),
    ('a', 'aipl', 'loyal', date '2026-01-01', null)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    made.published.parent.mkdir(parents=True)
    with duckdb.connect(str(made.published)) as connection:
        connection.execute("create schema profile")
        connection.execute(
            "create table profile.customer_lifecycle as select date '2026-01-31' as as_of_date"
        )
        connection.execute(
            f"create table profile.customer_lifecycle_history as from (values {SPELLS})"
            " as t (one_id, stage_kind, stage, valid_from_date, valid_to_date)"
        )
    return made


def test_everybody_of_the_later_day_is_counted_once(home: Home):
    flow = read_flow(home, "lifecycle", from_date=date(2026, 1, 9), to_date=date(2026, 1, 20))
    assert flow.people == {
        ("introduction", "dormant"): 1,
        ("introduction", "growth"): 1,
        ("none", "introduction"): 1,
    }
    assert flow.people_to == 3
    assert flow.new_people == 1
    assert flow.as_json()["people_from"] == 2


def test_a_spell_ends_the_day_before_the_next_one_begins(home: Home):
    day_before = read_flow(home, "lifecycle", from_date=date(2026, 1, 1), to_date=date(2026, 1, 19))
    assert day_before.people["none", "introduction"] == 2


@pytest.mark.parametrize(
    ("kind", "begins", "ends", "says"),
    [
        ("stages", date(2026, 1, 1), date(2026, 1, 2), "lifecycle, lifecycle_4, aipl"),
        ("aipl", date(2026, 1, 2), date(2026, 1, 2), "earlier --from"),
        ("aipl", date(2026, 1, 2), date(2026, 2, 1), "2026-01-31"),
    ],
)
def test_a_flow_that_cannot_be_told_says_which_can(home: Home, kind, begins, ends, says):
    with pytest.raises(FlowError, match=says):
        read_flow(home, kind, from_date=begins, to_date=ends)


def test_without_a_published_file_the_answer_is_to_run(home: Home):
    home.published.unlink()
    with pytest.raises(FlowError, match="yutang run"):
        read_flow(home, "aipl", from_date=date(2026, 1, 1), to_date=date(2026, 1, 2))
