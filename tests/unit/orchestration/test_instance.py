"""The Dagster instance of a home: its settings, and an event log that is Dagster's own."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.instance import DAGSTER_YAML, open_instance, prepare_instance
from orchestration.lib.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(root=tmp_path / "data", secrets=tmp_path / "secrets")
    for name in home.environment():
        monkeypatch.setenv(name, "")
    return home


@dg.asset(check_specs=[dg.AssetCheckSpec("is_fine", asset="shop")])
def shop() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"rows": 3}, check_results=[dg.AssetCheckResult(passed=True, check_name="is_fine")]
    )


DAYS = dg.DailyPartitionsDefinition("2026-01-01", end_date="2026-02-01")


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def receipts() -> None:
    """Loaded for a range of days in one run."""


def materialize(home: Home) -> None:
    with open_instance(home) as instance:
        assert dg.materialize([shop], instance=instance).success


def test_runs_are_remembered_by_the_next_process(home: Home):
    materialize(home)
    materialize(home)
    with open_instance(home) as instance:
        assert type(instance.event_log_storage).__name__ == "OpenEventLog"
        found = instance.fetch_materializations(dg.AssetKey("shop"), limit=10).records
        assert len(found) == 2
        assert found[0].asset_materialization
        assert found[0].asset_materialization.metadata["rows"].value == 3
        runs = instance.get_runs()
        assert [run.status for run in runs] == [dg.DagsterRunStatus.SUCCESS] * 2
        assert len(instance.all_logs(runs[0].run_id)) > 5


def test_all_days_of_a_range_are_remembered_once(home: Home, capsys: pytest.CaptureFixture[str]):
    tags = {
        "dagster/asset_partition_range_start": "2026-01-03",
        "dagster/asset_partition_range_end": "2026-01-20",
    }
    with open_instance(home) as instance:
        for _ in range(2):
            assert dg.materialize([receipts], instance=instance, tags=tags).success
        key = receipts.key
        assert len(instance.get_materialized_partitions(key)) == 18
        assert len(instance.fetch_materializations(key, limit=100).records) == 36
        run = instance.get_runs()[0]
        logged = [entry.dagster_event_type for entry in instance.all_logs(run.run_id)]
        assert logged.count(dg.DagsterEventType.ASSET_MATERIALIZATION) == 18
        assert logged.count(dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED) >= 1
    assert "Exception while storing event batch" not in capsys.readouterr().err


def test_dagsters_own_storage_reads_the_same_files(home: Home):
    materialize(home)
    (home.dagster / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert type(instance.event_log_storage).__name__ == "SqliteEventLogStorage"
        assert len(instance.fetch_materializations(dg.AssetKey("shop"), limit=10).records) == 1


def test_a_file_of_an_earlier_version_keeps_its_lines(home: Home):
    home.dagster.mkdir(parents=True)
    (home.dagster / "dagster.yaml").write_text(DAGSTER_YAML + "# ours\n")
    prepare_instance(home)
    prepare_instance(home)
    written = (home.dagster / "dagster.yaml").read_text()
    assert written.startswith(DAGSTER_YAML + "# ours\n")
    assert written.count("event_log_storage:") == 1


def test_a_deployment_that_says_where_events_go_is_left_alone(home: Home):
    home.dagster.mkdir(parents=True)
    theirs = "storage:\n  postgres: {postgres_url: {env: DAGSTER_PG}}\n"
    (home.dagster / "dagster.yaml").write_text(theirs)
    prepare_instance(home)
    assert (home.dagster / "dagster.yaml").read_text() == theirs
