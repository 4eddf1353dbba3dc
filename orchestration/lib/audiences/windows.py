"""Time windows of audience files, and the instants they mean.

Belongs here: every kind of window and its half-open bounds [start, end) in UTC. Does not belong here:
SQL. Only `Window.since` depends on the person; compiling it is leaves.py's work.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

Days = Annotated[int, Field(ge=1, le=3660, strict=True)]
Hours = Annotated[int, Field(ge=1, le=87840, strict=True)]
KINDS = ("rolling", "calendar", "since", "between", "ahead", "ever")


class Strict(BaseModel):
    """A part of an audience file: no key that is not declared."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False
    )


class Span(Strict):
    """A length of time: whole days, or hours."""

    days: Days | None = Field(None, description="Days.")
    hours: Hours | None = Field(None, description="Hours, to the second.")

    @model_validator(mode="after")
    def _one(self) -> "Span":
        if (self.days is None) == (self.hours is None):
            raise ValueError("give days or hours, one of them")
        return self

    @property
    def seconds(self) -> int:
        """Length where no calendar is involved: a day is 24 hours."""
        return (self.days or 0) * 86_400 + (self.hours or 0) * 3_600


class Calendar(Strict):
    """Days, weeks (from Monday) or months of the calendar."""

    unit: Literal["day", "week", "month"] = Field(description="Unit of the calendar.")
    which: Literal["this", "previous"] = Field(
        description="this: the running unit up to the as-of day; previous: the whole units before it."
    )
    count: Annotated[int, Field(ge=1, le=120, strict=True)] = Field(
        1, description="How many units; for `this`, the running one and the ones before it."
    )


class Since(Strict):
    """From an event of the person: strictly after it, up to now."""

    events: str | tuple[str, ...] = Field(description="An event, a list of events or a named set.")
    which: Literal["first", "last"] = Field("last", description="Which of the person's events.")


class Between(Strict):
    """Fixed days: from the first, before the second."""

    from_: date = Field(alias="from", description="First day that counts.")
    before: date = Field(description="First day that no longer counts.")

    @model_validator(mode="after")
    def _ordered(self) -> "Between":
        if self.before <= self.from_:
            raise ValueError(f"'before' ({self.before}) must be later than 'from' ({self.from_})")
        return self


class Window(Strict):
    """Exactly one kind of window; `window: ever` is short for no limit before now."""

    rolling: Span | None = Field(
        None, description="Days: the as-of day and the N-1 before it. Hours: up to now."
    )
    calendar: Calendar | None = None
    since: Since | None = None
    between: Between | None = None
    ahead: Span | None = Field(
        None, description="From now on; only for times that lie ahead, as expires_at."
    )
    ever: Literal[True] | None = Field(None, description="Everything before now.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"ever": True} if value == "ever" else value

    @model_validator(mode="after")
    def _one(self) -> "Window":
        if sum(getattr(self, kind) is not None for kind in KINDS) != 1:
            raise ValueError(f"a window has exactly one kind: {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if getattr(self, kind) is not None)


@dataclass(frozen=True)
class Now:
    """The moment of an evaluation: the end of the as-of day in the brand's zone, never the clock.

    Args:
        as_of: Day the published tables describe.
        brand_zone: Zone in which that day ends.
        zone: Zone of the audience's own days.
    """

    as_of: date
    brand_zone: str
    zone: str

    @property
    def instant(self) -> datetime:
        """First instant that is no longer the as-of day; UTC without tzinfo, as in the tables."""
        return midnight(self.as_of + timedelta(days=1), self.brand_zone)

    @property
    def today(self) -> date:
        """The audience's day that holds the last instant before now."""
        last = (self.instant - timedelta(microseconds=1)).replace(tzinfo=UTC)
        return last.astimezone(ZoneInfo(self.zone)).date()


@dataclass(frozen=True)
class Bounds:
    """Instants from ``start`` (null: no limit) before ``end``; UTC without tzinfo."""

    start: datetime | None
    end: datetime


def midnight(day: date, zone: str) -> datetime:
    """Start of a day in a zone, as UTC without tzinfo.

    Where clocks jump over midnight, the day starts at its first instant.

    >>> midnight(date(2026, 7, 1), "Asia/Shanghai")
    datetime.datetime(2026, 6, 30, 16, 0)
    """
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def bounds(window: Window, now: Now) -> Bounds:
    """The instants of a window that is the same for everybody.

    Args:
        window: Any kind but ``since``, whose start is a person's own.
        now: The moment of the evaluation.

    Returns:
        Half-open bounds. All but ``ahead`` end at ``now`` at the latest.
    """
    if window.ahead is not None:
        return Bounds(now.instant, _ahead(window.ahead, now))
    days = day_bounds(window, now)
    if days is not None:
        start, before = days
        return Bounds(midnight(start, now.zone), min(midnight(before, now.zone), now.instant))
    if window.rolling is not None:
        return Bounds(now.instant - timedelta(seconds=window.rolling.seconds), now.instant)
    return Bounds(None, now.instant)


def day_bounds(window: Window, now: Now) -> tuple[date, date] | None:
    """First day that counts and first that does not, in the audience's zone; None for others."""
    tomorrow = now.today + timedelta(days=1)
    if window.rolling is not None and window.rolling.days is not None:
        return tomorrow - timedelta(days=window.rolling.days), tomorrow
    if window.calendar is not None:
        return _calendar_days(window.calendar, now.today)
    if window.between is not None:
        return window.between.from_, window.between.before
    if window.ahead is not None and window.ahead.days is not None:
        return tomorrow, tomorrow + timedelta(days=window.ahead.days)
    return None


def _calendar_days(calendar: Calendar, today: date) -> tuple[date, date]:
    running = _unit_start(calendar.unit, today)
    if calendar.which == "previous":
        return _units_before(calendar.unit, running, calendar.count), running
    return _units_before(calendar.unit, running, calendar.count - 1), today + timedelta(days=1)


def _unit_start(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _units_before(unit: str, start: date, count: int) -> date:
    if unit != "month":
        return start - timedelta(days=count * (7 if unit == "week" else 1))
    months = start.year * 12 + start.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _ahead(span: Span, now: Now) -> datetime:
    if span.days is not None:
        return midnight(now.today + timedelta(days=1 + span.days), now.zone)
    return now.instant + timedelta(seconds=span.seconds)
