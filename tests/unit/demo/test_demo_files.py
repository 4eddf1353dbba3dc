"""The simulated brand's files: deterministic, complete, in native formats, with known faults."""

import csv
import hashlib
import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

from orchestration.lib import demo
from orchestration.lib.home import Home
from tests.unit.demo.conftest import Brand, parsed, text_of

ENTITIES = [
    "pos.receipts",
    "pos.stores",
    "crm.members",
    "crm.coupons",
    "crm.points",
    "crm.identity_events",
    "crm.consents",
    "crm.referrals",
    "crm.erasure_requests",
    "wechat_oa.users",
    "wechat_oa.events",
    "wechat_oa.messages",
    "miniprogram.logins",
    "miniprogram.events",
    "miniprogram.subscriptions",
    "app.events",
    "web.events",
    "calls.outcomes",
    "social.posts",
    "wecom.contacts",
    "wecom.messages",
    "tmall.orders",
    "tmall.refunds",
    "tmall.members",
    "youzan.orders",
    "jd.orders",
    "douyin.orders",
    "douyin.refunds",
    "meituan.orders",
    "tencent_ads.reports",
    "tencent_ads.clicks",
    "ocean_engine.reports",
    "kuaishou_ads.reports",
    "baidu_ads.reports",
    "ocean_engine.clicks",
    "sms.messages",
    "sms.receipts",
    "catalog.products",
    "catalog.inventory",
    "qr.scenes",
]
RARE = ("douyin.refunds", "crm.identity_events", "crm.referrals", "crm.erasure_requests")
NDJSON = [
    "wechat_oa.",
    "miniprogram.",
    "app.",
    "web.",
    "wecom.",
    "tmall.",
    "youzan.",
    "jd.",
    "douyin.",
    "tencent_ads.clicks",
    "ocean_engine.clicks",
    "sms.",
]


def digest(root: Path) -> str:
    """Names and bytes of everything below ``root``."""
    result = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        result.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return result.hexdigest()


def simulate(root: Path, *, seed: int) -> str:
    home = Home(root=root, secrets=root.parent / "secrets")
    demo.write_demo(home, people=120, days=30, seed=seed)
    return digest(root)


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path):
    assert simulate(tmp_path / "a", seed=3) == simulate(tmp_path / "b", seed=3)


def test_another_seed_gives_another_brand(tmp_path: Path):
    assert simulate(tmp_path / "a", seed=3) != simulate(tmp_path / "b", seed=4)


@pytest.mark.parametrize("arguments", [{"people": 49}, {"days": 13}, {"brand": "other"}])
def test_what_cannot_be_simulated_is_refused_with_a_reason(tmp_path: Path, arguments: dict):
    with pytest.raises(demo.DemoError, match="cannot simulate"):
        demo.write_demo(Home(root=tmp_path, secrets=tmp_path), **arguments)


def test_landing_files_of_another_brand_are_never_overwritten(tmp_path: Path):
    kept = tmp_path / "landing" / "pos" / "receipts" / "dt=2026-01-01" / "receipts.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("store_id\n")
    with pytest.raises(demo.DemoError, match="already holds files"):
        demo.write_demo(Home(root=tmp_path, secrets=tmp_path), people=50)
    assert kept.read_text() == "store_id\n"


def test_the_smallest_brand_still_has_every_channel(tmp_path: Path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    summary = demo.write_demo(home, people=50, days=14, end_day=date(2025, 3, 2))
    assert summary.people == 50
    channels = {path.name for path in home.landing.iterdir()}
    assert channels == {entity.split(".")[0] for entity in ENTITIES}


def test_all_entities_arrive_in_daily_deliveries(brand: Brand):
    assert sorted(brand.expected["entities"]) == sorted(ENTITIES)
    first, last = "dt=2026-06-17", "dt=2026-06-30"
    for entity in ENTITIES:
        days = {path.parent.name for path in brand.files(entity)}
        assert min(days) == first, entity
        if entity in ("pos.stores", "catalog.products", "qr.scenes"):
            assert 2 <= len(days) <= 3, entity
        elif entity in RARE:  # a few dozen in the whole history
            assert len(days) >= 2, entity
        else:
            assert len(days) >= 9, entity
            assert max(days) <= last, entity


def test_formats_are_native_and_rows_match_the_expected_counts(brand: Brand):
    for entity in ENTITIES:
        is_json = any(entity.startswith(prefix) for prefix in NDJSON)
        rows = 0
        for path in brand.files(entity):
            assert (".ndjson" in path.name) == is_json, path
            if is_json:
                rows += len(text_of(path).splitlines())
            else:
                table = list(csv.reader(io.StringIO(text_of(path), newline="")))
                assert {len(line) for line in table} == {len(table[0])}, path
                rows += len(table) - 1
        assert rows == brand.expected["entities"][entity]["rows"], entity


def test_spoiled_lines_are_in_files_of_their_own_and_counted(brand: Brand):
    for entity in ENTITIES:
        lines = sum(
            len(text_of(path).splitlines()) - (".csv" in path.name)
            for path in brand.files(entity, "*_manual*")
        )
        assert lines == brand.expected["entities"][entity]["rejected"] > 0, entity
        for path in brand.files(entity):
            if ".ndjson" in path.name and "_manual" not in path.name:
                for line in text_of(path).splitlines():
                    json.loads(line)


def test_reexports_repeat_rows_exactly(brand: Brand):
    repeated = 0
    for entity in ENTITIES:
        count = 0
        for path in brand.files(entity, "*_rerun*"):
            originals = [
                row
                for other in path.parent.iterdir()
                if "_rerun" not in other.name and "_manual" not in other.name
                for row in parsed(other)
            ]
            again = parsed(path)
            assert all(row in originals for row in again), path
            count += len(again)
        assert count == brand.expected["entities"][entity]["duplicates"], entity
        repeated += count
    assert repeated > 100


def test_files_come_plain_compressed_with_bom_and_with_crlf(brand: Brand):
    east = brand.files("pos.receipts", "*east*.csv")[0].read_bytes()
    south = brand.files("pos.receipts", "*south*.csv")[0].read_bytes()
    assert east.startswith(b"\xef\xbb\xbf")
    assert south.count(b"\r\n") == south.count(b"\n") > 1
    suffixes = {path.suffix for path in brand.home.landing.rglob("dt=*/*")}
    assert suffixes == {".csv", ".ndjson", ".gz", ".zst"}


def test_quoted_newlines_and_full_width_digits_occur(brand: Brand):
    names = [row["product_name"] for row in brand.rows("catalog.products")]
    assert any("\n" in name for name in names)
    assert any('"' in name for name in names)
    typed = [row["member_phone"] for row in brand.rows("pos.receipts")]
    assert any(re.match("[０-９]{11}", phone) for phone in typed)
    assert any(re.match(r"\+86 1", phone) for phone in typed)
    assert any(re.match(r"1\d\d-\d{4}-\d{4}", phone) for phone in typed)


def test_ids_that_pass_in_the_clear_cannot_contain_a_phone_number(brand: Brand):
    phone = re.compile(r"1[3-9]\d{9}")
    for entity, field in (
        ("tmall.orders", "tid"), ("tmall.refunds", "refund_id"), ("sms.messages", "out_id"),
        ("tencent_ads.clicks", "click_id"), ("ocean_engine.clicks", "request_id"),
        ("ocean_engine.clicks", "callback_param"), ("wechat_oa.events", "MsgID"),
        ("jd.orders", "orderId"), ("douyin.orders", "order_id"), ("meituan.orders", "order_id"),
        ("douyin.refunds", "aftersale_id"),
        ("wechat_oa.messages", "msgid"), ("wechat_oa.messages", "client_msg_id"),
        ("wecom.messages", "msgid"),
    ):  # fmt: skip
        assert not any(phone.search(str(row[field])) for row in brand.rows(entity)), entity


def test_natively_personal_fields_no_contract_declares_are_there(brand: Brand):
    for entity, needle in (
        ("crm.members", "name,email,address"), ("pos.receipts", "member_name"),
        ("tmall.orders", '"receiver_name":"'), ("jd.orders", '"fullname":"'),
        ("douyin.orders", '"mask_post_receiver":"'), ("meituan.orders", "receiver_name"),
        ("youzan.orders", '"fans_nickname":"'),
        ("wecom.contacts", '"remark":"'),
        ("wecom.messages", '"text":"'), ("crm.erasure_requests", ",applicant"),
        ("wechat_oa.users", '"nickname":"'),
        ("wechat_oa.messages", '，您好"'),
        ("calls.outcomes", ",note"), ("app.events", '"$identity_qq":"qq'),
        ("web.events", '"receiver_name":"'),
        ("miniprogram.events", '"receiver_name":"'), ("sms.messages", '"content":"'),
    ):  # fmt: skip
        assert any(needle in text_of(path) for path in brand.files(entity)), entity


def test_no_persons_name_is_part_of_what_passes_the_loader(brand: Brand):
    names = {name for (name,) in brand.truth("select distinct name from {people}")}
    texts = [
        row[field]
        for entity, fields in (
            ("catalog.products", ("product_name", "category")),
            ("pos.stores", ("store_name", "city", "province")),
            ("tencent_ads.reports", ("campaign_name",)),
            ("ocean_engine.reports", ("campaign_name",)),
            ("kuaishou_ads.reports", ("campaign_name",)),
            ("baidu_ads.reports", ("plan_name",)),
        )
        for row in brand.rows(entity)
        for field in fields
    ]
    assert not [(name, text) for name in names for text in set(texts) if name in text]
