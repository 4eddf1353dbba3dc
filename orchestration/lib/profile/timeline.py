"""What one person did and received, read from the published file.

Belongs here: finding the person (a retired one_id too) and their events. Does not belong here: how
they look (commands/timeline.py) or how events are made (models/marts/core/customer_timeline.sql).
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.profile.errors import TimelineError

SHORTEST = 8  # digits of a one_id that may stand for it, as in `yutang explain`
_COLUMNS = (
    "event_id", "occurred_at", "occurred_date", "event_type", "event_group", "event_name_en",
    "event_name_zh", "channel", "title", "state", "page", "campaign_id", "placement", "store_id",
    "order_id", "amount_cny", "quantity", "source_table", "source_id",
)  # fmt: skip
_EVENTS = f"""
    select {", ".join(_COLUMNS)} from core.customer_timeline
    where one_id = $one_id and ($first_date is null or occurred_date >= $first_date)
    order by occurred_at, event_type, event_id
"""
# What people call the ids of events: products, stores, campaigns.
_NAMES = """
    select sku, product_name from core.dim_products where list_contains($ids, sku)
    union all
    select store_id, store_name from core.dim_stores where list_contains($ids, store_id)
    union all
    select campaign_id, campaign_name from core.dim_campaigns where list_contains($ids, campaign_id)
"""
_PERSON = """
    select as_of_date, member_level, customer_status, aipl_stage, value_tier, order_count,
        net_revenue_cny, points_balance
    from profile.customer_360 where one_id = $one_id
"""


@dataclass(frozen=True)
class Event:
    """One event; times are UTC, dates are days in the brand's zone, money is yuan."""

    event_id: str
    occurred_at: datetime
    occurred_date: date
    event_type: str
    event_group: str
    event_name_en: str
    event_name_zh: str
    channel: str
    title: str | None
    state: str | None
    page: str | None
    campaign_id: str | None
    placement: str | None
    store_id: str | None
    order_id: str | None
    amount_cny: Decimal | None
    quantity: int | None
    source_table: str
    source_id: str | None


@dataclass(frozen=True)
class Timeline:
    """The events of a person up to the as-of day, oldest first.

    Args:
        asked: The one_id as it was typed.
        retired_on: Day the one_id asked for was retired; None for a live one.
        person: A few columns of customer_360.
        names: Names of the products, stores and campaigns the events name, by id.
        days: Days shown, the as-of day included; None for all.
    """

    one_id: str
    asked: str
    retired_on: date | None
    as_of_date: date
    days: int | None
    person: dict[str, object]
    names: dict[str, str]
    events: tuple[Event, ...]

    def as_dict(self) -> dict[str, object]:
        """For JSON: dates and times as ISO text, money as text."""
        return {key: _plain(value) for key, value in asdict(self).items()}


def read_timeline(home: Home, one_id: str, *, days: int | None = None) -> Timeline:
    """The timeline of a person.

    Args:
        one_id: Live or retired, or its first 8 digits or more.
        days: Only the last so many days up to the as-of day; None for all.

    Raises:
        TimelineError: If nothing is published, or the one_id is unknown or not unique.
    """
    if not home.published.exists():
        raise TimelineError(f"{home.published} does not exist: run `yutang run` first")
    with duckdb.connect(str(home.published), read_only=True) as con:
        try:
            live, retired_on = _find(con, one_id)
            found = con.execute(_PERSON, {"one_id": live})
            names = [column[0] for column in found.description or []]
            person = dict(zip(names, found.fetchone() or (), strict=True))
        except duckdb.CatalogException as error:
            raise TimelineError(
                f"{home.published} was published by an older version: run `yutang run` ({error})"
            ) from None
        as_of_date = person.pop("as_of_date")
        first_date = date.fromordinal(as_of_date.toordinal() - days + 1) if days else None
        rows = con.execute(_EVENTS, {"one_id": live, "first_date": first_date}).fetchall()
        events = tuple(Event(*row) for row in rows)
        ids = {text for e in events for text in (e.title, e.store_id, e.campaign_id) if text}
        names = dict(con.execute(_NAMES, {"ids": sorted(ids)}).fetchall())
    return Timeline(
        one_id=live,
        asked=one_id,
        retired_on=retired_on,
        as_of_date=as_of_date,
        days=days,
        person=person,
        names={key: name for key, name in names.items() if name},
        events=events,
    )


def _find(con: duckdb.DuckDBPyConnection, asked: str) -> tuple[str, date | None]:
    """The live one_id that ``asked`` stands for, and the day it was retired if it was."""
    if len(asked) < SHORTEST or set(asked) - set("0123456789abcdef"):
        raise TimelineError(
            f"that is no one_id: give {SHORTEST} to 32 hexadecimal digits, as profile.customer_360 "
            "shows them; whose a phone or another identifier is, says `yutang explain type:value`"
        )
    rows = con.execute(
        """
        select one_id, one_id as live, null::date as retired_on from core.dim_customers
        where starts_with(one_id, $asked)
        union all
        select retired_one_id, one_id, retired_date from core.identity_aliases
        where starts_with(retired_one_id, $asked)
        order by 1
        """,
        {"asked": asked},
    ).fetchall()
    if not rows:
        raise TimelineError(
            "nobody published has that one_id, live or retired: look it up in profile.customer_360, "
            "or whose an identifier is with `yutang explain type:value`"
        )
    if len({row[1] for row in rows}) > 1:
        shown = ", ".join(row[0][: SHORTEST + 4] for row in rows[:3])
        raise TimelineError(f"{len(rows)} one_ids begin like that ({shown}, ...): give more digits")
    return rows[0][1], rows[0][2]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
