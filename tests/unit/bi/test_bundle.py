"""bi/superset holds what dbt, the metrics and bi/dashboards.yml say today."""

import re

import duckdb
import pytest
import yaml

from orchestration.lib.bi import bundle
from orchestration.lib.bi.charts import chart
from orchestration.lib.bi.datasets import spoken
from orchestration.lib.bi.errors import BiError
from orchestration.lib.metrics.reference import project_definitions
from orchestration.lib.transform.project import manifest_path

DEFINITIONS = project_definitions()


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return bundle.files(manifest_path())


def of(files: dict[str, str], folder: str) -> dict[str, dict]:
    return {name: yaml.safe_load(text) for name, text in files.items() if name.startswith(folder)}


def test_the_committed_files_are_current(files):
    committed = {
        str(path.relative_to(bundle.FOLDER)): path.read_text(encoding="utf-8")
        for path in bundle.FOLDER.rglob("*.yaml")
    }
    old = sorted({*committed, *files} - {n for n in files if committed.get(n) == files[n]})
    assert old == [], "python -m orchestration.lib.bi.bundle"


def test_every_metric_of_one_table_is_in_its_dataset_with_its_definition(files):
    found = {
        one["metric_name"]: one
        for dataset in of(files, "datasets/").values()
        for one in dataset["metrics"]
    }
    missing = [name for name in DEFINITIONS.metrics if name not in found]
    assert missing == ["ltv_to_cac"]  # customers and spend: for the whole period only
    for name, metric in DEFINITIONS.metrics.items():
        if name in found:
            assert metric.definition.en in found[name]["description"]
            assert metric.definition.zh in found[name]["description"]
            assert metric.label.zh in found[name]["verbose_name"]


def test_every_column_is_described_and_named_in_words(files):
    for name, dataset in of(files, "datasets/").items():
        for column in dataset["columns"]:
            assert column["description"], f"{name}: {column['column_name']}"
            assert not re.search(r"[a-z]_[a-z]", column["verbose_name"]), column["verbose_name"]


def test_every_chart_is_on_a_dashboard_with_a_title_in_both_languages(files):
    charts = of(files, "charts/")
    placed = {
        part["meta"]["uuid"]
        for board in of(files, "dashboards/").values()
        for part in board["position"].values()
        if isinstance(part, dict) and part["type"] == "CHART"
    }
    assert {one["uuid"] for one in charts.values()} == placed
    for one in charts.values():
        assert re.search(r"[\u4e00-\u9fff].* · .*[A-Za-z]", one["slice_name"]), one["slice_name"]


def test_a_metric_that_the_dataset_does_not_have_is_one_sentence(files):
    dataset = of(files, "datasets/")["datasets/yutang/fct_orders.yaml"]
    line = {"name": "x", "title": "x", "kind": "number", "dataset": "fct_orders", "metric": "gmvv"}
    with pytest.raises(BiError, match="fct_orders has no gmvv"):
        chart(line, dataset)
    with pytest.raises(BiError, match="kind is one of number, line"):
        chart({**line, "kind": "pie"}, dataset)


def test_the_address_is_that_of_the_home(files, tmp_path):
    made = bundle.for_file(bundle.FOLDER, tmp_path / "bundle", tmp_path / "yutang.duckdb")
    text = (made / "databases" / "yutang.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)["sqlalchemy_uri"] == f"duckdb:///{tmp_path}/yutang.duckdb"
    assert "read_only: true" in text


def test_codes_are_named_in_words(files):
    columns = of(files, "datasets/")["datasets/yutang/fct_orders.yaml"]["columns"]
    said = next(one["expression"] for one in columns if one["column_name"] == "channel_name")
    rows = duckdb.execute(f"select {said} from (values ('pos'), ('fax'), (null)) as t (channel)")
    assert [row[0] for row in rows.fetchall()] == ["门店 Stores", "fax", "–"]


def test_columns_are_spoken():
    assert spoken("average_order_value_cny") == "Average order value (CNY)"
    assert spoken("has_verified_phone") == "Verified phone"
