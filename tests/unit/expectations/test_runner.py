"""Great Expectations on DuckDB: good data passes, bad data fails, an exception is a failure."""

from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suites


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("gx") / "facts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema core")
        connection.execute(
            "create table core.fct as select i as id, i % 3 as kind, "
            "(i * 1.5)::decimal(18, 2) as paid_cny from range(100) as r (i)"
        )
    return path


def suite(*expectations):
    import great_expectations as gx

    return gx.ExpectationSuite("core.fct", expectations=list(expectations))


def test_expectations_are_pushed_down_and_pass_on_good_data(database: Path):
    import great_expectations.expectations as gxe

    results = run_suites(
        database,
        [
            suite(
                gxe.ExpectTableRowCountToBeBetween(min_value=100, max_value=100),
                gxe.ExpectColumnValuesToNotBeNull(column="id"),
                gxe.ExpectColumnValuesToBeUnique(column="id"),
                gxe.ExpectColumnValuesToBeInSet(column="kind", value_set=[0, 1, 2]),
                gxe.ExpectColumnMaxToBeBetween(column="paid_cny", max_value=150),
                gxe.ExpectColumnMeanToBeBetween(column="paid_cny", min_value=74, max_value=75),
                gxe.ExpectTableColumnsToMatchSet(column_set=["id", "kind", "paid_cny"]),
            )
        ],
        edge="publish",
    )
    assert len(results) == 7
    assert [r.sentence for r in results if not r.is_passed] == []


def test_a_failure_says_how_many_rows_and_shows_no_value(database: Path):
    import great_expectations.expectations as gxe

    [found] = run_suites(
        database,
        [
            suite(
                gxe.ExpectColumnValuesToBeBetween(
                    column="paid_cny", max_value=147, meta={"name": "paid_is_plausible"}
                )
            )
        ],
        edge="publish",
    )
    assert (found.check_name, found.is_passed, found.failing_rows) == (
        "paid_is_plausible",
        False,
        1,
    )
    assert found.details == "1 of 100 rows"


def test_rows_are_shown_only_of_queries_that_return_counts(database: Path):
    import great_expectations.expectations as gxe

    query = "select kind, count(*) as row_count from {batch} where kind = 2 group by kind"
    counted, hidden = run_suites(
        database,
        [
            suite(
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query=query, meta={"name": "a", "rows_are_counts": True}
                ),
                gxe.UnexpectedRowsExpectation(
                    unexpected_rows_query="select * from {batch} where id = 7",
                    meta={"name": "b"},
                ),
            )
        ],
        edge="publish",
    )
    assert counted.details == "kind 2, row_count 33"
    assert not hidden.is_passed
    assert "7" not in hidden.details


def test_a_metric_that_raises_is_a_failed_check(database: Path):
    import great_expectations.expectations as gxe

    [found] = run_suites(
        database, [suite(gxe.ExpectColumnMaxToBeBetween(column="nowhere"))], edge="publish"
    )
    assert not found.is_passed
    assert found.details.startswith("the check itself failed:")


def test_the_file_can_be_written_again_after_the_suites(database: Path):
    import great_expectations.expectations as gxe

    run_suites(database, [suite(gxe.ExpectColumnValuesToNotBeNull(column="id"))], edge="publish")
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table core.other as select 1 as a")
