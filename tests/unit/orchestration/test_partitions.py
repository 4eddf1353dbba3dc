"""Delivery days into the ranges that runs load."""

from datetime import date

from orchestration.partitions import contiguous


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
