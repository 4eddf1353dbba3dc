"""Values of metrics, from the published file.

Belongs here: running the compiled SQL and writing a value as people read it. Does not belong here: SQL.
Reports, the app and `yutang metrics` ask here.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb

from orchestration.lib.metrics.compiling import query
from orchestration.lib.metrics.definitions import Definitions
from orchestration.lib.metrics.errors import MetricsError
from orchestration.lib.reports.said import Said, number, same

# What stands around a number of each unit; {n} is the number.
UNITS = {
    "CNY": ("¥{n}", "¥{n}", 2),
    "share": ("{n}%", "{n}%", 1),
    "ratio": ("{n}", "{n}", 2),
    "people": ("{n} 人", "{n}", 0),
    "orders": ("{n} 单", "{n}", 0),
    "messages": ("{n} 条", "{n}", 0),
    "times": ("{n} 次", "{n}", 0),
    "units": ("{n} 件", "{n}", 0),
    "per_person": ("{n} 单/人", "{n}", 2),
    "per_order": ("{n} 件/单", "{n}", 2),
}
_THOUSAND = 10_000  # from this amount on yuan are written without fen


def values(
    connection: duckdb.DuckDBPyConnection,
    definitions: Definitions,
    names: Sequence[str],
    *,
    by: Sequence[str] = (),
    since: date | None = None,
    until: date | None = None,
) -> list[dict[str, Any]]:
    """One mapping per group: the groupings, then the metrics; one row without groupings.

    Args:
        connection: With the published file as its current database.
        since, until: Days of ``metric_time``, both included; None for no bound.

    Raises:
        MetricsError: If the metrics cannot be answered, or the published file lacks their table.
    """
    sql = query(definitions, names, by)
    try:
        cursor = connection.execute(sql, {"since": since, "until": until})
    except duckdb.CatalogException as error:
        raise MetricsError(
            f"the published file lacks what {', '.join(names)} need: publish again with "
            f"`yutang run` ({str(error).splitlines()[0]})"
        ) from error
    columns = [one[0] for one in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def shown(value: float | Decimal | None, unit: str) -> Said:
    """A value with its unit; what cannot be computed is a dash.

    >>> shown(0.69264, "share").en, shown(1584815.36, "CNY").zh, shown(1247, "people").zh
    ('69.3%', '¥1,584,815', '1,247 人')
    >>> shown(None, "CNY").en, shown(-3.5, "CNY").en
    ('–', '-¥3.50')
    """
    if value is None:
        return same("–")
    chinese, english, decimals = UNITS[unit]
    amount = float(value) * (100 if unit == "share" else 1)
    if unit == "CNY" and abs(amount) >= _THOUSAND:
        decimals = 0
    sign = "-" if amount < 0 else ""
    text = number(abs(amount), decimals)
    return Said(sign + chinese.format(n=text), sign + english.format(n=text))
