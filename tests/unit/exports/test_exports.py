"""Runs, faults, brake, receipts and consent on a brand of a few people."""

import csv
import hashlib
import itertools
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch

import duckdb
import pytest

from orchestration.lib.exports import run as run_module
from orchestration.lib.exports import state as state_module
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.log import export_log_table, publish_log
from orchestration.lib.exports.outbox import version_folder
from orchestration.lib.exports.receipts import drop, read_receipts
from orchestration.lib.exports.routes import Holdout, Route, load_routes, retired_routes
from orchestration.lib.exports.run import Outcome, approve, dry_run, export
from orchestration.lib.exports.state import Store
from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.vault.access_log import AccessLog
from tests.unit.exports.platform import Platform
from tests.unit.exports.small_brand import (
    AUDIENCE,
    PURPOSE,
    Brand,
    brand,
    destination,
    one_id,
    phone,
    route,
)

GUARD = {"guard": {}}  # the bounds of a real destination


def one(made: Brand, way: Route) -> Outcome:
    return export(made.home, [way])[0]


def platform(made: Brand) -> Platform:
    return Platform(made.home.root / "outbox" / "ads" / AUDIENCE)


def state_of(made: Brand, way: Route):
    return Store(made.home, way, Keys.load_or_create(made.home).vault_key).load()


def acknowledge(made: Brand, way: Route, at: Platform | None = None, **said: object) -> Outcome:
    """Take every file of the version on its way, answer, and run again."""
    at = at or platform(made)
    pending = state_of(made, way).pending
    for part in at.waiting(pending.number):
        at.take(pending.number, part)
        at.answer(pending.number, part, **{"accepted": part["lines"], **said})
    return one(made, way)


def sha(number: int) -> tuple[str, str]:
    return ("phone_sha256", hashlib.sha256(phone(number)[3:].encode()).hexdigest())


def test_a_version_is_sent_once_and_only_differences_follow(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    assert one(made, way).status == "sent"
    assert acknowledge(made, way, at).status == "unchanged"
    made.members([*range(2, 10), *range(20, 20)])
    for number in (11, 12):
        made.person(number)
    made.publish()
    made.members([*range(2, 10), 11, 12])
    outcome = one(made, way)
    assert (outcome.status, outcome.added, outcome.removed) == ("sent", 2, 2)
    assert acknowledge(made, way, at).status == "unchanged"
    assert at.values == {sha(n) for n in [*range(2, 10), 11, 12]}
    assert one(made, way).status == "unchanged"
    assert len(at.manifests()) == 2


def test_files_are_for_their_owner_only_and_hold_no_time_and_no_clear_value(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    one(made, way)
    folder = version_folder(made.home, way, 1)
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == 0o600, path
    for above in (folder, folder.parent, folder.parent.parent, made.home.root / "outbox"):
        assert above.stat().st_mode & 0o777 == 0o700, above
    phones = [phone(n)[3:].encode() for n in range(10)]
    for root in (folder, made.home.state):
        for path in root.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                assert not any(value in content for value in phones), path
    other = brand(tmp_path / "again") if (tmp_path / "again").mkdir() is None else None
    other_way = route(tmp_path / "again")
    one(other, other_way)
    # Same people, another pepper, another day of work: the same bytes.
    for path in folder.iterdir():
        twin = version_folder(other.home, other_way, 1) / path.name
        assert twin.read_bytes() == path.read_bytes()


def test_what_the_vault_gave_is_logged_with_the_route(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    one(made, way)
    entries = AccessLog(made.home.vault / "access.log.jsonl").entries()
    assert [e["purpose"] for e in entries if e["action"] == "lookup"] == ["export ads/vip"]
    assert entries[-1]["found"] == 10


def test_only_who_consents_leaves_and_the_manifest_says_why_others_do_not(tmp_path):
    made, way = (
        brand(tmp_path),
        route(tmp_path, consent={"purpose": PURPOSE, "not_if_withdrawn": ["profiling"]}),
    )
    made.person(20, granted=None)
    made.say(0, PURPOSE, granted=False)
    made.say(1, "erasure", granted=False, at=datetime(2026, 6, 1))
    made.say(2, "profiling", granted=False)
    # Somebody who asked to be erased, came back and granted again.
    made.say(3, "erasure", granted=False, at=datetime(2026, 3, 1))
    # The number itself said no, the person yes.
    made.say(4, PURPOSE, granted=False, token=made.token("phone", phone(4)), by_person=True)
    made.publish()
    made.members([*range(10), 20, 99])
    one(made, way)
    books = platform(made).manifests()[0]["counts"]
    assert books["people_left_out"] == {
        "erasure_requested": 1, "no_consent": 1, "opted_out": 1, "unknown_person": 1,
        "withdrawn": 1,
    }  # fmt: skip
    assert books["identifiers_rejected"] == {"identifier_withdrawn": 1}
    assert books["people"] == 6
    acknowledge(made, way)
    at = platform(made)
    part = at.manifests()[0]["parts"][0]
    assert part["lines"] == 6


def test_who_withdraws_or_is_erased_is_removed_even_when_the_vault_has_forgotten_them(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    made.say(0, PURPOSE, granted=False)
    del made.people[1]  # erased: no identifier, nothing in the vault
    made.publish()
    outcome = one(made, way)
    assert (outcome.added, outcome.removed) == (0, 2)
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(2, 10)}


def test_removals_by_consent_leave_while_the_rest_waits(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    made.say(9, PURPOSE, granted=False)
    made.publish()
    made.members([0, 1, 9])  # 70 % fewer
    outcome = one(made, way)
    assert outcome.status == "held"
    assert "70.0 % of the 10 lines there would be removed" in outcome.sentence
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(9)}
    released = approve(made.home, way, outcome.version, reason="shop closed")
    assert released.status == "sent"
    acknowledge(made, way, at)
    assert at.values == {sha(0), sha(1)}


def test_mass_withdrawal_waits_but_erasure_does_not(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    for number in range(5):
        made.say(number, PURPOSE, granted=False)
    made.say(5, "erasure", granted=False, at=datetime(2026, 6, 20))
    made.publish()
    assert one(made, way).status == "held"
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(10) if n != 5}


@pytest.mark.parametrize(
    ("members", "sentence"),
    [([], "the audience has 0 members"), ([0, 1], "would be removed"),
     ([*range(10), *range(20, 29)], "are 90.0 % of the 10 there")],
)  # fmt: skip
def test_a_version_out_of_band_waits_and_says_why_in_one_sentence(tmp_path, members, sentence):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    for number in range(20, 29):
        made.person(number)
    made.publish()
    made.members(members)
    outcome = one(made, way)
    assert outcome.status == "held"
    assert sentence in outcome.sentence
    assert len(at.manifests()) == 1  # nothing of it is in the outbox
    assert one(made, way).version == outcome.version  # the same content keeps its number
    log = export_log_table(made.home).to_pylist()
    assert [row["status"] for row in log] == ["acknowledged", "held"]


def test_everyone_without_a_value_waits_for_an_approval_and_then_all_are_removed(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    made.members([])
    held = one(made, way)
    assert approve(made.home, way, held.version, reason="campaign over").status == "sent"
    acknowledge(made, way, at)
    assert at.values == set()


def test_an_approval_is_for_one_version_and_is_logged(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, **GUARD)
    one(made, way)
    acknowledge(made, way)
    made.members([0, 1])
    held = one(made, way)
    with pytest.raises(ExportError, match=r"version 9 does not wait; version 2 waits"):
        approve(made.home, way, 9, reason="x")
    with pytest.raises(ExportError, match="reason"):
        approve(made.home, way, held.version, reason=" ")
    made.members([0])  # what was looked at is not what would leave
    other = approve(made.home, way, held.version, reason="I looked at two people")
    assert (other.status, other.version) == ("held", 3)
    approved = approve(made.home, way, 3, reason="one is right")
    assert (approved.status, approved.version) == ("sent", 3)
    log = AccessLog(made.home.state / "exports" / "approvals.log.jsonl")
    assert log.first_broken() is None
    assert [e["purpose"] for e in log.entries()] == [
        "ads/vip version 2: I looked at two people", "ads/vip version 3: one is right",
    ]  # fmt: skip
    assert export_log_table(made.home).to_pylist()[-1]["approval_reason"] == "one is right"


@pytest.mark.parametrize(("bad", "status"), [(1, "sent"), (4, "held")])
def test_bad_phones_reject_themselves_and_above_the_bound_the_version_waits(tmp_path, bad, status):
    """4 of 20: a fifth of the phones is bad."""
    made, way = brand(tmp_path, 20), route(tmp_path)
    for number in range(bad):
        made.person(number, phones=["+8610000000000"[:-1] + str(number)])
    made.publish()
    outcome = one(made, way)
    assert outcome.status == status
    if status == "held":
        assert f"{bad * 5:.1f} % of the identifiers are unusable ({bad} of 20)" in outcome.sentence
        outcome = approve(made.home, way, outcome.version, reason="known: import of March")
        assert outcome.status == "sent"
    folder = version_folder(made.home, way, outcome.version)
    with (folder / "rejects.csv").open() as file:
        rejects = list(csv.DictReader(file))
    assert {r["one_id"] for r in rejects} == {one_id(n) for n in range(bad)}
    assert {r["reason"] for r in rejects} == {"malformed_phone"}
    at = platform(made)
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(bad, 20)}


def test_too_small_an_audience_and_shared_values_wait(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, min_people=11, **GUARD)
    assert "10 people can be sent, the destination needs 11" in one(made, way).sentence
    for number in range(4):
        made.person(number, phones=["+8613900000000"])
    made.publish()
    shared = one(made, route(tmp_path, **GUARD))
    assert "belong to several people" in shared.sentence


def test_holdout_and_reach_keep_people_out(tmp_path):
    made = brand(tmp_path, 30)
    way = route(tmp_path, holdout=Holdout(40, "s"), reach_channel="sms")
    kept = {n for n in range(30) if way.holdout.keeps_out(one_id(n))}
    assert 3 < len(kept) < 25
    reached = next(n for n in range(30) if n not in kept)
    made.unreachable[reached] = "no_consent"
    made.publish()
    one(made, way)
    books = platform(made).manifests()[0]["counts"]
    assert books["people_left_out"] == {"holdout": len(kept), "unreachable_no_consent": 1}


def test_whom_the_audience_holds_out_no_list_holds(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    made.say(1, PURPOSE, granted=False)
    made.publish()
    made.members(range(10), held_out=[1, 2, 3])
    one(made, way)
    books = platform(made).manifests()[0]["counts"]
    assert books["people_left_out"] == {"holdout": 2, "withdrawn": 1}
    assert books["people"] == 7


def test_the_log_goes_into_the_published_file_with_a_description_of_every_column(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    one(made, way)
    acknowledge(made, way, matched=4)
    for _ in range(2):
        assert publish_log(made.home) == 1
    with duckdb.connect(str(made.home.published), read_only=True) as connection:
        rows = connection.execute(
            "select destination, audience, version, status, lines, matched, match_rate_pct::varchar "
            "from activation.export_log"
        ).fetchall()
        missing = connection.execute(
            "select column_name from duckdb_columns() "
            "where table_name = 'export_log' and comment is null"
        ).fetchall()
        people = connection.execute("select count(*) from core.bridge_customer_identifiers")
        assert people.fetchall() == [(10,)]
    assert rows == [("ads", "vip", 1, "acknowledged", 10, 4, "40.00")]
    assert missing == []
    assert [p.name for p in made.home.published.parent.iterdir()] == ["yutang.duckdb"]


def test_a_person_has_all_phones_at_ad_platforms_and_one_in_a_message_list(tmp_path):
    made = brand(tmp_path, 1)
    made.person(0, phones=[phone(0), "+8613700000001", "not a phone"], granted=PURPOSE)
    made.say(0, "marketing", channel="sms", granted=True)
    made.publish()
    one(made, route(tmp_path, guard={"max_rejected_pct": 100}))
    assert platform(made).manifests()[0]["parts"][0]["lines"] == 2
    sms = route(
        tmp_path, adapter="sms_list", id_types=["phone"], acknowledged_by="delivery",
        consent={"purpose": "marketing", "channel": "sms"},
        guard={"max_rejected_pct": 100, "max_removed_pct": 100, "max_change_pct": 100},
    )  # fmt: skip
    sms = Route(sms.destination.model_copy(update={"key": "sms"}), AUDIENCE, "d" * 64)
    assert one(made, sms).status == "acknowledged"
    manifest = json.loads((version_folder(made.home, sms, 1) / "manifest.json").read_text())
    path = version_folder(made.home, sms, 1) / manifest["parts"][0]["file"]
    lines = path.read_text().splitlines()
    # The newest that fits: the last one is no phone, so the one before it.
    assert [line.split(",")[0] for line in lines[1:]] == ["13700000001"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert one(made, sms).status == "unchanged"
    made.people[0] = [*made.people[0], ("phone", "+8613600000002", None)]  # seen later than all
    made.publish()
    assert one(made, sms).status == "unchanged"  # no second message
    made.people[0] = [("phone", "+8613600000002", None)]  # the old number is somebody else's now
    made.publish()
    held = one(made, sms)  # one line in, one out: 200 % of one
    assert approve(made.home, sms, held.version, reason="one person").status == "acknowledged"
    assert state_of(made, sms).acknowledged_version == 2


def test_ids_of_another_app_are_no_ids(tmp_path):
    made = brand(tmp_path, 1)
    good, other = "o" * 28, "p" * 28
    made.person(0, others=[("wx_openid", good, "wxA"), ("wx_openid", other, "wxB")])
    made.publish()
    way = route(tmp_path, id_types=["wx_openid"], account={"open_app_id": "wxA"})
    one(made, way)
    manifest = platform(made).manifests()[0]
    path = platform(made).path(1, manifest["parts"][0])
    assert path.read_text().splitlines() == ["wx_openid", good]
    assert manifest["counts"]["identifiers_rejected"] == {}


def test_a_lost_removal_is_made_up_for_when_the_person_comes_back(tmp_path):
    """The removal arrived, its receipt said another count, so nobody knows; then the person rejoins."""
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    made.members(range(1, 10))
    one(made, way)
    with patch.object(run_module, "MAX_ATTEMPTS", 1):
        made.members(range(10))
        acknowledge(made, way, at, accepted=7)
    assert at.values == {sha(n) for n in range(1, 10)}
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(10)}


def test_somebody_who_withdraws_while_a_file_waits_is_taken_out_of_it(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    waiting = at.path(1, at.manifests()[0]["parts"][0])
    assert waiting.exists()
    made.say(0, PURPOSE, granted=False)
    made.publish()
    assert one(made, way).version == 2
    assert not waiting.exists()  # nobody can send it any more
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(1, 10)}
    statuses = [
        (r["version"], r["status"], r["operation"]) for r in export_log_table(made.home).to_pylist()
    ]
    assert statuses == [
        (1, "superseded", "append"), (2, "acknowledged", "append"), (2, "acknowledged", "remove"),
    ]  # fmt: skip


def test_receipts_are_monotone_whatever_their_order_and_number(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    part = at.manifests()[0]["parts"][0]
    at.take(1, part)
    at.answer(1, part, status="rejected")
    assert one(made, way).status == "waiting"
    at.answer(1, part, status="accepted", matched=5)
    at.answer(1, part, status="accepted", matched=5)
    assert one(made, way).status == "unchanged"
    at.answer(1, part, status="rejected", late=True)
    at.answer(1, part, status="accepted", matched=8, later=True)
    at.answer(1, part, status="accepted", matched=6, late=True)
    assert one(made, way).status == "unchanged"
    row = export_log_table(made.home).to_pylist()[0]
    assert (row["status"], row["matched"], str(row["match_rate_pct"])) == (
        "acknowledged",
        8,
        "80.00",
    )
    assert (row["errors"], row["attempts"]) == ("rejected_after_acknowledged", 2)
    assert len(at.taken) == 1


def test_one_answer_about_a_whole_version_settles_all_its_files(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, id_types=["phone_sha256", "phone_md5"])
    one(made, way)
    body = {"destination": "ads", "audience": AUDIENCE, "version": 1, "accepted": 20, "matched": 11}
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps([body, body]))
    for receipt in read_receipts(path):
        drop(made.home, way, receipt)
    assert one(made, way).status == "unchanged"
    log = export_log_table(made.home).to_pylist()
    assert [(r["status"], r["accepted"]) for r in log] == [("acknowledged", 10)] * 2
    assert sum(r["matched"] or 0 for r in log) == 11


def test_a_receipt_that_cannot_be_used_is_named_and_the_others_are_heard(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    part = at.manifests()[0]["parts"][0]
    drops = version_folder(made.home, way, 1) / "receipts"
    drops.mkdir()
    (drops / "0.json").write_text("no json")
    at.answer(1, part, accepted=10)
    outcome = one(made, way)
    assert outcome.status == "failed"
    assert "0.json is no JSON" in outcome.sentence
    assert state_of(made, way).acknowledged_version == 1


def test_a_full_reset_heals_what_the_platform_lost(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, full_reset_days=7)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    at.values -= {sha(0)}  # drift nobody told us about
    at.values |= {("phone_sha256", "stranger")}
    made.day += timedelta(days=7)
    made.publish()
    made.members(range(10))
    assert one(made, way).status == "sent"
    assert at.manifests()[1]["parts"][0]["operation"] == "replace"
    acknowledge(made, way, at)
    assert at.values == {sha(n) for n in range(10)}
    assert one(made, way).status == "unchanged"


def test_dry_run_shows_exactly_what_comes_and_writes_nothing(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    plan, _ = dry_run(made.home, way)
    assert len(plan.added) == 10
    assert not (made.home.root / "outbox").exists()
    one(made, way)
    made.members(range(3, 10))
    plan, state = dry_run(made.home, way)
    assert state.pending.number == 1
    assert [len(plan.added), len(plan.removed)] == [0, 3]
    acknowledge(made, way)
    assert {e.one_id for e in plan.removed} == {one_id(n) for n in range(3)}


def test_nothing_leaves_without_a_passed_audit_or_with_members_of_another_day(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    made.day += timedelta(days=1)
    made.publish()
    outcome = one(made, way)
    assert outcome.status == "failed"
    assert (
        "members of vip are of 2026-06-30, the published file is of 2026-07-01" in outcome.sentence
    )
    made.day -= timedelta(days=2)  # somebody looks at a past day: no fault, and nothing leaves
    made.publish()
    outcome = one(made, way)
    assert outcome.status == "unchanged"
    assert "a past day is looked at, not exported" in outcome.sentence
    for change in (
        "update quality.audit_results set is_passed = false where edge = 'models'",
        "delete from quality.audit_results where edge = 'publish'",
        "drop table quality.audit_results",
    ):
        made.publish()
        with duckdb.connect(str(made.home.published)) as connection:
            connection.execute(change)
        with pytest.raises(ExportError, match="nothing leaves"):
            export(made.home, [way])
    made.home.published.unlink()
    with pytest.raises(ExportError, match="nothing is published yet"):
        export(made.home, [way])
    assert not (made.home.root / "outbox").exists()


def test_a_full_disk_and_a_folder_nobody_may_write_leave_a_state_that_completes(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, id_types=["phone_sha256", "phone_md5"])
    full = OSError(28, "No space left on device")
    real = run_module.outbox.write_atomically
    calls = []

    def second_write_fails(path, content, **named):
        calls.append(path)
        if len(calls) >= 2:
            raise full
        real(path, content, **named)

    with patch.object(run_module.outbox, "write_atomically", second_write_fails):
        outcome = one(made, way)
    assert outcome.status == "failed"
    assert "No space left on device" in outcome.sentence
    assert "completes it" in outcome.sentence
    assert platform(made).manifests() == []
    assert one(made, way).status == "sent"
    assert [p["lines"] for p in platform(made).manifests()[0]["parts"]] == [10, 10]
    # The folder is a file: nothing can be put there, whoever runs this.
    other = route(tmp_path, id_types=["phone_sha256"])
    other = Route(other.destination.model_copy(update={"key": "blocked"}), AUDIENCE, "d" * 64)
    (made.home.root / "outbox" / "blocked").write_text("in the way")
    outcomes = export(made.home, [other, way])
    assert [o.status for o in outcomes] == ["failed", "waiting"]
    (made.home.root / "outbox" / "blocked").unlink()
    assert one(made, other).status == "sent"


@pytest.mark.parametrize("write", [1, 3, 4, 6, 8])
def test_a_killed_export_is_completed_byte_for_byte(tmp_path, write):
    """SIGKILL at the n-th write, in a process of its own."""
    made, way = brand(tmp_path), route(tmp_path, id_types=["phone_sha256", "phone_md5"])
    code = f"""
import os, signal
from pathlib import Path
from orchestration.lib.exports import outbox, run, state
from tests.unit.exports.small_brand import route
from orchestration.lib.home import Home
left = [{write}]
def killing(original):
    def call(*a, **k):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*a, **k)
    return call
state.write_set = killing(state.write_set)
for module in (state, outbox, run):
    module.write_atomically = killing(module.write_atomically)
folder = Path({str(tmp_path)!r})
home = Home(root=folder / "home", secrets=folder / "secrets")
run.export(home, [route(folder, id_types=["phone_sha256", "phone_md5"])])
"""
    killed = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT_DIR)},
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    assert one(made, way).status in ("sent", "waiting")
    twin = tmp_path / "twin"
    twin.mkdir()
    other = brand(twin)
    clean = route(twin, id_types=["phone_sha256", "phone_md5"])
    one(other, clean)
    left, right = (
        {p.name: p.read_bytes() for p in version_folder(m.home, w, 1).iterdir()}
        for m, w in ((made, way), (other, clean))
    )
    assert left == right
    assert acknowledge(made, way).status == "unchanged"


def test_a_state_that_cannot_be_written_stays_as_it_was(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    full = OSError(28, "No space left on device")
    with patch.object(state_module, "write_set", side_effect=full):
        outcome = one(made, way)
    assert outcome.status == "failed"
    assert "the state could not be written (No space left on device)" in outcome.sentence
    assert not (made.home.root / "outbox").exists()
    assert one(made, way).version == 1


def test_who_withdraws_is_removed_where_no_audience_sends_any_more(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    destinations = {"ads": way.destination}
    assert retired_routes(made.home, destinations, [way]) == []
    retired = retired_routes(made.home, destinations, [])[0]
    assert (
        "no audience sends this any more, 10 lines are still there" in one(made, retired).sentence
    )
    made.say(0, PURPOSE, granted=False)
    made.publish()
    assert (one(made, retired).status, one(made, retired).removed) == ("sent", 1)
    acknowledge(made, retired, at)
    assert at.values == {sha(n) for n in range(1, 10)}
    assert export_log_table(made.home).to_pylist()[-1]["kind"] == "privacy"
    made.members(range(1, 10))
    assert one(made, way).status == "unchanged"  # the audience sends it again: all are there


def test_two_exports_of_one_route_do_not_mix(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    store = Store(made.home, way, Keys.load_or_create(made.home).vault_key)
    with store.locked():
        outcome = one(made, way)
    assert outcome.status == "failed"
    assert "another process" in outcome.sentence


def test_old_files_go_and_their_manifest_stays(tmp_path):
    made, way = brand(tmp_path), route(tmp_path, keep_days=5)
    at = platform(made)
    one(made, way)
    acknowledge(made, way, at)
    made.day += timedelta(days=6)
    made.publish()
    made.members(range(10))
    one(made, way)
    assert at.waiting(1) == []
    assert (version_folder(made.home, way, 1) / "manifest.json").exists()


def test_a_platform_that_only_replaces_gets_whole_lists(tmp_path):
    made = brand(tmp_path)
    way = route(tmp_path, adapter="baidu", id_types=["MOBILE_MD5"], account={"user_id": 1})
    outcome = one(made, way)
    assert outcome.status == "held"
    assert "MOBILE_MD5 has 10 lines, a file needs 5,000" in outcome.sentence
    with pytest.raises(ExportError, match="cannot be approved"):
        approve(made.home, way, outcome.version, reason="please")


def test_a_list_of_one_brand_hears_that_brand_and_the_group(tmp_path):
    """Every answer to two brands and to the group, against the sentences written a second time."""
    made, way = brand(tmp_path, 0), route(tmp_path)
    names, answers = ("yutang", "hetang", "all"), (None, True, False)
    people = dict(enumerate(itertools.product(answers, repeat=3)))
    for number, said in people.items():
        made.person(number, granted=None)
        for name, granted in zip(names, said, strict=True):
            if granted is not None:
                made.say(number, PURPOSE, granted=granted, brand=name)
    made.publish()
    made.members(people)
    for name in names:
        plan, _ = dry_run(made.home, replace(way, brand=name))
        heard_no = [names.index(n) for n in (names if name == "all" else (name, "all"))]
        heard_yes = [names.index(n) for n in {name, "all"}]
        expected = {
            one_id(number)
            for number, said in people.items()
            if not any(said[n] is False for n in heard_no) and any(said[n] for n in heard_yes)
        }
        assert {entry.one_id for entry in plan.added} == expected, name
        assert not plan.stops


def test_a_number_that_refused_one_brand_still_leaves_for_the_other(tmp_path):
    made, way = brand(tmp_path, 0), route(tmp_path)
    made.person(1, phones=[phone(1), phone(2)])
    refused = made.token("phone", phone(1))
    made.say(1, PURPOSE, granted=False, brand="hetang", token=refused, by_person=True)
    made.publish()
    made.members([1])

    def numbers(name: str) -> set[str]:
        plan, _ = dry_run(made.home, replace(way, brand=name))
        return {entry.value for entry in plan.added}

    both = {sha(1)[1], sha(2)[1]}
    assert numbers("yutang") == both
    assert numbers("hetang") == numbers("all") == {sha(2)[1]}


def test_what_a_person_granted_one_brand_through_one_number_is_no_yes_to_the_group(tmp_path):
    made, way = brand(tmp_path, 0), route(tmp_path)
    made.person(1, granted=None)
    other = made.token("phone", phone(7))
    made.say(1, PURPOSE, granted=False, brand="hetang", token=other, by_person=True)
    made.publish()
    made.members([1])
    plan, _ = dry_run(made.home, way)
    assert plan.target.closed == {"no_consent": 1}


def test_reach_of_the_brand_goes_before_that_of_the_group(tmp_path):
    made = brand(tmp_path, 3)
    made.unreachable = {0: "no_consent", 1: "consent_withdrawn"}
    made.unreachable_for = {(1, "yutang"): "reachable", (1, "hetang"): "consent_withdrawn"}
    made.publish()
    way = route(tmp_path, reach_channel="sms")
    reached = {
        name: {e.one_id for e in dry_run(made.home, replace(way, brand=name))[0].added}
        for name in ("all", "yutang", "hetang")
    }
    assert reached == {
        "all": {one_id(2)},
        "yutang": {one_id(1), one_id(2)},
        "hetang": {one_id(2)},
    }


def test_a_list_that_nobody_sends_any_more_is_still_of_its_brand(tmp_path):
    made, way = brand(tmp_path, 4), replace(route(tmp_path), brand="yutang")
    assert one(made, way).status == "sent"
    acknowledge(made, way)
    made.say(1, PURPOSE, granted=False, brand="hetang")
    made.say(2, PURPOSE, granted=False, brand="yutang")
    made.publish()
    [gone] = retired_routes(made.home, {"ads": way.destination}, [])
    assert gone.brand == "yutang"
    outcome = one(made, gone)
    assert (outcome.status, outcome.removed) == ("sent", 1)


def test_a_file_of_an_older_version_is_refused_with_what_to_do(tmp_path):
    made, way = brand(tmp_path, 2), route(tmp_path)
    with duckdb.connect(str(made.home.published)) as connection:
        connection.execute("alter table core.privacy_statements drop column brand")
    outcome = one(made, way)
    assert outcome.status == "failed"
    assert "run `yutang run`" in outcome.sentence


def test_whoever_has_a_contact_writes_to_it(tmp_path):
    """The task list names a member of staff per line; a contact that nobody has does not leave."""
    made = brand(tmp_path, 0)
    ids = {n: f"wmContact{n:015d}" for n in range(3)}
    for number, external in ids.items():
        made.person(number, others=[("wecom_external_userid", external, "ww1")])
    made.senders = {ids[0]: "amy", ids[1]: "bo"}
    made.publish()
    made.members(ids)
    settings = {
        "adapter": "wecom_tasks", "id_types": ["external_userid"], "account": {"corp_id": "ww1"},
        "acknowledged_by": "delivery", "full_reset_days": None,
    }  # fmt: skip
    way = route(tmp_path, options={"msg_template": "W1"}, **settings)
    assert one(made, way).status == "acknowledged"
    folder = version_folder(made.home, way, 1)
    [part] = json.loads((folder / "manifest.json").read_text())["parts"]
    lines = list(csv.DictReader((folder / part["file"]).read_text().splitlines()))
    assert {line["external_userid"]: line["userid"] for line in lines} == {
        ids[0]: "amy", ids[1]: "bo",
    }  # fmt: skip
    assert "no_sender" in (folder / "rejects.csv").read_text()
    # A file that was lost is made again with the same senders, whoever has the contact now.
    content = (folder / part["file"]).read_bytes()
    store = Store(made.home, way, Keys.load_or_create(made.home).vault_key)
    assert {e.sender for e, _ in store.base(store.load()).values()} == {"amy", "bo"}
    assert content.count(b"amy") == 1
    by_hand = route(tmp_path, options={"msg_template": "W1", "sender": "cy"}, **settings)
    plan, _ = dry_run(made.home, by_hand)
    assert [entry.one_id for entry in plan.added] == [one_id(2)]


@pytest.mark.parametrize(("audience", "goes"), [("yutang", True), ("all", True), ("hetang", False)])
def test_an_account_of_one_brand_takes_no_list_of_another(tmp_path, audience, goes):
    """A follower asked to hear from that account, which is the other brand's."""
    known = {"ads": destination(tmp_path, brand="yutang")}
    folder = tmp_path / "audiences"
    folder.mkdir()
    (folder / "vip.yml").write_text(f"name: vip\nbrand: {audience}\ndestinations: [ads]\n")
    faults: list[str] = []
    routes = load_routes(known, folder, faults=faults)
    assert [way.brand for way in routes] == ([audience] if goes else [])
    assert bool(faults) != goes
    assert all("an account of brand yutang" in fault for fault in faults)
