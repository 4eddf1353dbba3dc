"""One small simulated brand for all tests of the demo, and readers for its native files."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from orchestration.lib import demo
from orchestration.lib.home import Home

PEOPLE, DAYS, SEED = 1_500, 90, 11


@dataclass(frozen=True)
class Brand:
    """A simulated brand and what was said about it."""

    home: Home
    summary: demo.DemoSummary
    expected: dict

    def files(self, entity: str, pattern: str = "*") -> list[Path]:
        channel, name = entity.split(".")
        return sorted((self.home.landing / channel / name).glob(f"dt=*/{pattern}"))

    def rows(self, entity: str) -> Iterator[dict]:
        """Well-formed rows in the order of delivery, spoiled and repeated ones left out."""
        for path in self.files(entity):
            if "_manual" in path.name or "_rerun" in path.name:
                continue
            for row in parsed(path):
                yield {**row, "dt": path.parent.name[3:]}

    def newest(self, entity: str, *key: str) -> dict[tuple, dict]:
        """The last delivered row per key."""
        return {tuple(row[name] for name in key): row for row in self.rows(entity)}

    def truth(self, sql: str) -> list[tuple]:
        """Rows of a query over the truth: ``{identifiers}``, ``{orders}``, ``{people}``."""
        names = ("identifiers", "orders", "people")
        files = {n: f"read_parquet('{self.home.truth}/{n}.parquet')" for n in names}
        return duckdb.connect().execute(sql.format(**files)).fetchall()


def text_of(path: Path) -> str:
    """Content of a landing file, decompressed, without its byte order mark."""
    compression = {".zst": "zstd", ".gz": "gzip"}.get(path.suffix)
    with pa.input_stream(str(path), compression=compression) as stream:
        return stream.read().decode("utf-8-sig")


def parsed(path: Path) -> list[dict]:
    """Rows of a landing file; CSV values are text."""
    if ".ndjson" in path.name:
        return [json.loads(line) for line in text_of(path).splitlines()]
    return list(csv.DictReader(io.StringIO(text_of(path), newline="")))


@pytest.fixture(scope="session")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Brand:
    root = tmp_path_factory.mktemp("demo")
    home = Home(root=root / "home", secrets=root / "secrets")
    summary = demo.write_demo(home, people=PEOPLE, days=DAYS, seed=SEED)
    expected = json.loads((home.truth / "expected.json").read_text(encoding="utf-8"))
    return Brand(home, summary, expected)
