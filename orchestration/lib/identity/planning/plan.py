"""A plan of an edit of the identity rules, from beginning to end.

Belongs here: the order of things. Does not belong here: how any of them is done, or printing.
"""

from collections.abc import Callable
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.planning.building import build_rules
from orchestration.lib.identity.planning.comparison import (
    Comparison,
    deliveries_since,
    published_as_of,
)
from orchestration.lib.identity.planning.errors import PlanError
from orchestration.lib.identity.planning.result import IdentityPlan
from orchestration.lib.identity.planning.scratch import require_secrets, scratch_home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.partitions import pending_days
from orchestration.lib.landing.tokens import Keys


def plan_identity(
    home: Home,
    *,
    project_dir: Path = PROJECT_DIR,
    progress: Callable[[str, int, int | None], None] = lambda what, done, total: None,
) -> IdentityPlan:
    """Build the OneID and the orders with the rules as they are now; compare with what is published.

    The same deliveries, the same day, the same memory of earlier ids: what differs is what the
    rules do. Nothing of ``home`` is written but a scratch folder below .tmp/, which is removed.

    Args:
        project_dir: Checkout with the rules: seeds/identity, dbt vars, models.
        progress: Called with what is done, its number and the total (None: unknown).

    Raises:
        PlanError: If nothing is published.
        YutangError: If a rule is wrong, or the models do not build with it.
    """
    if not (project_dir / "dbt_project.yml").exists():
        raise PlanError(f"{project_dir} is no checkout: it has no dbt_project.yml")
    if not home.published.exists():
        raise PlanError(f"{home.published} does not exist: run `yutang run`, then plan a change")
    as_of = published_as_of(home)
    if as_of is None:
        raise PlanError(f"{home.published} does not say which day it describes: run `yutang run`")
    require_secrets(home)
    loaded_since, newer_days, newest = deliveries_since(home, as_of)
    pending = _pending_days(home, project_dir)
    with scratch_home(home, project_dir=project_dir) as scratch:
        build_rules(
            scratch,
            as_of=as_of if newest != as_of else None,
            project_dir=project_dir,
            progress=progress,
        )
        progress("comparing", 0, None)
        with Comparison(home, scratch) as difference:
            return IdentityPlan(
                as_of_date=as_of,
                people=difference.people(),
                identifiers=difference.identifiers(),
                by_type=difference.by_type(),
                orders=difference.orders(),
                conflicts=difference.conflicts(),
                splits=difference.splits(),
                merges=difference.merges(),
                audiences=difference.audiences(),
                loaded_since=loaded_since,
                newer_days=newer_days,
                pending_days=pending,
            )


def _pending_days(home: Home, project_dir: Path) -> int:
    """Days of entities that the next run would load before it builds anything."""
    keys = Keys.load_or_create(home)
    contracts = load_contracts(project_dir, home).values()
    return sum(len(pending_days(home, contract, keys)) for contract in contracts)
