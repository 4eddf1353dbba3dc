"""What oracles of the profile start from: finished marts, and facts read in plain Python.

Belongs here: reading published facts and raw statements, and the definitions a run was built with.
Does not belong here: any rule that an oracle recomputes.
"""

import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import yaml

from orchestration.lib.home import PROJECT_DIR, Home
from tests.integration.homes import copy_home, environment

UTC = ZoneInfo("UTC")
PROJECT = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))
# Short enough that a brand of 60 days has dormant, churned and returned customers.
SHORT = {
    "rfm_window_days": 30,
    "lifecycle_active_days": 6,
    "lifecycle_dormant_days": 15,
    "lifecycle_rhythm_min_gaps": 2,
    "lifecycle_rhythm_max_gaps": 3,
    "lifecycle_rhythm_min_days": 3,
    "lifecycle_rhythm_max_days": 12,
    "lifecycle_dormant_rhythms": 1.5,
    "lifecycle_churned_rhythms": 3,
    "lifecycle_growth_min_orders": 2,
    "lifecycle_maturity_min_orders": 3,
    "lifecycle_maturity_keep_orders": 2,
    "aipl_interest_days": 7,
    "aipl_loyal_days": 20,
    "value_tier_high_share": 0.1,
    "value_tier_middle_share": 0.15,
}


@dataclass(frozen=True)
class Purchase:
    """One paid order: its day in the brand's zone, its time for the order of orders, its money."""

    paid_date: date
    paid_at: datetime
    order_id: str
    channel: str
    paid_cny: Decimal
    net_revenue_cny: Decimal


@dataclass(frozen=True)
class Finished:
    """A database with the marts, the definitions they were built with, and what was read first."""

    home: Home
    database: Path
    definitions: dict
    as_of: date
    purchases: dict[str, list[Purchase]]

    def query(self, sql: str, **parameters: object) -> list[tuple]:
        with duckdb.connect(str(self.database), read_only=True) as marts:
            return marts.execute(sql, parameters).fetchall()

    def day(self, moment: datetime) -> date:
        """Calendar day of a UTC moment in the brand's zone."""
        zone = ZoneInfo(self.definitions["brand_timezone"])
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    def raw(self, entity: str, columns: str) -> list[tuple]:
        """Every delivered row of an entity, as the loader wrote it."""
        files = self.home.raw / entity / "dt=*" / "*.parquet"
        with duckdb.connect() as connection:
            return connection.execute(
                f"select {columns} from read_parquet('{files}', hive_partitioning = true) order by dt"
            ).fetchall()


def read_finished(home: Home, database: Path, *, definitions: dict) -> Finished:
    """Read what the oracle starts from; a run without orders of known persons is refused."""
    purchases = _read_purchases(database, zone=ZoneInfo(definitions["brand_timezone"]))
    assert purchases, "the run has no order of a known person: nothing would be compared"
    with duckdb.connect(str(database), read_only=True) as marts:
        [(as_of,)] = marts.execute(
            "select distinct as_of_date from profile.customer_lifecycle"
        ).fetchall()
    return Finished(home, database, definitions, as_of, purchases)


def _read_purchases(database: Path, *, zone: ZoneInfo) -> dict[str, list[Purchase]]:
    """Paid orders of known persons by one_id, oldest first."""
    with duckdb.connect(str(database), read_only=True) as marts:
        rows = marts.execute(
            "select one_id, paid_at, order_id, channel, paid_cny, net_revenue_cny"
            " from core.fct_orders where one_id is not null and paid_at is not null"
        ).fetchall()
    purchases = defaultdict(list)
    for one_id, paid_at, *others in rows:
        day = paid_at.replace(tzinfo=UTC).astimezone(zone).date()
        purchases[one_id].append(Purchase(day, paid_at, *others))
    for orders in purchases.values():
        orders.sort(key=lambda order: (order.paid_at, order.order_id))
    return purchases


def rebuild(home: Home, folder: Path, *, definitions: dict) -> Finished:
    """The warehouse of a copy of a home, profile and lifecycle rebuilt with other definitions."""
    copy = copy_home(home, folder)
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            "run",
            "--select",
            "int_lifecycle__purchases_sequenced+",
            "--vars",
            json.dumps(definitions),
        ],
        cwd=PROJECT_DIR,
        # A target of its own: other vars would throw away everybody's partial parse.
        env={**environment(copy), "DBT_TARGET_PATH": str(folder / "target")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return read_finished(copy, copy.warehouse, definitions={**PROJECT["vars"], **definitions})


def days_between(first: date, last: date) -> list[date]:
    """Every day from ``first`` to ``last``, both included."""
    return [first + timedelta(number) for number in range((last - first).days + 1)]
