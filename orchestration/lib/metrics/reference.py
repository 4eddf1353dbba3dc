"""docs/reference/metrics.md, made from the definitions.

Belongs here: that page. Does not belong here: what a metric means (models/semantic). A test says when
the committed page is old; `python -m orchestration.lib.metrics.reference` writes it again.
"""

from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.metrics.compiling import groupings
from orchestration.lib.metrics.definitions import Definitions, Metric, read_definitions

PAGE = PROJECT_DIR / "docs" / "reference" / "metrics.md"
TITLES = {
    "orders": "Sales (销售)",
    "customers": "People (人群)",
    "ad_spend": "Advertising (广告)",
    "attributed": "Attribution (归因)",
    "messages": "Messages (消息触达)",
    "touches": "Touches (触点)",
}
UNITS = {
    "CNY": "yuan (元)",
    "share": "share 0–1 (比例)",
    "ratio": "ratio (倍)",
    "people": "people (人)",
    "orders": "orders (单)",
    "messages": "messages (条)",
    "times": "times (次)",
    "units": "units (件)",
    "per_person": "orders per person (单/人)",
    "per_order": "units per order (件/单)",
}
_HEAD = """# Metrics (指标口径)

Made from `models/semantic` by `python -m orchestration.lib.metrics.reference`; edit there. How to ask
for them is in [the guide](../guides/metrics.md). Every metric is defined once; `mf query`, `yutang
metrics`, the operators' page, the reports and the BI dashboards read this definition.
每个指标只定义一次，`mf query`、`yutang metrics`、运营页面、报告和 BI 看板使用同一口径。

A share or ratio is empty where its denominator is 0. Metrics of several tables (`cac`, `roas`, ...)
group by time only. The day of a metric (`metric_time`) is named above each table, in the brand's zone.
分母为 0 时指标为空；跨表指标只能按时间分组。
"""


def page(definitions: Definitions) -> str:
    """The whole page."""
    parts = [_HEAD]
    for model in sorted(definitions.models.values(), key=lambda one: list(TITLES).index(one.name)):
        own = [m for m in definitions.metrics.values() if _home_of(definitions, m) == model.name]
        parts.append(
            f"## {TITLES.get(model.name, model.name)} · `{model.table}`\n\n"
            f"{model.description} `metric_time` is `{model.time}` "
            f"({model.dimensions[model.time].label.zh}).\n\n"
            "| metric | name | 名称 | unit | what is counted | 口径 |\n|---|---|---|---|---|---|\n"
            + "\n".join(_row(metric) for metric in own)
            + "\n\nGroup by: "
            + ", ".join(f"`{name}` ({one.label.zh})" for name, one in _by(definitions, own).items())
            + ".\n"
        )
    return "\n".join(parts)


def write(path: Path = PAGE) -> Path:
    """Write the page with the vars of dbt_project.yml, whatever a brand overrides."""
    path.write_text(page(project_definitions()), encoding="utf-8")
    return path


def project_definitions() -> Definitions:
    """The definitions without a brand's overrides."""
    nowhere = PROJECT_DIR / "models" / "semantic" / "no-home"
    return read_definitions(Home(root=nowhere, secrets=nowhere))


def _home_of(definitions: Definitions, metric: Metric) -> str:
    """The table a metric is listed under: for a ratio of several, that of its spend."""
    models = [model.name for model in definitions.models_of(metric.name)]
    return next((name for name in ("attributed", "ad_spend") if name in models), models[0])


def _by(definitions: Definitions, metrics: list[Metric]) -> dict:
    simple = next(metric for metric in metrics if metric.measure)
    return groupings(definitions, simple.name)


def _row(metric: Metric) -> str:
    return (
        f"| `{metric.name}` | {metric.label.en} | {metric.label.zh} | {UNITS[metric.unit]} | "
        f"{metric.definition.en} | {metric.definition.zh} |"
    )


if __name__ == "__main__":
    print(write())
