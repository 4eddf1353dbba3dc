"""Files become SQL through the library alone: no string of a file can become SQL."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp

from orchestration.lib.audiences.compiling import Engine
from orchestration.lib.audiences.evaluating import evaluate
from orchestration.lib.audiences.measures import Pick, Where, holds
from orchestration.lib.audiences.opening import open_home
from orchestration.lib.home import Home
from tests.unit.audiences.conftest import Ask
from tests.unit.audiences.tiny import audience_text, order, publish, write_audiences

HOSTILE = (
    "x'; drop table core.fct_orders; --",
    'x"; drop table core.fct_orders; --',
    "\\'; drop table core.fct_orders; --",
    "' or '1'='1",
    "'' || (select 1) || ''",
    "`x`; select 1",
    "$$; select 1; $$",
    "/* x */ -- y",
    "{{ var('x') }} ${x} %s ?",
    "门店'；删除",
    "line\nbreak\ttab",
    "right to left \u200f é",
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("engine", ["duckdb", "pyspark"])
def test_a_hostile_value_stays_one_literal(text: str, engine: Engine, home: Home, tmp_path: Path):
    publish(home, people=("a",))
    quoted = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    )
    who = f'{{orders: {{where: {{channel: "{quoted}"}}, window: ever}}}}'
    opened = open_home(home, write_audiences(tmp_path, audience_text(who)))
    try:
        said = opened.files["sample"].who.orders.where["channel"]
        assert said == text
        sql = opened.compiled([opened.question(opened.files["sample"])]).sql(engine)
    finally:
        opened.connection.close()
    dialect = "spark" if engine == "pyspark" else engine
    statements = sqlglot.parse(sql, dialect=dialect)
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Select)
    literals = {one.this for one in statements[0].find_all(exp.Literal) if one.is_string}
    assert text in literals


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40))
def test_duckdb_reads_back_the_very_text(text: str):
    import ibis

    rows = ibis.table({"one_id": "string", "channel": "string"}, name="t")
    sql = ibis.to_sql(
        rows.filter(holds(rows, Pick("t", (Where("channel", "is", text),)))), dialect="duckdb"
    )
    with duckdb.connect() as connection:
        connection.execute("create table t (one_id varchar, channel varchar)")
        connection.execute("insert into t values ('a', ?), ('b', ? || 'x')", [text, text])
        assert connection.execute(str(sql)).fetchall() == [("a", text)]


def test_hostile_values_select_who_has_them_and_change_nothing(home: Home, who_is: Ask):
    text = HOSTILE[0]
    publish(
        home,
        people=("a", "b"),
        core__fct_orders=[
            order("a", "2026-06-29 00:00:00", channel=text),
            order("b", "2026-06-29 00:00:00"),
        ],
    )
    assert who_is(f'{{orders: {{where: {{channel: "{text}"}}, window: ever}}}}') == {"a"}
    assert who_is("{orders: {window: ever}}") == {"a", "b"}


def test_a_hundred_audiences_scan_each_table_once(home: Home, tmp_path: Path):
    publish(home, people=("a",))
    texts = [
        audience_text(
            f"{{all: [{{orders: {{window: {{rolling: {{days: {n + 1}}}}}}}}}, "
            f"{{events: {{of: wide, window: {{rolling: {{days: {n + 2}}}}}}}}}]}}",
            name=f"a{n:02d}",
        )
        for n in range(100)
    ]
    opened = open_home(home, write_audiences(tmp_path, *texts))
    try:
        questions = [opened.question(one) for one in opened.files.audiences.values()]
        sql = opened.compiled(questions).sql()
    finally:
        opened.connection.close()
    for table in ("fct_orders", "fct_touchpoints", "fct_coupons", "customer_360"):
        assert sql.count(f'"{table}"') == 1, table
    # "At least once in the last N days" of any N is one measure per kind of row.
    assert sql.count("MAX(") == 3


def test_more_conditions_than_a_number_has_bits(home: Home, tmp_path: Path):
    """Each of 190 conditions on one table is answered for everybody, without a row there too."""
    as_of = date(2026, 6, 30)
    paid = {f"p{n}": [1 + (n * 37 + k * 11) % 200 for k in range(n % 4)] for n in range(40)}
    publish(
        home,
        people=tuple(paid),
        core__fct_orders=[
            order(one, f"{as_of - timedelta(days=back)} 12:00:00")
            for one, backs in paid.items()
            for back in backs
        ],
    )
    asked = [(days, least) for days in range(2, 192, 2) for least in ("at_least: 2", "at_most: 0")]
    texts = [
        audience_text(
            f"{{orders: {{window: {{rolling: {{days: {days}}}}}, count: {{{least}}}}}}}",
            name=f"a{n}",
        )
        for n, (days, least) in enumerate(asked)
    ]
    opened = open_home(home, write_audiences(tmp_path, *texts))
    try:
        questions = [opened.question(one) for one in opened.files.audiences.values()]
        compiled = opened.compiled(questions)
        evaluate(opened.connection, compiled)
        for n, (days, least) in enumerate(asked):
            rows = opened.connection.execute(
                f"select one_id from evaluation where {compiled.meets[f'a{n}']}"
            ).fetchall()
            counts = {one: sum(back < days for back in backs) for one, backs in paid.items()}
            expected = {
                one
                for one, count in counts.items()
                if (count >= 2 if "least" in least else not count)
            }
            assert {one for (one,) in rows} == expected, (days, least)
    finally:
        opened.connection.close()
    assert len(set(compiled.conditions.values())) == len(asked)
