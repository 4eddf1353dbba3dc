"""Rules of one value: normalising, classifying, tokens. The SQL agrees with plain Python."""

import doctest
import hmac
from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing import tokens
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_identifier_types
from orchestration.lib.landing.identify import identify
from orchestration.lib.landing.tokens import Keys

PEPPER = Keys(pepper=b"pepper-test", vault_key=b"")
TYPES = load_identifier_types(PROJECT_DIR)
VECTOR = "a8cb343c88195d50686d810c5cc8c8514d2e510e71ed9b655dafeb77c276d963"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_connection(PEPPER, memory_limit="500MB", threads=1) as opened:
        yield opened


def test_the_published_vector_comes_out_of_python_and_of_sql(connection):
    assert PEPPER.token("phone", "+8613800138000") == VECTOR
    found = identify(connection, TYPES["phone"], "138 0013 8000")
    assert (found.token, found.status, found.normalised) == (VECTOR, "valid", "+8613800138000")


@settings(max_examples=200, deadline=None)
@given(
    pepper=st.binary(min_size=1, max_size=100),
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
)
def test_sql_composes_hmac_for_any_pepper_and_value(connection, pepper: bytes, value: str):
    inner, outer = Keys(pepper=pepper, vault_key=b"").pads()
    made = connection.execute(
        "select sha256($outer::blob || unhex(sha256($inner::blob || encode('ns' || ':' || $value))))",
        {"inner": inner, "outer": outer, "value": value},
    ).fetchall()[0][0]
    assert made == hmac.new(pepper, f"ns:{value}".encode(), "sha256").hexdigest()
    assert made == Keys(pepper=pepper, vault_key=b"").token("ns", value)


PHONES = {
    "13800138001": ("+8613800138001", "valid"),
    " 138-0013-8001 ": ("+8613800138001", "valid"),
    "(+86) 138 0013 8001": ("+8613800138001", "valid"),
    "8613800138001": ("+8613800138001", "valid"),
    "0086-13800138001": ("+8613800138001", "valid"),
    "１３８００１３８００１": ("+8613800138001", "valid"),
    "＋８６１３８００１３８００１": ("+8613800138001", "valid"),
    "+85291234567": ("+85291234567", "valid"),
    "00852-91234567": ("+85291234567", "valid"),
    "1-4155552671": ("+14155552671", "valid"),
    "+1 (415) 555-2671": ("+14155552671", "valid"),
    "13800138000": ("+8613800138000", "valid"),  # blocked later, by its token
    "138****8000": (None, "masked"),
    "138＊＊＊＊8000": (None, "masked"),
    "18877771111-123": (None, "virtual"),
    "18400913965-7576": (None, "virtual"),
    "86-18400913965-7576": (None, "virtual"),
    "$abcDEF==$1$": (None, "encrypted"),
    "~AbC123==~1~": (None, "encrypted"),
    "10086": (None, "placeholder"),
    "400-820-8820": (None, "placeholder"),
    "0000000": (None, "placeholder"),
    "1111111": (None, "placeholder"),
    "unknown": (None, "placeholder"),
    "-1": (None, "placeholder"),
    "0": (None, "placeholder"),
    "12345": (None, "malformed"),
    "23800138000": (None, "malformed"),
    "021-55551234": (None, "malformed"),
    "+8612345678": (None, "malformed"),
    "1-99333": (None, "malformed"),
    "not a phone": (None, "malformed"),
}


@pytest.mark.parametrize(("text", "expected"), PHONES.items())
def test_phones(connection, text: str, expected: tuple):
    found = identify(connection, TYPES["phone"], text)
    normalised = found.normalised if found.token else None
    assert (normalised, found.status) == expected
    assert found.token == (PEPPER.token("phone", expected[0]) if expected[0] else None)


@settings(max_examples=200, deadline=None)
@given(
    number=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    prefix=st.sampled_from(["", "86", "+86", "0086", "+86 ", "86-"]),
    separator=st.sampled_from(["", " ", "-"]),
    wide=st.booleans(),
)
def test_every_way_to_write_a_mobile_number_gives_one_token(
    connection, number: str, prefix: str, separator: str, *, wide: bool
):
    text = prefix + separator.join([number[:3], number[3:7], number[7:]])
    if wide:
        text = text.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789+-"})
    found = identify(connection, TYPES["phone"], text)
    assert found.token == PEPPER.token("phone", f"+86{number}")


@pytest.mark.parametrize(
    ("kind", "text", "normalised", "status"),
    [
        ("email", " Li@Example.COM ", "li@example.com", "valid"),
        ("email", "li.example.com", "li.example.com", "malformed"),
        ("idfa", "ff1999cd-7177-4937-a474-74937a102630", None, "valid"),
        ("idfa", "00000000-0000-0000-0000-000000000000", None, "placeholder"),
        ("imei_md5", "5284047F4FFB4E04824A2FD1D1F0CD62", None, "placeholder"),
        ("imei_md5", "F2D5A650733CA8C27D502B1C08DA14E5", None, "valid"),
        ("imei_md5", "867530", None, "malformed"),
        ("wx_openid", "oA-b_C", "oA-b_C", "valid"),
        ("member_id", "anonymous", None, "placeholder"),
        ("member_id", "2222222", None, "placeholder"),
        ("member_id", "222222", "222222", "valid"),
        ("card_no", "x" * 513, None, "malformed"),
    ],
)
def test_other_types(connection, kind: str, text: str, normalised: str | None, status: str):
    found = identify(connection, TYPES[kind], text, scope="s")
    assert found.status == status
    if normalised:
        assert found.normalised == normalised
    assert (found.token is None) == (status != "valid")


def test_secrets_are_made_once_and_only_for_the_owner(tmp_path, monkeypatch):
    monkeypatch.delenv("YUTANG_PEPPER", raising=False)
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    first, again = Keys.load_or_create(home), Keys.load_or_create(home)
    assert first == again and len(first.vault_key) == 32
    for name in ("pepper", "vault.key"):
        assert (home.secrets / name).stat().st_mode & 0o777 == 0o600
    assert first.pepper.hex() not in repr(first) and str(first.pepper) not in repr(first)
    monkeypatch.setenv("YUTANG_PEPPER", "pepper-test")
    assert Keys.load_or_create(home).token("phone", "+8613800138000") == VECTOR
    assert Keys.load_or_create(home).version != first.version


def test_a_secret_that_others_can_read_is_an_error(tmp_path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    Keys.load_or_create(home)
    (home.secrets / "pepper").chmod(0o644)
    with pytest.raises(YutangError, match="chmod 600"):
        Keys.load_or_create(home)


def test_examples_in_docstrings_hold():
    assert doctest.testmod(tokens).failed == 0
