"""One parse of the project for all tests of attribution."""

from pathlib import Path

import pytest
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from tests.unit.attribution.attribution_lab import FOLDERS, Lab


@pytest.fixture(scope="session")
def attribution_manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """The project, parsed once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBT_TARGET_PATH", str(tmp_path_factory.mktemp("target")))
        parsed = dbtRunner().invoke(["--quiet", "parse", *FOLDERS])
    assert isinstance(parsed.result, Manifest)
    return parsed.result


@pytest.fixture(scope="module")
def lab(attribution_manifest: Manifest, tmp_path_factory: pytest.TempPathFactory):
    """A warehouse of the test module."""
    folder: Path = tmp_path_factory.mktemp("attribution")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YUTANG_HOME", str(folder))
        patch.setenv("DBT_TARGET_PATH", str(folder / "target"))
        yield Lab(folder, attribution_manifest)
