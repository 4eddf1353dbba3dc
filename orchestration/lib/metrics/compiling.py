"""SQL of metrics on the published file.

Belongs here: one query for any metrics and groupings, and a metric as one expression over its table
for BI. Does not belong here: running it (values.py). It gives what `mf query` gives; a test compares
all metrics. Days are bound, names come from the definitions alone.
"""

import re
from collections.abc import Callable, Sequence

from orchestration.lib.metrics.definitions import Definitions, Dimension, Metric, SemanticModel
from orchestration.lib.metrics.errors import MetricsError

GRAINS = ("day", "week", "month", "quarter", "year")
TIME = "metric_time"
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


def query(definitions: Definitions, names: Sequence[str], by: Sequence[str] = ()) -> str:
    """One row per group with a column per grouping, then a column per metric.

    Args:
        names: Metrics.
        by: ``metric_time__<grain>`` or ``<entity>__<dimension>``, as `mf query` takes them.

    Returns:
        SQL with the parameters ``$since`` and ``$until``, both days included, null for no bound.

    Raises:
        MetricsError: If a metric or grouping does not exist, or they do not go together.
    """
    leaves = tuple(dict.fromkeys(leaf for name in names for leaf in definitions.leaves(name)))
    models = {model.name: model for name in names for model in definitions.models_of(name)}
    parts = [
        f"{model.name}_measured as (\n{_measured(definitions, model, leaves, by)}\n)"
        for model in models.values()
    ]
    keys = " union ".join(
        f"select {', '.join(by) or '1 as one'} from {name}_measured" for name in models
    )
    joins = [
        f"left join {name}_measured on "
        + (" and ".join(f"groups.{d} is not distinct from {name}_measured.{d}" for d in by) or "true")
        for name in models
    ]  # fmt: skip
    columns = [f"groups.{d}" for d in by]
    columns += [f"{_formula(definitions, name)} as {name}" for name in names]
    order = f"\norder by {', '.join(str(n + 1) for n in range(len(by)))}" if by else ""
    return (
        "with "
        + ",\n".join([*parts, f"groups as ({keys})"])
        + f"\nselect {', '.join(columns)}\nfrom groups\n"
        + "\n".join(joins)
        + order
    )


def expression(definitions: Definitions, name: str) -> str | None:
    """A metric as an aggregate over the one table it is made of; None if it takes several."""
    if len(definitions.models_of(name)) > 1:
        return None
    metric = definitions.metric(name)
    if metric.measure:
        return _aggregate(definitions, metric)
    return _replaced(metric, lambda one: f"({expression(definitions, one)})")


def groupings(definitions: Definitions, name: str) -> dict[str, Dimension]:
    """What a metric can be grouped by, besides ``metric_time``."""
    found = [_groupings(definitions, model) for model in definitions.models_of(name)]
    return {key: found[0][key] for key in found[0] if all(key in one for one in found)}


def _measured(
    definitions: Definitions, model: SemanticModel, leaves: Sequence[str], by: Sequence[str]
) -> str:
    columns, joins = [], []
    for name in by:
        column, join = _grouping(definitions, model, name)
        columns.append(f"{column} as {name}")
        joins += [join] if join and join not in joins else []
    columns += [
        f"{_aggregate(definitions, definitions.metrics[leaf])} as {leaf}"
        for leaf in leaves
        if definitions.metrics[leaf].measure in model.measures
    ]
    # Columns are not qualified in expressions, so a joined table shows only its dimensions.
    time = model.dimensions[model.time].expression
    return (
        f"    select {', '.join(columns)}\n    from {model.table} as facts\n"
        + "".join(f"    {join}\n" for join in joins)
        + f"    where ($since is null or {time} >= cast($since as date))\n"
        + f"        and ($until is null or {time} <= cast($until as date))\n"
        + ("    group by all" if by else "")
    )


def _grouping(definitions: Definitions, model: SemanticModel, name: str) -> tuple[str, str]:
    """SQL of a grouping over one model, and the join it needs."""
    head, _, tail = name.partition("__")
    if head == TIME:
        if (tail or "day") not in GRAINS:
            raise MetricsError(f"cannot group by {name}: grains are {', '.join(GRAINS)}")
        time = model.dimensions[model.time].expression
        return f"cast(date_trunc('{tail or 'day'}', {time}) as date)", ""
    if name not in _groupings(definitions, model):
        raise MetricsError(
            f"metrics of {model.name} cannot be grouped by {name}; they can by "
            + ", ".join([f"{TIME}__<grain>", *_groupings(definitions, model)])
        )
    if head == model.primary:
        return model.dimensions[tail].expression, ""
    other = _model_about(definitions, head)
    if other is None:
        raise MetricsError(f"no table is about {head}")
    shown = ", ".join(
        f"{one.expression} as {head}__{one.name}" for one in other.dimensions.values()
    )
    return name, (
        f"left join (select {other.keys[head]} as {head}_key, {shown} from {other.table}) as {head} "
        f"on facts.{model.keys[head]} = {head}.{head}_key"
    )


def _groupings(definitions: Definitions, model: SemanticModel) -> dict[str, Dimension]:
    own = {f"{model.primary}__{one.name}": one for one in model.dimensions.values()}
    for entity in model.keys:
        other = _model_about(definitions, entity)
        if entity != model.primary and other is not None:
            own |= {f"{entity}__{one.name}": one for one in other.dimensions.values()}
    return {name: one for name, one in own.items() if not one.is_time}


def _model_about(definitions: Definitions, entity: str) -> SemanticModel | None:
    return next(
        (
            one
            for one in definitions.models.values()
            if one.primary == entity and entity in one.keys
        ),
        None,
    )


def _aggregate(definitions: Definitions, metric: Metric) -> str:
    measure = definitions.model_of(metric.measure or "").measures[metric.measure or ""]
    match measure.aggregation:
        case "sum":
            return f"sum({measure.expression})"
        case "count_distinct":
            return f"count(distinct {measure.expression})"
        case other:
            raise MetricsError(
                f"measure {measure.name}: {other} is not supported; use sum or count_distinct"
            )


def _formula(definitions: Definitions, name: str) -> str:
    metric = definitions.metric(name)
    if metric.measure:
        return f"{definitions.model_of(metric.measure).name}_measured.{name}"
    return _replaced(metric, lambda one: f"({_formula(definitions, one)})")


def _replaced(metric: Metric, replacement: Callable[[str], str]) -> str:
    return _WORD.sub(
        lambda found: replacement(found[0]) if found[0] in metric.inputs else found[0],
        metric.formula,
    )
