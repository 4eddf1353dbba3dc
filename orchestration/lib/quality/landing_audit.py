"""The audit of the landing edge: the books of the load, then the suites over the newest days.

Belongs here: the order of steps and their place in the trail. Does not belong here: suites
(expectations) or measurements (landing_profile.py).
"""

from collections.abc import Iterable
from datetime import date

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.quality import trail
from orchestration.lib.quality.landing_profile import measure_landing
from orchestration.lib.quality.loads import read_loads


def audit_landing(
    home: Home, contracts: Iterable[EntityContract], *, until: date | None = None
) -> list[trail.AuditResult]:
    """Record the edges ``load`` and ``landing``; returns the results of the landing suites.

    Every entity gets its empty placeholder first, so that a silent channel is an empty source.
    """
    from expectations.runner import run_suites
    from expectations.suites.landing import landing_suite

    contracts = list(contracts)
    prepare_home(home, contracts, Keys.load_or_create(home))
    trail.begin(home, "load")
    trail.record(home, "load", audit_loads(home, until=until))
    profile, judged = measure_landing(home, contracts, until=until)
    results = run_suites(profile, [landing_suite(c) for c in judged], edge="landing")
    trail.record(home, "landing", results)
    return results


def audit_loads(home: Home, *, until: date | None = None) -> list[trail.AuditResult]:
    """One result per channel.entity: do the books of all its partitions reconcile?

    A quarantined file fails its entity but does not stop a publish: the other files are good, and
    a day that lost too much is stopped by the row count. Rows unaccounted for do stop it.
    """
    by_entity: dict[str, list] = {}
    for counts in read_loads(home, until=until):
        by_entity.setdefault(f"{counts.channel}.{counts.entity}", []).append(counts)
    results = []
    for name, partitions in by_entity.items():
        wrong = [counts for counts in partitions if not counts.reconciles]
        missing = sum(abs(counts.rows_missing) for counts in wrong)
        results.append(
            trail.AuditResult(
                edge="load",
                table_name=name,
                check_name="rows_reconcile",
                is_passed=not wrong,
                is_blocking=missing > 0 or not wrong,
                failing_rows=missing,
                details="; ".join(counts.sentence for counts in wrong[:5]),
            )
        )
    return results
