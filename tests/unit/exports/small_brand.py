"""A brand of a few people, made by hand: published file, vault, members, destinations, routes.

Belongs here: building and changing it. Does not belong here: assertions.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from orchestration.lib.exports.destinations import Destination, load_destinations
from orchestration.lib.exports.members import members_path
from orchestration.lib.exports.routes import Holdout, Route
from orchestration.lib.home import Home
from orchestration.lib.landing.tokens import Keys, namespace
from orchestration.lib.quality.trail import EDGES
from orchestration.lib.vault.segments import SCHEMA
from orchestration.lib.vault.store import Vault

DAY = date(2026, 6, 30)
AUDIENCE = "vip"
PURPOSE = "share:ads"


def one_id(number: int) -> str:
    return hashlib.sha256(f"person {number}".encode()).hexdigest()[:32]


def phone(number: int) -> str:
    return f"+86138{number:08d}"


@dataclass
class Brand:
    """What is published and who is a member; every change is written by `publish`."""

    home: Home
    people: dict[int, list[tuple[str, str, str | None]]] = field(default_factory=dict)
    statements: list[tuple[Any, ...]] = field(default_factory=list)
    unreachable: dict[int, str] = field(default_factory=dict)
    unreachable_for: dict[tuple[int, str], str] = field(default_factory=dict)  # by brand
    senders: dict[str, str] = field(default_factory=dict)  # by external_userid
    day: date = DAY

    def person(
        self, number: int, *, phones: Iterable[str] | None = None, granted: str | None = PURPOSE,
        others: Iterable[tuple[str, str, str | None]] = (),
    ) -> None:  # fmt: skip
        """One person; a phone unless others are given, and a grant."""
        given = [phone(number)] if phones is None else list(phones)
        self.people[number] = [("phone", value, None) for value in given] + list(others)
        if granted:
            self.say(number, granted, granted=True)

    def say(
        self, number: int, purpose: str, *, granted: bool, channel: str = "all",
        token: str | None = None, at: datetime = datetime(2026, 5, 1), by_person: bool | None = None,
        brand: str = "all",
    ) -> None:  # fmt: skip
        """A statement of a person; of an identifier of theirs with `token`."""
        token = token or self.token("member_id", f"m{number}", "main")
        self.statements = [
            s
            for s in self.statements
            if (s[0], s[3], s[4], s[9]) != (token, purpose, channel, brand)
        ]
        answer = granted if by_person is None else by_person
        self.statements.append(
            (token, "member_id", one_id(number), purpose, channel, granted, answer, at, at, brand)
        )

    def token(self, kind: str, value: str, scope: str | None = None) -> str:
        return Keys.load_or_create(self.home).token(namespace(kind, scope), value)

    def publish(self) -> None:
        """Write published/yutang.duckdb and the vault."""
        rows = [
            (kind, self.token(kind, value, scope), scope, value, one_id(number))
            for number, held in self.people.items()
            for kind, value, scope in held
        ]
        table = pa.table(
            {
                "token": pa.array([bytes.fromhex(row[1]) for row in rows], pa.binary(32)),
                "identifier_type": pa.array([row[0] for row in rows], pa.string()),
                "scope": pa.array([row[2] for row in rows], pa.string()),
                "value": pa.array([row[3] for row in rows], pa.string()),
                "brand": pa.nulls(len(rows), pa.string()),
            },
            schema=SCHEMA,
        )
        vault = Vault(self.home, Keys.load_or_create(self.home).vault_key)
        vault.put("crm", "members", DAY, [table], label=str(hash(str(rows))))
        path = self.home.published
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema core; create schema quality; create schema profile")
            connection.execute(
                "create table core.bridge_customer_identifiers (identifier_type varchar, "
                "identifier_token varchar, one_id varchar, identifier_class varchar, "
                "first_seen_at timestamp, last_seen_at timestamp, source_channels varchar)"
            )
            for order, (kind, token, _, _, person) in enumerate(rows):
                weak = kind in ("oaid", "idfa", "imei_md5")
                seen = datetime(2026, 1, 1 + order % 28)
                connection.execute(
                    "insert into core.bridge_customer_identifiers values (?, ?, ?, ?, ?, ?, 'crm')",
                    [kind, token, person, "weak" if weak else "many", seen, seen],
                )
            connection.execute(
                "create table core.privacy_statements (identifier_token varchar, "
                "identifier_type varchar, one_id varchar, purpose varchar, channel varchar, "
                "is_granted boolean, is_granted_by_person boolean, stated_at timestamp, "
                "stated_by_person_at timestamp, brand varchar)"
            )
            for statement in self.statements:
                connection.execute(
                    f"insert into core.privacy_statements values ({', '.join('?' * 10)})", statement
                )
            connection.execute(
                "create table profile.customer_reachability "
                "(one_id varchar, channel varchar, next_possible_date date, reason varchar)"
            )
            connection.execute(
                "create table profile.customer_brand_reachability "
                "(one_id varchar, brand varchar, channel varchar, next_possible_date date, "
                "reason varchar)"
            )
            for (number, name), reason in self.unreachable_for.items():
                connection.execute(
                    "insert into profile.customer_brand_reachability values (?, ?, 'sms', ?, ?)",
                    [one_id(number), name, self.day if reason == "reachable" else None, reason],
                )
            for number in self.people:
                reason = self.unreachable.get(number)
                connection.execute(
                    "insert into profile.customer_reachability values (?, 'sms', ?, ?)",
                    [one_id(number), None if reason else self.day, reason or "reachable"],
                )
            connection.execute(
                "create table profile.customer_wecom_senders "
                "(wecom_external_userid_token varchar, staff_id varchar)"
            )
            for kind, token, _, value, _ in rows:
                if kind == "wecom_external_userid" and value in self.senders:
                    connection.execute(
                        "insert into profile.customer_wecom_senders values (?, ?)",
                        [token, self.senders[value]],
                    )
            connection.execute(
                "create table quality.audit_results (edge varchar, is_passed boolean, "
                "is_blocking boolean, as_of_date date)"
            )
            for edge in EDGES:
                connection.execute(
                    "insert into quality.audit_results values (?, true, true, ?)", [edge, self.day]
                )

    def members(
        self, numbers: Iterable[int], *, audience: str = AUDIENCE, held_out: Iterable[int] = ()
    ) -> None:
        """State the members as the audiences' step does."""
        path = members_path(self.home, audience)
        path.parent.mkdir(parents=True, exist_ok=True)
        ids = [one_id(number) for number in numbers]
        size = len(ids)
        kept_out = {one_id(number) for number in held_out}
        pq.write_table(
            pa.table(
                {
                    "audience": pa.array([audience] * size, pa.string()),
                    "as_of_date": pa.array([self.day] * size, pa.date32()),
                    "one_id": pa.array(ids, pa.string()),
                    "joined_date": pa.array([self.day] * size, pa.date32()),
                    "reason": pa.array(["matches"] * size, pa.string()),
                    "is_holdout": pa.array([one in kept_out for one in ids], pa.bool_()),
                }
            ),
            path,
        )


def destination(folder: Path, **changes: Any) -> Destination:
    """An ad platform that takes hashed phones; settings can be changed."""
    body: dict[str, Any] = {
        "name": {"en": "Ads", "zh": "广告"},
        "adapter": "csv",
        "id_types": ["phone_sha256"],
        "consent": {"purpose": PURPOSE},
        "full_reset_days": None,
        "guard": {"max_change_pct": 100, "max_removed_pct": 100},
        **changes,
    }
    path = folder / "destinations.yml"
    path.write_text(yaml.safe_dump({"ads": body}, allow_unicode=True), encoding="utf-8")
    return load_destinations(path)["ads"]


def route(folder: Path, *, holdout: Holdout | None = None, **changes: Any) -> Route:
    return Route(destination(folder, **changes), AUDIENCE, "d" * 64, holdout)


def brand(folder: Path, people: int = 10, statements: Mapping[int, bool] | None = None) -> Brand:
    """A brand of some people with a phone each, all members, all granting."""
    made = Brand(Home(root=folder / "home", secrets=folder / "secrets"))
    for number in range(people):
        made.person(number)
    made.publish()
    made.members(range(people))
    return made
