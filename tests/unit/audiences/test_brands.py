"""Consent in a group of two brands: what was said to one never opens the other's list.

The expectation is written a second time here, person by person, from the sentences of
docs/reference/reachability.md: it shares nothing with the compiler.
"""

import itertools
from pathlib import Path
from typing import Any

import pytest

from orchestration.lib.audiences.checks import forbidden_members
from orchestration.lib.audiences.running import run_audiences
from orchestration.lib.audiences.state import members_path
from orchestration.lib.home import Home
from tests.unit.audiences.conftest import Ask
from tests.unit.audiences.tiny import audience_text, publish, write_audiences

EVERYBODY = "{not: {profile: gender, is: nobody}}"
BRANDS = ("yutang", "hetang", "all")
ANSWERS = (None, True, False)


def statement(one_id: str, brand: str, *, granted: bool, purpose: str = "marketing", channel: str):
    return {
        "one_id": one_id, "purpose": purpose, "channel": channel, "brand": brand,
        "is_granted": granted,
    }  # fmt: skip


def people_of_every_kind() -> dict[str, dict[str, bool | None]]:
    """A person for every combination of answers to the two brands and to the group."""
    return {
        "_".join(f"{brand}{answer}" for brand, answer in zip(BRANDS, said, strict=True)): dict(
            zip(BRANDS, said, strict=True)
        )
        for said in itertools.product(ANSWERS, repeat=3)
    }


def everything_said(people: dict[str, dict[str, bool | None]], **about: str) -> dict[str, Any]:
    """What `publish` takes: the people, the two brands, and every answer as a statement."""
    return {
        "people": tuple(people),
        "core__dim_stores": [{"store_id": b, "brand": b} for b in ("yutang", "hetang")],
        "profile__customer_consents": [
            statement(one, to, granted=answer, **about)
            for one, said in people.items()
            for to, answer in said.items()
            if answer is not None
        ],
    }


def is_refused(said: dict[str, bool | None], brand: str) -> bool:
    """A brand's list hears the brand and the group; the group's list hears every no."""
    heard = BRANDS if brand == "all" else (brand, "all")
    return any(said[one] is False for one in heard)


def is_granted(said: dict[str, bool | None], brand: str) -> bool:
    return not is_refused(said, brand) and bool(said[brand] or said["all"])


@pytest.mark.parametrize("brand", BRANDS)
def test_a_no_to_all_channels_closes_the_lists_that_hear_it(home: Home, who_is: Ask, brand: str):
    people = people_of_every_kind()
    publish(home, **everything_said(people, channel="all"))
    expected = {one for one, said in people.items() if not is_refused(said, brand)}
    assert who_is(EVERYBODY, brand=brand) == expected


@pytest.mark.parametrize("brand", BRANDS)
def test_another_purpose_needs_a_yes_that_the_list_hears(home: Home, who_is: Ask, brand: str):
    people = people_of_every_kind()
    publish(
        home,
        **everything_said(people, purpose="care", channel="sms"),
        profile__customer_reachability=[
            {"one_id": one, "channel": "sms", "next_possible_date": "2026-06-30"} for one in people
        ],
    )
    expected = {one for one, said in people.items() if is_granted(said, brand)}
    assert who_is(EVERYBODY, brand=brand, purpose="care", channels="[sms]") == expected


def test_reach_of_a_brand_goes_before_that_of_the_group(home: Home, who_is: Ask):
    def reach(one_id: str, day: str | None, **more: str) -> dict:
        return {"one_id": one_id, "channel": "sms", "next_possible_date": day, **more}

    publish(
        home,
        people=("group_yes", "group_no", "hetang_no", "hetang_yes"),
        core__dim_stores=[{"store_id": b, "brand": b} for b in ("yutang", "hetang")],
        profile__customer_reachability=[
            reach("group_yes", "2026-06-30"),
            reach("group_no", None),
            reach("hetang_no", None),  # the group hears a no to one of its brands
            reach("hetang_yes", None),  # and no yes to one of them
        ],
        profile__customer_brand_reachability=[
            reach("hetang_no", None, brand="hetang"),
            reach("hetang_no", "2026-06-30", brand="yutang"),
            reach("hetang_yes", "2026-06-30", brand="hetang"),
            reach("hetang_yes", None, brand="yutang"),
        ],
    )
    sms = "[sms]"
    assert who_is(EVERYBODY, brand="all", channels=sms) == {"group_yes"}
    assert who_is(EVERYBODY, brand="hetang", channels=sms) == {"group_yes", "hetang_yes"}
    assert who_is(EVERYBODY, brand="yutang", channels=sms) == {"group_yes", "hetang_no"}


def test_the_check_of_what_was_published_knows_brands_too(home: Home, tmp_path: Path):
    folder = write_audiences(
        tmp_path,
        audience_text(EVERYBODY, name="ours", brand="yutang"),
        audience_text(EVERYBODY, name="theirs", brand="hetang"),
        audience_text(EVERYBODY, name="everyones", brand="all"),
    )
    stores = [{"store_id": b, "brand": b} for b in ("yutang", "hetang")]
    publish(home, people=("p",), core__dim_stores=stores)
    run_audiences(home, folder=folder)
    assert members_path(home, "theirs").exists()
    publish(
        home,
        people=("p",),
        core__dim_stores=stores,
        profile__customer_consents=[statement("p", "hetang", granted=False, channel="all")],
    )
    import duckdb

    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "create schema activation; create table activation.audiences as select * from "
            "(values ('ours', 'marketing', 'yutang'), ('theirs', 'marketing', 'hetang'), "
            "('everyones', 'marketing', 'all')) as t (audience, purpose, brand)"
        )
        connection.execute(
            "create table activation.audience_members as "
            "select audience, 'p' as one_id from activation.audiences"
        )
    assert set(forbidden_members(home)) == {"theirs", "everyones"}
