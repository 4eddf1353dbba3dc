"""No clear personal value leaves landing/: every byte and every cell under the home is searched.

The one exception is the SMS list in outbox/, which a gateway needs in the clear; only its owner can
read it.

Bytes find what was written as it is (logs, compiled SQL, run results, uncompressed files); cells
find what Parquet and DuckDB compress. The vault is encrypted and is searched by bytes too.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.integration.homes import DemoRun

pytestmark = pytest.mark.slow

# Not inside a token: 64 hexadecimal digits hold some eleven digits by chance.
PHONE = re.compile(rb"(?<![0-9a-f])1[3-9][0-9]{9}(?![0-9a-f])")
MAIL_BEFORE = re.compile(rb"[A-Za-z0-9._%+-]+$")
MAIL_AFTER = re.compile(rb"[A-Za-z0-9.-]+")
LONGEST_MAIL_PART = 100
HAN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}")
CHUNK = 16 * 2**20
OVERLAP = 256


def mails_in(content: bytes) -> set[bytes]:
    """What looks like an e-mail, lower case: around every @, so that long texts cost nothing."""
    found = set()
    at = content.find(b"@")
    while at >= 0:
        before = MAIL_BEFORE.search(content[max(0, at - LONGEST_MAIL_PART) : at])
        after = MAIL_AFTER.match(content[at + 1 : at + 1 + LONGEST_MAIL_PART])
        if before and after:
            found.add((before[0] + b"@" + after[0]).lower())
        at = content.find(b"@", at + 1)
    return found


class Searcher:
    """Finds the brand's phones, e-mails and names in bytes, by sets instead of one by one."""

    def __init__(self, truth: Path) -> None:
        people = duckdb.execute(
            f"select phone, email, name from '{truth / 'people.parquet'}'"
        ).fetchall()
        self.phones = {phone[-11:].encode() for phone, _, _ in people if phone}
        self.phones |= {
            value[-11:].encode()
            for (value,) in duckdb.execute(
                f"select identifier_value from '{truth / 'identifiers.parquet'}' "
                "where identifier_type = 'phone'"
            ).fetchall()
        }
        self.emails = {email.lower().encode() for _, email, _ in people if email}
        self.names = {name.encode() for *_, name in people if name}
        self.lengths = sorted({len(name) for name in self.names})

    def found_in(self, content: bytes) -> set[bytes]:
        found = set(PHONE.findall(content)) & self.phones
        found |= mails_in(content) & self.emails
        for run in set(HAN.findall(content)):
            for length in self.lengths:
                for start in range(0, len(run) - length + 1, 3):
                    if run[start : start + length] in self.names:
                        found.add(run[start : start + length])
        return found


@pytest.fixture(scope="module")
def searcher(demo_run: DemoRun) -> Searcher:
    found = Searcher(demo_run.home.truth)
    assert len(found.phones) > 1_000
    assert len(found.emails) > 100
    assert len(found.names) > 500
    return found


def guarded_files(demo_run: DemoRun) -> list[Path]:
    """Every file of the home except what may hold clear values: landing/, truth/, SMS lists."""
    home = demo_run.home
    clear = {home.landing, home.truth, home.root / "outbox" / "sms_list"}
    files = [
        path
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not clear & set(path.parents)
    ]
    assert len(files) > 500
    return files


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        tail = b""
        while block := stream.read(CHUNK):
            yield tail + block
            tail = block[-OVERLAP:]


def test_the_search_finds_what_landing_holds(demo_run: DemoRun, searcher: Searcher):
    """The search itself works: the same search over landing/ finds phones, e-mails and names."""
    found: set[bytes] = set()
    for path in demo_run.home.landing.rglob("*"):
        if path.is_file() and path.suffix in (".csv", ".ndjson"):
            for block in chunks(path):
                found |= searcher.found_in(block)
    assert found & searcher.phones


def test_no_byte_outside_landing_holds_a_clear_value(demo_run: DemoRun, searcher: Searcher):
    leaks = {
        str(path.relative_to(demo_run.home.root)): len(found)
        for path in guarded_files(demo_run)
        if (found := set().union(*(searcher.found_in(block) for block in chunks(path))))
    }
    assert leaks == {}


def test_everything_in_the_outbox_is_for_its_owner_only(demo_run: DemoRun):
    outbox = demo_run.home.root / "outbox"
    modes = {path.stat().st_mode & 0o077 for path in outbox.rglob("*") if path.is_file()}
    assert modes <= {0}


def test_no_cell_of_parquet_or_duckdb_holds_a_clear_value(demo_run: DemoRun, searcher: Searcher):
    leaks = [
        place
        for place, values in text_columns(demo_run)
        if searcher.found_in("\n".join(values).encode())
    ]
    assert leaks == []


def text_columns(demo_run: DemoRun) -> Iterator[tuple[str, list[str]]]:
    """Distinct texts of every column of every table and Parquet file outside landing/."""
    home = demo_run.home
    with duckdb.connect() as connection:
        patterns = [
            f"read_parquet('{folder}/**/*.parquet', union_by_name = true)"
            for folder in sorted((home.raw).glob("*/*"))
            if folder.is_dir() and any(folder.rglob("*.parquet"))
        ]
        for place in patterns:
            yield from _texts_of(connection, place)
        for number, path in enumerate((home.warehouse, home.published)):
            connection.execute(f"attach '{path}' as db{number} (read_only)")
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = $name",
                {"name": f"db{number}"},
            ).fetchall()
            for schema, table in tables:
                yield from _texts_of(connection, f'db{number}."{schema}"."{table}"')


def _texts_of(connection: duckdb.DuckDBPyConnection, place: str) -> Iterator[tuple[str, list[str]]]:
    for column, kind, *_ in connection.execute(f"describe from {place}").fetchall():
        if "VARCHAR" not in kind and "JSON" not in kind:
            continue
        rows = connection.execute(
            f'select distinct "{column}"::varchar from {place} where "{column}" is not null'
        ).fetchall()
        yield f"{place}.{column}", [value for (value,) in rows]
