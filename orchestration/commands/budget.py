"""`yutang budget`: marginal return per channel and suggested shares of the ad budget."""

import json
from typing import Any

from orchestration.commands.terminal import console, table_lines
from orchestration.lib.attribution.budget import Budget, suggest_budget
from orchestration.lib.home import Home


def show(*, total: float | None, max_change: float, model: str, as_json: bool) -> None:
    """Print the answer as text or as the structure of docs/guides/attribution.md."""
    budget = suggest_budget(
        Home.from_environment().published, model=model, total=total, max_change=max_change
    )
    if as_json:
        print(json.dumps(plain(budget), ensure_ascii=False, indent=2))
    else:
        _print(budget)


def plain(budget: Budget) -> dict[str, Any]:
    """The answer as numbers and texts; what the data cannot tell is null, with the reason."""
    found = budget.reallocation
    return {
        "model": budget.model,
        "channels": [
            {
                "channel": one.channel,
                "weeks": one.weeks,
                "weekly_spend_cny": round(one.weekly_spend, 2),
                "marginal_return": _known(one.reason, one.marginal(one.weekly_spend)),
                "marginal_return_p05": _known(one.reason, one.marginal_interval(one.weekly_spend)[0]),
                "marginal_return_p95": _known(one.reason, one.marginal_interval(one.weekly_spend)[1]),
                "suggested_weekly_spend_cny": round(found.spend[one.channel], 2) if found else None,
                "cannot_tell_because": one.reason,
            }
            for one in budget.responses
        ],
        "weekly_total_cny": round(found.total, 2) if found else None,
        "weekly_gain_cny": round(found.gain, 2) if found else None,
        "weekly_gain_p05_cny": round(found.gain_low, 2) if found else None,
        "weekly_gain_p95_cny": round(found.gain_high, 2) if found else None,
        "is_backed_by_data": bool(found and found.is_backed),
    }  # fmt: skip


def _known(reason: str | None, value: float) -> float | None:
    return None if reason else round(value, 4)


def _print(budget: Budget) -> None:
    out = console()
    out.print(f"\n[bold]Ad budget, by revenue credited by {budget.model}, per week[/bold]")
    rows = []
    for one in budget.responses:
        if one.reason:
            said = f"{one.weekly_spend:,.2f} CNY now; the data cannot tell: {one.reason}"
        else:
            low, high = one.marginal_interval(one.weekly_spend)
            said = (
                f"{one.weekly_spend:,.2f} CNY now; one more yuan brings "
                f"{one.marginal(one.weekly_spend):.2f} ({low:.2f} to {high:.2f})"
            )
        if budget.reallocation:
            said += f"; suggested {budget.reallocation.spend[one.channel]:,.2f}"
        rows.append((one.channel, said))
    out.print("\n".join(table_lines(rows)), soft_wrap=True)
    found = budget.reallocation
    if found is None:
        out.print("  Fewer than two channels have a curve: there is nothing to move.")
    elif not found.is_backed:
        out.print(
            f"  The suggestion brings {found.gain:,.2f} CNY a week ({found.gain_low:,.2f} to "
            f"{found.gain_high:,.2f}): the data do not back it; try a change of one channel first.",
            soft_wrap=True,
        )
    else:
        out.print(
            f"  The suggestion brings {found.gain:,.2f} CNY a week "
            f"({found.gain_low:,.2f} to {found.gain_high:,.2f}).",
            soft_wrap=True,
        )
    out.print(
        "  Credit is not cause: demand moves spend and sales together. Check with an experiment.",
        soft_wrap=True,
    )
