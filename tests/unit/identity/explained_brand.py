"""A brand of a few records, published by hand: what `yutang explain` reads, and nothing else.

Belongs here: writing the files. Does not belong here: assertions, or the OneID's own rules: each test
says who is whom.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.home import Home
from orchestration.lib.landing.tokens import Keys, namespace

AS_OF = date(2026, 6, 30)
START = datetime(2026, 6, 1, 4)
CLASSES = {"member_id": "unique", "wx_unionid": "unique", "phone": "many", "wx_openid": "many",
           "wecom_external_userid": "many", "oaid": "weak", "anonymous_id": "weak"}  # fmt: skip
SCOPES = {
    "member_id": "main",
    "wx_unionid": "main",
    "wx_openid": "app",
    "wecom_external_userid": "corp",
}

_TABLES = """
    create schema core; create schema quality;
    create table quality.audit_results (as_of_date date);
    create table core.bridge_customer_identifiers (identifier_type text, identifier_token text,
        one_id text, identifier_class text, first_seen_at timestamp, last_seen_at timestamp,
        source_channels text);
    create table core.identity_history (identifier_type text, identifier_token text, one_id text,
        reason text, ended_reason text, valid_from_date date, valid_to_date date);
    create table core.one_ids (one_id text, successor_one_id text, retired_reason text,
        is_live boolean, retired_date date);
    create table core.identity_aliases (retired_one_id text, one_id text);
    create table quality.identity_conflicts (identifier_type text, identifier_token text,
        one_id text, rule text, other_identifier_type text, other_identifier_token text,
        other_one_id text, evidence text, source_channels text, record_count bigint,
        person_count bigint);
    create table quality.identity_links_ended (record_group text, identifier_type text,
        identifier_token text, reason text, ended_at timestamp);
    create table quality.identity_statements (event_id text, record_group text,
        identifier_type text, identifier_token text, event text, is_superseded boolean,
        occurred_at timestamp);
"""


@dataclass(frozen=True)
class Seen:
    """An identifier of a record."""

    type: str
    value: str
    verified: bool = True


@dataclass
class Brand:
    """Records and what was published about them; `write` puts both on disk."""

    home: Home
    keys: Keys
    rows: list[dict] = field(default_factory=list)
    tables: dict[str, list[tuple]] = field(default_factory=dict)
    links: list[dict] = field(default_factory=list)
    aliases: list[dict] = field(default_factory=list)

    @classmethod
    def create(cls, folder: Path) -> "Brand":
        home = Home(root=folder / "home", secrets=folder / "secrets")
        return cls(home, Keys.load_or_create(home))

    def token(self, one: Seen) -> str:
        return self.keys.token(namespace(one.type, SCOPES.get(one.type)), one.value)

    def record(
        self, *seen: Seen, place: str = "crm.members", day: date = date(2026, 6, 2), count: int = 1
    ) -> str:
        """Records on which all of ``seen`` stood; returns their group."""
        channel, entity = place.split(".")
        group = "|".join(sorted({self.token(one) for one in seen}))
        self.rows += [
            {
                "channel": channel, "entity": entity, "record_group": group,
                "identifier_type": one.type, "identifier_scope": SCOPES.get(one.type),
                "identifier_token": self.token(one), "identifier_status": "valid",
                "is_verified": one.verified, "first_observed_at": START,
                "last_observed_at": START + timedelta(hours=count), "record_count": count,
                "dt": day,
            }
            for one in seen
        ]  # fmt: skip
        return group

    def person(self, one_id: str, *seen: Seen) -> None:
        """Publish a person with these identifiers."""
        self.add("core.one_ids", one_id, None, None, True, None)
        for one in seen:
            token = self.token(one)
            strength = CLASSES[one.type] if one.verified else "weak"
            self.add("core.bridge_customer_identifiers", one.type, token, one_id, strength,
                     START, START + timedelta(days=9), "crm,pos")  # fmt: skip
            self.add("core.identity_history", one.type, token, one_id, "new", None,
                     date(2026, 6, 10), None)  # fmt: skip

    def conflict(
        self, one: Seen, rule: str, *, other: Seen | None = None, people: int | None = None
    ) -> None:
        self.add("quality.identity_conflicts", one.type, self.token(one), None, rule,
                 other.type if other else None, self.token(other) if other else None, None,
                 "crm.members delivered 2026-06-02" if other else None, "crm", 3, people)  # fmt: skip

    def ended(self, group: str, one: Seen, reason: str) -> None:
        self.add("quality.identity_links_ended", group, one.type, self.token(one), reason,
                 datetime(2026, 6, 20, 4))  # fmt: skip

    def stated(self, event: str, *seen: Seen) -> None:
        for one in seen:
            self.add("quality.identity_statements", "E1", "event group", one.type,
                     self.token(one), event, False, START)  # fmt: skip

    def manual(self, link: str, a: Seen, b: Seen) -> None:
        self.links.append(
            {"link": link, "token_a": self.token(a), "token_b": self.token(b), "author": "li.na",
             "reason": "called the customer", "decided_on": date(2026, 6, 15), "line": 2}
        )  # fmt: skip

    def add(self, table: str, *row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def write(self) -> Home:
        days = sorted({(row["channel"], row["entity"], row["dt"]) for row in self.rows})
        for channel, entity, day in days:
            folder = self.home.raw / "_observations" / channel / entity / f"dt={day}"
            folder.mkdir(parents=True)
            chosen = [
                {name: value for name, value in row.items() if name != "dt"}
                for row in self.rows
                if (row["channel"], row["entity"], row["dt"]) == (channel, entity, day)
            ]
            pq.write_table(pa.Table.from_pylist(chosen), folder / "data.parquet")
        reference = self.home.raw / "_reference"
        reference.mkdir(parents=True)
        for name, rows in (("manual_links", self.links), ("identifier_aliases", self.aliases)):
            if rows:
                pq.write_table(pa.Table.from_pylist(rows), reference / f"{name}.parquet")
        self.home.published.parent.mkdir(parents=True)
        with duckdb.connect(str(self.home.published)) as connection:
            connection.execute(_TABLES)
            connection.execute("insert into quality.audit_results values ($1)", [AS_OF])
            for table, rows in self.tables.items():
                marks = ", ".join("?" for _ in rows[0])
                connection.executemany(f"insert into {table} values ({marks})", rows)
        return self.home
