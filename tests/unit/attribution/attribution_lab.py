"""A warehouse with the inputs of attribution only, written by hand, and dbt on it.

Belongs here: writing touches, orders, refunds and spend, building the attribution models, reading
them. Does not belong here: what is expected (`attribution_oracle`), or identity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from orchestration.lib.home import PROJECT_DIR

FOLDERS = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
SEEDS = ["touch_kinds", "visit_scenes", "attribution_channels", "touch_types"]
START = datetime(2026, 3, 2, 2, 0, 0)  # UTC; a Monday morning in Shanghai


def at(days: float) -> datetime:
    return START + timedelta(seconds=round(days * 86400))


def fen(amount: int) -> str:
    return f"{amount / 100:.2f}"


@dataclass(frozen=True)
class Touch:
    """One row of fct_touchpoints."""

    touchpoint_id: str
    one_id: str | None
    touched_at: datetime
    channel: str
    touch_type: str = "ad_click"
    campaign_id: str | None = None
    placement: str | None = None
    scene: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    is_paid: bool = False
    event_count: int = 1


@dataclass(frozen=True)
class Order:
    """One row of fct_orders, and its refunds as (time, fen)."""

    order_id: str
    one_id: str | None
    paid_at: datetime
    paid_fen: int
    refunds: tuple[tuple[datetime, int], ...] = ()
    is_first: bool = False
    sales_channel: str = "own"

    @property
    def net_fen(self) -> int:
        return self.paid_fen - sum(amount for _, amount in self.refunds)


@dataclass(frozen=True)
class Spend:
    """One row of fct_ad_spend."""

    date: date
    platform: str
    campaign_id: str
    cost_fen: int
    clicks: int = 0
    claimed: int | None = None


@dataclass
class World:
    touches: list[Touch] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    spend: list[Spend] = field(default_factory=list)


class DbtFailed(AssertionError):
    """dbt ended with an error; the message is all that it said."""


class Lab:
    """A DuckDB warehouse in a folder, and dbt on it."""

    def __init__(self, home: Path, manifest: Manifest) -> None:
        self.path = home / "warehouse.duckdb"
        self.manifest = manifest

    def build(self, world: World, *selection: str, variables: dict[str, Any] | None = None) -> None:
        """Write the world and build what is selected, by default all of attribution."""
        self.write(world)
        self.dbt("seed", "--select", *SEEDS)
        chosen = selection or ("int_attribution__touches+", "int_attribution__bookings")
        extra = ["--vars", str(variables)] if variables else []
        self.dbt("run", "--select", *chosen, *extra)

    def dbt(self, *arguments: str) -> None:
        messages: list[str] = []
        dbt = dbtRunner(self.manifest, callbacks=[lambda event: messages.append(event.info.msg)])
        done = dbt.invoke(["--quiet", *arguments, *FOLDERS])
        # dbt keeps the file open with its own configuration, and a process may have only one.
        DuckDBConnectionManager.close_all_connections()
        if not done.success:
            raise DbtFailed("\n".join(messages))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.path)) as con:
            return con.execute(sql).fetchall()

    def write(self, world: World) -> None:
        """The core tables as a run leaves them."""
        touches, orders, spend = world.touches, world.orders, world.spend
        refunds = [(order, time, amount, f"{order.order_id}#{number}")
                   for order in orders for number, (time, amount) in enumerate(order.refunds)]  # fmt: skip
        with duckdb.connect(str(self.path)) as con:
            con.execute("set timezone = 'UTC'")
            con.execute("create schema if not exists core")
            con.register("t", _table(touches, Touch))
            con.execute(
                "create or replace table core.fct_touchpoints as select *, "
                "(touched_at at time zone 'UTC' at time zone 'Asia/Shanghai')::date as touched_date "
                "from t"
            )
            con.register("o", pa.table({
                "order_id": pa.array([o.order_id for o in orders], pa.string()),
                "one_id": pa.array([o.one_id for o in orders], pa.string()),
                "paid_at": pa.array([o.paid_at for o in orders], pa.timestamp("us")),
                "paid": pa.array([o.paid_fen for o in orders], pa.int64()),
                "refunded": pa.array([o.paid_fen - o.net_fen for o in orders], pa.int64()),
                "is_first_order": pa.array([o.is_first for o in orders], pa.bool_()),
                "sales_channel": pa.array([o.sales_channel for o in orders], pa.string()),
            }))  # fmt: skip
            con.execute("""
                create or replace table core.fct_orders as
                select order_id, one_id, paid_at, sales_channel, is_first_order,
                    (paid::decimal(18, 2) / 100)::decimal(18, 2) as paid_cny,
                    (refunded::decimal(18, 2) / 100)::decimal(18, 2) as refunded_cny,
                    ((paid - refunded)::decimal(18, 2) / 100)::decimal(18, 2) as net_revenue_cny,
                    (paid_at at time zone 'UTC' at time zone 'Asia/Shanghai')::date as paid_date
                from o
            """)
            con.register("r", pa.table({
                "refund_id": pa.array([row[3] for row in refunds], pa.string()),
                "order_id": pa.array([row[0].order_id for row in refunds], pa.string()),
                "refunded_at": pa.array([row[1] for row in refunds], pa.timestamp("us")),
                "fen": pa.array([row[2] for row in refunds], pa.int64()),
            }))  # fmt: skip
            con.execute("""
                create or replace table core.fct_refunds as
                select refund_id, order_id, refunded_at, refunded_at as requested_at,
                    (fen::decimal(18, 2) / 100)::decimal(18, 2) as refunded_cny
                from r
            """)
            con.register("s", _table(spend, Spend))
            con.execute("""
                create or replace table core.fct_ad_spend as
                select date, platform, 'a1' as account_id, campaign_id, 'ad1' as ad_id,
                    (cost_fen::decimal(18, 2) / 100)::decimal(18, 2) as cost_cny,
                    clicks * 50 as impressions, clicks, claimed as platform_conversions
                from s
            """)
            con.execute("""
                create or replace table core.dim_campaigns as
                select distinct campaign_id, campaign_id as campaign_name from s
            """)
            con.execute(
                "create or replace table core.identity_aliases (retired_one_id varchar, one_id varchar)"
            )


def _table(rows: Sequence[Any], kind: type) -> pa.Table:
    types = {
        "touched_at": pa.timestamp("us"), "date": pa.date32(), "is_paid": pa.bool_(),
        "event_count": pa.int64(), "cost_fen": pa.int64(), "clicks": pa.int64(),
        "claimed": pa.int64(),
    }  # fmt: skip
    return pa.table({
        name: pa.array([getattr(row, name) for row in rows], types.get(name, pa.string()))
        for name in kind.__dataclass_fields__
    })  # fmt: skip
