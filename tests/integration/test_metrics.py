"""Every metric: what MetricFlow says, what our SQL says and what polars counts are one number."""

import csv
import math
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from orchestration.lib.brand import project_vars
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.metrics.reference import project_definitions
from orchestration.lib.metrics.values import values
from orchestration.lib.publish.reading import open_published
from orchestration.lib.transform.project import manifest_path
from tests.integration.homes import DemoRun, environment, yutang

pytestmark = pytest.mark.slow

DEFINITIONS = project_definitions()
ALL = tuple(DEFINITIONS.metrics)
BY_DAY = tuple(
    name for name in ALL
    if "customers" not in {model.name for model in DEFINITIONS.models_of(name)}
)  # fmt: skip
PROJECT = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests")


@pytest.fixture(scope="module")
def project(demo_run: DemoRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as MetricFlow wants it: the semantic manifest in target/."""
    folder = tmp_path_factory.mktemp("project")
    for name in PROJECT:
        (folder / name).symlink_to(PROJECT_DIR / name)
    (folder / "target").mkdir()
    manifest = manifest_path().with_name("semantic_manifest.json")
    (folder / "target" / manifest.name).symlink_to(manifest.absolute())
    return folder


def mf(project: Path, home: Home, *arguments: str) -> str:
    done = subprocess.run(
        [Path(sys.executable).parent / "mf", *arguments],
        cwd=project,
        env={**environment(home), "YUTANG_TARGET": "published",
             "DBT_TARGET_PATH": str(project / "target")},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def asked(project: Path, home: Home, names: tuple[str, ...], *arguments: str) -> list[dict]:
    """What `mf query` answers, read from the file it writes."""
    file = project / "answer.csv"
    mf(project, home, "query", "--metrics", ",".join(names), "--csv", str(file), *arguments)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def is_same(found: object, said: str | None) -> bool:
    if found is None or said in ("", None):
        return found is None and said in ("", None)
    return math.isclose(float(found), float(said), rel_tol=1e-9, abs_tol=1e-9)  # type: ignore[arg-type]


def test_the_definitions_are_valid(project: Path, demo_run: DemoRun):
    said = mf(project, demo_run.home, "validate-configs", "--skip-dw")
    assert "Successfully validated the semantics" in said
    assert "ERRORS: 0" in said


def test_metricflow_gives_the_same_for_the_whole_time(project: Path, demo_run: DemoRun):
    (said,) = asked(project, demo_run.home, ALL)
    with open_published(demo_run.home) as connection:
        (found,) = values(connection, DEFINITIONS, ALL)
    assert [name for name in ALL if not is_same(found[name], said[name])] == []
    assert sum(value is not None for value in found.values()) == len(ALL)  # none is empty


def test_metricflow_gives_the_same_by_week(project: Path, demo_run: DemoRun):
    said = asked(project, demo_run.home, BY_DAY, "--group-by", "metric_time__week",
                 "--order", "metric_time__week")  # fmt: skip
    with open_published(demo_run.home) as connection:
        found = values(connection, DEFINITIONS, BY_DAY, by=["metric_time__week"])
    assert len(found) == len(said) > 5
    for ours, theirs in zip(found, said, strict=True):
        assert str(ours["metric_time__week"]) == theirs["metric_time__week"][:10]
        assert [name for name in BY_DAY if not is_same(ours[name], theirs[name])] == []


def test_polars_counts_the_same_in_the_last_thirty_days(demo_run: DemoRun):
    with open_published(demo_run.home) as connection:
        until: date = connection.execute(
            "select max(as_of_date) from quality.audit_results"
        ).fetchall()[0][0]
        since = until - timedelta(days=29)
        frames = {
            table: connection.sql(f"from {table}").pl()
            for table in ("core.fct_orders", "core.fct_ad_spend", "core.fct_messages",
                          "core.fct_touchpoints", "profile.customer_360",
                          "attribution.fct_attribution")
        }  # fmt: skip
        (found,) = values(connection, DEFINITIONS, ALL, since=since, until=until)
    expected = counted(frames, since, until)
    assert set(expected) == set(ALL)
    assert [
        (name, found[name], expected[name]) for name in ALL
        if not is_same(found[name], str(expected[name]))
    ] == []  # fmt: skip


def test_the_marts_of_periods_say_the_same(demo_run: DemoRun):
    """Private share and repeat rate stand in tables of their own too."""
    with open_published(demo_run.home) as connection:
        shares = connection.execute(
            "select period_start_date, gmv_cny, private_gmv_cny, private_orders, net_revenue_cny "
            "from profile.rpt_private_share where period_type = 'month' order by 1"
        ).fetchall()
        names = ("gmv", "private_gmv", "private_orders", "net_revenue")
        found = values(connection, DEFINITIONS, names, by=["metric_time__month"])
        assert [tuple(row.values()) for row in found] == shares
        repeats = connection.execute(
            "select period_start_date, customers, new_customers from profile.rpt_repeat_rate "
            "where period_type = 'month' order by 1"
        ).fetchall()
        found = values(connection, DEFINITIONS, ["buyers", "new_buyers"], by=["metric_time__month"])
        assert [tuple(row.values()) for row in found] == repeats
        ((customers, again),) = connection.execute(
            "select customers, repeat_customers from profile.rpt_repeat_rate "
            "where period_type = 'history'"
        ).fetchall()
        (row,) = values(connection, DEFINITIONS, ["buyers_to_date", "repeat_buyers"])
        assert tuple(row.values()) == (customers, again)


def test_credit_adds_up_to_net_revenue(demo_run: DemoRun):
    with open_published(demo_run.home) as connection:
        rows = values(connection, DEFINITIONS, ["net_revenue", "attributed_revenue"],
                      by=["metric_time__day"])  # fmt: skip
    assert [row for row in rows if row["net_revenue"] != (row["attributed_revenue"] or 0)
            and row["net_revenue"] is not None] == []  # fmt: skip


def test_the_command_says_them(demo_run: DemoRun):
    said = yutang(demo_run.home, "metrics", "gmv", "buyers", "--by", "order__channel").stdout
    assert "GMV" in said
    assert "tmall" in said
    assert "成交额（GMV）" in yutang(demo_run.home, "metrics", "--lang", "zh").stdout


def counted(frames: Mapping[str, pl.DataFrame], since: date, until: date) -> dict[str, float]:
    """Every metric, counted from the tables by the words of its definition."""

    def within(table: str, day: str) -> pl.DataFrame:
        return frames[table].filter(pl.col(day).is_between(since, until))

    orders, ads = within("core.fct_orders", "paid_date"), within("core.fct_ad_spend", "date")
    messages = within("core.fct_messages", "sent_date")
    touches = within("core.fct_touchpoints", "touched_date")
    people = frames["profile.customer_360"]
    known = orders.filter(pl.col("one_id").is_not_null())
    private = [name for name, one in project_vars()["channel_map"].items()
               if one["domain"] == "private"]  # fmt: skip
    owned = orders.filter(pl.col("channel").is_in(private))
    buyers = people.filter("is_buyer")
    # Credit of each order's sale and refunds, not the days that the metrics add up.
    credit = within("attribution.fct_attribution", "paid_date").filter(
        pl.col("model") == project_vars()["attribution_report_model"]
    )
    ad_credit = credit.filter(
        pl.col("channel").is_in(frames["core.fct_ad_spend"]["platform"].unique().to_list())
    )

    def total(frame: pl.DataFrame, column: str) -> float:
        return float(frame[column].cast(pl.Float64).sum())

    simple: dict[str, float] = {
        "gmv": total(orders, "paid_cny"),
        "net_revenue": total(orders, "paid_cny") - total(orders, "refunded_cny"),
        "gross_sales": total(orders, "gross_cny"),
        "discount": total(orders, "discount_cny"),
        "refunded": total(orders, "refunded_cny"),
        "orders": orders.height,
        "kept_orders": orders.filter(pl.col("paid_cny") > pl.col("refunded_cny")).height,
        "refunded_orders": orders.filter(pl.col("refunded_cny") > 0).height,
        "known_orders": known.height,
        "repeat_orders": known.filter(~pl.col("is_first_order")).height,
        "known_net_revenue": total(known, "net_revenue_cny"),
        "units": total(orders, "unit_count"),
        "buyers": known["one_id"].n_unique(),
        "new_buyers": known.filter("is_first_order")["one_id"].n_unique(),
        "private_gmv": total(owned, "paid_cny"),
        "private_orders": owned.height,
        "people": people.height,
        "members": people.filter("is_member").height,
        "oa_followers": people.filter("is_oa_follower").height,
        "wecom_contacts": people.filter("is_wecom_contact").height,
        "private_people": people.filter(
            pl.any_horizontal("is_member", "is_oa_follower", "is_wecom_contact")
        ).height,
        "active_people": people.filter("is_recently_active").height,
        # Not the profile's own counts: the orders of everybody, all history.
        "buyers_to_date": frames["core.fct_orders"]["one_id"].drop_nulls().n_unique(),
        "repeat_buyers": frames["core.fct_orders"].drop_nulls("one_id").group_by("one_id").len()
        .filter(pl.col("len") >= 2).height,
        "buyer_net_revenue": total(frames["core.fct_orders"].drop_nulls("one_id"),
                                   "net_revenue_cny"),
        "high_tier_net_revenue": total(buyers.filter(pl.col("value_tier") == "high"),
                                       "net_revenue_cny"),
        "ad_cost": total(ads, "cost_cny"),
        "impressions": total(ads, "impressions"),
        "clicks": total(ads, "clicks"),
        "platform_conversions": total(ads, "platform_conversions"),
        "messages": messages.height,
        "delivered_messages": messages.filter(pl.col("delivery_state") == "delivered").height,
        "messaged_people": messages["one_id"].drop_nulls().n_unique(),
        "touches": touches.height,
        "touched_people": touches["one_id"].drop_nulls().n_unique(),
        "attributed_revenue": total(credit, "credit_cny"),
        "attributed_orders": total(credit, "credit_ratio"),
        "attributed_new_customers": total(credit.filter("is_new_customer"), "credit_ratio"),
        "ad_attributed_revenue": total(ad_credit, "credit_cny"),
        "ad_attributed_orders": total(ad_credit, "credit_ratio"),
        "ad_attributed_new_customers": total(ad_credit.filter("is_new_customer"), "credit_ratio"),
    }  # fmt: skip
    s = simple
    cac, ltv = s["ad_cost"] / s["new_buyers"], s["buyer_net_revenue"] / s["buyers_to_date"]
    return simple | {
        "aov": s["gmv"] / s["orders"],
        "net_revenue_per_buyer": s["known_net_revenue"] / s["buyers"],
        "orders_per_buyer": s["known_orders"] / s["buyers"],
        "units_per_order": s["units"] / s["orders"],
        "refund_rate": s["refunded"] / s["gmv"],
        "refunded_order_rate": s["refunded_orders"] / s["orders"],
        "discount_rate": s["discount"] / s["gross_sales"],
        "private_gmv_share": s["private_gmv"] / s["gmv"],
        "private_order_share": s["private_orders"] / s["orders"],
        "repeat_order_share": s["repeat_orders"] / s["known_orders"],
        "new_buyer_share": s["new_buyers"] / s["buyers"],
        "known_order_share": s["known_orders"] / s["orders"],
        "repeat_rate": s["repeat_buyers"] / s["buyers_to_date"],
        "member_share": s["members"] / s["people"],
        "ltv": ltv,
        "high_tier_revenue_share": s["high_tier_net_revenue"] / s["buyer_net_revenue"],
        "delivery_rate": s["delivered_messages"] / s["messages"],
        "cpc": s["ad_cost"] / s["clicks"],
        "ctr": s["clicks"] / s["impressions"],
        "cpm": s["ad_cost"] / s["impressions"] * 1000,
        "platform_cpa": s["ad_cost"] / s["platform_conversions"],
        "cac": cac,
        "roas": s["net_revenue"] / s["ad_cost"],
        "ad_cost_rate": s["ad_cost"] / s["net_revenue"],
        "ltv_to_cac": ltv / cac,
        "attributed_roas": s["ad_attributed_revenue"] / s["ad_cost"],
        "attributed_cac": s["ad_cost"] / s["ad_attributed_new_customers"],
        "attributed_cpa": s["ad_cost"] / s["ad_attributed_orders"],
    }
