"""What is expected of the tables that are about to be published: suites `<schema>.<table>`.

Belongs here: distributions, and that nothing personal stands in the clear. Does not belong here:
keys, references and sums (dbt tests them).
"""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.quality.landing_profile import CLEAR_VALUE

# 2026-11-22: lines of the simulated brand are paid at 0.3 to 1.0 of the list price; the largest
# honest mark-up seen is 1.5 (a list price that was lowered after the sale).
HIGHEST_PRICE_RATIO = 10
# The median line of a channel's day: fen taken for yuan, on either side, is a factor of 100.
LOWEST_DAY_PRICE_RATIO = 0.1
LEAST_LINES = 20
# No order, line, refund, coupon or customer of a retail brand is above ten million yuan. Books and
# reports hold sums over channels, months or products, which may be.
HIGHEST_CNY = 10_000_000
SINGLE_AMOUNTS = ("fct_", "dim_", "customer_")

_LINES = """
    from {batch} as lines
    inner join core.dim_products as products on lines.sku = products.sku
    where products.list_price_cny > 0 and lines.quantity > 0 and lines.paid_cny > 0
"""

_OWN_QUERIES = {
    "core.fct_order_lines": {
        "no_line_far_above_its_list_price": f"""
            select lines.channel, lines.business_date, count(*) as line_count,
                max(lines.paid_cny / lines.quantity / products.list_price_cny) as price_ratio
            {_LINES}
                and lines.paid_cny / lines.quantity
                    > {HIGHEST_PRICE_RATIO} * products.list_price_cny
            group by lines.channel, lines.business_date
        """,
        "daily_prices_follow_list_prices": f"""
            select lines.channel, lines.business_date, count(*) as line_count,
                median(lines.paid_cny / lines.quantity / products.list_price_cny) as price_ratio
            {_LINES}
            group by lines.channel, lines.business_date
            having count(*) >= {LEAST_LINES}
                and median(lines.paid_cny / lines.quantity / products.list_price_cny)
                    not between {LOWEST_DAY_PRICE_RATIO} and {HIGHEST_PRICE_RATIO}
        """,
    },
}


def publish_suites(candidate: Path) -> list[Any]:
    """One suite per table of the candidate file, made from the columns it has."""
    import great_expectations as gx

    return [
        gx.ExpectationSuite(name, expectations=list(_expectations(name, columns)))
        for name, columns in _tables(candidate).items()
    ]


def _expectations(name: str, columns: dict[str, str]) -> list[Any]:
    import great_expectations.expectations as gxe

    money = [c for c, kind in columns.items() if c.endswith("_cny") and kind.startswith("DECIMAL")]
    if not name.split(".")[1].startswith(SINGLE_AMOUNTS):
        money = []
    texts = [c for c, kind in columns.items() if kind == "VARCHAR" and not c.endswith(_IDS)]
    tokens = [
        c for c, kind in columns.items()
        if kind == "VARCHAR" and (c.endswith("_token") or c.startswith("token_"))
    ]  # fmt: skip
    queries = dict(_OWN_QUERIES.get(name, {}))
    if texts:
        queries["no_clear_phone_or_email"] = " union all ".join(
            f"select '{column}' as column_name, count(*) as rows_with_clear_value from "
            f'(select distinct "{column}" as value from {{batch}}) as found '
            f"where regexp_matches(value, '{_escaped(CLEAR_VALUE)}') having count(*) > 0"
            for column in texts
        )
    if tokens:
        wrong = " or ".join(
            f"not regexp_matches(\"{column}\", '^[0-9a-f]{{{{64}}}}$')" for column in tokens
        )
        queries["identifiers_are_tokens"] = (
            f"select count(*) as row_count from {{batch}} where {wrong} having count(*) > 0"
        )
    return [
        *(
            gxe.ExpectColumnValuesToBeBetween(
                column=column,
                min_value=-HIGHEST_CNY,
                max_value=HIGHEST_CNY,
                meta={"name": f"{column}_is_plausible"},
            )
            for column in money
        ),
        *(
            gxe.UnexpectedRowsExpectation(
                unexpected_rows_query=query, meta={"name": check, "rows_are_counts": True}
            )
            for check, query in queries.items()
        ),
    ]


# An order number may look like a phone, and a token is checked for its own shape.
_IDS = ("_id", "_no", "_code", "_token")


def _tables(candidate: Path) -> dict[str, dict[str, str]]:
    with duckdb.connect(str(candidate), read_only=True) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, column_name, data_type "
            "from information_schema.columns order by 1, ordinal_position"
        ).fetchall()
    tables: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, {})[column] = kind
    return tables


def _escaped(pattern: str) -> str:
    """A pattern inside a query that Great Expectations formats: braces are doubled."""
    return pattern.replace("{", "{{").replace("}", "}}").replace("'", "''")
