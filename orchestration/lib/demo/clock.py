"""Days, deliveries and times of the simulated window.

Belongs here: calendar arithmetic in brand-local time, and how likely a sale is on a day or hour.
Does not belong here: who buys what.

Local times are int64 seconds since 1970-01-01 00:00 on the wall clock of the brand (UTC+8).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

DAY_S = 86_400
UTC_OFFSET_S = 8 * 3600
MAX_DROPS = 14

# Relative sales per local hour 0..23.
ONLINE_HOURS = np.array(
    [12, 5, 2, 1, 1, 2, 6, 14, 24, 34, 40, 40, 44, 40, 36, 36, 36, 38, 40, 50, 66, 76, 60, 32],
    float,
)
STORE_HOURS = np.array(
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 4, 22, 34, 40, 36, 34, 38, 42, 50, 58, 62, 54, 34, 6, 2], float
)


@dataclass(frozen=True)
class Clock:
    """The window: ``days`` days ending with ``end_day``; the last 13 are delivered one by one."""

    end_day: date
    days: int

    @property
    def drops(self) -> int:
        """Number of deliveries (dt folders)."""
        return min(MAX_DROPS, self.days)

    @property
    def start_s(self) -> int:
        first_day = self.end_day - timedelta(days=self.days - 1)
        return (first_day - date(1970, 1, 1)).days * DAY_S

    @property
    def end_s(self) -> int:
        """First second after the window."""
        return self.start_s + self.days * DAY_S

    @property
    def drop_days(self) -> list[date]:
        return [self.end_day - timedelta(days=self.drops - 1 - i) for i in range(self.drops)]

    def day_of(self, local_s: np.ndarray) -> np.ndarray:
        """Index of the day within the window (below 0: before it)."""
        return (local_s - self.start_s) // DAY_S

    def drop_of(self, local_s: np.ndarray) -> np.ndarray:
        """Delivery that brings what happened then; ``drops`` and above: never delivered."""
        return np.maximum(self.day_of(local_s) - (self.days - self.drops), 0)

    def drop_ends_s(self) -> np.ndarray:
        """First second after each delivery's day."""
        return self.end_s - np.arange(self.drops - 1, -1, -1, dtype=np.int64) * DAY_S

    def at(self, day: np.ndarray, second: np.ndarray) -> np.ndarray:
        return self.start_s + day.astype(np.int64) * DAY_S + second.astype(np.int64)

    def day_weights(self, online: bool = False) -> np.ndarray:  # noqa: FBT001
        """Relative sales per day: monthly growth, weekends, New Year's dip, the 618 sale."""
        calendar = np.datetime64(self.end_day) - np.arange(self.days - 1, -1, -1)
        months = np.arange(self.days) / 30.4
        weekday = (calendar.astype(np.int64) + 3) % 7  # Monday = 0
        weight = 1.04**months * np.where(weekday >= 5, 1.35, 1.0)
        month = calendar.astype("datetime64[M]").astype(np.int64) % 12 + 1
        day = (calendar - calendar.astype("datetime64[M]")).astype(np.int64) + 1
        weight = np.where((month == 2) & (day >= 12) & (day <= 20), weight * 0.6, weight)
        peak = 3.0 if online else 1.5
        in_sale = (month == 6) & (day <= 20)
        weight = np.where(in_sale, weight * (1 + (peak - 1) * 0.4), weight)
        return np.where((month == 6) & (day >= 16) & (day <= 18), weight * peak / 1.4, weight)


def draw_times(
    clock: Clock,
    rng: np.random.Generator,
    *,
    first_day: np.ndarray,
    last_day: np.ndarray,
    weights: np.ndarray,
    hours: np.ndarray,
) -> np.ndarray:
    """One local time per row, its day within [first_day, last_day] by ``weights``.

    Sampling goes through the cumulated weights, so rows with different limits need no loop.
    """
    cumulated = np.concatenate([[0.0], np.cumsum(weights)])
    first_day = np.minimum(first_day, last_day)
    low = cumulated[np.clip(first_day, 0, clock.days - 1)]
    high = cumulated[np.clip(last_day, 0, clock.days - 1) + 1]
    spot = low + rng.random(len(low)) * (high - low)
    day = np.clip(np.searchsorted(cumulated, spot, side="right") - 1, 0, clock.days - 1)
    return clock.at(day, draw_seconds(rng, len(day), hours))


def draw_seconds(rng: np.random.Generator, count: int, hours: np.ndarray) -> np.ndarray:
    """Second of the day for ``count`` events, by relative weight of the hour."""
    cumulated = np.cumsum(hours) / hours.sum()
    hour = np.searchsorted(cumulated, rng.random(count), side="right")
    return np.minimum(hour, 23) * 3600 + rng.integers(0, 3600, count)
