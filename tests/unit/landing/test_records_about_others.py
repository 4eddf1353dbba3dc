"""Records of the member system that name people without showing that they are one person."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import loader
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts
from tests.unit.landing.conftest import KEYS, Shop

DAY = date(2026, 5, 1)
AT = "2026-05-01 10:00:00"
FILES = {
    "referrals": f"inviter_member_id,invitee_member_id,campaign_id,invited_at\nM1,M2,C1,{AT}\n",
    "consents": (
        "subject_type,subject_value,purpose,channel,status,policy_version,event_time\n"
        f"phone,138 0000 0001,marketing,sms,withdrawn,3,{AT}\n"
        f"member_id,M1,marketing,sms,granted,3,{AT}\n"
    ),
    "erasure_requests": (
        f"request_id,subject_type,subject_value,requested_at\nr1,phone,13800000001,{AT}\n"
    ),
}


@pytest.fixture
def crm(tmp_path: Path) -> Shop:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    return Shop(home, PROJECT_DIR, load_contracts(PROJECT_DIR))


def load(crm: Shop, entity: str) -> Path:
    """Load one delivery of crm.<entity>; returns the folder raw/."""
    path = crm.home.landing / "crm" / entity / f"dt={DAY}" / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_text(FILES[entity], encoding="utf-8")
    with open_connection(KEYS, memory_limit="1GB", threads=1) as connection:
        result = loader.load_partition(
            crm.contracts["crm", entity], DAY, home=crm.home, keys=KEYS, connection=connection
        )
    assert result.rejects == ()
    return crm.home.raw


def read(raw: Path, entity: str, columns: str) -> list[tuple]:
    path = raw / "crm" / entity / f"dt={DAY}" / "part-0.parquet"
    return duckdb.execute(f"select {columns} from read_parquet('{path}')").fetchall()


@pytest.mark.parametrize("entity", FILES)
def test_no_record_about_people_is_an_observation_of_a_person(crm: Shop, entity: str):
    raw = load(crm, entity)
    path = raw / "_observations" / "crm" / entity / f"dt={DAY}" / "part-0.parquet"
    assert duckdb.execute(f"select count(*) from read_parquet('{path}')").fetchall() == [(0,)]
    assert crm.clear_values() != []


def test_inviter_and_invitee_are_two_identifiers_that_nothing_links(crm: Shop):
    raw = load(crm, "referrals")
    tokens = (KEYS.token("member_id:main", "M1"), KEYS.token("member_id:main", "M2"))
    assert read(raw, "referrals", "inviter_member_id, invitee_member_id") == [tokens]


def test_a_subject_is_the_same_token_as_on_the_persons_own_records(crm: Shop):
    raw = load(crm, "consents")
    assert read(raw, "consents", "subject_value, subject_value_status") == [
        (KEYS.token("phone", "+8613800000001"), "valid"),
        (KEYS.token("member_id:main", "M1"), "valid"),
    ]
