"""Metrics as defined: complete in both languages, and one SQL for everybody who asks."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.metrics import reference
from orchestration.lib.metrics.compiling import expression, groupings
from orchestration.lib.metrics.definitions import Definitions, read_definitions
from orchestration.lib.metrics.errors import MetricsError
from orchestration.lib.metrics.values import UNITS, values

DEFINITIONS = reference.project_definitions()
ORDERS = """
    create schema core;
    create schema profile;
    create table core.fct_orders as
    select * from (values
        ('pos', 'a', date '2026-01-30', 100.00, 0.00, true),
        ('pos', 'a', date '2026-02-02', 50.00, 50.00, false),
        ('tmall', 'b', date '2026-02-03', 30.00, 0.00, true),
        ('tmall', null, date '2026-02-04', 20.00, 0.00, false)
    ) as t (channel, one_id, paid_date, paid_cny, refunded_cny, is_first_order);
    alter table core.fct_orders add column net_revenue_cny decimal(18, 2);
    update core.fct_orders set net_revenue_cny = paid_cny - refunded_cny;
    create table core.fct_ad_spend as
    select * from (values
        (date '2026-02-05', 40.00, 1000, 10), (date '2026-03-05', 10.00, 100, 0)
    ) as t (date, cost_cny, impressions, clicks);
    create table profile.customer_360 (one_id varchar, as_of_date date, lifecycle_stage varchar,
        aipl_stage varchar, value_tier varchar, rfm_segment varchar, first_order_channel varchar,
        home_province varchar, gender varchar, is_member boolean);
    insert into profile.customer_360 (one_id, value_tier) values ('a', 'high'), ('b', 'low');
"""


@pytest.fixture
def shop() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(ORDERS)
    return connection


def test_every_metric_is_named_and_defined_in_both_languages():
    for metric in DEFINITIONS.metrics.values():
        for said in (metric.label, metric.definition):
            assert said.en, metric.name
            assert said.zh, metric.name
        assert metric.unit in UNITS
        assert metric.unit in reference.UNITS


def test_the_page_of_metrics_is_current():
    page = reference.PAGE.read_text(encoding="utf-8")
    assert page == reference.page(DEFINITIONS), "python -m orchestration.lib.metrics.reference"


def test_a_period_counts_its_days_and_both_ends(shop):
    (row,) = values(shop, DEFINITIONS, ["gmv", "orders", "buyers"],
                    since=date(2026, 2, 2), until=date(2026, 2, 3))  # fmt: skip
    assert row == {"gmv": Decimal("80.00"), "orders": 2, "buyers": 2}


def test_metrics_of_two_tables_meet_on_their_days(shop):
    rows = values(shop, DEFINITIONS, ["gmv", "ad_cost", "cac", "cpc"], by=["metric_time__month"])
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 1, 1), Decimal("100.00"), None, None, None),
        (date(2026, 2, 1), Decimal("100.00"), Decimal("40.00"), 40.0, 4.0),
        (date(2026, 3, 1), None, Decimal("10.00"), None, None),  # no new buyer, no click
    ]


def test_guests_are_orders_and_no_buyers(shop):
    (row,) = values(shop, DEFINITIONS, ["orders", "known_orders", "buyers", "new_buyers"])
    assert tuple(row.values()) == (4, 3, 2, 2)


def test_orders_can_be_grouped_by_what_is_known_of_the_person(shop):
    rows = values(shop, DEFINITIONS, ["net_revenue"], by=["customer__value_tier"])
    assert {row["customer__value_tier"]: row["net_revenue"] for row in rows} == {
        "high": Decimal("100.00"), "low": Decimal("30.00"), None: Decimal("20.00"),
    }  # fmt: skip


def test_the_private_domain_is_what_the_channel_map_says(shop, tmp_path: Path):
    def share(definitions: Definitions) -> float:
        (row,) = values(shop, definitions, ["private_gmv_share"])
        return row["private_gmv_share"]

    assert share(DEFINITIONS) == pytest.approx(150 / 200)
    (tmp_path / "brand.yml").write_text(
        "channel_map: {pos: {domain: public}, tmall: {domain: private}}", encoding="utf-8"
    )
    assert share(read_definitions(Home(root=tmp_path, secrets=tmp_path))) == pytest.approx(50 / 200)


@pytest.mark.parametrize("name", ["aov", "refund_rate", "private_gmv_share", "cpm", "buyers"])
def test_bi_gets_the_same_number_from_the_expression(shop, name: str):
    table = DEFINITIONS.models_of(name)[0].table
    found = shop.execute(f"select {expression(DEFINITIONS, name)} from {table}").fetchall()[0][0]
    assert found == values(shop, DEFINITIONS, [name])[0][name]


def test_metrics_of_several_tables_have_no_expression_and_no_common_grouping():
    assert expression(DEFINITIONS, "roas") is None
    assert groupings(DEFINITIONS, "roas") == {}


@pytest.mark.parametrize(
    ("names", "by", "sentence"),
    [
        (["gmvv"], [], "there is no metric 'gmvv'"),
        (["gmv"], ["metric_time__hour"], "grains are day, week"),
        (["roas"], ["order__channel"], "metrics of ad_spend cannot be grouped by order__channel"),
        (["gmv"], ["order__channel; drop table x"], "cannot be grouped by"),
    ],
)
def test_what_cannot_be_answered_is_one_sentence(shop, names, by, sentence):
    with pytest.raises(MetricsError, match=sentence):
        values(shop, DEFINITIONS, names, by=by)


def test_a_table_that_is_not_published_yet_is_one_sentence(shop):
    with pytest.raises(MetricsError, match="publish again with `yutang run`"):
        values(shop, DEFINITIONS, ["touches"])
