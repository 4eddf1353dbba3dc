"""Consent in a group of two brands, landing to list, with one identity for the group and one per brand.

The demo group has one club; here some of its members join it at the sister brand too, and say different
things to both. Expectations are made from what is written into landing, person by person.
"""

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.audiences.checks import forbidden_members
from orchestration.lib.home import Home
from orchestration.lib.landing.tokens import Keys
from tests.integration.homes import DemoRun, yutang
from tests.integration.test_reach_oracle import judge, next_day, read_world
from tests.unit.audiences.conftest import members_of
from tests.unit.audiences.tiny import audience_text, write_audiences

pytestmark = pytest.mark.slow
DAY = "2026-06-30"
OURS, THEIRS, GROUP = "yutang", "hetang", ""
ANSWERS = (None, "granted", "withdrawn")
EVERYBODY = "{not: {profile: gender, is: nobody}}"


@dataclass(frozen=True)
class Member:
    """A member at both brands, and what they said to each brand and to the group about SMS."""

    member_id: str
    phone: str
    said: dict[str, str | None]


def newest_members(home: Home) -> dict[str, dict[str, str]]:
    found = {}
    for path in sorted((home.landing / "crm" / "members").glob("dt=*/members_2*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["member_id"]: row for row in csv.DictReader(file)}
    return found


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def with_two_brands(home: Home) -> list[Member]:
    """Write that they joined at the sister and the statements into the newest day of landing."""
    rows = [r for r in newest_members(home).values() if len(r["phone"]) == 11]
    phones = [row["phone"] for row in rows]
    alone = [row for row in rows if phones.count(row["phone"]) == 1]
    kinds = list(itertools.product(ANSWERS, repeat=3))
    members = [
        Member(row["member_id"], row["phone"], dict(zip((OURS, THEIRS, GROUP), said, strict=True)))
        for row, said in zip(alone, itertools.chain(kinds, kinds), strict=False)
    ]
    by_id = {row["member_id"]: row for row in alone}
    write(
        home.landing / "crm" / "members" / f"dt={DAY}" / "members_hetang.csv",
        [
            {**by_id[one.member_id], "brand": THEIRS, "updated_at": f"{DAY} 00:00:01"}
            for one in members
        ],
    )  # fmt: skip
    write(
        home.landing / "crm" / "consents" / f"dt={DAY}" / "consents_brands.csv",
        [
            {"subject_type": "phone", "subject_scope": "", "subject_value": one.phone,
             "purpose": "marketing", "channel": "sms", "brand": brand, "status": status,
             "policy_version": "2026-06", "event_time": f"{DAY} 23:59:00"}
            for one in members
            for brand, status in one.said.items()
            if status
        ],
    )  # fmt: skip
    return members


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DemoRun, list[Member]]]:
    folder = tmp_path_factory.mktemp("two-brands")
    home = Home(root=folder / "home", secrets=folder / "secrets")
    yutang(home, "demo", "--people", "500", "--days", "30")
    members = with_two_brands(home)
    yield DemoRun(home, yutang(home, "run").stdout), members


def listed(home: Home, folder: Path, brand: str) -> set[str]:
    """Members of "everybody who can get an SMS of this brand"."""
    audiences = write_audiences(
        folder, audience_text(EVERYBODY, name="sample", brand=brand, channels="[sms]")
    )
    return members_of(home, audiences)


def people(home: Home, members: list[Member], prefix: str = "") -> dict[str, str]:
    """one_id by phone: of the tokens that this brand's phones have."""
    keys = Keys.load_or_create(home)
    tokens = {keys.token(f"{prefix}phone", f"+86{one.phone}"): one.phone for one in members}
    with duckdb.connect(str(home.published), read_only=True) as connection:
        rows = connection.execute(
            "select identifier_token, one_id from core.bridge_customer_identifiers "
            "where identifier_token in (select unnest($tokens))",
            {"tokens": list(tokens)},
        ).fetchall()
    return {tokens[token]: one_id for token, one_id in rows}


def test_with_one_identity_each_list_hears_its_brand_and_the_group(group, tmp_path):
    run, members = group
    ids = people(run.home, members)
    assert len(ids) == len(members) > 40
    said = [one for one in members if any(one.said.values())]
    for brand in (OURS, THEIRS, "all"):
        found = listed(run.home, tmp_path / brand, brand)
        heard = (OURS, THEIRS, GROUP) if brand == "all" else (brand, GROUP)
        yes = (GROUP,) if brand == "all" else (brand, GROUP)
        refused = {
            ids[one.phone] for one in said if any(one.said[name] == "withdrawn" for name in heard)
        }
        may = {ids[one.phone] for one in said if any(one.said[n] == "granted" for n in yes)}
        assert not found & refused, brand
        # What the demo said about these people before names no brand: the group may have had a yes.
        assert not found & (set(ids.values()) - may - granted_before(run)), brand
        # The others are in, but for whose number is suppressed or who asked to be erased.
        assert len(found & (may - refused)) > len(may - refused) / 2, brand
    assert forbidden_members(run.home) == {}


def granted_before(run: DemoRun) -> set[str]:
    """People whom the group had a yes of, in statements that name no brand."""
    return {
        row[0]
        for row in run.query(
            "select one_id from profile.customer_consents where brand = 'all' and is_granted "
            "and purpose = 'marketing' and channel in ('sms', 'all')"
        )
    }


def test_with_one_identity_every_reason_equals_the_oracle(group):
    run, _ = group
    world = read_world(run.home)
    rows = run.query(
        "select one_id, channel, 'all', reason, next_possible_date "
        "from profile.customer_reachability union all "
        "select one_id, channel, brand, reason, next_possible_date "
        "from profile.customer_brand_reachability"
    )
    assert {row[2] for row in rows} == {OURS, THEIRS, "all"}
    wrong = []
    for one_id, channel, brand, reason, day in rows:
        expected = judge(world, one_id, channel, brand)
        if (reason, day) != (expected, next_day(world.as_of, expected)):
            wrong.append((one_id, channel, brand, reason, expected))
    assert wrong == []


def test_with_an_identity_per_brand_nothing_said_to_one_reaches_the_other(group, tmp_path):
    run, members = group
    (run.home.root / "brand.yml").write_text("identity_scope: brand\n", encoding="utf-8")
    try:
        yutang(run.home, "run")
        theirs = people(run.home, members, f"{THEIRS}/")
        assert len(theirs) == len(members)
        assert not set(theirs.values()) & set(people(run.home, members, f"{OURS}/").values())
        found = listed(run.home, tmp_path, THEIRS)
        # Who said yes to the sister, and nothing else, is in her list; nobody else of hers is. A
        # statement without a brand was made to the default brand, so it is none of hers.
        assert found & set(theirs.values()) == {
            theirs[one.phone] for one in members if one.said[THEIRS] == "granted"
        }
        assert found <= set(theirs.values())
        assert forbidden_members(run.home) == {}
    finally:
        (run.home.root / "brand.yml").unlink()
