"""The metrics of models/semantic as values.

Belongs here: reading the files that dbt and MetricFlow read, so that there is one definition. Does not
belong here: SQL (compiling.py) or numbers (values.py). Importing MetricFlow takes seconds and its
manifest needs a parsed project; these files take milliseconds and are there in every checkout.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.brand import brand_vars
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.metrics.errors import MetricsError
from orchestration.lib.reports.said import Said, read_yaml

_REF = re.compile(r"ref\('(\w+)'\)")


@dataclass(frozen=True)
class Measure:
    """An aggregate over the rows of one table: ``sum`` or ``count_distinct`` of ``expression``."""

    name: str
    aggregation: str
    expression: str


@dataclass(frozen=True)
class Dimension:
    """What a metric can be grouped by; ``is_time`` for days."""

    name: str
    expression: str
    label: Said
    is_time: bool


@dataclass(frozen=True)
class SemanticModel:
    """One table with what is measured on it.

    Args:
        table: ``schema.table`` of the published file.
        time: The dimension that dates the measures (``metric_time``).
        primary: Name of the entity a row is about; dimensions are called ``<primary>__<name>``.
        keys: By entity the column that holds it, the primary one included where a column does.
    """

    name: str
    table: str
    description: str
    time: str
    primary: str
    keys: Mapping[str, str]
    dimensions: Mapping[str, Dimension]
    measures: Mapping[str, Measure]


@dataclass(frozen=True)
class Metric:
    """One metric: ``measure`` for a simple one, else ``formula`` over ``inputs``."""

    name: str
    label: Said
    definition: Said
    unit: str
    measure: str | None
    formula: str
    inputs: tuple[str, ...]


@dataclass(frozen=True)
class Definitions:
    """All metrics and the tables below them."""

    models: Mapping[str, SemanticModel]
    metrics: Mapping[str, Metric]

    def metric(self, name: str) -> Metric:
        """One metric by name.

        Raises:
            MetricsError: If there is none of that name.
        """
        if name not in self.metrics:
            raise MetricsError(
                f"there is no metric '{name}'; there is: {', '.join(sorted(self.metrics))}"
            )
        return self.metrics[name]

    def model_of(self, measure: str) -> SemanticModel:
        """The table a measure is taken on; names of measures are unique."""
        return next(model for model in self.models.values() if measure in model.measures)

    def leaves(self, name: str) -> tuple[str, ...]:
        """Simple metrics that a metric is made of, itself if it is one."""
        metric = self.metric(name)
        if metric.measure:
            return (name,)
        return tuple(dict.fromkeys(leaf for one in metric.inputs for leaf in self.leaves(one)))

    def models_of(self, name: str) -> tuple[SemanticModel, ...]:
        """Tables that a metric is made of."""
        models = (self.model_of(self.metrics[leaf].measure or "") for leaf in self.leaves(name))
        return tuple({model.name: model for model in models}.values())


def read_definitions(home: Home, *, project_dir: Path = PROJECT_DIR) -> Definitions:
    """The definitions of the checkout with the vars of the brand.

    Raises:
        MetricsError: If a file cannot be read or uses what only MetricFlow understands.
    """
    models: dict[str, SemanticModel] = {}
    metrics: dict[str, Metric] = {}
    variables = brand_vars(home)
    tables = {
        path.stem: f"{path.parent.name}.{path.stem}"
        for path in (project_dir / "models" / "marts").rglob("*.sql")
    }
    for path in sorted((project_dir / "models" / "semantic").glob("*.yml")):
        try:
            content = read_yaml(path)
            for one in content.get("semantic_models", ()):
                models[one["name"]] = _model(one, tables, variables)
            for one in content.get("metrics", ()):
                metrics[one["name"]] = _metric(one)
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise MetricsError(f"{path}: cannot be read as metrics: {error!r}") from error
    return Definitions(models, metrics)


def _model(
    given: Mapping[str, Any], tables: Mapping[str, str], variables: Mapping[str, Any]
) -> SemanticModel:
    found = _REF.fullmatch(given["model"])
    if not found or found[1] not in tables:
        raise MetricsError(f"semantic model {given['name']}: {given['model']} is no mart")
    entities = given["entities"]
    primary = given.get("primary_entity") or next(
        one["name"] for one in entities if one["type"] == "primary"
    )
    return SemanticModel(
        name=given["name"],
        table=tables[found[1]],
        description=given["description"],
        time=given["defaults"]["agg_time_dimension"],
        primary=primary,
        keys={one["name"]: one["expr"] for one in entities},
        dimensions={
            one["name"]: Dimension(
                one["name"],
                _rendered(one.get("expr", one["name"]), variables),
                Said(one["config"]["meta"]["name_zh"], one["label"]),
                one["type"] == "time",
            )
            for one in given["dimensions"]
        },
        measures={
            one["name"]: Measure(
                one["name"], one["agg"], _rendered(one.get("expr", one["name"]), variables)
            )
            for one in given["measures"]
        },
    )


def _metric(given: Mapping[str, Any]) -> Metric:
    meta, what, name = given["config"]["meta"], given["type_params"], given["name"]
    if given.get("filter") or not all(
        isinstance(what.get(key, ""), str) for key in ("measure", "numerator", "denominator")
    ):
        raise MetricsError(f"metric {name} uses a filter or an alias: put it into a measure's expr")
    match given["type"]:
        case "simple":
            measure, formula, inputs = what["measure"], "", ()
        case "ratio":
            measure, inputs = None, (what["numerator"], what["denominator"])
            formula = f"cast({inputs[0]} as double) / nullif(cast({inputs[1]} as double), 0)"
        case "derived":
            measure, formula, inputs = None, what["expr"], tuple(what["metrics"])
        case other:
            raise MetricsError(f"metric {name} is {other}: only `mf query` answers such a metric")
    return Metric(
        name=name,
        label=Said(meta["name_zh"], given["label"]),
        definition=Said(meta["definition_zh"], given["description"]),
        unit=meta["unit"],
        measure=measure,
        formula=formula,
        inputs=inputs,
    )


def _rendered(expression: str, variables: Mapping[str, Any]) -> str:
    """An expression with its vars, rendered as dbt does."""
    if "{" not in expression:
        return expression
    import jinja2

    return (
        jinja2.Environment(undefined=jinja2.StrictUndefined)
        .from_string(expression)
        .render(var=lambda name: variables[name])
    )
