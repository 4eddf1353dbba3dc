"""What a weekly budget would bring if it were shared otherwise, within limits.

Belongs here: the optimisation and how sure its gain is. Does not belong here: curves (`response`)
or figures (`budget`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.attribution.response import Response


@dataclass(frozen=True)
class Reallocation:
    """Weekly spend per channel, and the gain in weekly revenue over the shares of today.

    Args:
        spend: Yuan per week and channel; they add up to ``total``.
        gain: Revenue per week above that of the same total in today's shares.
        gain_low, gain_high: 5th and 95th percentile of the gain over the resamples.
    """

    total: float
    spend: dict[str, float]
    gain: float
    gain_low: float
    gain_high: float

    @property
    def is_backed(self) -> bool:
        """The data back a gain: even the 5th percentile is above nothing."""
        return self.gain_low > 0


def reallocate(
    responses: Sequence[Response], *, total: float | None = None, max_change: float = 0.3
) -> Reallocation | None:
    """The best shares by the curves; channels whose data cannot tell keep theirs.

    Args:
        total: Yuan per week; default what is spent now.
        max_change: Largest change of a channel against its part of ``total``, 0-1.

    Returns:
        None where fewer than two channels have a curve: there is nothing to move.

    Raises:
        AttributionError: If the total or the largest change is out of range.
    """
    now = sum(response.weekly_spend for response in responses)
    total = now if total is None else total
    if not 0 < max_change <= 1 or not total > 0 or not now > 0:
        raise AttributionError(
            f"cannot share a budget of {total:,.2f} CNY a week with changes up to {max_change:.0%}: "
            "the total must be above 0, the change above 0 and at most 1, and something must be "
            "spent now"
        )
    start = {r.channel: r.weekly_spend * total / now for r in responses}
    movable = [r for r in responses if r.reason is None and start[r.channel] > 0]
    if len(movable) < 2:
        return None
    fixed = np.array([start[r.channel] for r in movable])
    # In shares of the movable money, so that the solver sees numbers around one.
    scale, worth = fixed.sum(), max(sum(r.revenue(r.weekly_spend) for r in movable), 1e-9)
    found = optimize.minimize(
        lambda x: -sum(r.revenue(s * scale) for r, s in zip(movable, x, strict=True)) / worth,
        fixed / scale, method="SLSQP",
        bounds=[(s * (1 - max_change) / scale, s * (1 + max_change) / scale) for s in fixed],
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1},
    )  # fmt: skip
    best = np.asarray(found.x) * scale if found.success else fixed
    draws = range(min(len(r.draws) for r in movable))
    gains = [
        sum(r.revenue(b, draw=d) - r.revenue(f, draw=d) for r, b, f in zip(movable, best, fixed, strict=True))
        for d in draws
    ]  # fmt: skip
    low, high = np.percentile(gains, [5, 95])
    spend = start | {r.channel: float(b) for r, b in zip(movable, best, strict=True)}
    gain = sum(r.revenue(b) - r.revenue(f) for r, b, f in zip(movable, best, fixed, strict=True))
    return Reallocation(total, spend, float(gain), float(low), float(high))
