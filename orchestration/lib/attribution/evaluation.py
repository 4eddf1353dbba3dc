"""How near each attribution model comes to what really caused the orders of a simulated brand.

Belongs here: comparing attribution.fct_attribution with truth/orders.parquet. Does not belong here:
attribution itself (dbt). A real brand has no such truth: there only experiments tell.
"""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.home import Home

SQL = Path(__file__).with_name("evaluation.sql")
UNATTRIBUTED = "(unattributed)"


@dataclass(frozen=True)
class ChannelRecovery:
    """One channel under one model, in orders."""

    channel: str
    caused_orders: int
    credited_orders: float


@dataclass(frozen=True)
class ModelRecovery:
    """One model against the truth.

    Args:
        share_error: Half the sum over channels of |credited share - true share|, both of the orders
            that touches got: 0 is the true mix of channels, 1 another one altogether.
        hit_ratio: Of the orders that a touch caused, the credit that went to its channel; 0-1.
        overstatement: Orders credited to touches per order that a touch caused. Every model gives
            touches the orders they only preceded, so it is far above 1 where most people buy anyway.
        channels: The figures per channel.
    """

    model: str
    share_error: float
    hit_ratio: float
    overstatement: float
    channels: tuple[ChannelRecovery, ...]


def evaluate(home: Home, database: Path | None = None) -> tuple[ModelRecovery, ...]:
    """All models, the one with the smallest share error first.

    Args:
        database: DuckDB file with attribution.fct_attribution; default the published one.

    Raises:
        AttributionError: If the truth or the database is missing, or no touch caused an order.
    """
    database = database or home.published
    truth = home.truth / "orders.parquet"
    for path, purpose in ((truth, "the truth"), (database, "the attribution")):
        if not path.exists():
            raise AttributionError(f"cannot evaluate attribution: {purpose} is not at {path}")
    with duckdb.connect(str(database), read_only=True) as connection:
        try:
            rows = connection.execute(
                SQL.read_text(encoding="utf-8"), {"truth": str(truth)}
            ).fetchall()
        except duckdb.CatalogException as error:
            raise AttributionError(
                f"cannot evaluate attribution: {database} has no attribution.fct_attribution; "
                "run `yutang run` to publish it"
            ) from error
    found = [
        _recovery(model, list(group)) for model, group in groupby(rows, key=lambda row: row[0])
    ]
    return tuple(sorted(found, key=lambda one: (one.share_error, one.model)))


def _recovery(model: str, rows: list[tuple[str, str, int, float, float]]) -> ModelRecovery:
    touched = [row for row in rows if row[1] != UNATTRIBUTED]
    caused = sum(row[2] for row in touched)
    credited = sum(row[3] for row in touched)
    if not caused:
        raise AttributionError(
            "cannot evaluate attribution: the truth says no touch caused an order"
        )
    error = sum(
        abs(row[3] / credited - row[2] / caused) if credited else row[2] / caused for row in touched
    )
    return ModelRecovery(
        model=model,
        share_error=error / 2,
        hit_ratio=sum(row[4] for row in touched) / caused,
        overstatement=credited / caused,
        channels=tuple(ChannelRecovery(row[1], row[2], row[3]) for row in rows),
    )


def sentence(recoveries: tuple[ModelRecovery, ...]) -> str:
    """One line for the end of a run: the error of every model, the smallest first."""
    errors = ", ".join(f"{one.model} {one.share_error:.2f}" for one in recoveries)
    best = max(recoveries, key=lambda one: one.hit_ratio)
    return (
        f"error of channel shares {errors}; most credit to the true channel {best.model} "
        f"{best.hit_ratio:.0%}; touches are credited {recoveries[0].overstatement:.1f} times "
        "the orders they caused"
    )
