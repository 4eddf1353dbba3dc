"""Revenue of the hard channels equals what the landing files say, day by day, to the fen."""

import pytest

from tests.integration.homes import DemoRun
from tests.integration.landing_sales import CHANNELS

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("channel", CHANNELS)
def test_revenue_per_day_equals_the_landing_files(demo_run: DemoRun, channel: str):
    [(as_of,)] = demo_run.query("select distinct as_of_date from profile.customer_360")
    days = CHANNELS[channel](demo_run.home, until=as_of)
    facts = demo_run.query(
        "select business_date, count(*), cast(sum(paid_cny) * 100 as bigint) from core.fct_orders "
        f"where channel = '{channel}' group by 1"
    )
    assert {day: fen for day, _, fen in facts} == days.paid_fen
    assert {day: count for day, count, _ in facts} == days.orders
    refunds = demo_run.query(
        "select business_date, cast(sum(refunded_cny) * 100 as bigint) from core.fct_refunds "
        f"where channel = '{channel}' and refund_state = 'succeeded' group by 1"
    )
    assert dict(refunds) == days.refunded_fen
    assert len(days.paid_fen) > 20 and sum(days.refunded_fen.values()) > 0


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_files_that_were_read_held_rows_to_refuse(demo_run: DemoRun, channel: str):
    """The hand count refuses what the loader refuses, or the two would agree by luck."""
    days = CHANNELS[channel](
        demo_run.home, until=demo_run.query("select max(paid_date) from core.fct_orders")[0][0]
    )
    [(rejected,)] = demo_run.query(
        "select sum(rows_rejected) from quality.raw_loads "
        f"where channel = '{channel}' and entity in ('orders', 'refunds')"
    )
    assert days.refused == rejected > 0


def test_orders_without_a_person_are_kept_counted_and_shown(demo_run: DemoRun):
    facts = demo_run.query(
        "select channel, count(*), sum(paid_cny) from core.fct_orders "
        "where one_id is null group by 1"
    )
    shown = demo_run.query(
        "select channel, without_person_count, without_person_cny "
        "from quality.sales_reconciliation "
        "where record_type = 'order' and outcome = 'counted' and without_person_count > 0"
    )
    assert sorted(facts) == sorted(shown)
    assert {channel for channel, *_ in shown} == {"pos"}, "walk-ins of stores show no card"
