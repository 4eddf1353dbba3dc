"""Members through merges of people: random brands against a second computation in plain Python."""

import tempfile
from datetime import date
from pathlib import Path

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.lib.audiences.running import run_audiences
from tests.unit.audiences.tiny import audience_text, home_in, order, publish, write_audiences

DAYS = (date(2026, 6, 28), date(2026, 6, 29), date(2026, 6, 30))
PEOPLE = tuple(f"p{n}" for n in range(7))


@st.composite
def brands(draw: st.DrawFn) -> list[tuple[dict[str, str], set[str]]]:
    """By day: who is whom by then (every first id to the live one), and who of the live ones buys."""
    live = {one: one for one in PEOPLE}
    found = []
    for n in range(len(DAYS)):
        if n:
            for _ in range(draw(st.integers(0, 2))):
                ids = sorted(set(live.values()))
                if len(ids) > 1:
                    kept, gone = draw(st.permutations(ids))[:2]
                    live = {one: kept if now == gone else now for one, now in live.items()}
        buyers = draw(st.sets(st.sampled_from(sorted(set(live.values())))))
        found.append((dict(live), buyers))
    return found


@settings(max_examples=20, deadline=None)
@given(brands())
def test_nobody_joins_or_leaves_because_of_a_merge(brand: list[tuple[dict[str, str], set[str]]]):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = home_in(folder)
        audiences = write_audiences(folder, audience_text("{orders: {window: ever}}"))
        joined: dict[str, date] = {}
        for day, (live, buyers) in zip(DAYS, brand, strict=True):
            publish(
                home,
                as_of=day,
                people=sorted(set(live.values())),
                core__identity_aliases=[
                    {"retired_one_id": old, "one_id": now}
                    for old, now in live.items()
                    if now != old
                ],
                core__fct_orders=[order(one, "2026-06-01 00:00:00") for one in sorted(buyers)],
            )
            run_audiences(home, folder=audiences)
            # Ids of the day before, under the names of this day: the earliest join stays.
            carried: dict[str, date] = {}
            for old, since in joined.items():
                now = live[old]
                carried[now] = min(since, carried.get(now, since))
            joined = {one: carried.get(one, day) for one in buyers}
            expected = {(one, "joined") for one in buyers - set(carried)}
            expected |= {(one, "left") for one in set(carried) - buyers}
            with duckdb.connect(str(home.published), read_only=True) as connection:
                members = connection.execute(
                    "select one_id, joined_date from activation.audience_members"
                ).fetchall()
                changes = connection.execute(
                    "select one_id, change from activation.audience_changes where as_of_date = ?",
                    [day],
                ).fetchall()
            assert dict(members) == joined
            assert set(changes) == expected
            assert len(changes) == len(expected)
