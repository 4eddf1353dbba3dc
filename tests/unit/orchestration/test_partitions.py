"""Delivery days into the ranges that runs load."""

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from orchestration.partitions import BRAND_ZONE, DELIVERY_DAYS, FIRST_DELIVERY_DAY, contiguous


def day(number: int) -> date:
    return date(2026, 6, number)


def test_days_without_gap_are_one_range_whatever_their_order():
    assert contiguous([day(3), day(1), day(2)]) == [(day(1), day(3))]


def test_a_weekend_without_delivery_does_not_cut_a_range():
    assert contiguous([day(5), day(8)]) == [(day(5), day(8))]


def test_months_of_nothing_are_not_loaded():
    assert contiguous([date(2026, 1, 1), day(1)]) == [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (day(1), day(1)),
    ]


def test_no_days_are_no_ranges():
    assert contiguous([]) == []


@pytest.mark.parametrize(
    "now",
    [
        None,
        datetime(2026, 3, 1, 15, 59, tzinfo=UTC),  # a minute before midnight in Shanghai
        datetime(2026, 3, 1, 16, 1, tzinfo=UTC),
        datetime(2015, 1, 1, tzinfo=UTC),
        datetime(2014, 1, 1, tzinfo=UTC),
    ],
)
def test_counted_keys_are_those_that_dagster_walks_to(now: datetime | None):
    walked = dg.DailyPartitionsDefinition(
        start_date=FIRST_DELIVERY_DAY.isoformat(), timezone=BRAND_ZONE, end_offset=1
    )
    assert list(DELIVERY_DAYS.get_partition_keys(now)) == list(walked.get_partition_keys(now))
