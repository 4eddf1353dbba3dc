"""Suggested links as an asset, for brands that want them on a schedule; `yutang suggest` is the same.

Belongs here: the wrapper and its job. Does not belong here: how people are compared
(lib/identity/suggestions). It is no part of the daily job: it reads what that job publishes, and
what it writes is read by the next one.
"""

import dagster as dg

from orchestration.defs.keys import PUBLISHED, SUGGESTIONS
from orchestration.resources import HomeResource

SUGGEST_JOB = "suggest_links_job"
MIN_PROBABILITY = 0.5  # below, a pair is more likely two people than one


@dg.asset(
    key=SUGGESTIONS,
    deps=[PUBLISHED],
    group_name="identity",
    owners=["team:identity"],
    kinds={"parquet", "duckdb"},
    description=(
        "state/identity/suggestions.parquet: pairs of people who share no identifier and may be "
        "one, with a score and the fields that agree. Tokens and scores only; clear phone numbers "
        "are read from the vault, in memory, and each opening is logged. Joins nothing by itself; "
        "read by quality.identity_suggestions in the next run."
    ),
)
def identity_suggestions(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult:
    from orchestration.lib.identity.matching.errors import TooLittleDataError
    from orchestration.lib.identity.suggestions.suggest import suggest_links

    try:
        found = suggest_links(home.paths, min_probability=MIN_PROBABILITY)
    except TooLittleDataError as error:
        context.log.info(str(error))
        return dg.MaterializeResult(metadata={"note": str(error)})
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": found.suggestions + found.kept,
            "people": found.people,
            "pairs_compared": found.compared,
            "as_of_date": str(found.as_of),
        }
    )


@dg.definitions
def identity() -> dg.Definitions:
    """The asset, and a job that makes it alone."""
    job = dg.define_asset_job(
        SUGGEST_JOB,
        selection=[SUGGESTIONS],
        description="Compare people without a shared identifier; after a publish, weekly at most.",
    )
    return dg.Definitions(assets=[identity_suggestions], jobs=[job])
