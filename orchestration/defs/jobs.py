"""Jobs, schedules and the sensor: when things run.

Belongs here: selections and times. Does not belong here: assets or checks.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.defs.ingestion.assets import RECONCILE_CHECK
from orchestration.defs.keys import SUGGESTIONS, raw_key
from orchestration.defs.quality.landing import CHECK as LANDING_CHECK
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.partitions import (
    BRAND_ZONE,
    DELIVERY_DAYS,
    RANGE_END_TAG,
    RANGE_START_TAG,
    contiguous,
)
from orchestration.resources import HomeResource

RAW_LOAD_JOB = "raw_load_job"
DAILY_JOB = "daily_job"
SENSOR_INTERVAL_S = 300


def build_jobs(raw_keys: list[dg.AssetKey]) -> list[Any]:
    """The two jobs of a run: load what was delivered, then build, audit and publish.

    The landing suites belong to the second: they judge a day against the days before it, so all
    of them must be loaded first.
    """
    raw = dg.AssetSelection.assets(*raw_keys)
    landing_checks = dg.AssetSelection.checks(
        *(dg.AssetCheckKey(key, LANDING_CHECK) for key in raw_keys)
    )
    return [
        dg.define_asset_job(
            RAW_LOAD_JOB,
            selection=raw - landing_checks,
            partitions_def=DELIVERY_DAYS,
            description="Load delivery days from landing/ into raw/, one or a range in one run.",
        ),
        dg.define_asset_job(
            DAILY_JOB,
            selection=(dg.AssetSelection.all() - raw - dg.AssetSelection.assets(SUGGESTIONS))
            | landing_checks,
            description=(
                "Audit what was delivered, build all models, audit and publish them, make the reports."
            ),
        ),
    ]


def load_check(key: dg.AssetKey) -> dg.AssetCheckKey:
    """The check that a raw asset itself answers, in the run that loads it."""
    return dg.AssetCheckKey(key, RECONCILE_CHECK)


@dg.schedule(
    job_name=RAW_LOAD_JOB,
    cron_schedule="15 * * * *",
    execution_timezone="UTC",
    description="Hourly, UTC: load today's and yesterday's deliveries (days of the brand's zone).",
)
def raw_load_schedule(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
    """Yesterday too, because its last files arrive after midnight. Unchanged days are skipped."""
    now = context.scheduled_execution_time.astimezone(ZoneInfo(BRAND_ZONE))
    yield _load_request(now.date() - timedelta(days=1), now.date(), run_key=now.isoformat())


daily_schedule = dg.ScheduleDefinition(
    name="daily_schedule",
    job_name=DAILY_JOB,
    cron_schedule="0 20 * * *",
    execution_timezone="UTC",
    description="Daily at 20:00 UTC (04:00 in Shanghai): build, audit and publish.",
)


@dg.sensor(
    job_name=RAW_LOAD_JOB,
    minimum_interval_seconds=SENSOR_INTERVAL_S,
    description="Loads delivery days whose files are new or changed, late and corrected ones too.",
)
def landing_sensor(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """One run per unbroken range of pending days, only of the entities that have any.

    The run key names what is pending, so the same files are asked for once even if the load of
    them is still running or failed; a changed file makes a new key.
    """
    pending = _pending(home.paths)
    days = sorted({day for found in pending.values() for day in found})
    if not days:
        yield dg.SkipReason("every delivery in landing/ is loaded")
    for first, last in contiguous(days):
        wanted = {
            key: [day for day in found if first <= day <= last] for key, found in pending.items()
        }
        wanted = {key: found for key, found in wanted.items() if found}
        yield _load_request(first, last, run_key=_run_key(home.paths, wanted), keys=list(wanted))


def _load_request(
    first: date, last: date, *, run_key: str, keys: list[tuple[str, str]] | None = None
) -> dg.RunRequest:
    tags = {RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()}
    return dg.RunRequest(
        run_key=run_key,
        tags=tags,
        asset_selection=[raw_key(*key) for key in keys] if keys else None,
        asset_check_keys=[load_check(raw_key(*key)) for key in keys] if keys else None,
        run_config={"resources": {"settings": {"config": {"only_pending": True}}}},
    )


def _pending(home: Home) -> dict[tuple[str, str], list[date]]:
    from orchestration.lib.landing.partitions import pending_days
    from orchestration.lib.landing.tokens import Keys

    keys = Keys.load_or_create(home)
    contracts = load_contracts(PROJECT_DIR, home)
    return {name: pending_days(home, contract, keys) for name, contract in contracts.items()}


def _run_key(home: Home, wanted: dict[tuple[str, str], list[date]]) -> str:
    """A digest of the files that are pending: names, sizes and times of change."""
    digest = hashlib.sha256()
    for (channel, entity), days in sorted(wanted.items()):
        for day in days:
            for path in sorted((home.landing / channel / entity / f"dt={day}").glob("*")):
                status = path.stat()
                described = [str(path), status.st_size, status.st_mtime_ns]
                digest.update(json.dumps(described).encode())
    return digest.hexdigest()[:32]


@dg.definitions
def jobs() -> dg.Definitions:
    """Everything that starts runs; schedules and the sensor are switched on in the UI."""
    raw_keys = [raw_key(c.channel, c.entity) for c in load_contracts(PROJECT_DIR).values()]
    return dg.Definitions(
        jobs=build_jobs(raw_keys),
        schedules=[raw_load_schedule, daily_schedule],
        sensors=[landing_sensor],
    )
