"""A brand's own spend and credited revenue per week, and what they say about its budget.

Belongs here: reading the published file and putting the answer together. Does not belong here:
curves (`response`), optimisation (`reallocation`), printing (commands/budget.py).
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.attribution.reallocation import Reallocation, reallocate
from orchestration.lib.attribution.response import Response, fit

# Full weeks only: the first and the last week of the data may be cut.
_WEEKS = """
    with channels as (
        select channel, min(date) as first_date from attribution.rpt_channel_attribution_days
        where model = $model and cost_cny > 0 group by channel
    ),
    reported as (
        select max(date) as last_date from attribution.rpt_channel_attribution_days
        where cost_cny > 0
    ),
    weeks as (
        select distinct date_trunc('week', date)::date as week
        from attribution.rpt_channel_attribution_days
    )
    select
        channels.channel,
        weeks.week,
        coalesce(sum(days.cost_cny), 0)::double as spend,
        coalesce(sum(days.revenue_cny), 0)::double as revenue
    from channels
    cross join reported
    inner join weeks
        on weeks.week >= channels.first_date and weeks.week + 6 <= reported.last_date
    left join attribution.rpt_channel_attribution_days as days
        on days.model = $model and days.channel = channels.channel
        and days.date >= weeks.week and days.date < weeks.week + 7
    group by all
    order by 1, 2
"""


@dataclass(frozen=True)
class Budget:
    """Responses per channel and the suggested shares; ``reallocation`` None: nothing to move."""

    model: str
    responses: tuple[Response, ...]
    reallocation: Reallocation | None


def suggest_budget(
    database: Path, *, model: str, total: float | None = None, max_change: float = 0.3
) -> Budget:
    """Read the weeks of every channel with cost and answer.

    Args:
        database: The published file.
        model: Attribution model whose credit counts as revenue.
        total: Yuan per week to share; default what is spent now.
        max_change: Largest change of a channel, 0-1.

    Raises:
        AttributionError: If nothing is published, the model is unknown, or nothing was spent.
    """
    if not database.exists():
        raise AttributionError(f"cannot suggest a budget: {database} is missing; run `yutang run`")
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            known = connection.execute(
                "select distinct model from attribution.rpt_channel_attribution order by 1"
            ).fetchall()
            rows = connection.execute(_WEEKS, {"model": model}).fetchall()
        except duckdb.CatalogException as error:
            raise AttributionError(
                f"cannot suggest a budget: {database} has no attribution tables; run `yutang run`"
            ) from error
    models = [name for (name,) in known]
    if model not in models:
        raise AttributionError(
            f"cannot suggest a budget: there is no model {model!r}; give one of {', '.join(models)}"
        )
    if not rows:
        raise AttributionError("cannot suggest a budget: no channel reports a full week of cost")
    responses = []
    for channel in dict.fromkeys(row[0] for row in rows):
        weeks = np.array([row[2:] for row in rows if row[0] == channel], dtype=float)
        responses.append(fit(channel, weeks[:, 0], weeks[:, 1]))
    return Budget(
        model, tuple(responses), reallocate(responses, total=total, max_change=max_change)
    )
