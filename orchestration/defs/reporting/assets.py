"""The reports as assets below the published file: nothing leaves that was not audited.

Belongs here: one thin asset per report. Does not belong here: content or drawing (lib/reports).
"""

import dagster as dg

from orchestration.defs.keys import PUBLISHED, report_key
from orchestration.resources import HomeResource


@dg.asset(
    key=report_key("identity"),
    deps=[PUBLISHED],
    group_name="reports",
    owners=["team:identity"],
    kinds={"html"},
    description=(
        "reports/identity.html: how right the OneID is, what was not joined and why, over the "
        "published days; Chinese and English, for people. Made anew after every publish, from the "
        "published file alone (and truth/ of a simulated brand)."
    ),
)
def identity_report(home: HomeResource) -> dg.MaterializeResult:
    from orchestration.lib.reports.identity.content import make_report

    path = make_report(home.paths)
    return dg.MaterializeResult(
        metadata={"path": dg.MetadataValue.path(str(path)), "bytes": path.stat().st_size}
    )


@dg.definitions
def reporting() -> dg.Definitions:
    """All reports."""
    return dg.Definitions(assets=[identity_report])
