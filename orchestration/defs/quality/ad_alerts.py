"""Early warnings of ad spend as asset checks: they warn, they never stop a publish.

Belongs here: one check per metric over the newest day. Does not belong here: the judgement
(attribution.rpt_ad_alerts) or its words (lib/attribution/alerts.py).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.keys import PUBLISHED
from orchestration.lib.attribution.alerts import METRICS, AdReading, read_newest
from orchestration.resources import HomeResource

ALERTS = dg.AssetKey(["attribution", "rpt_ad_alerts"])


def check_name(metric: str) -> str:
    return f"ad_{metric}_is_usual"


@dg.multi_asset_check(
    name="ad_alerts",
    can_subset=True,
    specs=[
        dg.AssetCheckSpec(
            check_name(metric),
            asset=ALERTS,
            additional_deps=[PUBLISHED],
            description=(
                f"{metric} of every ad platform on the newest reported day is in the range of the "
                "platform's own history, weekday by weekday. Warns only."
            ),
        )
        for metric in METRICS
    ],
)
def ad_alerts(
    context: dg.AssetCheckExecutionContext, home: HomeResource
) -> Iterator[dg.AssetCheckResult]:
    """The newest day, metric by metric."""
    readings = read_newest(home.paths.published)
    selected = {key.name for key in context.selected_asset_check_keys}
    for metric in METRICS:
        if check_name(metric) in selected:
            yield _result(metric, [r for r in readings if r.metric == metric])


def _result(metric: str, readings: list[AdReading]) -> dg.AssetCheckResult:
    alerts = [reading for reading in readings if reading.is_alert]
    judged = sum(reading.is_alert or reading.judgement == "usual" for reading in readings)
    return dg.AssetCheckResult(
        check_name=check_name(metric),
        asset_key=ALERTS,
        passed=not alerts,
        severity=dg.AssetCheckSeverity.WARN,
        description="; ".join(alert.sentence for alert in alerts)
        or f"{judged} of {len(readings)} platforms judged"
        + (", all in their usual range" if judged else "; the others rest on too little"),
        metadata={
            "alerts": [alert.sentence for alert in alerts],
            "alerts_zh": [alert.sentence_zh for alert in alerts],
            "judged": judged,
            "not_judged": [f"{r.platform}: {r.judgement}" for r in readings
                           if not r.is_alert and r.judgement != "usual"],
        },
    )  # fmt: skip


@dg.definitions
def ad_checks() -> dg.Definitions:
    """The warnings of ad spend."""
    return dg.Definitions(asset_checks=[ad_alerts])
