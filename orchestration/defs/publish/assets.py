"""The published file: a candidate, its audit, and the rename.

Belongs here: the assets and checks that end a run. Does not belong here: how a file is built
(lib/publish) or what is expected of it (expectations/suites/publish.py).
"""

import os
from collections.abc import Iterable
from datetime import timedelta

import dagster as dg

from orchestration.defs.keys import BRAND_FILES, CANDIDATE, PUBLISHED, public_model_keys
from orchestration.defs.quality.landing import check_result
from orchestration.lib.publish.brands import BrandFilesError, brands_folder, write_brand_files
from orchestration.lib.publish.candidate import build_candidate, candidate_path, discard_candidate
from orchestration.lib.publish.release import publish
from orchestration.lib.quality import trail
from orchestration.lib.quality.loads import newest_delivery_day
from orchestration.lib.transform.build import results_dir
from orchestration.resources import WAREHOUSE_POOL, HomeResource, RunSettings

OWNER = "team:data-engineering"
CHECK = "tables_are_publishable"

# The build is scheduled every night; by 08:00 of the brand's day the file must be of that night.
FRESHNESS = dg.FreshnessPolicy.cron(
    deadline_cron="0 8 * * *", lower_bound_delta=timedelta(hours=8), timezone="Asia/Shanghai"
)


def build_published_assets(upstream: Iterable[dg.AssetKey]) -> dg.Definitions:
    """Candidate, its blocking check, and the published file, below the given models."""

    @dg.asset(
        key=CANDIDATE,
        deps=list(upstream),
        group_name="published",
        owners=[OWNER],
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,
        description="All public tables in a new file beside the published one, not yet audited.",
    )
    def candidate(home: HomeResource) -> dg.MaterializeResult:
        trail.begin(home.paths, "publish")
        counts = build_candidate(
            home.paths,
            manifest=results_dir(home.paths) / "manifest.json",
            target=os.environ.get("YUTANG_TARGET", "duckdb"),
        )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(counts.values()),
                "tables": dg.MetadataValue.json(counts),
            }
        )

    @dg.asset_check(
        asset=CANDIDATE,
        name=CHECK,
        blocking=True,
        description=(
            "Great Expectations suites of the publish edge: plausible amounts, prices that "
            "follow list prices, identifiers only as tokens, no clear phone or e-mail."
        ),
    )
    def candidate_audit(home: HomeResource) -> dg.AssetCheckResult:
        from expectations.runner import run_suites
        from expectations.suites.publish import publish_suites

        path = candidate_path(home.paths)
        results = run_suites(path, publish_suites(path), edge="publish")
        trail.record(home.paths, "publish", results)
        if any(not result.is_passed for result in results):
            discard_candidate(home.paths)
        return check_result(CHECK, CANDIDATE, results)

    @dg.asset(
        key=PUBLISHED,
        deps=[CANDIDATE],
        group_name="published",
        owners=[OWNER],
        kinds={"duckdb"},
        pool=WAREHOUSE_POOL,
        freshness_policy=FRESHNESS,
        description=(
            "published/yutang.duckdb: what BI reads. Replaced in one step when every blocking "
            "check passed; otherwise the last good file stays. Holds no personal data in the clear."
        ),
    )
    def published(home: HomeResource, settings: RunSettings) -> dg.MaterializeResult:
        as_of = settings.as_of or newest_delivery_day(home.paths)
        try:
            path = publish(home.paths, as_of=as_of)
        except trail.AuditError as error:
            raise dg.Failure(str(error), allow_retries=False) from error
        return dg.MaterializeResult(
            metadata={
                "path": dg.MetadataValue.path(str(path)),
                "bytes": path.stat().st_size,
                "as_of_date": str(as_of),
            }
        )

    return dg.Definitions(
        assets=[candidate, published, brand_files], asset_checks=[candidate_audit]
    )


@dg.asset(
    key=BRAND_FILES,
    deps=[PUBLISHED],
    group_name="published",
    owners=[OWNER],
    kinds={"duckdb"},
    pool=WAREHOUSE_POOL,
    description=(
        "published/brands/<brand>.duckdb, one for every brand of var brand_files: its people and its "
        "facts, nothing of the group's other brands. None by default."
    ),
)
def brand_files(home: HomeResource) -> dg.MaterializeResult:
    """Cut from the published file, so nothing is in them that was not audited."""
    try:
        written = write_brand_files(home.paths)
    except BrandFilesError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(str(brands_folder(home.paths))),
            "rows": dg.MetadataValue.json(written),
        }
    )


@dg.definitions
def publishing() -> dg.Definitions:
    """The published assets below every public table of the dbt project."""
    return build_published_assets(public_model_keys())
