"""Windows against another way of counting days: one instant at a time, through its local date."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestration.lib.audiences.windows import (
    Between,
    Calendar,
    Now,
    Span,
    Window,
    bounds,
    midnight,
)

ZONES = (
    "Asia/Shanghai",
    "UTC",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
zones = st.sampled_from(ZONES)


def local_day(moment: datetime, zone: str) -> date:
    return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def is_inside(window: Window, now: Now, moment: datetime) -> bool:
    found = bounds(window, now)
    return (found.start is None or found.start <= moment) and moment < found.end


@st.composite
def moments(draw: st.DrawFn) -> tuple[Now, datetime]:
    """A now, and an instant before it, often within a microsecond of a day's edge."""
    now = Now(draw(days), draw(zones), draw(zones))
    if draw(st.booleans()):
        edge = midnight(now.as_of - timedelta(days=draw(st.integers(-1, 100))), now.zone)
        moment = edge + timedelta(microseconds=draw(st.integers(-1, 1)))
    else:
        moment = now.instant - timedelta(seconds=draw(st.integers(1, 100 * 86_400)))
    return now, moment


@given(moments(), st.integers(1, 95))
@example((Now(date(2024, 3, 1), "Asia/Shanghai", "Asia/Shanghai"), datetime(2024, 2, 28, 16)), 2)
@example((Now(date(2026, 3, 31), "UTC", "UTC"), datetime(2026, 3, 2)), 30)
def test_rolling_days_are_the_last_local_days(found: tuple[Now, datetime], count: int):
    now, moment = found
    wanted = moment < now.instant and 0 <= (now.today - local_day(moment, now.zone)).days < count
    assert is_inside(Window(rolling=Span(days=count)), now, moment) == wanted


@given(moments(), st.sampled_from(["day", "week", "month"]), st.integers(1, 14))
@example((Now(date(2024, 2, 29), "UTC", "UTC"), datetime(2024, 1, 31, 23, 59)), "month", 1)
def test_calendar_units_are_those_of_local_dates(
    found: tuple[Now, datetime], unit: str, count: int
):
    now, moment = found

    def unit_of(day: date) -> int:
        iso = day.toordinal() - 1  # 0001-01-01 was a Monday
        return {"day": iso, "week": iso // 7, "month": day.year * 12 + day.month}[unit]

    ago = unit_of(now.today) - unit_of(local_day(moment, now.zone))
    past = moment < now.instant
    this = Window(calendar=Calendar(unit=unit, which="this", count=count))
    previous = Window(calendar=Calendar(unit=unit, which="previous", count=count))
    assert is_inside(this, now, moment) == (past and 0 <= ago < count)
    assert is_inside(previous, now, moment) == (past and 1 <= ago <= count)


@given(moments(), st.integers(1, 400))
def test_rolling_hours_are_exact(found: tuple[Now, datetime], hours: int):
    now, moment = found
    wanted = timedelta() < now.instant - moment <= timedelta(hours=hours)
    assert is_inside(Window(rolling=Span(hours=hours)), now, moment) == wanted


@given(moments(), days, st.integers(1, 60))
def test_fixed_days_hold_the_first_and_not_the_last(
    found: tuple[Now, datetime], start: date, length: int
):
    now, moment = found
    window = Window(between=Between(from_=start, before=start + timedelta(days=length)))
    wanted = moment < now.instant and 0 <= (local_day(moment, now.zone) - start).days < length
    assert is_inside(window, now, moment) == wanted


@given(days, zones, st.integers(1, 60), st.integers(0, 90 * 86_400))
def test_ahead_begins_now_and_ends_with_a_local_day(day: date, zone: str, count: int, seconds: int):
    now = Now(day, zone, zone)
    moment = now.instant + timedelta(seconds=seconds)
    wanted = (local_day(moment, zone) - day).days <= count
    assert is_inside(Window(ahead=Span(days=count)), now, moment) == wanted
    assert not is_inside(Window(ahead=Span(days=count)), now, now.instant - timedelta(seconds=1))


def test_the_thirty_days_before_the_first_of_march_of_a_leap_year():
    now = Now(date(2024, 3, 1), "Asia/Shanghai", "Asia/Shanghai")
    found = bounds(Window(rolling=Span(days=30)), now)
    assert found.start == datetime(2024, 1, 31, 16)  # 1 February, midnight in Shanghai
    assert found.end == datetime(2024, 3, 1, 16)


def test_a_day_with_a_clock_change_is_one_day():
    # New York, 8 March 2026: 23 hours long.
    now = Now(date(2026, 3, 8), "America/New_York", "America/New_York")
    found = bounds(Window(rolling=Span(days=1)), now)
    assert found.start is not None
    assert found.end - found.start == timedelta(hours=23)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"rolling": {"days": 1}, "ever": True},
        {"rolling": {"days": 1, "hours": 2}},
        {"rolling": {"days": 0}},
    ],
)
def test_a_window_has_exactly_one_kind(said: dict):
    with pytest.raises(ValueError, match="validation error"):
        Window.model_validate(said)
