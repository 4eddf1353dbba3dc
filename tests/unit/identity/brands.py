"""A brand whose second accounts are known: what `yutang suggest` should find, and what not.

Belongs here: a published file, members in raw/ and a vault, made from a seed.
"""

import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa

from orchestration.lib.home import Home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import unfinished, write_small
from orchestration.lib.vault.segments import SCHEMA
from orchestration.lib.vault.store import Vault

KEYS = Keys(pepper=b"pepper-test", vault_key=b"k" * 32)
AS_OF = date(2026, 5, 31)
CITIES = ["上海", "北京", "广州", "成都", "杭州", "南京", "武汉", "西安"]


@dataclass(frozen=True)
class Account:
    """What one person of the published file is known by."""

    one_id: str
    phone: str
    birth_date: date | None
    gender: str | None
    city: str | None

    @property
    def phone_token(self) -> str:
        return KEYS.token("phone", self.phone)

    @property
    def member_token(self) -> str:
        return KEYS.token("member_id", self.one_id)


@dataclass
class Brand:
    """Accounts, and the pairs of them that are one person: with a mistyped or with a new number."""

    accounts: list[Account] = field(default_factory=list)
    mistyped: set[frozenset[str]] = field(default_factory=set)
    renewed: set[frozenset[str]] = field(default_factory=set)


def make_brand(*, people: int, mistyped: int, renewed: int = 0, seed: int = 1) -> Brand:
    """``people`` accounts, some with a second one; 45 % state a birthday, 80 % a city."""
    draw = random.Random(seed)
    brand = Brand()
    taken: set[str] = set()

    def number() -> str:
        while (phone := f"+861{draw.choice('3578')}{draw.randrange(10**9):09d}") in taken:
            pass
        taken.add(phone)
        return phone

    def add(phone: str, like: Account | None = None) -> Account:
        day = date(1955, 1, 1) + timedelta(days=draw.randrange(19_000))
        account = Account(
            one_id=f"{draw.getrandbits(128):032x}",
            phone=phone,
            birth_date=like.birth_date if like else (day if draw.random() < 0.45 else None),
            gender=like.gender if like else draw.choice("MF"),
            city=like.city if like else (draw.choice(CITIES) if draw.random() < 0.8 else None),
        )
        brand.accounts.append(account)
        return account

    originals = [add(number()) for _ in range(people)]
    seconds = draw.sample(originals, mistyped + renewed)
    for position, first in enumerate(seconds):
        second = add(_mistype(first.phone, draw, taken) if position < mistyped else number(), first)
        pairs = brand.mistyped if position < mistyped else brand.renewed
        pairs.add(frozenset((first.one_id, second.one_id)))
    return brand


def _mistype(phone: str, draw: random.Random, taken: set[str]) -> str:
    """One digit wrong, or two neighbours swapped."""
    while True:
        digits = list(phone)
        place = draw.randrange(5, len(digits) - 1)
        if draw.random() < 0.5:
            digits[place] = draw.choice("0123456789")
        else:
            digits[place], digits[place + 1] = digits[place + 1], digits[place]
        changed = "".join(digits)
        if changed not in taken:
            taken.add(changed)
            return changed


def write_brand(home: Home, brand: Brand, *, one_ids: dict[str, str] | None = None) -> None:
    """Published file, raw members and vault; ``one_ids`` renames people (two ids made one)."""
    ids = one_ids or {}
    rows = [(a, ids.get(a.one_id, a.one_id)) for a in brand.accounts]
    home.published.parent.mkdir(parents=True, exist_ok=True)
    home.published.unlink(missing_ok=True)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(
            "create schema core; create schema quality;"
            "create table quality.audit_results (as_of_date date);"
            "create table core.bridge_customer_identifiers (identifier_type text,"
            " identifier_token text, one_id text, identifier_class text);"
            "create table core.dim_customers (one_id text, gender text, home_city text);"
        )
        connection.execute("insert into quality.audit_results values ($1)", [AS_OF])
        bridge = pa.table(
            {
                "t": ["phone"] * len(rows) + ["member_id"] * len(rows),
                "v": [a.phone_token for a, _ in rows] + [a.member_token for a, _ in rows],
                "o": [i for _, i in rows] * 2,
                "c": ["many"] * len(rows) + ["unique"] * len(rows),
            }
        )
        people = {i: (i, a.gender, a.city) for a, i in rows}.values()
        customers = pa.table(dict(zip("ogc", zip(*people, strict=True), strict=True)))
        connection.register("bridge", bridge)
        connection.register("customers", customers)
        connection.execute("insert into core.bridge_customer_identifiers from bridge")
        connection.execute("insert into core.dim_customers from customers")
    _write_members(home, brand)
    values = [
        {"token": bytes.fromhex(a.phone_token), "identifier_type": "phone", "value": a.phone}
        for a in brand.accounts
    ]
    table = pa.Table.from_pylist(values, schema=SCHEMA)
    Vault(home, KEYS.vault_key).put("crm", "members", AS_OF, [table], label="brand")


def _write_members(home: Home, brand: Brand) -> None:
    path = home.raw / "crm" / "members" / f"dt={AS_OF}" / "part-0.parquet"
    columns = (("member_id", "varchar"), ("birthday", "date"), ("updated_at", "timestamp"))
    rows = [(a.member_token, a.birth_date, datetime(2026, 5, 1)) for a in brand.accounts]
    write_small(unfinished(path), columns, rows)
    unfinished(path).replace(path)
