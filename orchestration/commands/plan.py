"""`yutang plan`: what a change of rules would do."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.commands.terminal import console, progress
from orchestration.lib.home import PROJECT_DIR, Home

CHANGES = 2  # exit code, as terraform's -detailed-exitcode


def identity(
    *, as_json: bool, detailed_exitcode: bool, fail_above: float | None, project_dir: Path | None
) -> int:
    """Print the plan of the identity rules.

    Args:
        as_json: The structure of docs/guides/explain-and-plan.md instead of text.
        detailed_exitcode: Return 2 if anything would change.
        fail_above: Return 2 if more than this share of identifiers changes person, 0-100.
        project_dir: Checkout with the rules; None for this one.

    Returns:
        The exit code.
    """
    from orchestration.commands.identity_plan import print_plan
    from orchestration.lib.identity.planning.plan import plan_identity

    home = Home.from_environment()
    with progress() as display:
        task = display.add_task("building aside", total=None, detail="")
        plan = plan_identity(
            home,
            project_dir=(project_dir or PROJECT_DIR).absolute(),
            progress=lambda what, done, total: display.update(
                task, total=total, completed=done, detail=what
            ),
        )
    if as_json:
        print(json.dumps(_plain(plan), ensure_ascii=False, indent=2))
    else:
        print_plan(console(), plan)
    too_many = fail_above is not None and plan.identifiers.changed_pct > fail_above
    return CHANGES if too_many or (detailed_exitcode and plan.has_changes) else 0


def _plain(value: Any) -> Any:
    """Dataclasses as dicts, with the derived figures that tools decide on."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if not is_dataclass(value):
        return value
    made = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    for derived in ("changed", "changed_pct", "has_changes"):
        if hasattr(value, derived):
            made[derived] = getattr(value, derived)
    return made
