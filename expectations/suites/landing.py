"""What is expected of a delivery after it was loaded: suites `<channel>.<entity>`.

Belongs here: expectations over the newest delivery days. Does not belong here: keys and
references (dbt tests them), measuring a day against its history (lib/quality/landing_profile.py).

The suites read the profile file: one view per entity with the rows of the newest days, and the
tables landing.days, landing.amounts and landing.clear_values.
"""

from typing import Any

from orchestration.lib.landing.entities import EntityContract, raw_columns

# 2026-11-22: a day of the simulated brand varies between 0.5 and 3 times its usual rows, a
# shopping festival reaches 8. A source that lost 90 % of a day is at 0.1.
LOWEST_ROW_RATIO = 0.2
HIGHEST_ROW_RATIO = 20
# 2026-11-27: a source of a few rows a day is often far below its usual by chance (a Poisson count
# varies by its square root); so many of these deviations are none.
CHANCE_DEVIATIONS = 4
# 2026-11-22: the median amount of a day stays within a factor of 2 of its history; fen taken for
# yuan (or the reverse) is a factor of 100.
LOWEST_AMOUNT_RATIO = 0.1
HIGHEST_AMOUNT_RATIO = 10
# No single amount of a retail brand is above ten million yuan.
HIGHEST_AMOUNT = {"fen": 1_000_000_000, "yuan": 10_000_000}


def landing_suite(contract: EntityContract) -> Any:
    """The suite of one entity; bounds on rows and amounts compare a day with its own history."""
    import great_expectations as gx
    import great_expectations.expectations as gxe

    return gx.ExpectationSuite(
        contract.name,
        expectations=[
            gxe.ExpectTableColumnsToMatchSet(
                column_set=[name for name, _ in raw_columns(contract)] + ["dt"],
                exact_match=True,
                meta={"name": "columns_are_the_contract"},
            ),
            *(
                gxe.ExpectColumnValuesToBeBetween(
                    column=column.name,
                    min_value=-HIGHEST_AMOUNT[column.unit],
                    max_value=HIGHEST_AMOUNT[column.unit],
                    meta={"name": f"{column.name}_is_plausible"},
                )
                for column in contract.columns
                if column.unit in HIGHEST_AMOUNT and column.data_type != "varchar"
            ),
            *(
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query=f"{query} /* about {{batch}} */",
                    meta={"name": name, "rows_are_counts": True},
                )
                for name, query in _queries(contract).items()
            ),
        ],
    )


def _queries(contract: EntityContract) -> dict[str, str]:
    entity = f"channel = '{contract.channel}' and entity = '{contract.entity}'"
    queries = {
        "row_count_is_usual": f"""
            select dt, row_count, usual_row_count, row_ratio from landing.days
            where {entity} and row_ratio not between {LOWEST_ROW_RATIO} and {HIGHEST_ROW_RATIO}
                and abs(row_count - usual_row_count)
                    > {CHANCE_DEVIATIONS} * sqrt(usual_row_count)
        """,
        "no_clear_phone_or_email": f"""
            select column_name, rows_with_clear_value from landing.clear_values
            where {entity} and rows_with_clear_value > 0
        """,
    }
    if any(column.unit in HIGHEST_AMOUNT for column in contract.columns):
        queries["amounts_are_usual"] = f"""
            select dt, column_name, median_amount, usual_amount, amount_ratio from landing.amounts
            where {entity}
                and amount_ratio not between {LOWEST_AMOUNT_RATIO} and {HIGHEST_AMOUNT_RATIO}
        """
    if contract.identifiers:
        wrong = " or ".join(
            f"not regexp_matches(\"{column.name}\", '^[0-9a-f]{{{{64}}}}$')"
            for column in contract.identifiers
        )
        queries["identifiers_are_tokens"] = f"select dt from {{batch}} where {wrong}"
    return queries
