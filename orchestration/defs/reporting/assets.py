"""The reports as assets below the published file: nothing leaves that was not audited.

Belongs here: one thin asset per report. Does not belong here: content or drawing (lib/reports). All of
them run in one process, so the drawing library is loaded once.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg

from orchestration.defs.keys import EXPORT_LOG, PUBLISHED, report_key
from orchestration.resources import HomeResource


@dataclass(frozen=True)
class Report:
    """One report: lib/reports/<name>/content.py makes it.

    Args:
        says: What it answers.
        after: What must be finished first, besides the published file.
    """

    name: str
    owner: str
    says: str
    after: Sequence[dg.AssetKey] = ()


REPORTS = (
    Report(
        "identity",
        "team:identity",
        "how right the OneID is, what was not joined and why, over the published days",
    ),
    Report(
        "attribution",
        "team:attribution",
        "which channels, campaigns and paths get the credit under eight models side by side",
    ),
    Report(
        "private_domain",
        "team:private-domain",
        "the private share of sales, stages and how people move, followers, reach, retention",
    ),
    Report(
        "audiences",
        "team:private-domain",
        "every audience in words, its people, reach, overlap, and where its lists went",
        after=(EXPORT_LOG,),
    ),
    Report(
        "ads",
        "team:attribution",
        "what is spent, what comes of it, what is out of the usual, and what to do with the budget",
    ),
)


def build_report(report: Report) -> dg.AssetsDefinition:
    """The asset that writes reports/<name>.html."""

    @dg.asset(
        key=report_key(report.name),
        deps=[PUBLISHED, *report.after],
        group_name="reports",
        owners=[report.owner],
        kinds={"html"},
        description=(
            f"reports/{report.name}.html: {report.says}; Chinese and English, for people. Made anew "
            "after every publish, from the published file alone (and truth/ of a simulated brand)."
        ),
    )
    def made(home: HomeResource) -> dg.MaterializeResult:
        content = importlib.import_module(f"orchestration.lib.reports.{report.name}.content")
        path = content.make_report(home.paths)
        return dg.MaterializeResult(
            metadata={"path": dg.MetadataValue.path(str(path)), "bytes": path.stat().st_size}
        )

    return made


@dg.definitions
def reporting() -> dg.Definitions:
    """All reports that are made from the published file."""
    return dg.Definitions(assets=[build_report(report) for report in REPORTS])
