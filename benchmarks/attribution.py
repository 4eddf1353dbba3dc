"""`python -m benchmarks.attribution`: attribution of many touches, against one sort and a package.

Belongs here: made-up touches and orders, timing the project's own SQL on them, and the same figures
by the package `mta` (its Markov and Shapley) from aggregated paths. Does not belong here: what the
models say (tests). Prints one JSON object; processor time counts where a machine is shared.
"""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

from benchmarks.measure import Work
from orchestration.lib.home import PROJECT_DIR

MEMORY = "4GB"
STEPS = ("int_attribution__touches", "int_attribution__paths", "int_attribution__weights",
         "int_attribution__bookings", "int_attribution__credits", "fct_attribution",
         "rpt_paths", "rpt_model_effects", "rpt_channel_attribution")  # fmt: skip
VIEWS = ("int_attribution__weights", "int_attribution__bookings")

_TOUCHES = """
    create or replace table core.fct_touchpoints as
    select
        md5(i::varchar) as touchpoint_id,
        md5('p' || (hash(i, 1) % $people)::varchar) as one_id,
        timestamp '2026-01-01' + interval 1 second * (hash(i, 2) % (120 * 86400))::bigint as touched_at,
        list_value('tencent_ads', 'ocean_engine', 'sms', 'wecom', 'crm', 'wechat_oa')[
            1 + (hash(i, 3) % 6)::bigint] as channel,
        list_value('ad_click', 'ad_click', 'sms_delivered', 'wecom_add', 'coupon_received',
            'oa_menu_click')[1 + (hash(i, 3) % 6)::bigint] as touch_type,
        'C' || (hash(i, 4) % 40)::varchar as campaign_id,
        null::varchar as placement, null::varchar as scene, null::varchar as utm_source,
        null::varchar as utm_medium, false as is_paid, 1::bigint as event_count
    from range($touches) as t (i)
"""
_ORDERS = """
    create or replace table core.fct_orders as
    select
        'o' || i::varchar as order_id,
        md5('p' || (hash(i, 9) % $people)::varchar) as one_id,
        timestamp '2026-01-08' + interval 1 second * (hash(i, 10) % (113 * 86400))::bigint as paid_at,
        'own' as sales_channel, false as is_first_order,
        (100 + hash(i, 11) % 50000)::decimal(18, 2) / 100 as paid_cny,
        (100 + hash(i, 11) % 50000)::decimal(18, 2) / 100 as net_revenue_cny,
        0::decimal(18, 2) as refunded_cny, (paid_at + interval 8 hour)::date as paid_date
    from range($orders) as t (i)
"""


SORT = """
    create table sorted as
    select * from core.fct_touchpoints order by one_id, touched_at, touchpoint_id
"""


def write(con: duckdb.DuckDBPyConnection, touches: int, orders: int) -> None:
    """The tables attribution reads: ten touches per order, people with about as many of each."""
    con.execute("create schema if not exists core")
    size = {"people": max(orders * 4 // 5, 1)}
    con.execute(_TOUCHES, {**size, "touches": touches})
    con.execute(_ORDERS, {**size, "orders": orders})
    con.execute("create or replace table core.fct_refunds (order_id varchar, refund_id varchar, "
                "refunded_cny decimal(18, 2), refunded_at timestamp, requested_at timestamp)")  # fmt: skip
    con.execute("create or replace table core.fct_ad_spend (date date, platform varchar, account_id "
                "varchar, campaign_id varchar, ad_id varchar, cost_cny decimal(18, 2), impressions "
                "bigint, clicks bigint, platform_conversions bigint)")  # fmt: skip


def timed(con: duckdb.DuckDBPyConnection, sql: str) -> Work:
    started, cpu = time.perf_counter(), time.process_time()
    con.execute(sql)
    return Work(time.perf_counter() - started, time.process_time() - cpu)


def compiled(home: Path) -> dict[str, str]:
    """The project's SQL of every step, as dbt would run it in ``home``."""
    folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    folders += ["--target-path", str(home / "target")]
    seeds = ["touch_kinds", "visit_scenes", "attribution_channels"]
    dbt = dbtRunner()
    for arguments in (["seed", "--select", *seeds], ["compile", "--select", *STEPS]):
        done = dbt.invoke(["--quiet", *arguments, *folders])
        if not done.success:
            raise RuntimeError(f"dbt could not {arguments[0]} for the benchmark")
    nodes = {result.node.name: result.node.compiled_code for result in done.result.results}
    return {name: nodes[name] for name in STEPS}


def opened(database: Path) -> duckdb.DuckDBPyConnection:
    """The warehouse with the settings of profiles.yml; dbt's own connection is closed first."""
    DuckDBConnectionManager.close_all_connections()
    con = duckdb.connect(str(database))
    for setting in (
        f"memory_limit = '{MEMORY}'", "threads = 2", "preserve_insertion_order = false",
        f"temp_directory = '{database.parent / '.tmp'}'",
        "disabled_optimizers = 'outer_join_simplification,window_self_join'",
    ):  # fmt: skip
        con.execute(f"set {setting}")
    return con


def removal_effects(home: Path) -> Work:
    """The model is solved while dbt compiles it, so dbt builds it; the model's own seconds count."""
    folders = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROJECT_DIR)]
    folders += ["--target-path", str(home / "target")]
    dbt = dbtRunner()
    dbt.invoke(["--quiet", "parse", *folders])
    cpu = time.process_time()
    done = dbt.invoke(["--quiet", "run", "--select", "int_attribution__removal_effects", *folders])
    if not done.success:
        raise RuntimeError("dbt could not build the removal effects for the benchmark")
    return Work(sum(r.execution_time for r in done.result.results), time.process_time() - cpu)


def measure(touches: int, orders: int) -> dict[str, Any]:
    """All steps once; the sort first, on the same rows and with the same settings."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ |= {"YUTANG_HOME": folder, "YUTANG_MEMORY": MEMORY}
        database = home / "warehouse.duckdb"
        sql = compiled(home)
        work: dict[str, Work] = {}

        def build(con: duckdb.DuckDBPyConnection, name: str) -> None:
            kind = "view" if name in VIEWS else "table"
            schema = "intermediate" if name.startswith("int_") else "attribution"
            work[name] = timed(con, f"create {kind} {schema}.{name} as {sql[name]}")

        with opened(database) as con:
            write(con, touches, orders)
            con.execute("create schema if not exists intermediate")
            con.execute("create schema if not exists attribution")
            work["one sort of the touches"] = timed(con, SORT)
            con.execute("drop table sorted")
            for name in STEPS[:2]:
                build(con, name)
        work["markov: counted and solved"] = removal_effects(home)
        with opened(database) as con:
            for name in STEPS[2:]:
                build(con, name)
            rows = con.execute(
                "select (select count(*) from intermediate.int_attribution__credits), "
                "(select count(*) from attribution.fct_attribution), "
                "(select count(*) from attribution.rpt_paths)"
            ).fetchall()[0]
        return {
            "touches": touches, "orders": orders,
            "steps_of_orders": rows[0], "credit_rows": rows[1], "distinct_paths": rows[2],
            "seconds": {name: round(one.seconds, 2) for name, one in work.items()},
            "cpu_seconds": {name: round(one.cpu_seconds, 2) for name, one in work.items()},
        }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--touches", type=int, default=5_000_000)
    parser.add_argument("--orders", type=int, default=500_000)
    chosen = parser.parse_args()
    print(json.dumps(measure(chosen.touches, chosen.orders), indent=2))


if __name__ == "__main__":
    main()
