"""Runs over days: who joined and left and why, merges and splits, holdouts, limits, schedules."""

import hashlib
import json
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.audiences import state
from orchestration.lib.audiences.carrying import carry_over
from orchestration.lib.audiences.errors import AudienceError, UnknownAudienceError
from orchestration.lib.audiences.members import current_members
from orchestration.lib.audiences.planning import plan_audience
from orchestration.lib.audiences.running import run_audiences
from orchestration.lib.home import Home
from tests.unit.audiences.tiny import audience_text, order, publish, write_audiences

BUYERS = "{orders: {window: {rolling: {days: 30}}}}"
ONE, TWO, THREE = date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_audiences(tmp_path, audience_text(BUYERS))


def query(home: Home, sql: str) -> list[tuple]:
    with duckdb.connect(str(home.published), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def members(home: Home, audience: str = "sample") -> dict[str, date]:
    rows = query(
        home,
        f"select one_id, joined_date from activation.audience_members where audience = '{audience}'",
    )
    return dict(rows)


def changes(home: Home, day: date) -> set[tuple[str, str, str]]:
    rows = query(
        home,
        "select one_id, change, reason from activation.audience_changes "
        f"where audience = 'sample' and as_of_date = date '{day}'",
    )
    return set(rows)


def digest(home: Home) -> dict[str, str]:
    """State and activation tables of a home, as bytes."""
    files = sorted((home.state / "audiences").rglob("*.parquet"))
    found = {
        str(p.relative_to(home.root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }
    for table in ("audience_members", "audience_changes", "audience_runs", "audiences"):
        found[table] = json.dumps(query(home, f"from activation.{table}"), default=str)
    return found


def test_who_joined_and_left_and_which_condition_turned(home: Home, folder: Path):
    publish(
        home,
        as_of=ONE,
        people=("stays", "leaves", "comes"),
        core__fct_orders=[
            order("stays", "2026-06-20 00:00:00"),
            order("leaves", "2026-05-30 00:00:00"),
        ],
    )
    run_audiences(home, folder=folder)
    assert members(home) == {"stays": ONE, "leaves": ONE}
    assert changes(home, ONE) == {
        (one, "joined", "first run of the audience") for one in ("stays", "leaves")
    }
    publish(
        home,
        as_of=TWO,
        people=("stays", "leaves", "comes"),
        core__fct_orders=[
            order("stays", "2026-06-20 00:00:00"),
            order("leaves", "2026-05-30 00:00:00"),
            order("comes", "2026-06-29 00:00:00"),
        ],
    )
    [run] = run_audiences(home, folder=folder)
    assert (run.counts.joined, run.counts.left, run.counts.members) == (1, 1, 2)
    assert members(home) == {"stays": ONE, "comes": TWO}
    window = "at least one order in the last 30 days (rolling)"
    assert changes(home, TWO) == {
        ("comes", "joined", f"now: {window}"),
        ("leaves", "left", f"no longer: {window}"),
    }


def test_the_same_day_again_gives_the_same_bytes(home: Home, folder: Path):
    for day in (ONE, TWO):
        publish(
            home,
            as_of=day,
            people=("a", "b"),
            core__fct_orders=[order("a", "2026-06-20 00:00:00"), order("b", f"{day} 00:00:00")],
        )
        run_audiences(home, folder=folder)
    first = digest(home)
    for _ in range(2):
        run_audiences(home, folder=folder)
        assert digest(home) == first


def test_members_follow_their_person_through_a_merge(home: Home, folder: Path):
    holdout = "{percent: 50, salt: s}"
    write_audiences(folder.parents[1], audience_text(BUYERS, holdout=holdout))
    publish(
        home,
        as_of=ONE,
        people=("old", "gone", "other"),
        core__fct_orders=[
            order("old", "2026-06-20 00:00:00"),
            order("gone", "2026-06-20 00:00:00"),
        ],
    )
    run_audiences(home, folder=folder)
    drawn = dict(query(home, "select one_id, is_holdout from activation.audience_members"))
    publish(
        home,
        as_of=TWO,
        people=("new", "other"),
        core__identity_aliases=[
            {"retired_one_id": "old", "one_id": "new"},
            {"retired_one_id": "gone", "one_id": "new"},
        ],
        core__fct_orders=[order("new", "2026-06-20 00:00:00"), order("new", "2026-06-20 00:00:01")],
    )
    [run] = run_audiences(home, folder=folder)
    assert members(home) == {"new": ONE}
    assert changes(home, TWO) == set()
    assert (run.counts.joined, run.counts.left) == (0, 0)
    # Both joined on the same day: the draw of the id that comes first in the alphabet stays.
    kept = query(home, "select is_holdout from activation.audience_members")[0][0]
    assert kept == drawn["gone"]


def test_a_split_leaves_the_membership_with_the_part_that_kept_the_id(home: Home, folder: Path):
    publish(home, as_of=ONE, people=("a",), core__fct_orders=[order("a", "2026-06-20 00:00:00")])
    run_audiences(home, folder=folder)
    publish(
        home,
        as_of=TWO,
        people=("a", "a2"),
        core__fct_orders=[order("a2", "2026-06-20 00:00:00"), order("a", "2026-06-21 00:00:00")],
    )
    run_audiences(home, folder=folder)
    assert members(home) == {"a": ONE, "a2": TWO}
    [(one, change, reason)] = changes(home, TWO)
    assert (one, change) == ("a2", "joined")
    assert reason.startswith("newly known person: at least one order")


def test_consent_that_is_withdrawn_is_the_reason_of_leaving(home: Home, folder: Path):
    orders = [order("a", "2026-06-20 00:00:00")]
    publish(home, as_of=ONE, people=("a",), core__fct_orders=orders)
    run_audiences(home, folder=folder)
    refused = {"one_id": "a", "purpose": "marketing", "channel": "all", "is_granted": False}
    publish(
        home,
        as_of=TWO,
        people=("a",),
        core__fct_orders=orders,
        profile__customer_consents=[refused],
    )
    run_audiences(home, folder=folder)
    assert members(home) == {}
    assert changes(home, TWO) == {("a", "left", "no longer allowed or reachable")}
    assert current_members(home, "sample") == []


def test_an_audience_that_is_not_due_keeps_its_members_but_for_who_is_not_allowed(
    home: Home, tmp_path: Path
):
    weekly = "{every: week, on: sunday}"  # 28 June 2026 is a Sunday
    folder = write_audiences(tmp_path, audience_text(BUYERS, schedule=weekly))
    people = ("stays", "late", "erased")
    publish(
        home,
        as_of=ONE,
        people=people,
        core__fct_orders=[
            order("stays", "2026-06-20 00:00:00"),
            order("erased", "2026-06-20 00:00:00"),
        ],
    )
    run_audiences(home, folder=folder)
    orders = [order("late", "2026-06-29 00:00:00")]
    erased = [{"one_id": "erased", "purpose": "erasure"}]
    publish(
        home, as_of=TWO, people=people, core__fct_orders=orders, core__privacy_statements=erased
    )
    [run] = run_audiences(home, folder=folder)
    assert not run.was_due
    assert members(home) == {"stays": ONE}
    # Asked for by name it is computed, whatever its schedule; and a repetition keeps that.
    for names in (["sample"], None):
        [run] = run_audiences(home, names=names, folder=folder)
        assert run.was_due
        assert members(home) == {"late": TWO}


def test_a_new_definition_is_computed_at_once_and_named_as_the_reason(home: Home, tmp_path: Path):
    weekly = "{every: week, on: sunday}"
    folder = write_audiences(tmp_path, audience_text(BUYERS, schedule=weekly))
    publish(
        home, as_of=ONE, people=("a", "b"), core__fct_orders=[order("a", "2026-06-20 00:00:00")]
    )
    run_audiences(home, folder=folder)
    write_audiences(tmp_path, audience_text(f"{{not: {BUYERS}}}", schedule=weekly))
    publish(
        home, as_of=TWO, people=("a", "b"), core__fct_orders=[order("a", "2026-06-20 00:00:00")]
    )
    run_audiences(home, folder=folder)
    assert members(home) == {"b": TWO}
    assert changes(home, TWO) == {
        ("a", "left", "the definition was changed"),
        ("b", "joined", "the definition was changed"),
    }


def test_the_holdout_is_the_documented_draw_and_in_no_list(home: Home, tmp_path: Path):
    folder = write_audiences(
        tmp_path, audience_text(BUYERS, holdout="{percent: 12.5, salt: spring}")
    )
    people = [f"p{n:03d}" for n in range(400)]
    publish(
        home,
        people=people,
        core__fct_orders=[order(one, "2026-06-20 00:00:00") for one in people],
    )
    [run] = run_audiences(home, folder=folder)
    held = {
        one for one in people
        if int(hashlib.sha256(f"spring|{one}".encode()).hexdigest()[:8], 16) % 10_000 < 1_250
    }  # fmt: skip
    assert 20 < len(held) < 80
    assert run.counts.held_out == len(held)
    assert {one.one_id for one in current_members(home, "sample")} == set(people) - held
    assert len(members(home)) == len(people)


def test_a_limit_takes_the_best_and_equal_ones_by_their_id(home: Home, tmp_path: Path):
    folder = write_audiences(
        tmp_path,
        audience_text("{profile: is_buyer}", limit="{people: 3, best_by: net_revenue_cny}"),
    )
    money = {"a": 10, "b": 30, "c": 20, "d": 20, "e": 20, "f": None}
    publish(
        home,
        profile__customer_360=[
            {"one_id": one, "is_buyer": True, "net_revenue_cny": found}
            for one, found in money.items()
        ],
    )
    run_audiences(home, folder=folder)
    assert set(members(home)) == {"b", "c", "d"}


def test_a_run_for_a_past_day_is_shown_and_not_remembered(home: Home, folder: Path):
    people = ("a", "b")
    for day in (ONE, THREE):
        publish(
            home, as_of=day, people=people, core__fct_orders=[order("a", "2026-06-20 00:00:00")]
        )
        run_audiences(home, folder=folder)
    remembered = {p: p.read_bytes() for p in (home.state / "audiences").rglob("*.parquet")}
    publish(home, as_of=TWO, people=people, core__fct_orders=[order("b", "2026-06-20 00:00:00")])
    run_audiences(home, folder=folder)
    assert members(home) == {"b": TWO}
    for path, content in remembered.items():
        assert path.read_bytes() == content, path
    assert state.newest_day(home) == THREE


def test_a_publish_carries_the_members_over_without_who_is_gone(home: Home, folder: Path):
    publish(
        home,
        as_of=ONE,
        people=("a", "b"),
        core__fct_orders=[order("a", "2026-06-20 00:00:00"), order("b", "2026-06-20 00:00:00")],
    )
    run_audiences(home, folder=folder)
    publish(home, as_of=TWO, people=("a",))
    with duckdb.connect(str(home.published)) as connection:
        assert carry_over(connection, home, as_of=TWO, folder=folder)
    assert members(home) == {"a": ONE}
    with duckdb.connect(str(home.published), read_only=True) as connection:
        comments = connection.execute(
            "select comment from duckdb_columns() where schema_name = 'activation'"
        ).fetchall()
    assert all(text for (text,) in comments)


def test_a_crash_between_the_files_is_made_good_by_the_next_run(
    home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def publish_day(day: date, *bought: str) -> None:
        publish(
            home,
            as_of=day,
            people=("a", "b", "c"),
            core__fct_orders=[order(one, "2026-06-20 00:00:00") for one in bought],
        )

    publish_day(ONE, "a")
    run_audiences(home, folder=folder)
    publish_day(TWO, "a", "b")
    write = state.write
    for fails_at in range(5):
        calls = iter(range(10))

        def failing(connection, sql, path, calls=calls, fails_at=fails_at, **more):
            if next(calls) == fails_at:
                raise OSError("no space left on device")
            write(connection, sql, path, **more)

        monkeypatch.setattr(state, "write", failing)
        with pytest.raises(OSError, match="no space left"):
            run_audiences(home, folder=folder)
        monkeypatch.setattr(state, "write", write)
    run_audiences(home, folder=folder)
    assert members(home) == {"a": ONE, "b": TWO}
    window = "at least one order in the last 30 days (rolling)"
    assert changes(home, TWO) == {("b", "joined", f"now: {window}")}


def test_a_plan_says_who_moves_and_changes_nothing(home: Home, folder: Path, tmp_path: Path):
    publish(
        home,
        profile__customer_360=[
            {"one_id": "a", "net_revenue_cny": 100}, {"one_id": "b", "net_revenue_cny": 40}
        ],
        core__fct_orders=[
            order("a", "2026-06-20 00:00:00"),
            order("b", "2026-05-20 00:00:00", net_revenue_cny=40),
        ],
    )  # fmt: skip
    write_audiences(tmp_path, audience_text("{audience: sample}", name="asker"))
    run_audiences(home, folder=folder)
    before = digest(home)
    edited = tmp_path / "edited.yml"
    edited.write_text(audience_text("{orders: {window: {rolling: {days: 60}}}}"), encoding="utf-8")
    plan = plan_audience(home, edited, folder=folder)
    assert (plan.joined, plan.left, plan.has_changes) == (1, 0, True)
    assert (plan.before.members, plan.after.members) == (1, 2)
    assert plan.joined_recent_net_revenue_cny == 40
    assert [(a.audience, a.joined, a.left) for a in plan.affected] == [("asker", 1, 0)]
    edited.write_text(audience_text(BUYERS), encoding="utf-8")
    assert not plan_audience(home, edited, folder=folder).has_changes
    assert digest(home) == before


def test_nobody_knows_an_audience_that_never_ran(home: Home, folder: Path):
    with pytest.raises(UnknownAudienceError, match=r"has no members in"):
        current_members(home, "sample")
    with pytest.raises(AudienceError, match="run `yutang run`"):
        run_audiences(home, folder=folder)


def test_nobody_and_everybody_are_audiences_too(home: Home, tmp_path: Path):
    folder = write_audiences(
        tmp_path,
        audience_text("{profile: gender, is: nobody}", name="nobody"),
        audience_text("{not: {audience: nobody}}", name="everybody"),
    )
    publish(home, people=("a", "b"))
    run_audiences(home, folder=folder)
    assert members(home, "nobody") == {}
    assert set(members(home, "everybody")) == {"a", "b"}
    assert current_members(home, "nobody") == []
    publish(home, as_of=date(2026, 7, 1))
    run_audiences(home, folder=folder)
    assert current_members(home, "everybody") == []
