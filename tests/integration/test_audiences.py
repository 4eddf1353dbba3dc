"""The ready-made audiences of the demo brand, against a second computation; and what people see."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from orchestration.lib.audiences.counting import make_card
from orchestration.lib.audiences.files import AUDIENCES_DIR, read_audiences
from orchestration.lib.audiences.members import current_members
from orchestration.lib.audiences.opening import open_home
from orchestration.lib.audiences.previewing import previewed
from orchestration.lib.engine import JAVA_VERSION, java_version
from orchestration.lib.home import PROJECT_DIR
from tests.integration.audience_oracle import EXPECTED, Brand, expected_members, points_expiring
from tests.integration.homes import IS_USUAL, DemoRun, copy_home, yutang

pytestmark = pytest.mark.slow

# Sixty days of a young brand: nobody is churned yet.
NOBODY = {"churned_winnable"}


@pytest.fixture(scope="module")
def brand(demo_run: DemoRun) -> Brand:
    return Brand(demo_run.home.published)


@pytest.mark.parametrize("audience", sorted(EXPECTED))
def test_a_second_computation_gives_the_same_people(audience: str, brand: Brand, demo_run: DemoRun):
    rows = demo_run.query(
        f"select one_id from activation.audience_members where audience = '{audience}'"
    )
    found = {one for (one,) in rows}
    assert len(rows) == len(found)
    assert found == expected_members(brand, audience)
    if IS_USUAL:
        assert bool(found) == (audience not in NOBODY)


def test_every_ready_made_audience_has_a_second_computation():
    assert set(read_audiences().found) == set(EXPECTED)


def test_points_that_expire_later_are_found_as_the_second_computation_finds_them(
    brand: Brand, demo_run: DemoRun, tmp_path: Path
):
    """With the shipped 30 days nobody's points expire yet: the same file with 360 days."""
    said = yaml.safe_load((AUDIENCES_DIR / "points_expiring.yml").read_text(encoding="utf-8"))
    said["who"]["points_expiring"]["days"] = 360
    said["channels"] = []
    path = tmp_path / "points_expiring.yml"
    path.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    expected = points_expiring(brand, 360) - brand.forbidden()
    found = previewed(demo_run.home, path, people=100_000)
    assert {one for one, _ in found.examples} == expected
    assert len(expected) > 50


def test_the_state_holds_the_members_who_may_be_sent_to(demo_run: DemoRun):
    held = 0
    for name in EXPECTED:
        rows = demo_run.query(
            "select one_id, is_holdout from activation.audience_members "
            f"where audience = '{name}' order by one_id"
        )
        sent = [one for one, is_holdout in rows if not is_holdout]
        assert [member.one_id for member in current_members(demo_run.home, name)] == sent
        held += len(rows) - len(sent)
    assert held > 0


def test_tables_reconcile(demo_run: DemoRun):
    rows = demo_run.query(
        """
        select runs.audience
        from activation.audience_runs as runs
        left join (
            select audience, count(*) as members, count(*) filter (where is_holdout) as held
            from activation.audience_members group by 1
        ) as counted using (audience)
        where runs.members <> coalesce(counted.members, 0)
            or runs.held_out <> coalesce(counted.held, 0)
            or runs.members <> runs.joined - runs.left
            or runs.met_conditions - runs.not_allowed < runs.members
        """
    )
    assert rows == []
    assert demo_run.query("select count(*) from activation.audiences") == [(len(EXPECTED),)]


def test_the_card_of_the_restaurant_case_shows_its_readings(demo_run: DemoRun, brand: Brand):
    card = make_card(demo_run.home, "restaurant_untouched_30_days")
    choices = {one.choice.en for one in card.readings}
    assert choices == {
        "window: rolling or calendar",
        "which events count",
        "do orders refunded in full count",
        "in which zone a day ends",
    }
    assert card.members == len(expected_members(brand, "restaurant_untouched_30_days"))
    visits = next(r for r in card.readings if r.choice.en == "which events count")
    # Counting visits as touches can only take people out.
    assert visits.only_other == 0
    assert 0 < visits.only_written == card.members - visits.members
    for one in card.readings:
        assert one.members == card.members - one.only_written + one.only_other


def test_the_command_line_says_it_in_both_languages(demo_run: DemoRun, tmp_path: Path):
    home = copy_home(demo_run.home, tmp_path)
    listed = json.loads(yutang(home, "audience", "list", "--json").stdout)
    assert {one["audience"] for one in listed} == set(EXPECTED)
    shown = yutang(home, "audience", "card", "recall_30_days", "--lang", "zh").stdout
    assert "30天召回" in shown
    assert "自然月" in shown
    as_json = json.loads(yutang(home, "audience", "card", "recall_30_days", "--json").stdout)
    assert as_json["members"] == next(
        one["members"] for one in listed if one["audience"] == "recall_30_days"
    )
    yutang(home, "audience", "card", "recall_30_days", "--html")
    page = (home.reports / "audience-recall_30_days.html").read_text(encoding="utf-8")
    assert "30天召回" in page
    assert "30-day recall" in page
    sql = yutang(home, "audience", "preview", "vip", "--sql", "spark").stdout
    assert sql.lstrip().startswith("SELECT")
    wrong = yutang(home, "audience", "card", "vipp", check=False)
    assert wrong.returncode == 1
    assert "did you mean 'vip'?" in wrong.stderr


def test_a_plan_answers_with_an_exit_code(demo_run: DemoRun, tmp_path: Path):
    same = AUDIENCES_DIR / "vip.yml"
    done = yutang(demo_run.home, "plan", "audience", str(same), "--detailed-exitcode", check=False)
    assert done.returncode == 0, done.stderr
    assert "No change" in done.stdout
    wider = tmp_path / "vip.yml"
    text = same.read_text(encoding="utf-8").replace("is: high", "any_of: [high, middle]")
    wider.write_text(text, encoding="utf-8")
    done = yutang(demo_run.home, "plan", "audience", str(wider), "--detailed-exitcode", check=False)
    assert done.returncode == 2, done.stderr
    assert "also vip_about_to_lapse" in done.stdout
    assert yutang(demo_run.home, "plan", "audience", str(wider)).returncode == 0


@pytest.mark.timeout(1200)
def test_spark_gives_everybody_the_same_answers(demo_run: DemoRun, tmp_path: Path):
    """Every condition of every ready-made audience, for every person, from the SQL of either engine."""
    version = java_version()
    if version is None or version < JAVA_VERSION:
        pytest.skip(f"the Spark engine needs Java 17, found {version or 'none'}: install a JRE 17")
    opened = open_home(demo_run.home)
    try:
        questions = [opened.question(one) for one in opened.files.audiences.values()]
        compiled = opened.compiled(questions)
        answers = ", ".join(compiled.bits(one.key) for one in questions)
        query = f"select one_id, {answers}, recent_net_revenue_cny from ({{sql}}) as evaluation"
        on_spark = query.format(sql=compiled.sql("pyspark"))
        for table in opened.catalogue.columns:
            if f"`{table.split('.')[1]}`" in on_spark:
                path = tmp_path / f"{table}.parquet"
                opened.connection.execute(f"copy (from {table}) to '{path}' (format parquet)")
        expected = opened.connection.execute(query.format(sql=compiled.sql())).fetchall()
    finally:
        opened.connection.close()
    (tmp_path / "query.sql").write_text(on_spark, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.audiences_on_spark", str(tmp_path)],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = (tmp_path / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(map(json.loads, lines)) == sorted([str(v) for v in row] for row in expected)
    assert len(lines) > 1_000
