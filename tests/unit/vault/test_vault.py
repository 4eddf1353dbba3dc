"""The vault: what goes in comes out to who has the key, is counted, logged, and can be erased."""

import json
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.lib.home import Home
from orchestration.lib.vault.access_log import AccessLog
from orchestration.lib.vault.segments import ROWS_PER_FRAME, SCHEMA, VaultError
from orchestration.lib.vault.store import Vault

KEY = b"k" * 32
DAY = date(2026, 5, 1)


def token(n: int) -> str:
    return f"{n:064x}"


def values(*numbers: int) -> pa.Table:
    rows = [
        {
            "token": bytes.fromhex(token(n)),
            "identifier_type": "phone",
            "scope": None,
            "value": f"+86138{n:08d}",
        }
        for n in numbers
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(Home(root=tmp_path / "home", secrets=tmp_path / "secrets"), KEY)


def test_values_come_back_by_token(vault: Vault):
    vault.put("pos", "receipts", DAY, [values(1, 2), values(3)], label="a")
    found = vault.lookup([token(2), token(3), token(9)], purpose="export of a test")
    assert found == {token(2): "+8613800000002", token(3): "+8613800000003"}
    assert vault.lookup([], purpose="nothing") == {}


def test_the_same_label_is_not_written_again_and_another_replaces(vault: Vault):
    vault.put("pos", "receipts", DAY, [values(1)], label="a")
    path = vault.segment_path("pos", "receipts", DAY)
    before = path.read_bytes()
    vault.put("pos", "receipts", DAY, [values(1)], label="a")
    assert path.read_bytes() == before
    vault.put("pos", "receipts", DAY, [values(2)], label="b")
    assert vault.lookup([token(1), token(2)], purpose="test") == {token(2): "+8613800000002"}
    vault.put("pos", "receipts", DAY, [values()], label="c")
    assert not path.exists() and vault.count() == 0


def test_segments_are_for_the_owner_and_hold_no_clear_value(vault: Vault):
    vault.put("pos", "receipts", DAY, [values(*range(500))], label="a")
    path = vault.segment_path("pos", "receipts", DAY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"+86138" not in path.read_bytes() and b"phone" not in path.read_bytes()


def test_two_writes_of_the_same_values_share_no_bytes(vault: Vault):
    vault.put("pos", "receipts", DAY, [values(1)], label="a")
    first = vault.segment_path("pos", "receipts", DAY).read_bytes()
    vault.put("pos", "receipts", DAY, [values(1)], label="b")
    second = vault.segment_path("pos", "receipts", DAY).read_bytes()
    assert first.split(b"\n", 1)[1][9:21] != second.split(b"\n", 1)[1][9:21]  # nonces


def test_compacting_keeps_each_value_once(vault: Vault):
    for n in range(4):
        vault.put("pos", "receipts", date(2026, 5, n + 1), [values(n, n + 1)], label="a")
    vault.put("crm", "members", DAY, [values(1, 9)], label="a")
    assert vault.count() == 10
    assert vault.compact() == 6 == vault.count()
    assert len(list(vault._root.rglob("*.enc"))) == 1
    assert vault.lookup([token(4), token(9)], purpose="test").keys() == {token(4), token(9)}
    vault.put("crm", "members", DAY, [values(10)], label="b")
    assert vault.compact() == 7
    assert vault.compact() == 7


def test_erased_values_are_gone_from_every_segment(vault: Vault):
    vault.put("pos", "receipts", DAY, [values(1, 2)], label="a")
    vault.compact()
    vault.put("crm", "members", DAY, [values(2, 3)], label="a")
    assert vault.erase([token(2)], purpose="erasure request 7") == 2
    assert vault.lookup([token(n) for n in (1, 2, 3)], purpose="test").keys() == {
        token(1),
        token(3),
    }
    assert vault.erase([token(2)], purpose="again") == 0


def test_a_long_segment_is_encrypted_in_frames(vault: Vault, monkeypatch: pytest.MonkeyPatch):
    assert ROWS_PER_FRAME <= 1_000_000
    monkeypatch.setattr("orchestration.lib.vault.segments.ROWS_PER_FRAME", 10)
    vault.put("pos", "receipts", DAY, [values(*range(25)), values(), values(30)], label="a")
    assert vault.count() == 26
    path = vault.segment_path("pos", "receipts", DAY)
    # Without its last frame the file is shorter and no longer opens.
    content = path.read_bytes()
    header, rest = content.split(b"\n", 1)
    first_frame = 1 + 8 + 12 + int.from_bytes(rest[1:9], "big")
    path.write_bytes(header + b"\n" + rest[:first_frame])
    with pytest.raises(VaultError, match="segments/pos/receipts"):
        vault.count()


@pytest.mark.parametrize("change", ["key", "byte", "label", "renamed", "short", "empty"])
def test_a_changed_segment_does_not_open(vault: Vault, change: str):
    vault.put("pos", "receipts", DAY, [values(1, 2)], label="aaaa")
    path = vault.segment_path("pos", "receipts", DAY)
    content = path.read_bytes()
    if change == "key":
        vault._key = b"x" * 32
    elif change == "byte":
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif change == "label":
        path.write_bytes(content.replace(b"aaaa", b"bbbb"))
    elif change == "renamed":
        path.rename(path.with_name("other.enc"))
    elif change == "short":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(b"")
    with pytest.raises(VaultError, match="vault segment segments/pos/receipts") as caught:
        vault.lookup([token(1)], purpose="test")
    assert "+86" not in str(caught.value)


def test_every_opening_is_logged_without_values(vault: Vault, tmp_path: Path):
    vault.put("pos", "receipts", DAY, [values(1, 2)], label="a")
    vault.lookup([token(1), token(9)], purpose="export gdt/lapsed v3")
    vault.erase([token(1)], purpose="erasure request 7")
    path = tmp_path / "home" / "state" / "vault" / "access.log.jsonl"
    log = AccessLog(path)
    entries = log.entries()
    assert [(e["action"], e["purpose"], e["asked"], e["found"]) for e in entries] == [
        ("lookup", "export gdt/lapsed v3", 2, 1),
        ("erase", "erasure request 7", 1, 1),
    ]
    assert log.first_broken() is None
    assert "+86" not in path.read_text() and token(1) not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("change", ["edit", "delete", "swap"])
def test_a_changed_log_shows(tmp_path: Path, change: str):
    log = AccessLog(tmp_path / "log.jsonl")
    for n in range(4):
        log.append(action="lookup", purpose=f"p{n}", asked=1, found=1)
    assert log.first_broken() is None
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    if change == "edit":
        lines[1] = lines[1].replace("p1", "px")
    elif change == "delete":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    (tmp_path / "log.jsonl").write_text("\n".join(lines) + "\n")
    assert log.first_broken() == 2
    assert json.loads(lines[0])["previous"] == "0" * 64
