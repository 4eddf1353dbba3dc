"""The forms that platforms want, against vectors computed outside this code and public libraries."""

import base64
import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters import ADAPTERS, dmp_proto
from orchestration.lib.exports.adapters.base import (
    APPEND,
    REMOVE,
    REPLACE,
    FileContext,
    Limits,
    Row,
)
from orchestration.lib.exports.adapters.kuaishou import population_name
from orchestration.lib.exports.errors import ReceiptError
from orchestration.lib.exports.values import ValueRejected

PHONE = "+8613800138000"
MD5 = "7945bd83237335e5376ff44d62e4f0ae"
SHA = "a6942f9771d67f34034d2f1926988ed3fad3bf1b4e7cedb9a31f31398dea43bc"
META = "bf08aacce7f9b2452863cf99373043c3333f0e3127f1f787c4abb46ab6cf2b83"
GOOGLE = "ec61f3c620a98bdead8c1f1f0ae747abd1b62a0c2dba4fd4bc22cf0d1d8653e5"
IDFA = "FF1999CD-7177-4937-A474-74937A102630"
OAID = "1fe9a970-efbb-29e0-0bdd-f5dbbf751ab5"


@pytest.mark.parametrize(
    ("adapter", "id_type", "source", "value", "expected"),
    [
        ("tencent_ads", "HASH_MOBILE_PHONE", "phone", PHONE, MD5),
        ("tencent_ads", "SHA256_MOBILE_PHONE", "phone", PHONE, SHA),
        ("tencent_ads", "HASH_IDFA", "idfa", IDFA.lower(), "2c010ed96aef2fc34983e1e7e9176b7e"),
        ("tencent_ads", "IDFA", "idfa", IDFA.lower(), IDFA),
        ("tencent_ads", "HASH_IMEI", "imei", "A000002C9060F7", "f2d5a650733ca8c27d502b1c08da14e5"),
        ("tencent_ads", "OAID", "oaid", OAID.upper(), OAID),
        ("tencent_ads", "HASH_OAID", "oaid", OAID, "83e9158a4fb54c0e1ef0b238639a23ae"),
        (
            "tencent_ads", "MD5_SHA256_OAID", "oaid", OAID,
            "a58f9fffa86c12e6fb43f5232a46d53ef06196f4be138d185a09b1294c736c50",
        ),
        (
            "tencent_ads", "MD5_SHA256_OAID", "oaid_md5", "83E9158A4FB54C0E1EF0B238639A23AE",
            "a58f9fffa86c12e6fb43f5232a46d53ef06196f4be138d185a09b1294c736c50",
        ),
        ("ocean_engine", "MOBILE_HASH_SHA256", "phone", PHONE, SHA),
        ("ocean_engine", "IDFA", "idfa", IDFA, IDFA.lower()),
        ("ocean_engine", "OAID_MD5", "oaid", OAID, "83e9158a4fb54c0e1ef0b238639a23ae"),
        ("kuaishou", "MOBILE_MD5", "phone", PHONE, MD5),
        ("baidu", "MOBILE_MD5", "phone", PHONE, MD5),
        ("google_customer_match", "PHONE", "phone", "138 0013-8000", GOOGLE),
        ("meta", "PHONE_SHA256", "phone", PHONE, META),
        ("meta", "MOBILE_ADVERTISER_ID", "idfa", IDFA, IDFA.lower()),
        ("csv", "phone_sha256", "phone", PHONE, SHA),
        ("csv", "phone_e164_sha256", "phone", PHONE, GOOGLE),
        ("sms_list", "phone", "phone", PHONE, "13800138000"),
    ],
)  # fmt: skip
def test_a_value_takes_the_form_of_the_platform(adapter, id_type, source, value, expected):
    kind = ADAPTERS[adapter].id_types[id_type]
    assert kind.forms[source](value) == expected
    assert kind.accepts(expected)


def test_google_mail_addresses_lose_dots_and_suffix_only_at_google():
    assert values.google_email(" Jane.Doe+x@GoogleMail.com") == "janedoe@googlemail.com"
    assert values.google_email("Jane.Doe+x@example.com") == "jane.doe+x@example.com"
    assert values.email(" Jane.Doe@Example.com ") == "jane.doe@example.com"


@pytest.mark.parametrize("hashed", [MD5, MD5.upper(), SHA, "0" * 40])
@pytest.mark.parametrize(
    "form", [values.md5, values.sha256, values.e164, values.email, values.imei, values.oaid,
             values.idfa],
)  # fmt: skip
def test_a_hash_is_never_hashed_again(form, hashed):
    with pytest.raises(ValueRejected, match="already_hashed"):
        form(hashed)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("+85291234567", "not_a_mainland_number"),
        ("+8612345678901", "malformed_phone"),
        ("138****8000", "malformed_phone"),
        ("+8618877771111-123", "malformed_phone"),
        ("", "malformed_phone"),
        ("１３８００１３８０００", "malformed_phone"),
    ],
)
def test_a_phone_that_is_none_says_why_and_not_what(value, reason):
    with pytest.raises(ValueRejected) as rejected:
        values.mainland_phone(value)
    assert rejected.value.reason == reason == str(rejected.value)


def test_hashes_of_nothing_are_no_devices():
    known = ["d41d8cd98f00b204e9800998ecf8427e", "e3f5536a141811db40efd6400f1d0a4e",
             "5284047f4ffb4e04824a2fd1d1f0cd62", "37a6259cc0c1dae299a7866489dff0bd",
             "6c3e226b4d4795d518ab341b0824ec29", "dd4b21e9ef71e1291183a46b913ae6f2",
             "1e4a1b03d1b6cd8a174a826f76e009f4", "9f89c84a559f573636a47ff8daed0d33",
             "3a6bff0799c7389f522f3847c33a468f", "ad921d60486366258809553a3db49a4a",
             "cfcd208495d565ef66e7dff9f98764da", "4b997118e2db4480b95d28cc741b3917"]  # fmt: skip
    for one in known:
        with pytest.raises(ValueRejected, match="known_bad_device"):
            values.given_md5(one.upper())
    with pytest.raises(ValueRejected, match="known_bad_device"):
        values.idfa("00000000-0000-0000-0000-000000000000")


def context(adapter: str, id_type: str, operation: str = APPEND, **changes) -> FileContext:
    return FileContext(
        destination="d", audience="vip", version=3, operation=operation,
        id_type=ADAPTERS[adapter].id_types[id_type],
        **{"account": {}, "options": {"audience_id": 77}, **changes},
    )  # fmt: skip


def rows(*given: str) -> list[Row]:
    return [Row(value, f"p{number}") for number, value in enumerate(given)]


def test_tencent_gets_one_id_per_line_zipped():
    made = context("tencent_ads", "HASH_MOBILE_PHONE", REMOVE, account={"account_id": 5})
    content = ADAPTERS["tencent_ads"].encode(rows("a", "b"), made)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.read("ids.txt") == b"a\nb\n"
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
    assert ADAPTERS["tencent_ads"].request(made) == {
        "account_id": 5, "audience_id": 77, "user_id_type": "HASH_MOBILE_PHONE",
        "operation_type": "REDUCE",
    }  # fmt: skip


def wire(content: bytes) -> list[tuple[int, object]]:
    """Fields of a protobuf message, read by the wire format alone."""
    found, at = [], 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = content[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return value

    while at < len(content):
        tag = varint()
        if tag & 7 == 0:
            found.append((tag >> 3, varint()))
        else:
            assert tag & 7 == 2
            length = varint()
            found.append((tag >> 3, content[at : at + length]))
            at += length
    return found


def test_ocean_engine_lines_are_read_by_an_independent_parser():
    adapter = ADAPTERS["ocean_engine"]
    given = rows(*(hashlib.sha256(str(n).encode()).hexdigest() for n in range(10_003)))
    content = adapter.encode(given, context("ocean_engine", "MOBILE_HASH_SHA256"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lines = archive.read("ids.txt").splitlines()
    assert len(lines) == 2
    items = [wire(base64.b64decode(line, validate=True)) for line in lines]
    assert [len(one) for one in items] == [10_000, 3]
    assert {number for one in items for number, _ in one} == {1}
    read = [dict(wire(item)) for one in items for _, item in one]
    assert all(set(one) == {2, 3} and one[2] == 6 for one in read)  # no timestamp inside
    assert [one[3].decode() for one in read] == [row.value for row in given]
    assert [adapter.request(context("ocean_engine", "IDFA", op))["operation_type"]
            for op in (APPEND, REMOVE, REPLACE)] == [1, 2, 3]  # fmt: skip


def test_the_descriptor_is_the_committed_proto():
    text = (Path(dmp_proto.__file__).with_name("ocean_engine_dmp.proto")).read_text()
    constants = dict(re.findall(r"^    (\w+) = (\d+);", text, re.M))
    assert {name: int(number) for name, number in constants.items()} == dmp_proto.DATA_TYPES
    fields = re.findall(r"^  (optional|required|repeated) (\w+) (\w+) = (\d+);", text, re.M)
    descriptor = dmp_proto.dmp_data().DESCRIPTOR
    item = descriptor.fields_by_name["idList"].message_type
    declared = {**item.fields_by_name, **descriptor.fields_by_name}
    assert {name: int(number) for *_, name, number in fields} == {
        name: field.number for name, field in declared.items()
    }
    assert {name for kind, _, name, _ in fields if kind == "required"} == {
        name for name, field in declared.items() if field.is_required
    }


def test_baidu_needs_slices_of_five_thousand_and_replaces():
    adapter = ADAPTERS["baidu"]
    assert adapter.operations == {REPLACE}
    assert adapter.limits.min_lines == 5_000
    content = adapter.encode(rows("x", "y"), context("baidu", "MOBILE_MD5", REPLACE))
    assert base64.b64decode(content) == b"x\ny\n"


def test_google_requests_say_hex_and_both_consents():
    adapter = ADAPTERS["google_customer_match"]
    body = json.loads(adapter.encode(rows(GOOGLE), context("google_customer_match", "PHONE")))
    assert body["encoding"] == "HEX"
    assert body["consent"] == {
        "adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED",
    }  # fmt: skip
    assert body["audienceMembers"] == [{"userData": {"userIdentifiers": [{"phoneNumber": GOOGLE}]}}]
    removal = json.loads(
        adapter.encode(rows(GOOGLE), context("google_customer_match", "PHONE", REMOVE))
    )
    assert "consent" not in removal


def test_meta_batches_of_one_operation_share_a_session():
    adapter = ADAPTERS["meta"]
    parts = [
        json.loads(adapter.encode(
            rows(META), context("meta", "PHONE_SHA256", part=number, parts=2, lines=2)))
        for number in (1, 2)
    ]  # fmt: skip
    assert [part["session"]["batch_seq"] for part in parts] == [1, 2]
    assert [part["session"]["last_batch_flag"] for part in parts] == [False, True]
    assert len({part["session"]["session_id"] for part in parts}) == 1
    assert 0 < parts[0]["session"]["session_id"] < 2**63
    assert parts[0]["payload"] == {"schema": ["PHONE_SHA256"], "data": [[META]]}


def test_message_lists_name_an_action_that_a_retry_repeats():
    sms = ADAPTERS["sms_list"]
    made = context("sms_list", "phone", options={"template_code": "T1", "params": {"name": "鱼"}})
    first, again = (sms.encode(rows("13800138000"), made) for _ in range(2))
    assert first == again
    header, line = first.decode().splitlines()
    assert header == "phone,template_code,params,out_id"
    assert line.startswith('13800138000,T1,"{""name"":""鱼""}",')
    assert re.fullmatch(r"[0-9a-f]{32}", line.rsplit(",", 1)[1])
    wecom = ADAPTERS["wecom_tasks"].encode(
        rows("wm1"), context("wecom_tasks", "external_userid", options={"msg_template": "W"})
    )
    assert wecom.decode().splitlines()[0] == "external_userid,userid,msg_template,action_id"
    call = json.loads(
        ADAPTERS["oa_templates"].encode(
            rows("o1"), context("oa_templates", "openid", options={"template_id": "T"})
        )
    )
    assert call["touser"] == "o1"
    assert len(call["client_msg_id"]) == 32


def test_a_population_name_fits_and_stays_unique():
    names = {population_name(f"members_not_yet_in_wecom_{n}") for n in range(50)}
    assert len(names) == 50
    assert all(len(name) <= 20 for name in names)


@given(st.integers(1, 400), st.integers(1, 60), st.integers(60, 2_000))
def test_files_keep_their_limits_and_lose_nothing(lines, max_lines, max_bytes):
    class Small(type(ADAPTERS["kuaishou"])):
        limits = Limits(max_lines=max_lines, max_bytes=max_bytes)

    given_rows = rows(*(f"{n:032x}" for n in range(lines)))
    made = context("kuaishou", "MOBILE_MD5")
    parts = Small().split(given_rows, made)
    assert [row for part in parts for row in part] == given_rows
    assert all(len(part) <= max_lines for part in parts)
    assert all(len(Small().encode(part, made)) <= max_bytes for part in parts)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_the_same_rows_give_the_same_bytes(name):
    adapter = ADAPTERS[name]
    for kind in adapter.id_types.values():
        for operation in adapter.operations:
            made = context(name, kind.name, operation)
            assert adapter.encode(rows("x" * 32, "y" * 32), made) == adapter.encode(
                rows("x" * 32, "y" * 32), made
            )


@pytest.mark.parametrize(
    ("adapter", "said", "status", "matched"),
    [
        ("tencent_ads", {"line_count": 10, "valid_line_count": 9, "user_count": 7}, "accepted", 7),
        ("tencent_ads", {"line_count": 9, "valid_line_count": 9}, "rejected", None),
        ("tencent_ads", {"line_count": 10, "process_code": 104}, "rejected", None),
        ("ocean_engine", {"upload_num": 10, "cover_num": 6}, "accepted", 6),
        ("ocean_engine", {"upload_num": 11, "cover_num": 6}, "rejected", 6),
        ("meta", {"num_received": 10, "num_invalid_entries": 2}, "accepted", None),
        ("google_customer_match", {"requestStatus": "PROCESSING"}, "pending", None),
        ("google_customer_match", {"requestStatus": "FAILED"}, "rejected", None),
        ("kuaishou", {"status": "accepted", "matched": 4}, "accepted", 4),
        ("baidu", {"accepted": 10}, "accepted", None),
    ],
)
def test_answers_of_platforms_are_understood(adapter, said, status, matched):
    answer = ADAPTERS[adapter].answer(said, lines=10)
    assert (answer.status, answer.matched) == (status, matched)


def test_an_answer_that_says_nothing_is_an_error_and_free_text_is_dropped():
    with pytest.raises(ReceiptError, match="status"):
        ADAPTERS["csv"].answer({"note": "ok"}, lines=1)
    with pytest.raises(ReceiptError, match="whole number"):
        ADAPTERS["csv"].answer({"accepted": "many"}, lines=1)
    answer = ADAPTERS["csv"].answer(
        {"status": "rejected",
         "errors": [{"code": "E_FORMAT", "count": 3}, "bad 13800138000", "13800138000"]}, lines=1,
    )  # fmt: skip
    assert answer.errors == ("E_FORMAT:3", "other", "other")


@pytest.mark.parametrize("raw", ["+86 138-0013-8000", "13800138000", "+1 (415) 555-0100"])
def test_meta_phones_are_what_its_own_client_makes(raw):
    from facebook_business.adobjects.helpers.customaudiencemixin import CustomAudienceMixin

    given = values.e164(raw)
    theirs = CustomAudienceMixin.format_params(["PHONE"], [[given]], is_raw=True)
    ours = ADAPTERS["meta"].id_types["PHONE_SHA256"].forms["phone"](raw)
    assert theirs["payload"]["data"] == [[ours]]


@pytest.mark.parametrize("form", [values.mainland_phone, values.e164, 
                                  values.idfa, values.oaid, values.imei, values.openid])  # fmt: skip
@given(text=st.text(max_size=40) | st.from_regex(r"\+?[0-9()\s.-]{5,20}", fullmatch=True))
def test_any_text_is_a_clean_value_or_a_reason(form, text):
    """No text gets through with something in it that a line or a column could break on."""
    try:
        value = form(text)
    except ValueRejected as rejected:
        assert re.fullmatch(r"[a-z_]+", rejected.reason)
    else:
        assert value and value == value.strip() and not set(value) & set('\n\r,"')


def test_a_line_end_behind_a_value_is_no_part_of_it():
    with pytest.raises(ValueRejected, match="malformed_platform_id"):
        values.openid("o" * 28 + "\n")
    assert values.mainland_phone("+8613800138000\n") == "13800138000"


@pytest.mark.parametrize("id_type", sorted(ADAPTERS["google_customer_match"].id_types))
def test_google_requests_are_what_its_own_client_reads(id_type):
    from google.ads import datamanager_v1

    adapter = ADAPTERS["google_customer_match"]
    for operation, name in ((APPEND, "Ingest"), (REMOVE, "Remove")):
        made = context("google_customer_match", id_type, operation, account={"account_id": 1})
        kind = getattr(datamanager_v1, f"{name}AudienceMembersRequest")
        read = kind.from_json(adapter.encode(rows(GOOGLE), made).decode())
        assert len(read.audience_members) == 1
        assert read.destinations[0].product_destination_id == "77"
