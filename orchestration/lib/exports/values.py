"""One clear value as a platform wants it: normalised, checked, hashed at the last step.

Belongs here: pure functions on one text (DOMAIN: audience exports). Does not belong here: which
platform wants which form (adapters/) or where values come from (vault).

A value that does not fit rejects itself with a reason code; the code goes into files and logs, the
value never does.
"""

import hashlib
import re

HASHED = re.compile(r"^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})\Z")
MAINLAND = re.compile(r"^1[3-9][0-9]{9}\Z")
USUAL = re.compile(r"^\+861[3-9][0-9]{9}\Z")  # as the vault holds it
E164 = re.compile(r"^\+[1-9][0-9]{7,14}\Z")
UUID = re.compile(r"^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\Z")
OAID = re.compile(r"^[0-9a-z-]{16,64}\Z")
IMEI = re.compile(r"^[0-9a-f]{14,15}\Z")
ANDROID_ID = re.compile(r"^[0-9a-f]{16}\Z")
MD5 = re.compile(r"^[0-9a-f]{32}\Z")
MAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+\Z")
OPENID = re.compile(r"^[A-Za-z0-9_-]{20,64}\Z")
# Hashes of nothing: '', zeros, null, unknown ... that SDKs send for a missing device id.
KNOWN_BAD_MD5 = frozenset(
    hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    for text in (
        "", "0", "0" * 15, "0" * 16, "00000000", "020000000000", "null", "NULL", "unknown",
        "00000000-0000-0000-0000-000000000000", "1234567890ABCDEF",
    )
) | {"4b997118e2db4480b95d28cc741b3917"}  # fmt: skip


class ValueRejected(ValueError):
    """The value cannot be sent in this form; ``reason`` is a code, never the value."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def mainland_phone(value: str) -> str:
    """Eleven digits of a mainland mobile number: Tencent, Ocean Engine, Kuaishou, Baidu, SMS.

    >>> mainland_phone("+86 138-0013-8000")
    '13800138000'
    """
    if USUAL.match(value):
        return value[3:]
    digits = e164(value)
    if not digits.startswith("+86"):
        raise ValueRejected("not_a_mainland_number")
    if not MAINLAND.match(digits[3:]):
        raise ValueRejected("malformed_phone")
    return digits[3:]


def e164(value: str) -> str:
    """Plus, country code, number: Google. A bare mainland mobile gets +86.

    >>> e164("138 0013 8000")
    '+8613800138000'
    """
    _refuse_hash(value)
    bare = re.sub(r"[\s().-]", "", value)
    if bare.startswith("00"):
        bare = f"+{bare[2:]}"
    if MAINLAND.match(bare):
        bare = f"+86{bare}"
    if not E164.match(bare):
        raise ValueRejected("malformed_phone")
    return bare


def country_phone(value: str) -> str:
    """Digits with country code, no plus and no leading zeros: Meta.

    >>> country_phone("+86 13800138000")
    '8613800138000'
    """
    return e164(value)[1:]


def email(value: str) -> str:
    """Trimmed and lower case: Meta, generic files."""
    _refuse_hash(value)
    cleaned = value.strip().lower()
    if not MAIL.match(cleaned):
        raise ValueRejected("malformed_email")
    return cleaned


def google_email(value: str) -> str:
    """As `email`; at gmail.com and googlemail.com dots and a +suffix do not count.

    >>> google_email(" Jane.Doe+shop@Gmail.com ")
    'janedoe@gmail.com'
    """
    cleaned = email(value)
    name, _, host = cleaned.partition("@")
    if host in ("gmail.com", "googlemail.com"):
        name = name.split("+")[0].replace(".", "")
        if not name:
            raise ValueRejected("malformed_email")
    return f"{name}@{host}"


def idfa(value: str) -> str:
    """Upper case with dashes; the id of a phone that does not tell is refused."""
    _refuse_hash(value)
    cleaned = value.strip().upper()
    if not UUID.match(cleaned):
        raise ValueRejected("malformed_idfa")
    if set(cleaned) <= {"0", "-"}:
        raise ValueRejected("known_bad_device")
    return cleaned


def lower_idfa(value: str) -> str:
    """Lower case with dashes: Meta and Ocean Engine."""
    return idfa(value).lower()


def oaid(value: str) -> str:
    """Lower case, as the device gives it."""
    cleaned = value.strip().lower()
    _refuse_hash(cleaned)
    if not OAID.match(cleaned):
        raise ValueRejected("malformed_oaid")
    if set(cleaned) <= {"0", "-"}:
        raise ValueRejected("known_bad_device")
    return cleaned


def imei(value: str) -> str:
    """14 or 15 characters, lower case (a MEID has letters)."""
    cleaned = value.strip().lower()
    _refuse_hash(cleaned)
    if not IMEI.match(cleaned):
        raise ValueRejected("malformed_imei")
    if set(cleaned) == {"0"}:
        raise ValueRejected("known_bad_device")
    return cleaned


def android_id(value: str) -> str:
    """16 hexadecimal digits, lower case."""
    cleaned = value.strip().lower()
    if not ANDROID_ID.match(cleaned) or set(cleaned) == {"0"}:
        raise ValueRejected("malformed_android_id")
    return cleaned


def given_md5(value: str) -> str:
    """A value that arrived as MD5 and is passed on as it is, lower case: never hashed again."""
    cleaned = value.strip().lower()
    if not MD5.match(cleaned):
        raise ValueRejected("malformed_md5")
    if cleaned in KNOWN_BAD_MD5:
        raise ValueRejected("known_bad_device")
    return cleaned


def openid(value: str) -> str:
    """An id that a platform gave: openid, unionid, external_userid. Case counts."""
    if not OPENID.match(value):
        raise ValueRejected("malformed_platform_id")
    return value


def md5(value: str) -> str:
    """MD5, lower-case hex.

    >>> md5("13800138000")
    '7945bd83237335e5376ff44d62e4f0ae'
    """
    _refuse_hash(value)
    return hashlib.md5(value.encode(), usedforsecurity=False).hexdigest()


def sha256(value: str) -> str:
    """SHA-256, lower-case hex.

    >>> sha256("13800138000")[:16]
    'a6942f9771d67f34'
    """
    _refuse_hash(value)
    return hashlib.sha256(value.encode()).hexdigest()


def sha256_of_md5(md5_hex: str) -> str:
    """The forms that platforms call MD5_SHA256: the one place where a hash is hashed."""
    return hashlib.sha256(given_md5(md5_hex).encode()).hexdigest()


def _refuse_hash(value: str) -> None:
    if HASHED.match(value.strip()):
        raise ValueRejected("already_hashed")
