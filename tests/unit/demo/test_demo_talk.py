"""Consents, referrals and wishes in the simulated brand: every case the models decide is there."""

from collections import defaultdict
from itertools import pairwise

from tests.unit.demo.conftest import Brand


def test_consents_are_granted_withdrawn_granted_again_and_both_at_once(brand: Brand):
    said = defaultdict(list)
    types = set()
    for row in brand.rows("crm.consents"):
        types.add(row["subject_type"])
        key = row["subject_value"], row["purpose"], row["channel"]
        said[key].append((row["event_time"], row["status"]))
    assert types == {"member_id", "phone", "wx_openid"}
    orders = {tuple(status for _, status in sorted(rows)) for rows in said.values()}
    assert {("granted",), ("withdrawn",), ("withdrawn", "granted")} <= orders
    at_once = [rows for rows in said.values() if len(rows) == 2 and rows[0][0] == rows[1][0]]
    assert at_once and all({status for _, status in rows} == {"granted", "withdrawn"}
                           for rows in at_once)  # fmt: skip


def test_members_invite_others_twice_and_themselves(brand: Brand):
    owner = dict(brand.truth("""
        select identifier_value, person_id from {identifiers} where identifier_type = 'member_id'
    """))  # fmt: skip
    inviters = defaultdict(set)
    for row in brand.rows("crm.referrals"):
        assert {row["inviter_member_id"], row["invitee_member_id"]} <= set(owner)
        inviters[row["invitee_member_id"]].add(row["inviter_member_id"])
    assert len(inviters) > 20
    assert any(invitee in found for invitee, found in inviters.items())
    assert any(len(found - {invitee}) > 1 for invitee, found in inviters.items())


def test_nobody_is_linked_by_a_referral(brand: Brand):
    groups = defaultdict(set)
    for value, group in brand.truth("""
        select identifier_value, evidence_group from {identifiers}
        where identifier_type = 'member_id'
    """):  # fmt: skip
        groups[value].add(group)
    for row in brand.rows("crm.referrals"):
        inviter, invitee = row["inviter_member_id"], row["invitee_member_id"]
        assert inviter == invitee or groups[inviter].isdisjoint(groups[invitee])


def test_wishes_to_be_erased_come_by_phone_and_by_member_number(brand: Brand):
    rows = list(brand.rows("crm.erasure_requests"))
    assert {row["subject_type"] for row in rows} == {"phone", "member_id"}
    assert len({row["request_id"] for row in rows}) == len(rows) >= 14


def test_calls_reach_people_or_not_and_some_are_corrected(brand: Brand):
    outcomes = defaultdict(list)
    for row in brand.rows("calls.outcomes"):
        outcomes[row["call_id"]].append(row["outcome"])
        assert int(row["duration_s"]) == 0 or row["outcome"] in ("connected", "opt_out")
    said = {outcome for found in outcomes.values() for outcome in found}
    assert said >= {"connected", "opt_out", "no_answer", "busy", "rejected", "voicemail"}
    corrected = [found for found in outcomes.values() if len(found) == 2]
    assert corrected and all(found[0] == "connected" != found[1] for found in corrected)


def test_posts_are_counted_anew_and_lose_interactions(brand: Brand):
    counts = defaultdict(list)
    for row in brand.rows("social.posts"):
        key = row["platform"], row["account_id"], row["post_id"]
        counts[key].append((int(row["impressions"]), int(row["interactions"])))
    assert max(map(len, counts.values())) == 4
    assert all(found == sorted(found, key=lambda count: count[0]) for found in counts.values())
    assert any(now < before for found in counts.values()
               for (_, before), (_, now) in pairwise(found))  # fmt: skip
