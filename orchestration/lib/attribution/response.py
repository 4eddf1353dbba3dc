"""How revenue answers to spend: a saturating curve per channel, and how sure it is.

Belongs here: fitting weekly spend and credited revenue of one channel. Does not belong here:
reading figures (`budget`), or deciding what to spend (`reallocation`).
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

MIN_WEEKS = 12  # fewer points say nothing about a curve with two parameters
MIN_VARIATION = 0.15  # standard deviation / mean of spend below which there was no experiment
MAX_P_VALUE = 0.05  # of the rank correlation of spend and revenue
RESAMPLES = 200
BLOCK_WEEKS = 4  # weeks resampled together: neighbours are alike


@dataclass(frozen=True)
class Response:
    """revenue(spend) = ceiling * (1 - exp(-spend / scale)), per week.

    Args:
        draws: Rows (ceiling, scale) fitted to resampled weeks: the uncertainty of the curve.
        reason: Why the data cannot tell; None if it can.
    """

    channel: str
    weeks: int
    weekly_spend: float
    ceiling: float
    scale: float
    draws: np.ndarray
    reason: str | None

    def revenue(self, spend: float, *, draw: int | None = None) -> float:
        ceiling, scale = (self.ceiling, self.scale) if draw is None else self.draws[draw]
        return float(ceiling * -np.expm1(-spend / scale))

    def marginal(self, spend: float) -> float:
        """Revenue of one more yuan at ``spend``."""
        return float(self.ceiling / self.scale * np.exp(-spend / self.scale))

    def marginal_interval(self, spend: float) -> tuple[float, float]:
        """5th and 95th percentile of the marginal return over the resamples."""
        if not len(self.draws):
            return (float("nan"), float("nan"))
        values = self.draws[:, 0] / self.draws[:, 1] * np.exp(-spend / self.draws[:, 1])
        low, high = np.percentile(values, [5, 95])
        return float(low), float(high)


def fit(channel: str, spend: np.ndarray, revenue: np.ndarray, *, seed: int = 7) -> Response:
    """The curve of one channel; with a reason, and no curve, where the data cannot tell.

    Args:
        spend: Yuan per week, 0 or more, in order of time.
        revenue: Credited net revenue per week, yuan, same length.
        seed: Same seed, same intervals.
    """
    reason = _doubt(spend, revenue)
    mean = float(spend[-BLOCK_WEEKS:].mean()) if len(spend) else 0.0
    empty = np.zeros((0, 2))
    if reason:
        return Response(channel, len(spend), mean, 0.0, 1.0, empty, reason)
    best = _curve(spend, revenue)
    rng = np.random.default_rng(seed)
    draws = []
    for _ in range(RESAMPLES):
        starts = rng.integers(0, len(spend), -(-len(spend) // BLOCK_WEEKS))
        rows = ((starts[:, None] + np.arange(BLOCK_WEEKS)) % len(spend)).ravel()[: len(spend)]
        found = _curve(spend[rows], revenue[rows])
        if found is not None:
            draws.append(found)
    if best is None or len(draws) < RESAMPLES // 2:
        reason = "no saturating curve fits the weeks"
        return Response(channel, len(spend), mean, 0.0, 1.0, empty, reason)
    return Response(channel, len(spend), mean, *best, np.array(draws), None)


def _doubt(spend: np.ndarray, revenue: np.ndarray) -> str | None:
    if len(spend) < MIN_WEEKS:
        return f"only {len(spend)} full weeks, {MIN_WEEKS} are needed"
    if spend.mean() <= 0 or revenue.max() <= 0:
        return "no revenue is credited to the channel" if spend.mean() > 0 else "no spend"
    if spend.std() / spend.mean() < MIN_VARIATION:
        return f"spend varied by less than {MIN_VARIATION:.0%}: nothing was tried"
    found = stats.spearmanr(spend, revenue)
    if not found.pvalue < MAX_P_VALUE or found.statistic <= 0:
        return f"revenue does not move with spend (rank correlation {found.statistic:.2f})"
    return None


def _curve(spend: np.ndarray, revenue: np.ndarray) -> tuple[float, float] | None:
    top, mean = float(max(revenue.max(), 1e-9)), float(max(spend.mean(), 1e-9))
    try:
        found, _ = optimize.curve_fit(
            lambda x, ceiling, scale: ceiling * -np.expm1(-x / scale), spend, revenue,
            p0=(2 * top, 2 * mean), bounds=((0, mean / 50), (1000 * top, 1000 * mean)),
            max_nfev=400,
        )  # fmt: skip
    except (RuntimeError, ValueError):
        return None
    return float(found[0]), float(found[1])
