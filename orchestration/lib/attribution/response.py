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
GRID_POINTS, SECTIONS, GOLDEN = 60, 25, 0.6180339887  # of the search for a scale; below 1e-5 of it
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
    starts = rng.integers(0, len(spend), (RESAMPLES, -(-len(spend) // BLOCK_WEEKS), 1))
    rows = (starts + np.arange(BLOCK_WEEKS)) % len(spend)
    rows = rows.reshape(RESAMPLES, -1)[:, : len(spend)]
    if best is None:
        reason = "no saturating curve fits the weeks"
        return Response(channel, len(spend), mean, 0.0, 1.0, empty, reason)
    return Response(channel, len(spend), mean, *best, _curves(spend[rows], revenue[rows]), None)


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


def _curves(spend: np.ndarray, revenue: np.ndarray) -> np.ndarray:
    """The curves of many resamples at once: rows (ceiling, scale), within the bounds of `_curve`.

    Given the scale, the best ceiling is a division; so one number per resample is searched, on a grid
    of its logarithm and then by golden sections around the best of it.
    """
    mean = np.maximum(spend.mean(axis=1), 1e-9)
    top = 1000 * np.maximum(revenue.max(axis=1), 1e-9)

    def ceilings(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shape = -np.expm1(-spend / np.exp(logs)[:, None])
        ceiling = np.clip((shape * revenue).sum(axis=1) / (shape**2).sum(axis=1), 0, top)
        return ceiling, ((revenue - ceiling[:, None] * shape) ** 2).sum(axis=1)

    grid = np.linspace(np.log(mean / 50), np.log(mean * 1000), GRID_POINTS)
    best = np.argmin([ceilings(logs)[1] for logs in grid], axis=0)
    each = np.arange(len(mean))
    low, high = grid[np.maximum(best - 1, 0), each], grid[np.minimum(best + 1, len(grid) - 1), each]
    for _ in range(SECTIONS):
        third = (high - low) * GOLDEN
        left, right = high - third, low + third
        is_left = ceilings(left)[1] < ceilings(right)[1]
        low, high = np.where(is_left, low, left), np.where(is_left, right, high)
    logs = (low + high) / 2
    return np.column_stack([ceilings(logs)[0], np.exp(logs)])
