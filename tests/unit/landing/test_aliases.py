"""A phone that one channel gives in the clear and another as a hash is one identifier."""

import hashlib
from datetime import date

import pyarrow.parquet as pq
import pytest

from orchestration.lib.landing.aliases import write_identifier_aliases
from orchestration.lib.landing.reference import prepare_home, write_reference
from orchestration.lib.vault.store import Vault
from tests.unit.landing.conftest import DAY, KEYS, Shop

SALES = "order_no,card,phone,paid_fen,sold_at,note\n"
CLICKS = "id,md5,sha256\n"
PHONE = KEYS.token("phone", "+8613800138000")
# The hashes of 13800138000 that platforms publish: three as sha256, one as md5.
PUBLISHED = {
    "sha256": [
        "a6942f9771d67f34034d2f1926988ed3fad3bf1b4e7cedb9a31f31398dea43bc",
        "bf08aacce7f9b2452863cf99373043c3333f0e3127f1f787c4abb46ab6cf2b83",
        "ec61f3c620a98bdead8c1f1f0ae747abd1b62a0c2dba4fd4bc22cf0d1d8653e5",
    ],
    "md5": ["7945bd83237335e5376ff44d62e4f0ae"],
}
OTHER_MD5 = "5daad257487f1b493114181a22e37eb5"  # of 13800000000


def aliases(shop: Shop) -> list[tuple]:
    path = shop.home.raw / "_reference" / "identifier_aliases.parquet"
    return [tuple(row.values()) for row in pq.read_table(path).to_pylist()]


def write(shop: Shop) -> int | None:
    return write_identifier_aliases(shop.home, shop.contracts.values(), KEYS)


def sell(shop: Shop, *phones: str, day: date = DAY) -> None:
    lines = [f"S{n},,{phone},1,2026-05-01 10:00:00,\n" for n, phone in enumerate(phones)]
    shop.put("sales", "a.csv", SALES + "".join(lines), day=day)
    shop.load("sales", day=day)


def click(shop: Shop, *hashes: tuple[str, str]) -> None:
    lines = [f"C{n},{md5},{sha256}\n" for n, (md5, sha256) in enumerate(hashes)]
    shop.put("clicks", "a.csv", CLICKS + "".join(lines))
    shop.load("clicks")


def digest(algorithm: str, text: str) -> str:
    return hashlib.new(algorithm, text.encode()).hexdigest()


def test_the_published_hashes_of_a_phone_are_its_aliases_in_any_case(shop: Shop):
    sell(shop, "138 0013 8000", "13800000000")
    click(
        shop,
        *(("", value) for value in PUBLISHED["sha256"]),
        *((value.upper(), "") for value in PUBLISHED["md5"]),
        ("", PUBLISHED["sha256"][0].upper()),
        (OTHER_MD5, ""),
    )
    assert write(shop) == 5
    expected = {
        (f"phone_{algorithm}", KEYS.token(f"phone_{algorithm}", value), PHONE)
        for algorithm, values in PUBLISHED.items()
        for value in values
    }
    other = ("phone_md5", KEYS.token("phone_md5", OTHER_MD5))
    expected.add((*other, KEYS.token("phone", "+8613800000000")))
    assert set(aliases(shop)) == expected
    kept = (shop.home.raw / "_reference" / "identifier_aliases.parquet").read_bytes()
    assert b"13800138000" not in kept and PUBLISHED["md5"][0].encode() not in kept


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_every_form_of_a_number_is_matched(shop: Shop, algorithm: str):
    forms = {
        "13912345678": ("13912345678", "8613912345678", "+8613912345678"),
        "+85291234567": ("85291234567", "+85291234567"),
    }
    sell(shop, *forms)
    texts = [text for group in forms.values() for text in group]
    hashes = [digest(algorithm, text) for text in [*texts, "13999999999", "91234567"]]
    click(shop, *((h, "") if algorithm == "md5" else ("", h) for h in hashes))
    write(shop)
    found = {alias: phone for _, alias, phone in aliases(shop)}
    for phone, group in forms.items():
        value = phone if phone.startswith("+") else f"+86{phone}"
        for text in group:
            alias = KEYS.token(f"phone_{algorithm}", digest(algorithm, text))
            assert found.pop(alias) == KEYS.token("phone", value)
    assert not found


def test_eleven_digits_are_the_mainland_number_first(shop: Shop):
    sell(shop, "+1 380 013 8000", "13800138000")
    click(shop, (PUBLISHED["md5"][0], ""))
    write(shop)
    assert [phone for _, _, phone in aliases(shop)] == [PHONE]


def test_it_follows_the_loads_and_says_so_in_the_log(shop: Shop):
    sell(shop, "13800138000", "13912345678")
    click(shop, (PUBLISHED["md5"][0], ""))
    assert write(shop) == 1
    before = aliases(shop)
    assert write(shop) is None
    [entry] = Vault(shop.home, KEYS.vault_key)._log.entries()
    assert (entry["purpose"], entry["found"]) == ("match hashed phones", 3)

    # Merging the vault changes nothing in the file; a day delivered again does.
    Vault(shop.home, KEYS.vault_key).compact()
    assert write(shop) == 1 and aliases(shop) == before
    click(shop, (PUBLISHED["md5"][0], ""), ("", digest("sha256", "8613912345678")))
    assert write(shop) == 2
    Vault(shop.home, KEYS.vault_key).erase([PHONE], purpose="test")
    assert write(shop) == 1
    assert [phone for _, _, phone in aliases(shop)] == [KEYS.token("phone", "+8613912345678")]


def test_a_home_without_hashed_values_does_not_open_the_vault(shop: Shop):
    sell(shop, "13800138000")
    prepare_home(shop.home, shop.contracts.values(), KEYS, project_dir=shop.project)
    assert aliases(shop) == []
    assert (write(shop), write(shop)) == (0, None)
    assert aliases(shop) == []
    assert not (shop.home.vault / "access.log.jsonl").exists()


def test_a_blocked_phone_is_blocked_in_every_form(shop: Shop):
    seed = shop.project / "seeds" / "identity" / "blocked_identifiers.csv"
    other = digest("md5", "13700000007").upper()
    seed.write_text(
        f"identifier_type,value,reason\nphone,138-0013-8000,shop\nphone_md5,{other},staff\n"
    )
    write_reference(shop.home, KEYS, project_dir=shop.project)
    path = shop.home.raw / "_reference" / "blocked_identifiers.parquet"
    found = {(r["identifier_type"], r["identifier_token"]): r["reason"] for r in
             pq.read_table(path).to_pylist()}  # fmt: skip
    texts = ("13800138000", "8613800138000", "+8613800138000")
    expected = {("phone", PHONE): "shop"} | {
        (f"phone_{algorithm}", KEYS.token(f"phone_{algorithm}", digest(algorithm, text))): "shop"
        for algorithm in ("md5", "sha256")
        for text in texts
    }
    expected["phone_md5", KEYS.token("phone_md5", other.lower())] = "staff"
    assert found == expected
