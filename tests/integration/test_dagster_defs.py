"""The code location loads cleanly and lists what it should; a backfill works by command."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.defs.keys import audience_key
from orchestration.lib.audiences.files import read_audiences
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.quality.loads import read_loads
from tests.integration.homes import environment, yutang

pytestmark = pytest.mark.slow

DG = Path(sys.executable).parent / "dg"
BACKFILLED = ("2026-06-20", "2026-06-21", "2026-06-22")


def run_dg(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DG, *arguments],
        cwd=PROJECT_DIR,
        env={**environment(home), "VIRTUAL_ENV": sys.prefix},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A tiny brand with landing files only: nothing is loaded."""
    folder = tmp_path_factory.mktemp("defs")
    home = Home(root=folder / "home", secrets=folder / "secrets")
    yutang(home, "demo", "--people", "200", "--days", "20")
    home.dagster.mkdir(parents=True)
    return home


@pytest.fixture(scope="module")
def definitions(brand: Home) -> dg.Definitions:
    from orchestration.definitions import defs

    with pytest.MonkeyPatch.context() as patch:
        for name, value in brand.environment().items():
            patch.setenv(name, value)
        return defs()


def test_check_defs_is_clean(brand: Home):
    done = run_dg(brand, "check", "defs")
    assert done.returncode == 0, done.stderr[-3000:]
    assert "All definitions loaded successfully" in done.stdout + done.stderr
    assert "ERROR" not in done.stdout + done.stderr


def test_every_contract_has_a_raw_asset_with_daily_partitions(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    for channel, entity in load_contracts(PROJECT_DIR):
        node = graph.get(dg.AssetKey(["raw", channel, entity]))
        assert isinstance(node.partitions_def, dg.DailyPartitionsDefinition)
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
        assert node.freshness_policy is not None
        assert node.group_name == "raw"


def test_every_asset_has_a_group_an_owner_a_kind_and_a_description(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        assert node.group_name != "default", key
        assert node.owners, key
        assert node.kinds, key
        assert node.description, key


def test_no_dependency_is_a_phantom(definitions: dg.Definitions):
    """Every key an asset depends on is an asset that something fills.

    What the loader writes beside the rows, and what the last publish left in state/, are files.
    """
    graph = definitions.resolve_asset_graph()
    files = (["raw", "ingest"], ["raw", "state"])
    expected = {key for key in graph.get_all_asset_keys() if key.path[:2] in files}
    assert graph.external_asset_keys == expected


def test_dbt_tests_and_suites_are_checks(definitions: dg.Definitions):
    keys = definitions.resolve_asset_graph().asset_check_keys
    names = {key.name for key in keys}
    assert {"rows_reconcile", "delivery_is_as_expected", "tables_are_publishable"} <= names
    assert len(keys) > 100
    assert any(key.asset_key.path[0] == "core" for key in keys)


def test_jobs_schedules_and_the_sensor_are_there(definitions: dg.Definitions):
    repository = definitions.get_repository_def()
    assert {"raw_load_job", "daily_job"} <= set(repository.job_names)
    audiences = {f"audience_{name}_schedule" for name in read_audiences().found}
    assert {s.name for s in repository.schedule_defs} == {
        "raw_load_schedule",
        "daily_schedule",
        *audiences,
    }
    assert {s.name for s in repository.sensor_defs} == {"landing_sensor"}


def test_an_audience_stands_below_the_tables_it_reads(definitions: dg.Definitions):
    graph = definitions.resolve_asset_graph()
    for name, audience in read_audiences().audiences.items():
        parents = {key.to_user_string() for key in graph.get(audience_key(name)).parent_keys}
        assert {"published/yutang", "profile/customer_360", "core/privacy_statements"} <= parents
        if audience.channels:
            assert "profile/customer_reachability" in parents
    below = graph.get(audience_key("vip_about_to_lapse")).parent_keys
    assert audience_key("vip") in below


def test_all_that_opens_the_warehouse_is_in_its_pool(definitions: dg.Definitions):
    pools = {
        key.to_user_string(): assets.op.pool
        for assets in definitions.assets or ()
        if isinstance(assets, dg.AssetsDefinition) and assets.is_executable
        for key in assets.keys
    }
    # What only reads the published file needs no pool: a publish replaces it beside its readers.
    writers = {key for key in pools if not key.startswith(("state/", "reports/", "exports/"))}
    assert {key for key, pool in pools.items() if pool == "warehouse"} == writers


def test_the_sensor_asks_for_what_is_pending(definitions: dg.Definitions, brand: Home):
    sensor = definitions.get_sensor_def("landing_sensor")
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(
            instance=instance,
            resources={"home": definitions.resources["home"]} if definitions.resources else None,
        )
        requests = sensor.evaluate_tick(context).run_requests
        again = sensor.evaluate_tick(context).run_requests
    assert requests
    assert [r.run_key for r in requests] == [r.run_key for r in again]


def test_a_backfill_of_three_past_days_loads_them_in_one_run(brand: Home):
    first, last = BACKFILLED[0], BACKFILLED[-1]
    done = run_dg(
        brand, "launch", "--assets", "raw/pos/receipts", "--partition-range", f"{first}...{last}"
    )
    assert done.returncode == 0, done.stderr[-3000:]
    loaded = read_loads(brand, channel="pos", entity="receipts")
    assert [str(counts.day) for counts in loaded] == list(BACKFILLED)
    assert all(counts.reconciles for counts in loaded)
    expected = json.loads((brand.truth / "expected.json").read_text())["entities"]
    assert [counts.rows_read for counts in loaded] == [
        expected["pos.receipts"]["deliveries"][day]["rows"] for day in BACKFILLED
    ]
