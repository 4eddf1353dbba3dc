"""A hundred audiences beside one scan of the tables they use: the same file, threads and memory.

Belongs here: a published file of many customers, a hundred audiences, and the ways to read it. Does
not belong here: whole runs (stages.py), or writing members and reasons.

Ways, each in a process of its own, in turns:
    scan       every column that the audiences use is read once, nothing else
    per person the same, grouped by person: the least that any answer per person needs
    audiences  the query of all audiences, as `yutang run` evaluates it

Run: ``python -m benchmarks.audiences [CUSTOMERS [AUDIENCES]]``
"""

import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb

from benchmarks.measure import Cost, clock, run_measured
from orchestration.lib.audiences.catalogue import read_catalogue
from orchestration.lib.audiences.compiling import Compiled, Question, compile_questions
from orchestration.lib.audiences.evaluating import evaluate
from orchestration.lib.audiences.files import AudienceFiles, Found, parse
from orchestration.lib.audiences.lines import Document
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.home import PROJECT_DIR

DEFAULT_CUSTOMERS = 1_000_000
DEFAULT_AUDIENCES = 100
GOAL = 3.0  # times one scan
REPEATS = 3
THREADS = 2
MEMORY = "8GB"
AS_OF = date(2026, 6, 30)
ZONE = "Asia/Shanghai"
WAYS = ("scan", "per person", "audiences")

# $1: customers. Rows of a customer stand apart, as facts ordered by their own key do.
_TABLES = {
    "profile.customer_360": """
        select md5(range::varchar) as one_id, range % 3 > 0 as is_buyer, (range % 7)::bigint as order_count,
            (range % 400)::bigint as recency_days, (range % 9000 / 10)::decimal(18,2) as net_revenue_cny,
            date '2026-06-30' - (range % 500)::integer as last_activity_date,
            date '2026-06-30' as as_of_date
        from range($1)
    """,
    "profile.customer_tags": """
        select md5((range % $1)::varchar) as one_id,
            ['value_tier', 'lifecycle_stage', 'member', 'points'][1 + range // $1] as tag,
            case range // $1
                when 0 then ['high', 'middle', 'low'][1 + range % 3]
                when 1 then ['growth', 'dormant', 'churned', 'maturity'][1 + range % 4]
                when 2 then 'true' else (range % 900)::varchar
            end as value
        from range(4 * $1)
    """,
    "core.fct_orders": """
        select 'o' || range as order_id, md5((range * 7919 % $1)::varchar) as one_id,
            ['pos', 'tmall', 'youzan', 'meituan'][1 + range % 4] as channel,
            ['retail', 'marketplace', 'own', 'takeaway'][1 + range % 4] as sales_channel, 'yutang' as brand,
            (range % 50000 / 100)::decimal(18,2) as net_revenue_cny,
            timestamp '2026-06-30 15:00:00' - to_seconds(range * 6151 % 15552000) as paid_at
        from range(4 * $1)
    """,
    "core.fct_touchpoints": """
        select md5((range * 104729 % $1)::varchar) as one_id,
            ['mp_visit', 'app_visit', 'web_visit', 'oa_menu_click', 'sms_delivered'][1 + range % 5]
                as touch_type,
            ['miniprogram', 'app', 'web', 'wechat_oa', 'sms'][1 + range % 5] as channel,
            timestamp '2026-06-30 15:00:00' - to_seconds(range * 3571 % 15552000) as touched_at
        from range(10 * $1)
    """,
    "core.fct_coupons": """
        select 'c' || range as coupon_code, md5((range * 31 % $1)::varchar) as one_id,
            ['received', 'redeemed', 'expired'][1 + range % 3] as coupon_state,
            'crm' as issue_channel, 'pos' as redeem_channel,
            timestamp '2026-06-30 15:00:00' - to_seconds(range * 3571 % 15552000) as received_at,
            case when range % 3 = 1
                then timestamp '2026-06-30 15:00:00' - to_seconds(range * 3571 % 15000000) end as redeemed_at,
            timestamp '2026-06-30 15:00:00' + to_seconds(range * 97 % 2592000) as expires_at
        from range($1)
    """,
    "core.privacy_statements": """
        select md5((range * 13)::varchar) as one_id, 'erasure' as purpose from range($1 // 500)
    """,
    "profile.customer_consents": """
        select md5(range::varchar) as one_id, 'marketing' as purpose, 'sms' as channel, 'all' as brand,
            range % 9 > 0 as is_granted
        from range($1 // 2)
    """,
    "profile.customer_reachability": """
        select md5((range % $1)::varchar) as one_id,
            ['wechat_oa', 'wecom', 'sms'][1 + range // $1] as channel,
            case when range % 5 > 1 then date '2026-06-30' end as next_possible_date
        from range(3 * $1)
    """,
    "profile.customer_brand_reachability": """
        select md5(range::varchar) as one_id, 'hetang' as brand, 'sms' as channel,
            date '2026-06-30' as next_possible_date
        from range($1 // 20)
    """,
    "profile.tag_catalogue": """
        select * from (values ('value_tier', 'text', 'a', 'a'), ('lifecycle_stage', 'text', 'b', 'b'),
            ('member', 'boolean', 'c', 'c'), ('points', 'number', 'd', 'd'))
            as t (tag, value_type, name_en, name_zh) where $1 > 0
    """,
}  # fmt: skip


def make_file(path: Path, customers: int) -> None:
    """The published file of a brand with so many customers."""
    with duckdb.connect(
        str(path), config={"threads": THREADS, "memory_limit": MEMORY}
    ) as connection:
        for schema in ("core", "profile"):
            connection.execute(f"create schema {schema}")
        for name, query in _TABLES.items():
            connection.execute(f"create table {name} as {query}", [customers])


def make_audiences(count: int) -> AudienceFiles:
    """A hundred different definitions: recency, money, counts, events, tags, channels of every size."""
    found = {}
    for n in range(count):
        days, tier = 7 + n * 3 % 170, ("high", "middle", "low")[n % 3]
        orders: dict[str, object] = {"window": {"rolling": {"days": days}}}
        if n % 5 == 0:
            orders = {**orders, "sum": {"of": "net_revenue_cny", "at_least": 50 * (n + 1)}}
        elif n % 5 == 1:
            orders = {
                **orders,
                "count": {"at_least": 2 + n % 3},
                "where": {"channel": ["pos", "youzan"]},
            }
        seen = {
            "of": ["mp_visit", "app_visit", "web_visit"],
            "window": {"rolling": {"days": 1 + n % 90}},
        }
        parts: list[dict[str, object]] = [
            {"tag": "value_tier", "any_of": [tier, "high"]},
            {"orders": orders},
            {"any": [{"events": seen}, {"profile": "recency_days", "at_least": n}]},
        ]
        if n % 4 == 0:
            parts.append({"not": {"coupons": {"where": {"coupon_state": "received"}, "at": "expires_at",
                                              "window": {"ahead": {"days": 1 + n % 20}}}}})  # fmt: skip
        values = {
            "name": f"audience_{n:03d}", "name_en": f"Audience {n}", "name_zh": f"人群{n}",
            "owner": "crm", "purpose": "marketing", "brand": "all", "who": {"all": parts},
            **({"channels": ["sms", "wecom"]} if n % 2 else {}),
        }  # fmt: skip
        document = Document(PROJECT_DIR / f"audience_{n:03d}.yml", values, {})
        audience = parse(Audience, document)
        found[str(values["name"])] = Found(audience, document)  # ty: ignore[invalid-argument-type]
    return AudienceFiles(PROJECT_DIR, found, {})


def compile_all(connection: duckdb.DuckDBPyConnection, count: int) -> Compiled:
    """The query of all audiences."""
    files = make_audiences(count)
    questions = [Question(name, one, ZONE) for name, one in files.audiences.items()]
    return compile_questions(
        files, read_catalogue(connection), questions, as_of=AS_OF, brand_zone=ZONE
    )


def used_columns(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[str]]:
    """Columns that the query reads, by table; the tables that have people."""
    rows = connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns "
        "where table_schema in ('core', 'profile') order by 1, ordinal_position"
    ).fetchall()
    found: dict[str, list[str]] = {}
    for table, column in rows:
        if f'"{table.split(".")[1]}"' in sql and f'"{column}"' in sql:
            found.setdefault(table, []).append(column)
    return found


def run_way(path: Path, way: str, count: int) -> None:
    """One way, under the clock; compiling is under it too."""
    config = {"threads": THREADS, "memory_limit": MEMORY, "preserve_insertion_order": False}
    with duckdb.connect(str(path), read_only=True, config=config) as connection:
        if way == "audiences":
            with clock():
                evaluate(connection, compile_all(connection, count))
            return
        used = used_columns(connection, compile_all(connection, count).sql())
        with clock():
            for table, columns in used.items():
                read = ", ".join(f"max({c})" for c in columns if c != "one_id")
                by = " group by one_id" if way == "per person" else ""
                key = "" if by else "max(one_id), "
                connection.execute(
                    f"create or replace temp table floor as select {key}{read or 'count(*)'} "
                    f"from {table}{by}".replace("select ", "select one_id, " if by else "select ")
                )


def main(arguments: list[str]) -> None:
    """Measure and print; ``WAY PATH COUNT`` measures one way in this process."""
    if len(arguments) == 3:
        run_way(Path(arguments[1]), arguments[0], int(arguments[2]))
        return
    customers = int(arguments[0]) if arguments else DEFAULT_CUSTOMERS
    count = int(arguments[1]) if len(arguments) > 1 else DEFAULT_AUDIENCES
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "published.duckdb"
        started = time.monotonic()
        make_file(path, customers)
        print(f"{customers:,} customers, {count} audiences, file {path.stat().st_size / 1e6:,.0f} MB "
              f"(made in {time.monotonic() - started:.0f} s); best of {REPEATS}")  # fmt: skip
        costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
        for _ in range(REPEATS):
            for way in WAYS:
                command = [sys.executable, "-m", "benchmarks.audiences", way, str(path), str(count)]
                costs[way].append(run_measured(command))
        wall = {way: min(one.inner.seconds for one in found) for way, found in costs.items()}
        cpu = {way: min(one.inner.cpu_seconds for one in found) for way, found in costs.items()}
        for way in WAYS:
            peak = statistics.median(one.peak_bytes for one in costs[way]) / 1e9
            print(f"{way:<11} {wall[way]:7.2f} s {cpu[way]:7.2f} s of processor {peak:5.1f} GB")
        print(
            f"audiences / scan {cpu['audiences'] / cpu['scan']:.2f}, / per person "
            f"{cpu['audiences'] / cpu['per person']:.2f} (processor time; goal {GOAL:.0f} scans)"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
