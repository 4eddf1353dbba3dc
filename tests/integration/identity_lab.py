"""A home with identifiers only: records are written where the loader would write them.

Belongs here: writing observations, events and manual links of made-up people, building the
identity models, reading who is whom. Does not belong here: assertions, or clear values: a token is
the digest of a text such as ``member_id:main:alice``, which `readable` gives back.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.state import save_state
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.transform import project
from tests.integration.homes import environment

FIRST_DAY = date(2026, 1, 1)
SELECTION = [
    "+bridge_customer_identifiers", "+identity_history", "+identity_aliases",
    "+identity_conflicts", "+int_identity__resolution", "+int_identity__figures",
]  # fmt: skip


_TEXTS: dict[str, str] = {}  # what was made into a token, for people who read a failed test


def readable(token: str) -> str:
    """``member_id:main:alice`` of a token that this process made."""
    return _TEXTS[token]


@dataclass(frozen=True)
class Seen:
    """One identifier on a record."""

    type: str
    value: str
    scope: str = ""
    verified: bool = True

    @property
    def token(self) -> str:
        text = f"{self.type}:{self.scope}:{self.value}"
        token = hashlib.sha256(text.encode()).hexdigest()
        _TEXTS[token] = text
        return token


def member(name: str) -> Seen:
    return Seen("member_id", name, "main")


def unionid(name: str) -> Seen:
    return Seen("wx_unionid", name, "main")


def openid(name: str, app: str = "app") -> Seen:
    return Seen("wx_openid", name, app)


def phone(name: str, *, verified: bool = True) -> Seen:
    return Seen("phone", name, verified=verified)


def device(name: str) -> Seen:
    return Seen("oaid", name)


@dataclass(frozen=True)
class Record:
    """Identifiers that stood together, at ``at`` seconds after the first day."""

    at: int
    seen: tuple[Seen, ...]
    channel: str = "lab"
    entity: str = "records"

    @property
    def group(self) -> str:
        """What the loader digests: the identifiers of the record."""
        return "|".join(sorted(one.token + "~" * (not one.verified) for one in self.seen))

    @property
    def observed_at(self) -> datetime:
        return datetime.combine(FIRST_DAY, datetime.min.time()) + timedelta(seconds=self.at)


@dataclass
class Lab:
    """One home; every `deliver` is a delivery day, every `build` a published as-of day."""

    home: Home
    day: date = FIRST_DAY
    links: list[tuple[str, Seen, Seen]] = field(default_factory=list)

    @classmethod
    def create(cls, folder: Path) -> "Lab":
        home = Home(root=folder / "home", secrets=folder / "secrets")
        home.tmp.mkdir(parents=True)
        prepare_home(home, load_contracts(PROJECT_DIR).values(), Keys.load_or_create(home))
        return cls(home)

    def deliver(self, records: Sequence[Record], *, on: date | None = None) -> None:
        """Write the observations of a delivery day as the loader does: distinct, with counts."""
        self.day = on or self.day
        rows = [
            (
                record.channel, record.entity, record.group, seen.type, seen.scope, seen.token,
                "valid", seen.verified, record.observed_at, record.observed_at, 1,
            )
            for record in records
            for seen in record.seen
        ]  # fmt: skip
        for channel, entity in {(record.channel, record.entity) for record in records}:
            folder = self.home.raw / "_observations" / channel / entity / f"dt={self.day}"
            folder.mkdir(parents=True, exist_ok=True)
            chosen = [row for row in rows if row[:2] == (channel, entity)]
            names = (
                "channel", "entity", "record_group", "identifier_type", "identifier_scope",
                "identifier_token", "identifier_status", "is_verified", "first_observed_at",
                "last_observed_at", "record_count",
            )  # fmt: skip
            table = pa.table({n: [row[i] for row in chosen] for i, n in enumerate(names)})
            pq.write_table(table, folder / "data.parquet")
        self._write_load()

    def keep_apart(self, a: Seen, b: Seen) -> None:
        self.links.append(("cannot", a, b))
        self._write_links()

    def join(self, a: Seen, b: Seen) -> None:
        self.links.append(("must", a, b))
        self._write_links()

    def decide_nothing(self) -> None:
        """Take all manual links back."""
        self.links.clear()
        self._write_links()

    def build(self, *, as_of: date | None = None, save: bool = True) -> None:
        """Build the identity models for the newest delivery day (or ``as_of``) and save the state."""
        variables = ["--vars", f'{{"as_of_date": "{as_of}"}}'] if as_of else []
        project.run(
            [
                "build", "--select", *SELECTION, "--exclude-resource-type", "test", "unit_test",
                *variables,
            ],
            environment=environment(self.home),
        )  # fmt: skip
        if save:
            save_state(self.home, self.home.warehouse, as_of=as_of or self.day)

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def people(self) -> dict[str, str]:
        """one_id by token, as of the last build."""
        return dict(
            self.query("select identifier_token, one_id from core.bridge_customer_identifiers")
        )

    def partition(self, prefix: str = "") -> set[frozenset[str]]:
        """Sets of tokens that are one person, of tokens whose value begins with ``prefix``."""
        groups: dict[str, set[str]] = {}
        for token, one_id in self.people().items():
            if readable(token).split(":", 2)[2].startswith(prefix):
                groups.setdefault(one_id, set()).add(token)
        return {frozenset(group) for group in groups.values()}

    def _write_load(self) -> None:
        folder = self.home.raw / "_loads" / "lab" / "records" / f"dt={self.day}"
        folder.mkdir(parents=True, exist_ok=True)
        table = pa.table(
            {
                "channel": ["lab"], "entity": ["records"], "load_id": [str(self.day)],
                "rows_read": [1], "rows_loaded": [1], "rows_rejected": [0],
                "rows_duplicate": [0], "files_quarantined": [0], "unknown_columns": [""],
            }
        )  # fmt: skip
        pq.write_table(table, folder / "data.parquet")

    def _write_links(self) -> None:
        path = self.home.raw / "_reference" / "manual_links.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = pa.schema(
            [
                ("link", pa.string()), ("token_a", pa.string()), ("type_a", pa.string()),
                ("token_b", pa.string()), ("type_b", pa.string()), ("author", pa.string()),
                ("reason", pa.string()), ("decided_on", pa.date32()), ("line", pa.int32()),
            ]
        )  # fmt: skip
        rows = [
            {
                "link": link, "token_a": a.token, "type_a": a.type, "token_b": b.token,
                "type_b": b.type, "author": "lab", "reason": "test", "decided_on": FIRST_DAY,
                "line": number,
            }
            for number, (link, a, b) in enumerate(self.links, start=2)
        ]  # fmt: skip
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def tokens(*seen: Seen) -> frozenset[str]:
    return frozenset(one.token for one in seen)


def records_of(pairs: Iterable[tuple[int, Sequence[Seen]]]) -> list[Record]:
    return [Record(at, tuple(seen)) for at, seen in pairs]
