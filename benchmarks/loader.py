"""The raw load beside DuckDB's own COPY: the same CSV file, threads and memory.

Belongs here: two files of many rows, and the two ways to make Parquet of them. Does not belong
here: whole deliveries (stages.py).

Ways, each in a process of its own, in turns:
    copy  `COPY (SELECT * FROM read_csv(...)) TO ...` with the columns and types of the contract:
          nothing is judged, nothing is tokenised, one bad cell fails the file
    load  load_partition: every cell judged, refused rows found again, identifiers as tokens, clear
          values in the vault, observations, the books of the load

Run: ``python -m benchmarks.loader [ROWS]``
"""

import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.measure import Cost, clock, run_measured
from orchestration.lib.home import PROJECT_DIR, Home

DEFAULT_ROWS = 5_000_000
REPEATS = 3
THREADS = 2
MEMORY = "4GB"
DAY = date(2026, 6, 1)


@dataclass(frozen=True)
class LoaderCase:
    """One entity to load.

    Args:
        channel: Channel of the contract.
        entity: Entity of the contract.
        identifiers: Identifiers in every row, for the printed line.
        goal: Least speed of the load as a share of COPY's; None where none is set.
        rows: SELECT of the file's rows; ``$1`` is how many.
    """

    channel: str
    entity: str
    identifiers: str
    goal: float | None
    rows: str

    @property
    def name(self) -> str:
        return f"{self.channel}.{self.entity}"


_REPORTS = """
select
    '17' || lpad((range % 40)::varchar, 14, '0') as advertiser_id,
    date '2026-01-01' + (range // 40000)::integer as stat_date,
    '18' || lpad((range // 20 % 2000)::varchar, 14, '0') as campaign_id,
    'spring-' || range // 20 % 2000 as campaign_name,
    '19' || lpad((range % 40000)::varchar, 14, '0') as promotion_id,
    (hash(range, 'cost') % 1000000)::decimal(18, 2) / 100 as stat_cost,
    (hash(range, 'shown') % 100000)::bigint as show_cnt,
    (hash(range, 'clicked') % 3000)::bigint as click_cnt,
    (hash(range, 'converted') % 60)::bigint as convert_cnt,
    (hash(range, 'attributed') % 60)::bigint as attribution_convert_cnt
from range($1)
"""

# A card and a phone on every line, 20 lines for every person as in the other benchmarks.
_RECEIPTS = """
with lines as (
    select range as line, 1 + floor($1 / 20 * ((hash(range // 3) >> 11)::double / 9007199254740992))
        ::bigint as person
    from range($1)
)
select
    'S' || lpad((hash(line // 3, 'store') % 200)::varchar, 4, '0') as store_id,
    '1' as terminal_id,
    'R' || line // 3 as receipt_no,
    1 + line % 3 as line_no,
    date '2026-05-31' as business_date,
    timestamp '2026-05-31 10:00:00' + to_seconds((hash(line // 3, 'at') % 43200)::bigint)
        as txn_time,
    '8800' || lpad(person::varchar, 9, '0') as member_card_no,
    case hash(line // 3, 'phone') % 10
        when 0 then '+86' || (13000000000 + (person * 7919) % 6999999999)
        else (13000000000 + (person * 7919) % 6999999999)::varchar
    end as member_phone,
    'C' || hash(line // 3, 'cashier') % 900 as cashier_id,
    'P' || lpad((hash(line, 'product') % 2000)::varchar, 5, '0') as sku,
    1 + hash(line, 'quantity') % 3 as quantity,
    500 + hash(line, 'price') % 30000 as gross_fen,
    0 as discount_fen,
    500 + hash(line, 'price') % 30000 as paid_fen,
    null as coupon_code,
    false as is_return,
    null as original_receipt_no
from lines
"""

CASES = (
    LoaderCase("ocean_engine", "reports", "no identifiers", 0.60, _REPORTS),
    LoaderCase("pos", "receipts", "two identifiers", 0.40, _RECEIPTS),
)


def write_delivery(home: Home, case: LoaderCase, *, rows: int) -> Path:
    """Write the CSV of ``case`` to its landing folder; the same bytes every time."""
    folder = home.landing / case.channel / case.entity / f"dt={DAY.isoformat()}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{case.entity}.csv"
    with duckdb.connect(config={"threads": THREADS}) as connection:
        select = case.rows.replace("$1", str(rows))
        connection.execute(f"copy ({select}) to '{path}' (format csv, header true)")
    return path


def copy_delivery(home: Home, case: LoaderCase) -> None:
    """DuckDB's typed reader to Parquet."""
    from orchestration.lib.landing.contract import load_contracts

    contract = load_contracts(PROJECT_DIR)[(case.channel, case.entity)]
    columns = ", ".join(f"'{c.name}': '{c.data_type}'" for c in contract.columns)
    [path] = (home.landing / case.channel / case.entity).glob("*/*.csv")
    target = home.root / "copied.parquet"
    with duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY}) as connection, clock():
        connection.execute(
            f"copy (select * from read_csv('{path}', header = true, auto_detect = false, "
            f"columns = {{{columns}}})) to '{target}' (format parquet)"
        )


def load_delivery(home: Home, case: LoaderCase) -> None:
    """What the raw assets call."""
    from orchestration.lib.landing.connection import open_connection
    from orchestration.lib.landing.contract import load_contracts
    from orchestration.lib.landing.loader import load_partition
    from orchestration.lib.landing.tokens import Keys

    contract = load_contracts(PROJECT_DIR)[(case.channel, case.entity)]
    keys = Keys.load_or_create(home)
    connection = open_connection(keys, memory_limit=MEMORY, threads=THREADS)
    with connection, clock():
        load_partition(contract, DAY, home=home, keys=keys, connection=connection)


WAYS = {"copy": copy_delivery, "load": load_delivery}


def measure_loader(*, rows: int = DEFAULT_ROWS) -> dict[str, float]:
    """Measure every case in turns and print it.

    Returns:
        Per case the load's speed as a share of COPY's, medians of the repeats.
    """
    shares = {}
    for case in CASES:
        with tempfile.TemporaryDirectory(prefix="yutang-bench-") as folder:
            home = Home(root=Path(folder) / "home", secrets=Path(folder) / "secrets")
            size = write_delivery(home, case, rows=rows).stat().st_size
            print(f"{case.name}, {case.identifiers}: {rows:,} rows, {size / 1e6:.0f} MB of CSV")
            costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
            for _ in range(REPEATS):
                for way, found in costs.items():
                    found.append(_measure(way, case, home))
            shares[case.name] = _report(case, costs, rows=rows)
    return shares


def _measure(way: str, case: LoaderCase, home: Home) -> Cost:
    command = [sys.executable, "-m", "benchmarks.loader", "--way", way, case.name]
    return run_measured(command, environment=home.environment())


def _report(case: LoaderCase, costs: dict[str, list[Cost]], *, rows: int) -> float:
    seconds, cpu = {}, {}
    for way, found in costs.items():
        seconds[way] = statistics.median(cost.inner.seconds for cost in found)
        cpu[way] = statistics.median(cost.inner.cpu_seconds for cost in found)
        memory = max(cost.peak_bytes for cost in found) / 1e9
        print(
            f"  {way:<6}{seconds[way]:>7.2f} s {cpu[way]:>7.2f} s of processor "
            f"{rows / seconds[way]:>12,.0f} rows/s {memory:>6.2f} GB"
        )
    share = seconds["copy"] / seconds["load"]
    goal = f", goal {case.goal:.0%}" if case.goal else ""
    cpu_share = cpu["copy"] / cpu["load"]
    print(
        f"  the load has {share:.0%} of COPY's speed ({cpu_share:.0%} by processor time){goal}",
        flush=True,
    )
    return share


if __name__ == "__main__":
    if sys.argv[1:2] == ["--way"]:
        [wanted] = [case for case in CASES if case.name == sys.argv[3]]
        WAYS[sys.argv[2]](Home.from_environment(), wanted)
    else:
        measure_loader(rows=int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROWS)
