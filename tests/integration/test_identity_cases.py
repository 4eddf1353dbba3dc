"""Cases that Chinese channels bring: store phones, tablets, recycled numbers, migrations, cancellations.

One world holds all of them; each case has names of its own. People decide two of them by hand.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.integration.identity_lab import (
    FIRST_DAY,
    Lab,
    Record,
    Seen,
    device,
    member,
    openid,
    phone,
    records_of,
    tokens,
    unionid,
)

pytestmark = pytest.mark.slow
DAY = 86_400


def crm(at: int, *seen: Seen) -> Record:
    return Record(at, seen, channel="crm", entity="members")


def wecom(name: str) -> Seen:
    return Seen("wecom_external_userid", name, "corp")


def shop(name: str, shop_id: str) -> Seen:
    return Seen("tmall_ouid", name, shop_id)


def omid(name: str) -> Seen:
    return Seen("tmall_omid", name, "main")


RECORDS = [
    # A store's own phone, typed on 5,000 receipts of people with cards.
    *[Record(i, (member(f"walkin{i}"), phone("store", verified=False))) for i in range(5_000)],
    # A shop tablet on which 5,000 people logged in.
    *[Record(i, (openid(f"visitor{i}"), device("tablet"))) for i in range(5_000)],
    # A cashier's phone, verified behind 60 openids.
    *[Record(i, (openid(f"cash{i}"), phone("cashier"))) for i in range(60)],
    *records_of(
        [
            # A family's tablet: three members, none joined.
            (1, [member("father"), device("family")]),
            (2, [member("mother"), device("family")]),
            (3, [member("child"), device("family")]),
            # One person with two WeChats under one phone.
            (4, [unionid("wechat1"), openid("w1"), phone("twowechats")]),
            (5, [unionid("wechat2"), openid("w2"), phone("twowechats")]),
            # Staff typed a wrong phone for a WeCom contact: two people have it, it joins none.
            (6, [wecom("stranger"), phone("wrong", verified=False)]),
            (7, [member("owner1"), phone("wrong", verified=False)]),
            (8, [member("owner2"), phone("wrong", verified=False)]),
            # Two shops of one brand, bridged by the omid.
            (9, [shop("buyer", "shop1"), omid("bridge")]),
            (10, [shop("buyer", "shop2"), omid("bridge")]),
            # Openids of an account that migrated; the remap comes as an event.
            (11, [openid("old", "oldapp"), unionid("migrant")]),
            (12, [openid("new", "newapp"), phone("migrant")]),
            # A phone released by its first owner, then verified by a second one.
            (13, [member("first"), phone("released"), openid("first")]),
            (200 * DAY, [member("second"), phone("released"), openid("second")]),
            # Unbound from one account, still another's.
            (14, [openid("sharer"), phone("unbound")]),
            (15, [openid("keeper"), phone("unbound")]),
            # Cancelled, then back with the same phone and a new member number.
            (16, [member("gone"), phone("comeback"), unionid("comeback")]),
            (200 * DAY, [member("back"), phone("comeback")]),
            # Two member numbers of one person, merged upstream.
            (17, [member("dup1"), phone("dup")]),
            (18, [member("dup2"), phone("dup")]),
            # A phone behind two member numbers that nobody explains joins neither.
            (19, [member("left"), phone("ambiguous"), openid("left")]),
            (20, [member("right"), phone("ambiguous"), openid("right")]),
            # People's word.
            (21, [member("twin1"), phone("twins")]),
            (22, [openid("twin2"), phone("twins")]),
            (23, [member("husband")]),
            (24, [openid("husband")]),
        ]
    ),
    # The member row of one who changed the phone; the old number is verified by another later.
    crm(25, member("mover"), phone("moved")),
    crm(100 * DAY, member("mover"), phone("fresh")),
    crm(150 * DAY, member("heir"), phone("moved")),
    # Changed as well, but nobody took the old number: it stays.
    crm(26, member("keepsold"), phone("stays")),
    crm(100 * DAY, member("keepsold"), phone("newer")),
]

# event, subject, object, new object, second after the first day
EVENTS = [
    ("migrate", openid("old", "oldapp"), openid("new", "newapp"), None, 20 * DAY),
    ("release", member("first"), phone("released"), None, 100 * DAY),
    ("unbind", openid("sharer"), phone("unbound"), None, 100 * DAY),
    ("cancel", member("gone"), None, None, 100 * DAY),
    ("merge", member("dup1"), member("dup2"), None, 100 * DAY),
    ("bind", openid("binder"), phone("bound"), None, 100 * DAY),
    ("rebind", member("rebinder"), phone("before"), phone("after"), 100 * DAY),
]


def write_events(lab: Lab, *, on: date) -> None:
    folder = lab.home.raw / "crm" / "identity_events" / f"dt={on}"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, (event, subject, thing, new_thing, at) in enumerate(EVENTS):
        row = {"event_id": f"e{number}", "event": event}
        for side, one in (("subject", subject), ("object", thing), ("new_object", new_thing)):
            row[f"{side}_value"] = one.token if one else None
            row[f"{side}_value_status"] = "valid" if one else None
            if side != "new_object":
                row[f"{side}_type"] = one.type if one else None
                row[f"{side}_scope"] = one.scope if one else None
        # Local time of the brand, as the source writes it.
        row["occurred_at"] = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(
            seconds=at, hours=8
        )
        row["brand"] = None
        rows.append(row)
    names = [
        "event_id", "event", "subject_type", "subject_scope", "subject_value",
        "subject_value_status", "object_type", "object_scope", "object_value",
        "object_value_status", "new_object_value", "new_object_value_status", "brand",
    ]  # fmt: skip
    schema = pa.schema(
        [(name, pa.string()) for name in names] + [("occurred_at", pa.timestamp("us"))]
    )
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / "data.parquet")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab.create(tmp_path_factory.mktemp("cases"))
    day = FIRST_DAY + timedelta(days=300)
    made.deliver(RECORDS, on=day)
    write_events(made, on=day)
    made.keep_apart(member("twin1"), openid("twin2"))
    made.join(member("husband"), openid("husband"))
    made.build()
    return made


@pytest.fixture(scope="module")
def people(lab: Lab) -> dict[str, str]:
    return lab.people()


def together(people: dict[str, str], *seen: Seen) -> bool:
    found = {people.get(one.token) for one in seen}
    return len(found) == 1 and None not in found


def person(people: dict[str, str], one: Seen) -> set[str]:
    return {token for token, one_id in people.items() if one_id == people[one.token]}


def owner_at(lab: Lab, one: Seen, at: int, *, verified: bool = True) -> str | None:
    """Whose a fact with the identifier is, ``at`` seconds after the first day."""
    moment = datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(seconds=at)
    rows = lab.query(
        "select one_id from intermediate.int_identity__resolution where identifier_token = "
        f"'{one.token}' and is_verified = {verified} "
        f"and coalesce(timestamp '{moment}' >= valid_from_at, true) "
        f"and coalesce(timestamp '{moment}' < valid_to_at, true)"
    )
    assert len(rows) <= 1
    return rows[0][0] if rows else None


def rules(lab: Lab, one: Seen) -> dict[str, int | None]:
    return dict(
        lab.query(
            "select rule, person_count from quality.identity_conflicts "
            f"where identifier_token = '{one.token}'"
        )
    )


def test_a_store_phone_and_a_tablet_merge_nobody_and_are_listed(lab: Lab, people: dict) -> None:
    assert len({people[member(f"walkin{i}").token] for i in range(5_000)}) == 5_000
    assert len({people[openid(f"visitor{i}").token] for i in range(5_000)}) == 5_000
    assert rules(lab, phone("store")) == {"shared": 5_000}
    assert rules(lab, device("tablet")) == {"shared": 5_000}
    assert owner_at(lab, phone("store"), DAY, verified=False) is None


def test_a_cashiers_verified_phone_is_a_crowd_not_a_person(lab: Lab, people: dict) -> None:
    assert len({people[openid(f"cash{i}").token] for i in range(60)}) == 60
    assert phone("cashier").token not in people
    assert rules(lab, phone("cashier")) == {"too_many_people:wx_openid": 60}


def test_a_family_tablet_joins_no_members(people: dict, lab: Lab) -> None:
    assert len({people[member(name).token] for name in ("father", "mother", "child")}) == 3
    assert rules(lab, device("family")) == {"shared": 3}


def test_one_person_may_have_two_wechats(people: dict) -> None:
    assert together(people, unionid("wechat1"), unionid("wechat2"), phone("twowechats"))


def test_a_wrongly_typed_phone_joins_no_contact(people: dict) -> None:
    assert person(people, wecom("stranger")) == {wecom("stranger").token}
    assert not together(people, member("owner1"), member("owner2"))


def test_an_omid_bridges_two_shops(people: dict) -> None:
    assert together(people, shop("buyer", "shop1"), shop("buyer", "shop2"), omid("bridge"))


def test_a_migrated_openid_carries_its_person_along(people: dict) -> None:
    assert together(people, openid("old", "oldapp"), openid("new", "newapp"), phone("migrant"))


def test_a_released_phone_is_its_second_owners_and_was_the_firsts(lab: Lab, people: dict) -> None:
    assert together(people, member("second"), phone("released"), openid("second"))
    assert together(people, member("first"), openid("first"))
    assert not together(people, member("first"), member("second"))
    assert owner_at(lab, phone("released"), 50 * DAY) == people[member("first").token]
    assert owner_at(lab, phone("released"), 100 * DAY) == people[member("second").token]
    assert owner_at(lab, phone("released"), 250 * DAY) == people[member("second").token]


def test_an_unbound_phone_leaves_only_its_holder(people: dict) -> None:
    assert together(people, openid("keeper"), phone("unbound"))
    assert person(people, openid("sharer")) == {openid("sharer").token}


def test_who_comes_back_after_a_cancellation_is_new(lab: Lab, people: dict) -> None:
    assert together(people, member("back"), phone("comeback"))
    assert not together(people, member("gone"), member("back"))
    assert owner_at(lab, phone("comeback"), 50 * DAY) == people[member("gone").token]
    assert owner_at(lab, phone("comeback"), 250 * DAY) == people[member("back").token]


def test_merged_accounts_are_one_person_and_one_value(people: dict, lab: Lab) -> None:
    assert together(people, member("dup1"), member("dup2"), phone("dup"))
    assert rules(lab, phone("dup")) == {}


def test_a_phone_of_two_members_that_nobody_explains_joins_neither(people: dict, lab: Lab) -> None:
    assert together(people, member("left"), openid("left"))
    assert together(people, member("right"), openid("right"))
    assert not together(people, member("left"), member("right"))
    assert rules(lab, phone("ambiguous")) == {"too_many_people:member_id": 2}


def test_bound_and_exchanged_phones_follow_the_events(people: dict) -> None:
    assert together(people, openid("binder"), phone("bound"))
    assert together(people, member("rebinder"), phone("after"))
    assert phone("before").token not in people


def test_a_phone_that_the_member_row_lost_moves_when_another_member_has_it(
    lab: Lab, people: dict
) -> None:
    assert together(people, member("heir"), phone("moved"))
    assert together(people, member("mover"), phone("fresh"))
    assert not together(people, member("mover"), member("heir"))
    assert owner_at(lab, phone("moved"), 50 * DAY) == people[member("mover").token]
    assert owner_at(lab, phone("moved"), 200 * DAY) == people[member("heir").token]
    assert together(people, member("keepsold"), phone("stays"), phone("newer"))


def test_what_people_decide_holds_in_both_directions(lab: Lab, people: dict) -> None:
    assert together(people, member("husband"), openid("husband"))
    assert not together(people, member("twin1"), openid("twin2"))
    # The phone stays with the stronger side; the refused link names the rule and the delivery.
    assert together(people, member("twin1"), phone("twins"))
    refused = lab.query(
        "select other_identifier_token, evidence, one_id, other_one_id "
        "from quality.identity_conflicts where rule = 'cannot_link'"
    )
    assert len(refused) == 1
    assert refused[0][1] == f"lab.records delivered {FIRST_DAY + timedelta(days=300)}"
    assert {refused[0][2], refused[0][3]} == {
        people[member("twin1").token],
        people[openid("twin2").token],
    }


def test_taking_a_decision_back_splits_and_restores_the_members(tmp_path: Path) -> None:
    """Split after merge restores the members, under ids nobody else ever had."""
    lab = Lab.create(tmp_path)
    lab.deliver(records_of([(1, [member("a"), phone("a")]), (2, [openid("b"), device("b")])]))
    lab.build()
    before, first_ids = lab.partition(), lab.people()
    lab.join(member("a"), openid("b"))
    lab.day += timedelta(days=1)
    lab.deliver(records_of([(3, [member("a"), phone("a")])]))
    lab.build()
    assert lab.partition() == {tokens(member("a"), phone("a"), openid("b"), device("b"))}
    merged_ids = lab.people()
    lab.decide_nothing()
    lab.day += timedelta(days=1)
    lab.deliver(records_of([(4, [member("a"), phone("a")])]))
    lab.build()
    assert lab.partition() == before
    last_ids = lab.people()
    assert last_ids[member("a").token] == first_ids[member("a").token]
    retired = first_ids[openid("b").token]
    assert last_ids[openid("b").token] not in {retired, last_ids[member("a").token]}
    # The id that retired into the merged person follows its own identifier since.
    assert lab.query("select retired_one_id, one_id from core.identity_aliases") == [
        (retired, last_ids[openid("b").token])
    ]
    spans = lab.query(
        "select one_id, reason, ended_reason from core.identity_history where "
        f"identifier_token = '{openid('b').token}' order by valid_from_date"
    )
    assert spans == [
        (retired, "new", "merged"),
        (last_ids[member("a").token], "merged", "split"),
        (last_ids[openid("b").token], "split", None),
    ]
    # A run for the day of the merge, by the rules of that day, finds the people of that day.
    lab.join(member("a"), openid("b"))
    lab.build(as_of=FIRST_DAY + timedelta(days=1), save=False)
    assert lab.people() == merged_ids
