"""Identity in the simulated brand: the truth names what occurs, and every trap is there."""

import hashlib
import re
from collections import Counter, defaultdict

import pytest

from tests.unit.demo.conftest import Brand, text_of

FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")


def e164(typed: str) -> str:
    digits = re.sub(r"\D", "", typed.translate(FULL_WIDTH))
    return "+86" + digits[-11:]


@pytest.fixture(scope="module")
def landing_words(brand: Brand) -> set[str]:
    """Every word of every landing file, phones as +86...."""
    words: set[str] = set()
    for path in brand.home.landing.rglob("dt=*/*"):
        text = text_of(path).translate(FULL_WIDTH)
        text = re.sub(r"\b(1\d\d)-(\d{4})-(\d{4})\b", r"\1\2\3", text)
        found = set(re.findall(r"[A-Za-z0-9_.@-]+", text))
        words |= found | {"+86" + word for word in found if re.fullmatch(r"1\d{10}", word)}
    return words | {word.lower() for word in words}


def test_every_identifier_of_the_truth_occurs_in_landing(brand: Brand, landing_words: set[str]):
    values = brand.truth("select identifier_type, identifier_value from {identifiers}")
    assert len(values) == brand.summary.identifiers > 5 * brand.summary.people
    missing = [pair for pair in values if pair[1] not in landing_words]
    assert missing == []


def test_every_identifier_in_landing_is_in_the_truth(brand: Brand):
    known = {
        (kind, scope, value)
        for kind, scope, value in brand.truth(
            "select identifier_type, identifier_scope, identifier_value from {identifiers}"
        )
    }
    found = set()
    for row in brand.rows("crm.members"):
        found |= {("member_id", "main", row["member_id"]), ("card_no", "main", row["card_no"])}
        found |= {("phone", None, e164(row["phone"]))} if row["phone"] else set()
        found |= {("wx_unionid", "main", row["wx_unionid"])} if row["wx_unionid"] else set()
    for row in brand.rows("miniprogram.logins"):
        found.add(("wx_openid", row["appid"], row["openid"]))
    for row in brand.rows("wechat_oa.events"):
        found.add(("wx_openid", row["appid"], row["FromUserName"]))
    for row in brand.rows("tmall.orders"):
        found.add(("tmall_ouid", row["shop_id"], row["ouid"]))
        found.add(("tmall_open_uid", None, row["buyer_open_uid"]))
    for row in brand.rows("jd.orders"):
        found.add(("jd_xid", row["venderId"], row["xid_buyer"]))
        found.add(("jd_open_id", row["venderId"], row["open_id_buyer"]))
    for row in brand.rows("douyin.orders"):
        found.add(("dd_open_id", str(row["shop_id"]), row["open_id"]))
    for row in brand.rows("meituan.orders"):
        found.add(("meituan_user_token", None, row["user_token"]))
    for row in brand.rows("wecom.contacts"):
        contact = row["external_contact"]["external_userid"]
        found.add(("wecom_external_userid", row["corpid"], contact))
    for row in brand.rows("miniprogram.events"):
        found.add(("anonymous_id", None, row["anonymous_id"]))
        oaid = row["properties"]["$oaid"]
        found |= {("oaid", None, oaid.lower())} if oaid else set()
    for row in brand.rows("sms.messages"):
        found.add(("phone", None, e164(row["phone"])))
    assert found - known == set()


def test_identifiers_are_unique_and_owned_by_people_of_the_truth(brand: Brand):
    ((duplicates, strangers),) = brand.truth("""
        select
            count(*) - count(distinct (identifier_type, identifier_scope, identifier_value)),
            count(*) filter (
                where person_id is not null and person_id not in (select person_id from {people})
            )
        from {identifiers}
    """)
    assert (duplicates, strangers) == (0, 0)


def test_records_of_one_member_belong_to_one_person(brand: Brand):
    owner = {
        (kind, value): person
        for kind, value, person in brand.truth(
            "select identifier_type, identifier_value, person_id from {identifiers}"
        )
    }
    recycled = {
        value for (value,) in brand.truth("""
            select identifier_value from {identifiers} where is_recycled
        """)
    }  # fmt: skip
    borrowed = {
        (row["subject_value"], row["object_value"])
        for row in brand.rows("crm.identity_events") if row["event"] == "unbind"
    }  # fmt: skip
    for row in brand.rows("crm.members"):
        people = {owner["member_id", row["member_id"]], owner["card_no", row["card_no"]]}
        is_borrowed = (row["member_id"], row["phone"]) in borrowed
        if row["phone"] and not is_borrowed and e164(row["phone"]) not in recycled:
            people.add(owner["phone", e164(row["phone"])])
        if row["wx_unionid"]:
            people.add(owner["wx_unionid", row["wx_unionid"]])
        assert len(people) == 1
    for row in brand.rows("crm.coupons"):
        if row["member_id"] and row["wx_openid"]:
            assert owner["member_id", row["member_id"]] == owner["wx_openid", row["wx_openid"]]


def test_a_few_percent_of_pairs_are_beyond_all_evidence(brand: Brand):
    # Half of them are the ids of JD, Douyin and Meituan, which stand on no record with another.
    assert 0.965 <= brand.summary.linkable_share < 1
    ((share,),) = brand.truth("""
        with sizes as (
            select person_id, evidence_group, count(*) as n from {identifiers}
            where person_id is not null and not is_shared and not is_recycled group by all
        )
        select
            (select sum(n * (n - 1)) from sizes)
            / (select sum(n * (n - 1)) from (select sum(n) as n from sizes group by person_id))
    """)
    assert share == pytest.approx(brand.summary.linkable_share)


def test_no_evidence_group_holds_two_people(brand: Brand):
    ((mixed,),) = brand.truth("""
        select count(*) from (
            select evidence_group from {identifiers} where person_id is not null
            group by 1 having count(distinct person_id) > 1
        )
    """)
    assert mixed == 0


def test_people_meet_the_brand_in_one_to_nine_channels(brand: Brand):
    counts = dict(brand.truth("select channel_count, count(*) from {people} group by 1"))
    assert set(range(1, 9)) <= set(counts) <= set(range(1, 12))


def test_some_people_are_never_linked_to_themselves(brand: Brand):
    ((people,),) = brand.truth("""
        select count(*) from (
            select person_id from {identifiers} where person_id is not null and not is_shared
            group by 1 having count(distinct evidence_group) > 1
        )
    """)
    assert people > 0.01 * brand.summary.people


def test_a_familys_tablet_serves_several_people(brand: Brand):
    logins = defaultdict(set)
    for row in brand.rows("miniprogram.events"):
        if row["properties"]["$oaid"] and row["login_id"]:
            logins[row["properties"]["$oaid"].lower()].add(row["login_id"])
    shared = dict(
        brand.truth("""
        select identifier_value, person_id from {identifiers}
        where identifier_type = 'oaid' and is_shared
    """)
    )
    families = [people for oaid, people in logins.items() if oaid in shared and len(people) > 1]
    assert len(families) >= 3
    assert max(map(len, families)) <= 4
    assert set(shared.values()) == {None}
    # Nobody else's device serves two people.
    assert all(len(people) == 1 for oaid, people in logins.items() if oaid not in shared)


def test_a_stores_own_phone_stands_on_many_receipts_some_with_cards(brand: Brand):
    shared = {value for (value,) in brand.truth("""
        select identifier_value from {identifiers} where identifier_type = 'phone' and is_shared
    """)}  # fmt: skip
    with_card, without = Counter(), Counter()
    for row in brand.rows("pos.receipts"):
        if row["member_phone"] and e164(row["member_phone"]) in shared:
            target = with_card if row["member_card_no"] else without
            target[e164(row["member_phone"])] += 1
    assert max(without.values()) > 150
    assert sum(count > 0 for count in with_card.values()) >= 1
    assert "+8613800138000" in shared


def test_the_placeholder_number_is_on_about_two_percent_of_receipts_with_a_phone(brand: Brand):
    typed = {
        (row["store_id"], row["terminal_id"], row["business_date"], row["receipt_no"]):
            e164(row["member_phone"])
        for row in brand.rows("pos.receipts") if len(row["member_phone"]) >= 11
    }  # fmt: skip
    share = list(typed.values()).count("+8613800138000") / len(typed)
    assert 0.008 < share < 0.035


def test_recycled_numbers_are_verified_by_two_members_months_apart(brand: Brand):
    recycled = dict(
        brand.truth("""
        select identifier_value, person_id from {identifiers} where is_recycled
    """)
    )
    members = defaultdict(dict)
    for row in brand.rows("crm.members"):
        if e164(row["phone"]) in recycled:
            members[e164(row["phone"])][row["member_id"]] = row["register_time"]
    assert len(members) >= 2
    for phone, registrations in members.items():
        (first, _), (second, later) = sorted(registrations.items(), key=lambda item: item[1])
        assert first != second
        assert registrations[first][:7] < later[:7]
        # The truth names the owner of today.
        ((owner,),) = brand.truth(
            "select person_id from {identifiers} "
            f"where identifier_type = 'member_id' and identifier_value = '{second}'"
        )
        assert recycled[phone] == owner


def test_marketplace_phones_are_masked_virtual_or_encrypted(brand: Brand):
    tmall = [row["receiver_mobile"] for row in brand.rows("tmall.orders")]
    assert all(re.fullmatch(r"1\d\d\*{4}\d{4}|1\d{10}-\d{3}", phone) for phone in tmall)
    assert len({bool(re.search(r"\*", phone)) for phone in tmall}) == 2
    orders = [row["full_order_info"] for row in brand.rows("youzan.orders")]
    assert all(re.fullmatch(r"\$.+\$1\$", order["buyer_info"]["buyer_phone"]) for order in orders)
    receivers = {order["address_info"]["receiver_tel"][0] for order in orders}
    assert receivers == {"$", "1"}


def test_staff_type_wrong_numbers_that_mostly_nobody_has(brand: Brand):
    owner = dict(
        brand.truth("""
        select identifier_value, person_id from {identifiers} where identifier_type = 'phone'
    """)
    )
    contact = dict(
        brand.truth("""
        select identifier_value, person_id from {identifiers}
        where identifier_type = 'wecom_external_userid'
    """)
    )
    result = Counter()
    for row in brand.rows("wecom.contacts"):
        person = contact[row["external_contact"]["external_userid"]]
        for staff in row["follow_user"]:
            for phone in staff["remark_mobiles"]:
                result[owner[e164(phone)] == person, owner[e164(phone)] is None] += 1
    right, nobodys, somebodys = result[True, False], result[False, True], result[False, False]
    assert right > 5 * nobodys > 0
    assert nobodys >= somebodys


def test_some_people_have_two_wechat_accounts(brand: Brand):
    accounts = brand.truth("""
        select count(*) from {identifiers} where identifier_type = 'wx_unionid'
        group by person_id
    """)
    assert Counter(n for (n,) in accounts)[2] >= 3


def test_a_member_who_changed_the_number_keeps_both(brand: Brand):
    phones = defaultdict(set)
    for row in brand.rows("crm.members"):
        phones[row["member_id"]].add(row["phone"])
    assert sum(len(numbers) == 2 for numbers in phones.values()) >= 5


def test_identity_events_say_what_no_record_shows(brand: Brand):
    owner = {
        (kind, value): person
        for kind, value, person in brand.truth(
            "select identifier_type, identifier_value, person_id from {identifiers}"
        )
    }
    members = defaultdict(list)
    for row in brand.rows("crm.members"):
        members[row["member_id"]].append((row["updated_at"], row["phone"]))
    events = defaultdict(list)
    for row in sorted(brand.rows("crm.identity_events"), key=lambda row: row["occurred_at"]):
        events[row["event"]].append(row)
    assert set(events) == {"bind", "unbind", "rebind", "release", "cancel", "migrate", "merge"}

    # A number is released long before its next owner binds it.
    released = {row["object_value"]: row for row in events["release"]}
    for bound in events["bind"]:
        before = released[bound["object_value"]]
        assert before["occurred_at"] < bound["occurred_at"]
        assert before["subject_value"] != bound["subject_value"]
        stated = [at for at, phone in members[before["subject_value"]]
                  if phone == bound["object_value"]]  # fmt: skip
        assert stated and max(stated) < before["occurred_at"]
    for row in events["rebind"]:
        changes = dict(members[row["subject_value"]])
        assert changes[row["occurred_at"]] == row["new_object_value"]
        assert owner["phone", e164(row["object_value"])] == owner["member_id", row["subject_value"]]
    # Who registered with somebody else's number gave it up, and gave an own one later.
    for row in events["unbind"]:
        stated = sorted(members[row["subject_value"]])
        assert stated[0][1] == row["object_value"] != stated[-1][1]
        assert owner["phone", e164(stated[0][1])] not in (None, owner["phone", e164(stated[-1][1])])
    clicks = {row["FromUserName"] for row in brand.rows("wechat_oa.events")}
    for row in events["migrate"]:  # an official account moved, or Douyin replaced an open id
        kind = row["subject_type"]
        assert kind in ("wx_openid", "dd_open_id") and row["object_type"] == kind
        assert kind == "dd_open_id" or row["subject_value"] in clicks
        assert (row["subject_scope"] != row["object_scope"]) is (kind == "wx_openid")
        people = {owner[kind, row[side]] for side in ("subject_value", "object_value")}
        assert len(people) == 1
    for row in events["merge"]:
        people = {owner["member_id", row[side]] for side in ("subject_value", "object_value")}
        assert len(people) == 1 and not any(phone for _, phone in members[row["subject_value"]])
    for row in events["cancel"]:
        assert max(at for at, _ in members[row["subject_value"]]) < row["occurred_at"]
    ((group,),) = brand.truth(f"""
        select count(distinct evidence_group) from {{identifiers}} where identifier_value in
        ('{events["merge"][0]["subject_value"]}', '{events["merge"][0]["object_value"]}')
    """)
    assert group == 1


def test_clicks_carry_hashed_phones_some_of_known_people(brand: Brand):
    known = {phone for (phone,) in brand.truth(
        "select identifier_value from {identifiers} where identifier_type = 'phone'"
    )}  # fmt: skip
    for entity, column, function in (
        ("tencent_ads.clicks", "hash_phone", hashlib.md5),
        ("ocean_engine.clicks", "phone_sha256", hashlib.sha256),
    ):
        forms = {
            function(text.encode()).hexdigest()
            for phone in known
            for text in (phone[3:], phone[1:])
        }
        found = [row[column] for row in brand.rows(entity) if not row[column].startswith("__")]
        matched = sum(value.lower() in forms for value in found)
        assert 0 < matched < len(found)
        assert any(value != value.lower() for value in found)
