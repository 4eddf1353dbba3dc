"""Alerts of ad spend in words, from attribution.rpt_ad_alerts of the published file.

Belongs here: reading the judged days and saying what is out of range. Does not belong here: the
judgement (the model), or Dagster (defs/quality/ad_alerts.py).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.lib.attribution.errors import AttributionError

METRICS = ("spend", "cpa", "roas", "landing_rate")

_NEWEST_DAY = """
    select date, platform, metric, judgement, value, expected_value, lowest_usual_value,
        highest_usual_value
    from attribution.rpt_ad_alerts
    where date = (select max(date) from attribution.rpt_ad_alerts)
    order by platform, metric
"""
_WORDS = {
    "spend": ("spend", "花费"),
    "cpa": ("cost per order", "单均获客成本"),
    "roas": ("return on spend", "投产比"),
    "landing_rate": ("landings per click", "点击落地率"),
}


@dataclass(frozen=True)
class AdReading:
    """One metric of one platform on one day, and whether it is in the range of its history."""

    date: date
    platform: str
    metric: str
    judgement: str
    value: Decimal
    expected: Decimal | None
    lowest_usual: Decimal | None
    highest_usual: Decimal | None

    @property
    def is_alert(self) -> bool:
        return self.judgement in ("above", "below")

    @property
    def sentence(self) -> str:
        """English, one sentence."""
        return (
            f"{self.date} {self.platform}: {_WORDS[self.metric][0]} {self.value:,.2f} is "
            f"{self.judgement} its usual {self.lowest_usual:,.2f} to {self.highest_usual:,.2f}"
        )

    @property
    def sentence_zh(self) -> str:
        """Chinese, one sentence."""
        side = "高于" if self.judgement == "above" else "低于"
        return (
            f"{self.date} {self.platform}:{_WORDS[self.metric][1]} {self.value:,.2f} "
            f"{side}常态区间 {self.lowest_usual:,.2f} 至 {self.highest_usual:,.2f}"
        )


def read_newest(database: Path) -> list[AdReading]:
    """All readings of the newest judged day; none where no platform ever reported spend.

    Raises:
        AttributionError: If nothing is published, or by a version without ad alerts.
    """
    if not database.exists():
        raise AttributionError(f"cannot read ad alerts: {database} is missing; run `yutang run`")
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            rows = connection.execute(_NEWEST_DAY).fetchall()
        except duckdb.CatalogException as error:
            raise AttributionError(
                f"cannot read ad alerts: {database} has no attribution.rpt_ad_alerts; "
                "run `yutang run` to publish it"
            ) from error
    return [AdReading(*row) for row in rows]
