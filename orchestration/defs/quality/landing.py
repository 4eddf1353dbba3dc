"""The audit of what was delivered, before any model reads it.

Belongs here: running the landing suites as asset checks on the raw assets. Does not belong here:
what is expected (expectations/suites/landing.py).
"""

from collections.abc import Iterator

import dagster as dg

from orchestration.defs.keys import raw_key
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.quality import landing_audit
from orchestration.lib.quality.trail import AuditResult
from orchestration.resources import HomeResource, RunSettings

CHECK = "delivery_is_as_expected"


def build_landing_checks() -> dg.AssetChecksDefinition:
    """One blocking check per raw asset: its landing suite over the newest delivery days."""
    contracts = load_contracts(PROJECT_DIR, Home.from_environment()).values()
    keys = {contract.name: raw_key(contract.channel, contract.entity) for contract in contracts}

    @dg.multi_asset_check(
        name="landing_audit",
        can_subset=True,
        specs=[
            dg.AssetCheckSpec(
                CHECK,
                asset=key,
                blocking=True,
                description=(
                    "Great Expectations suite of the landing edge: columns, amounts and rows "
                    "against the entity's own history, no clear phone or e-mail."
                ),
            )
            for key in keys.values()
        ],
    )
    def landing_audit_checks(
        context: dg.AssetCheckExecutionContext, home: HomeResource, settings: RunSettings
    ) -> Iterator[dg.AssetCheckResult]:
        results = landing_audit.audit_landing(home.paths, contracts, until=settings.as_of)
        # A person who loads one asset asks for its check alone; measuring all costs no more.
        selected = {key.asset_key for key in context.selected_asset_check_keys}
        for name, key in keys.items():
            if key in selected:
                yield check_result(CHECK, key, [r for r in results if r.table_name == name])

    return landing_audit_checks


def check_result(check: str, key: dg.AssetKey, results: list[AuditResult]) -> dg.AssetCheckResult:
    """One Dagster result for all expectations of a suite; an empty suite passes and says so."""
    failed = [result for result in results if not result.is_passed]
    return dg.AssetCheckResult(
        check_name=check,
        asset_key=key,
        passed=not failed,
        description="; ".join(result.sentence for result in failed[:5])
        or (f"{len(results)} expectations hold" if results else "nothing delivered to judge"),
        metadata={
            "expectations": len(results),
            "failed": [result.sentence for result in failed],
            "failing_rows": sum(result.failing_rows or 0 for result in failed),
        },
    )


@dg.definitions
def landing_checks() -> dg.Definitions:
    """The landing checks of all raw assets."""
    return dg.Definitions(asset_checks=[build_landing_checks()])
