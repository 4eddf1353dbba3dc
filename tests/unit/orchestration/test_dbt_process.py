"""dbt starts on the stored manifest where that is the one it would parse, and nowhere else."""

import json
from pathlib import Path

import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.transform import project
from orchestration.lib.transform.process import stored_manifest


def test_one_manifest_serves_every_home_and_day():
    project.manifest_path([])
    here = ["--project-dir", str(PROJECT_DIR)]
    found = stored_manifest(["build", *here])
    assert found is not None
    assert "model.yutang.customer_360" in found.nodes
    assert found.flat_graph["nodes"].keys() == found.nodes.keys()
    assert stored_manifest(["build", *here, "--vars", json.dumps({"as_of_date": "2026-06-20"})])


@pytest.mark.parametrize(
    "arguments",
    [
        ["parse"],
        ["docs", "generate"],
        ["build", "--vars", '{"rfm_window_days": 30}'],
        ["build", "--vars={rfm_window_days: 30}"],
        ["build", "--target", "spark"],
        ["build", "--no-partial-parse"],
    ],
)
def test_what_may_parse_otherwise_parses(arguments: list[str]):
    project.manifest_path([])
    here = ["--project-dir", str(PROJECT_DIR)]
    assert project.stored_path(project.variables_in([])).exists()
    assert stored_manifest([*arguments, *here]) is None


def test_another_project_is_parsed(tmp_path: Path):
    project.manifest_path([])
    assert stored_manifest(["build", "--project-dir", str(tmp_path)]) is None


def test_variables_are_the_same_however_they_are_written():
    flow, block = '{"b": 1, "a": [2, 3], "as_of_date": "2026-06-20"}', "a: [2, 3]\nb: 1"
    assert project.variables_in(["--vars", flow]) == project.variables_in([f"--vars={block}"])
    assert project.variables_in([]) == project.variables_in(
        ["--vars", '{"as_of_date": "2026-01-01"}']
    )


def test_a_wrong_option_is_said_and_fails():
    project.manifest_path([])
    with pytest.raises(project.DbtError, match="No such option '--no-such-option'"):
        project.run(["build", "--no-such-option"])
