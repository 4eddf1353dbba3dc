"""Landing files of a benchmark brand: as many events as asked for, the same ones every time.

Belongs here: sizes and shares of the files. Does not belong here: what a row looks like (the
`.sql` files in landing/), or a life-like brand with every fault (orchestration.lib.demo).

Run: ``python -m benchmarks.generate EVENTS`` (writes to YUTANG_HOME).
"""

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from orchestration.lib.home import Home

FIRST_DAY = date(2026, 1, 1)
DELIVERIES = 6
DAYS_PER_DELIVERY = 30
EVENTS_PER_PERSON = 20

_CSV = "format csv, header true"
_JSON = "format json"
_SQL = Path(__file__).with_name("landing")


@dataclass(frozen=True)
class BenchEntity:
    """One entity of the benchmark brand.

    Args:
        channel: Channel of the landing folder.
        name: Entity of the landing folder.
        script: File in landing/ that makes the rows.
        share: Generated rows as a share of all events; 0 for a master file.
        kept: Rows that come out of one generated row, on average.
        once: True for a file of the first delivery only.
    """

    channel: str
    name: str
    script: str
    share: float = 0.0
    kept: float = 1.0
    once: bool = False

    @property
    def is_csv(self) -> bool:
        return self.channel in ("pos", "crm", "catalog")


# A receipt has 2.5 lines on average; half of the people use the mini program, 30 % buy on Tmall.
ENTITIES = (
    BenchEntity("pos", "stores", "stores", once=True),
    BenchEntity("catalog", "products", "products", once=True),
    BenchEntity("crm", "members", "members"),
    BenchEntity("tmall", "members", "tmall_members"),
    BenchEntity("pos", "receipts", "receipts", share=0.46, kept=2.5),
    BenchEntity("miniprogram", "events", "events", share=0.40, kept=0.5),
    BenchEntity("miniprogram", "logins", "logins", share=0.08, kept=0.5),
    BenchEntity("tmall", "orders", "tmall_orders", share=0.06, kept=0.3),
)


def write_bench_landing(home: Home, *, events: int) -> int:
    """Write about ``events`` rows of receipts, behaviour, logins and orders to ``home.landing``.

    Args:
        home: An empty home.
        events: Rows to write, master data not counted; one person for every 20.

    Returns:
        Rows written, master data included.
    """
    written = 0
    with duckdb.connect() as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set variable people = ?", [events // EVENTS_PER_PERSON])
        connection.execute("set variable deliveries = ?", [DELIVERIES])
        connection.execute((_SQL / "people.sql").read_text(encoding="utf-8"))
        for delivery_no in range(DELIVERIES):
            window_start = FIRST_DAY + timedelta(days=delivery_no * DAYS_PER_DELIVERY)
            connection.execute("set variable delivery_no = ?", [delivery_no])
            connection.execute("set variable window_start = ?", [window_start])
            for entity in ENTITIES:
                if entity.once and delivery_no > 0:
                    continue
                rows = int(events * entity.share / entity.kept / DELIVERIES)
                connection.execute("set variable row_count = ?", [rows])
                connection.execute("set variable first_row = ?", [delivery_no * rows])
                delivered = window_start + timedelta(days=DAYS_PER_DELIVERY)
                written += _write(connection, home, entity, delivered=delivered)
    return written


def _write(
    connection: duckdb.DuckDBPyConnection, home: Home, entity: BenchEntity, *, delivered: date
) -> int:
    folder = home.landing / entity.channel / entity.name / f"dt={delivered.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    suffix, options = (".csv", _CSV) if entity.is_csv else (".ndjson", _JSON)
    script = (_SQL / f"{entity.script}.sql").read_text(encoding="utf-8")
    path = folder / f"{entity.name}{suffix}"
    [(rows,)] = connection.execute(f"copy (\n{script}\n) to ? ({options})", [str(path)]).fetchall()
    return rows


if __name__ == "__main__":
    home = Home.from_environment()
    print(f"{write_bench_landing(home, events=int(sys.argv[1])):,} rows in {home.landing}")
