"""Injected incidents are noticed, clean days stay quiet; figures are those of docs/guides/attribution.md.

Two years' worth of platforms with weekdays, a trend, noise of small counts and one past incident each.
"""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from orchestration.lib.attribution.alerts import read_newest
from tests.unit.attribution.attribution_lab import Lab, Order, Spend, Touch, World

FIRST = date(2026, 1, 5)
DAYS = 120
PLATFORMS = ("tencent_ads", "ocean_engine", "kuaishou_ads", "baidu_ads")
WEEKDAY = (0.8, 0.85, 0.9, 0.9, 1.1, 1.5, 1.4)
KINDS = ("spend_times_5", "no_conversions", "no_landings", "spend_stops")
EXPECTED = {  # which metric must speak, and to which side
    "spend_times_5": ("spend", "above"), "no_conversions": ("cpa", "above"),
    "no_landings": ("landing_rate", "below"), "spend_stops": ("spend", "below"),
}  # fmt: skip


def incidents() -> dict[tuple[str, int], str]:
    """Day and platform of each injected incident; the first ones are history for the later."""
    found = {}
    for number, platform in enumerate(PLATFORMS):
        for turn in range(8):
            found[platform, 40 + number + turn * 10] = KINDS[(turn + number) % len(KINDS)]
    return found


def noisy_world(seed: int) -> World:
    rng = np.random.default_rng(seed)
    world, planned = World(), incidents()
    for platform in PLATFORMS:
        for day in range(DAYS):
            incident = planned.get((platform, day))
            level = WEEKDAY[day % 7] * (1 + 0.003 * day)
            clicks = int(rng.poisson(400 * level))
            cost = int(clicks * rng.normal(150, 12))
            landings = int(rng.binomial(clicks, 0.35))
            orders = int(rng.poisson(clicks * 0.06))
            if incident == "spend_times_5":
                cost *= 5
            if incident == "no_conversions":
                orders = 0
            if incident == "no_landings":
                landings = 0
            if incident == "spend_stops":
                cost, clicks, landings, orders = 0, 0, 0, 0
            if clicks:
                world.spend.append(Spend(FIRST + timedelta(days=day), platform, "C1", cost, clicks))
            noon = datetime.combine(FIRST + timedelta(days=day), datetime.min.time()) + timedelta(
                hours=4
            )
            _arrive(world, f"{platform}-{day}", noon, landings, orders)
    return world


def _arrive(world: World, key: str, noon: datetime, landings: int, orders: int) -> None:
    platform = key.rpartition("-")[0]
    for i in range(max(landings, orders)):
        name = f"{key}-{i}"
        if i < landings:
            world.touches.append(Touch(
                f"v{name}", None if i >= orders else name, noon, "miniprogram", "mp_visit",
                utm_source=platform, is_paid=True,
            ))  # fmt: skip
        else:  # a click without a landing that sells all the same
            world.touches.append(Touch(f"c{name}", name, noon, platform))
        if i < orders:
            world.orders.append(
                Order(f"o{name}", name, noon + timedelta(hours=1), 12_000, is_first=True)
            )


@pytest.fixture(scope="module")
def judged(lab: Lab) -> Iterator[dict[tuple[str, int, str], str]]:
    """judgement per platform, day and metric."""
    lab.build(noisy_world(3), "int_attribution__touches+", "int_attribution__bookings",
              variables={"ad_alert_days": DAYS})  # fmt: skip
    rows = lab.rows("select platform, date, metric, judgement from attribution.rpt_ad_alerts")
    yield {(platform, (day - FIRST).days, metric): said for platform, day, metric, said in rows}


def test_every_incident_is_noticed_in_the_metric_it_hits(
    judged: dict[tuple[str, int, str], str],
) -> None:
    missed = []
    for (platform, day), kind in incidents().items():
        metric, side = EXPECTED[kind]
        if judged[platform, day, metric] != side:
            missed.append((platform, day, kind, judged[platform, day, metric]))
    print(f"noticed {len(incidents()) - len(missed)} of {len(incidents())}")
    assert missed == []


def test_clean_days_are_quiet(judged: dict[tuple[str, int, str], str]) -> None:
    days_with_incident = set(incidents())
    clean = {
        key: said
        for key, said in judged.items()
        if key[:2] not in days_with_incident and said in ("usual", "above", "below")
    }
    alarms = {key: said for key, said in clean.items() if said != "usual"}
    print(f"false alarms {len(alarms)} of {len(clean)}: {alarms}")
    assert len(clean) > 1_000
    assert len(alarms) <= 0.005 * len(clean)


def test_the_newest_day_is_said_in_two_languages(
    lab: Lab, judged: dict[tuple[str, int, str], str], tmp_path: Path
) -> None:
    assert judged
    published = tmp_path / "published.duckdb"
    shutil.copy(lab.path, published)
    readings = read_newest(published)
    assert {r.platform for r in readings} == set(PLATFORMS)
    assert {r.date for r in readings} == {FIRST + timedelta(days=DAYS - 1)}
    with duckdb.connect(str(published)) as con:
        con.execute(
            "update attribution.rpt_ad_alerts set judgement = 'above' where metric = 'spend'"
        )
    spend = next(r for r in read_newest(published) if r.metric == "spend")
    assert spend.is_alert
    assert "spend" in spend.sentence and "above" in spend.sentence
    assert "花费" in spend.sentence_zh and "高于" in spend.sentence_zh
