"""All dbt models and seeds as assets, their data tests as asset checks, through one definition.

Belongs here: the translator and the one call of dbt. Does not belong here: SQL, or what a failing
test means for the publish (lib/quality).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets

from orchestration.defs.keys import model_key, raw_key
from orchestration.lib.transform import build, project
from orchestration.resources import WAREHOUSE_POOL, HomeResource, RunSettings

# dbt runs unit tests but Dagster does not report them: they run in `make test`.
EXCLUDED = "resource_type:unit_test"
DEFAULT_OWNER = "data-engineering"


class YutangTranslator(DagsterDbtTranslator):
    """Folder = schema = group; a dbt source is the raw asset that fills it."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return raw_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return model_key(dbt_resource_props)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        folders = dbt_resource_props["fqn"][1:-1]
        if dbt_resource_props["resource_type"] == "seed":
            return "reference"
        return folders[1] if folders[0] in ("marts", "intermediate") else folders[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        owner = dbt_resource_props.get("meta", {}).get("owner", DEFAULT_OWNER)
        return [f"team:{owner}"]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props.get("description") or super().get_description(dbt_resource_props)


def build_dbt_models() -> dg.AssetsDefinition:
    """The dbt project as one definition; the manifest is parsed again when a file changed."""

    @dbt_assets(
        manifest=project.manifest_path(),
        exclude=EXCLUDED,
        name="dbt_models",
        dagster_dbt_translator=YutangTranslator(),
        pool=WAREHOUSE_POOL,
    )
    def dbt_models(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        home: HomeResource,
        settings: RunSettings,
    ) -> Iterator[Any]:
        paths = home.paths
        arguments = ["build", "--exclude-resource-type", "unit_test"]
        arguments += build.variables(paths, settings.as_of)
        arguments += ["--full-refresh"] if settings.full_refresh else []
        arguments += build.log_arguments()
        build.prepare(paths)
        build.begin(paths)
        yield from dbt.cli(
            arguments,
            context=context,
            target_path=build.results_dir(paths),
            raise_on_error=False,
        ).stream()
        results = build.record_results(paths)
        failed = [result for result in results if result.is_blocking and not result.is_passed]
        if failed:
            raise dg.Failure(
                f"{len(failed)} checks of the models failed: "
                + "; ".join(result.sentence for result in failed[:5]),
                allow_retries=False,
            )

    return dbt_models


@dg.definitions
def transform() -> dg.Definitions:
    """Seeds and models with their data tests."""
    return dg.Definitions(assets=[build_dbt_models()])
