"""The demo brand end to end: what is published, that it reconciles, that repeating is safe."""

import json

import duckdb
import pytest

from tests.integration.homes import DemoRun, copy_home, published_contents, yutang

pytestmark = pytest.mark.slow

# Columns of DESIGN §6 that these channels feed; a published table may have more.
PUBLIC_COLUMNS = {
    "core.dim_customers": (
        "one_id first_seen_at last_seen_at first_channel identifier_count channel_count is_member "
        "is_oa_follower is_wecom_contact is_buyer gender birth_year home_city home_province"
    ),
    "core.bridge_customer_identifiers": (
        "identifier_type identifier_token one_id identifier_class first_seen_at last_seen_at "
        "source_channels"
    ),
    "core.fct_orders": (
        "order_id channel sales_channel brand one_id store_id ordered_at paid_at gross_cny "
        "discount_cny paid_cny refunded_cny net_revenue_cny line_count unit_count is_first_order"
    ),
    "core.fct_order_lines": "order_id sku quantity paid_cny",
    "core.fct_refunds": "refund_id order_id refunded_cny",
    "core.fct_touchpoints": (
        "touchpoint_id one_id touched_at channel touch_type campaign_id placement is_paid"
    ),
    "core.fct_messages": "one_id channel",
    "core.fct_coupons": "coupon_code one_id order_id",
    "core.fct_points": "ledger_id one_id",
    "core.fct_ad_spend": "date platform account_id campaign_id ad_id cost_cny impressions clicks",
    "core.fct_inventory_days": "date store_id sku opening_units received_units sold_units",
    "core.dim_products": "sku product_name category brand",
    "core.dim_stores": "store_id store_name city province",
    "core.dim_campaigns": "campaign_id",
    "profile.customer_360": "one_id",
    "profile.customer_tags": "one_id tag value valid_from",
    "profile.customer_rfm": (
        "one_id recency_days order_count net_revenue_cny r_score f_score m_score rfm_segment"
    ),
    "profile.customer_lifecycle": (
        "one_id lifecycle_stage lifecycle_stage_4 aipl_stage value_tier stage_since_date"
    ),
    "attribution.fct_attribution": (
        "order_id model touchpoint_id channel campaign_id credit_ratio credit_cny"
    ),
    "attribution.rpt_channel_attribution": (
        "model channel conversions revenue_cny cost_cny roas cpa_cny new_customers cac_cny "
        "platform_claimed_conversions"
    ),
    "attribution.rpt_campaign_attribution": (
        "model campaign_id conversions revenue_cny cost_cny roas cpa_cny new_customers cac_cny "
        "platform_claimed_conversions"
    ),
    "attribution.rpt_paths": "path conversions open_paths revenue_cny",
    "attribution.rpt_ad_performance": "period_type platform campaign_id cost_cny roas payback_days",
    "attribution.rpt_ad_alerts": "date platform metric judgement",
    "quality.raw_loads": ("channel entity dt rows_read rows_loaded rows_rejected rows_duplicate"),
    "quality.identity_conflicts": "identifier_type identifier_token",
    "quality.identity_stats": "metric value",
    "quality.audit_results": "edge table_name check_name is_passed",
}


@pytest.mark.parametrize("table", PUBLIC_COLUMNS)
def test_published_table_has_its_public_columns_and_rows(demo_run: DemoRun, table: str):
    described = demo_run.query(f"describe {table}")
    missing = set(PUBLIC_COLUMNS[table].split()) - {row[0] for row in described}
    assert not missing
    assert demo_run.query(f"select count(*) > 0 from {table}") == [(True,)]


def test_every_published_column_is_described(demo_run: DemoRun):
    undescribed = demo_run.query(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and comment is null"
    )
    assert undescribed == []


def test_every_partition_reconciles_with_what_the_demo_wrote(demo_run: DemoRun):
    expected = json.loads((demo_run.home.truth / "expected.json").read_text())["entities"]
    loaded = demo_run.query(
        "select channel || '.' || entity, dt::varchar, rows_read, rows_rejected, rows_duplicate, "
        "rows_read = rows_loaded + rows_rejected + rows_duplicate from quality.raw_loads"
    )
    found = {(name, day): (read, bad, twice) for name, day, read, bad, twice, _ in loaded}
    assert all(reconciles for *_, reconciles in loaded)
    assert found == {
        (name, day): (delivery["rows"], delivery["rejected"], delivery["duplicates"])
        for name, entity in expected.items()
        for day, delivery in entity["deliveries"].items()
    }


def test_revenue_per_channel_is_what_the_demo_sold_to_the_fen(demo_run: DemoRun):
    expected = json.loads((demo_run.home.truth / "expected.json").read_text())["channels"]
    orders = demo_run.query(
        "select channel, sum(paid_cny)::varchar, sum(refunded_cny)::varchar from core.fct_orders "
        "group by 1"
    )
    unmatched = demo_run.query(
        "select channel, sum(refunded_cny)::varchar from core.fct_refunds "
        "where unmatched_reason is not null group by 1"
    )
    assert {channel: (float(paid), float(refunded)) for channel, paid, refunded in orders} == {
        channel: (figures["paid_cny"], figures["refunded_cny"])
        for channel, figures in expected.items()
    }
    assert {channel: float(refunded) for channel, refunded in unmatched} == {
        channel: figures["unlinked_refund_cny"]
        for channel, figures in expected.items()
        if figures["unlinked_refund_cny"]
    }


def test_a_run_prints_the_figures_people_look_for(demo_run: DemoRun):
    for label in (
        "people", "identifiers per person", "orders", "net revenue", "rejected rows",
        "checks passed", "silent channels", "OneID against truth", "published file", "Dagster UI",
    ):  # fmt: skip
        assert label in demo_run.output, label


def test_a_second_run_publishes_the_same_rows(demo_run: DemoRun, tmp_path):
    copy = copy_home(demo_run.home, tmp_path)
    yutang(copy, "run")
    assert published_contents(copy) == published_contents(demo_run.home)


def test_a_back_run_sees_nothing_delivered_later(demo_run: DemoRun, tmp_path):
    copy = copy_home(demo_run.home, tmp_path)
    yutang(copy, "run", "--as-of", "2026-06-25")
    with duckdb.connect(str(copy.published), read_only=True) as connection:
        newest_load, as_of, newest_order = connection.execute(
            "select (select max(dt)::varchar from quality.raw_loads), "
            "(select max(as_of_date)::varchar from quality.audit_results), "
            "(select max(ordered_at)::varchar from core.fct_orders)"
        ).fetchall()[0]
    assert (newest_load, as_of) == ("2026-06-25", "2026-06-25")
    assert newest_order < "2026-06-25 16:00:00"  # the day ends at 16:00 UTC in Shanghai


def test_the_published_file_is_in_a_storage_that_older_readers_open(demo_run: DemoRun):
    # Bytes 8-11 are the magic; DuckDB says which storage version it found when it is asked.
    with duckdb.connect() as connection:
        connection.execute(f"attach '{demo_run.home.published}' as published (read_only)")
        tags = connection.execute(
            "select tags from duckdb_databases() where database_name = 'published'"
        ).fetchall()[0][0]
    assert "v1.5" in str(tags)
