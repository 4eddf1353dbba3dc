"""The hand-written script: running it, and comparing its numbers with the published ones.

Belongs here: baseline.sql's runner and the comparison. Does not belong here: time measurement
(measure.py) or the SQL itself.

Run: ``python -m benchmarks.baseline HOME`` (writes HOME/baseline.duckdb from HOME/landing)
"""

import sys
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_suffix(".sql")

_PUBLISHED_FIGURES = """
select 'people' as figure, count(distinct one_id)::decimal(18, 2) as value
from published.core.bridge_customer_identifiers
union all
select 'identifiers', count(*) from published.core.bridge_customer_identifiers
union all
select 'orders', count(*) from published.core.fct_orders
union all
select 'orders_of_known_people', count(one_id) from published.core.fct_orders
union all
select 'net_revenue_cny', sum(net_revenue_cny) from published.core.fct_orders
union all
select 'customers_with_orders', count(*) from published.profile.customer_rfm
union all
select 'touchpoints', count(*) from published.core.fct_touchpoints
union all
select 'touchpoints_of_known_people', count(one_id) from published.core.fct_touchpoints
"""

# The two sides name people differently, so they are compared as bags of rows without the name.
_SAME_BAGS = {
    "RFM of every customer": (
        """
        select recency_days, order_count, net_revenue_cny, r_score, f_score, m_score, count(*)
        from rfm group by all
        """,
        """
        select recency_days, order_count, net_revenue_cny, r_score, f_score, m_score, count(*)
        from published.profile.customer_rfm group by all
        """,
    ),
    "identifiers per person": (
        """
        select size, count(*)
        from (select count(*) as size from identifiers group by person) group by size
        """,
        """
        select size, count(*)
        from (
            select count(*) as size from published.core.bridge_customer_identifiers group by one_id
        ) group by size
        """,
    ),
    "touchpoints per person": (
        """
        select size, count(*)
        from (select count(*) as size from touchpoints group by person) group by size
        """,
        """
        select size, count(*)
        from (select count(*) as size from published.core.fct_touchpoints group by one_id)
        group by size
        """,
    ),
}


class NumbersDiffer(AssertionError):
    """The script and the pipeline disagree, so a ratio of their times would say nothing."""


def run_script(home: Path, *, threads: int = 2, memory: str = "8GB") -> None:
    """Run baseline.sql on ``home/landing`` with the threads and memory the pipeline has."""
    warehouse = home / "baseline.duckdb"
    warehouse.unlink(missing_ok=True)
    config = {
        "threads": threads,
        "memory_limit": memory,
        "preserve_insertion_order": False,
        "temp_directory": str(home / ".tmp"),
    }
    with duckdb.connect(str(warehouse), config=config) as connection:
        connection.execute("set variable landing = ?", [str(home / "landing")])
        connection.execute(SCRIPT.read_text(encoding="utf-8"))


def compare(home: Path, *, published: Path) -> list[tuple[str, str]]:
    """Compare the script's numbers in ``home`` with a published file.

    Returns:
        (figure, value) pairs, the same on both sides.

    Raises:
        NumbersDiffer: Naming every figure that is not equal.
    """
    with duckdb.connect(str(home / "baseline.duckdb"), read_only=True) as connection:
        connection.execute(f"attach '{published}' as published (read_only)")
        rows = connection.execute(
            "select figure, figures.value, published_figures.value"
            f" from figures full join ({_PUBLISHED_FIGURES}) as published_figures using (figure)"
            " order by figure"
        ).fetchall()
        different = [
            f"{name}: {ours} by hand, {theirs} published"
            for name, ours, theirs in rows
            if ours != theirs
        ]
        same = [(name, f"{ours:,}") for name, ours, _ in rows]
        for name, (by_hand, by_pipeline) in _SAME_BAGS.items():
            [(size, missing)] = connection.execute(
                f"with by_hand as ({by_hand}), by_pipeline as ({by_pipeline})"
                " select (select count(*) from by_hand),"
                " (select count(*) from (from by_hand except from by_pipeline))"
                " + (select count(*) from (from by_pipeline except from by_hand))"
            ).fetchall()
            if missing or not size:
                different.append(f"{name}: {missing} of {size} kinds of rows differ")
            same.append((name, f"{size:,} kinds of rows"))
    if different:
        raise NumbersDiffer("by hand and published differ: " + "; ".join(different))
    return same


if __name__ == "__main__":
    run_script(Path(sys.argv[1]))
