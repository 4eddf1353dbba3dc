"""How time is cut: raw data by delivery day, the folder dt= of landing.

Belongs here: partition definitions and the names of their keys. Does not belong here: which days
were delivered (that is read from landing/).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import dagster as dg

FIRST_DELIVERY_DAY = date(2015, 1, 1)
BRAND_ZONE = "Asia/Shanghai"

# Tags by which Dagster knows that a run is of a range of partitions.
RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"


class DeliveryDays(dg.DailyPartitionsDefinition):
    """Daily partitions whose keys are counted.

    Dagster walks a cron schedule from the first day to today, and does so for every upstream asset
    of every step that reads raw data: 117 times 4,350 days, 4 of 48 s of a run.
    """

    def get_partition_keys(
        self, current_time: datetime | None = None, dynamic_partitions_store: Any = None
    ) -> Sequence[str]:
        with dg.partition_loading_context(current_time, dynamic_partitions_store):
            last = self.get_last_partition_key()
        if last is None:
            return []
        first, days = self.start.date(), date.fromisoformat(last) - self.start.date()
        return [(first + timedelta(days=day)).isoformat() for day in range(days.days + 1)]


# end_offset=1: today is a partition, because its files arrive while the day is still running.
DELIVERY_DAYS = DeliveryDays(
    start_date=FIRST_DELIVERY_DAY.isoformat(), timezone=BRAND_ZONE, end_offset=1
)


def partition_keys(context: dg.AssetExecutionContext) -> list[date]:
    """The delivery days of the run, one or a range, oldest first."""
    return [date.fromisoformat(key) for key in sorted(context.partition_keys)]


def contiguous(days: Sequence[date], *, largest_gap_days: int = 3) -> list[tuple[date, date]]:
    """Cut sorted days into (first, last) ranges, so that a run does not span months of nothing.

    >>> ranges = contiguous([date(2026, 1, 1), date(2026, 1, 2), date(2026, 6, 1)])
    >>> [f"{first} to {last}" for first, last in ranges]
    ['2026-01-01 to 2026-01-02', '2026-06-01 to 2026-06-01']
    """
    ranges: list[tuple[date, date]] = []
    for day in sorted(days):
        if ranges and day - ranges[-1][1] <= timedelta(days=largest_gap_days):
            ranges[-1] = (ranges[-1][0], day)
        else:
            ranges.append((day, day))
    return ranges
