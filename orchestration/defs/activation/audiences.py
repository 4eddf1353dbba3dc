"""Every audience as an asset below the tables it reads and the published file; all in one process.

Belongs here: assets, checks, jobs and schedules made from the files of activation/audiences. Does not
belong here: who is a member (lib/audiences).
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from orchestration.defs.keys import PUBLISHED, audience_key, public_model_keys
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.files import (
    AUDIENCES_DIR,
    EVENT_SETS,
    AudienceFiles,
    read_audience,
    read_event_sets,
)
from orchestration.lib.audiences.schema import Audience, Schedule
from orchestration.lib.audiences.tree import audiences_in, tables_of
from orchestration.partitions import BRAND_ZONE
from orchestration.resources import WAREHOUSE_POOL, HomeResource

SIZE_CHECK = "size_is_plausible"
ALLOWED_CHECK = "everyone_is_allowed"
_CRON_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")


def usable_files(folder: Path = AUDIENCES_DIR) -> AudienceFiles:
    """The files that can be read; one that cannot fails the step that computes audiences, not this."""
    found = {}
    for path in sorted(p for p in folder.glob("*") if p.suffix in (".yml", ".yaml")):
        try:
            one = read_audience(path)
        except AudienceError:
            continue
        found[one.audience.name] = one
    try:
        sets = read_event_sets(folder.parent / EVENT_SETS)
    except AudienceError:
        sets = {}
    return AudienceFiles(folder, found, sets)


def build_audience_assets(files: AudienceFiles) -> dg.AssetsDefinition:
    """One step with an output per audience."""
    models = {key.to_user_string(): key for key in public_model_keys()}
    specs = [_spec(files, one, models) for one in files.audiences.values()]
    checks = [check for name in files.found for check in _checks(name)]

    @dg.multi_asset(
        name="audiences",
        specs=specs,
        check_specs=checks,
        can_subset=True,
        pool=WAREHOUSE_POOL,  # it replaces the published file, as a publish does
    )
    def audiences(
        context: dg.AssetExecutionContext, home: HomeResource
    ) -> Iterator[dg.MaterializeResult]:
        from orchestration.lib.audiences.checks import forbidden_members, size_problem
        from orchestration.lib.audiences.running import run_audiences

        wanted = {key.path[-1] for key in context.selected_asset_keys}
        runs = run_audiences(home.paths, names=None if wanted >= set(files.found) else wanted)
        forbidden = forbidden_members(home.paths)
        for run in runs:
            name = run.audience.name
            if name not in wanted:
                continue
            problem = size_problem(run.audience, run.counts.members)
            yield dg.MaterializeResult(
                asset_key=audience_key(name),
                metadata={
                    "dagster/row_count": run.counts.members,
                    "joined": run.counts.joined,
                    "left": run.counts.left,
                    "held_out": run.counts.held_out,
                    "not_allowed": run.counts.not_allowed,
                    "definition_hash": run.definition_hash,
                    "computed_anew": run.was_due,
                },
                check_results=[
                    dg.AssetCheckResult(
                        asset_key=audience_key(name),
                        check_name=SIZE_CHECK,
                        passed=problem is None,
                        severity=dg.AssetCheckSeverity.WARN,
                        description=problem.en if problem else None,
                    ),
                    dg.AssetCheckResult(
                        asset_key=audience_key(name),
                        check_name=ALLOWED_CHECK,
                        passed=not forbidden.get(name, 0),
                        description=f"{forbidden[name]} members withdrew consent or asked for erasure"
                        if forbidden.get(name)
                        else None,
                    ),
                ],
            )

    return audiences


def cron(schedule: Schedule) -> str:
    """When a schedule runs: at 06:00 of the brand's day, after the nightly publish.

    >>> cron(Schedule(every="week", on="monday"))
    '0 6 * * 1'
    """
    if schedule.every == "week":
        return f"0 6 * * {_CRON_DAYS.index(str(schedule.on))}"
    return "0 6 * * *" if schedule.every == "day" else f"0 6 {schedule.on} * *"


def build_schedule(audience: Audience) -> dg.ScheduleDefinition:
    """A schedule of one audience alone, with its own job; switched on in the UI."""
    selection = dg.AssetSelection.assets(audience_key(audience.name))
    job = dg.define_asset_job(
        f"audience_{audience.name}_job",
        selection=selection,
        description=f"Compute the audience {audience.name} on what is published.",
    )
    return dg.ScheduleDefinition(
        name=f"audience_{audience.name}_schedule",
        job=job,
        cron_schedule=cron(audience.schedule),
        execution_timezone=BRAND_ZONE,
        description=f"{audience.name_en}: as its file says. The daily job computes it too when due.",
    )


def _spec(files: AudienceFiles, audience: Audience, models: dict[str, dg.AssetKey]) -> dg.AssetSpec:
    tables = [name.replace(".", "/") for name in tables_of(files, audience)]
    others = [name for name in audiences_in(audience.who) if name in files.found]
    return dg.AssetSpec(
        audience_key(audience.name),
        deps=[
            PUBLISHED,
            *(models[name] for name in tables if name in models),
            *(audience_key(name) for name in others),
        ],
        group_name="audiences",
        owners=[f"team:{audience.owner}"],
        kinds={"duckdb", "yaml"},
        description=f"{audience.name_en} · {audience.name_zh}. "
        f"{audience.why.en if audience.why else ''}".strip(),
    )


def _checks(name: str) -> list[dg.AssetCheckSpec]:
    key = audience_key(name)
    return [
        dg.AssetCheckSpec(
            SIZE_CHECK, asset=key, description="As many members as the file says are plausible."
        ),
        dg.AssetCheckSpec(
            ALLOWED_CHECK,
            asset=key,
            blocking=True,
            description="No member took back the purpose for all channels or asked to be erased.",
        ),
    ]


@dg.definitions
def audience_definitions() -> dg.Definitions:
    """The audiences of activation/audiences, each with its schedule."""
    files = usable_files()
    if not files.found:
        return dg.Definitions()
    return dg.Definitions(
        assets=[build_audience_assets(files)],
        schedules=[build_schedule(one) for one in files.audiences.values()],
    )
