"""Datasets of Superset from the marts and the metrics.

Belongs here: columns with their descriptions, and metrics with their definitions, as Superset imports them.
Does not belong here: charts (charts.py). What people read in Superset is in both languages where the
definitions are; a column is named by its words, never by its underscores.
"""

import re
from collections.abc import Mapping
from typing import Any

from orchestration.lib.bi.identifiers import DATABASE, VERSION, uuid_of
from orchestration.lib.metrics.compiling import TIME, expression, query
from orchestration.lib.metrics.definitions import Definitions, Metric, SemanticModel
from orchestration.lib.publish.candidate import TableDoc

# Tables without metrics that dashboards show.
PLAIN = ("core.dim_customers", "core.dim_products", "core.dim_stores", "core.dim_campaigns", "core.dim_dates",
         "core.fct_order_lines", "core.fct_refunds", "core.fct_coupons", "core.fct_inventory_days",
         "quality.raw_loads", "quality.sales_reconciliation", "quality.identity_stats")  # fmt: skip
DAYS = "business_days"
FORMATS = {
    "CNY": ",.2f",
    "share": ".1%",
    "ratio": ",.2f",
    "per_person": ",.2f",
    "per_order": ",.2f",
}
# Sums of tables that no semantic model is about: name, both names, expression, format.
SUMS = {
    "profile.customer_360": (
        ("as_of", "数据截至 · As of", "max(as_of_date)", "%Y-%m-%d"),
    ),
    "quality.raw_loads": (
        ("rows_read", "读取行数 · Rows read", "sum(rows_read)", ",d"),
        ("rows_loaded", "入库行数 · Rows loaded", "sum(rows_loaded)", ",d"),
        ("rows_rejected", "拒收行 · Rows refused", "sum(rows_rejected)", ",d"),
        ("rejected_share", "拒收比例 · Share refused",
         "sum(rows_rejected) / nullif(cast(sum(rows_read) as double), 0)", ".2%"),
    ),
    "quality.sales_reconciliation": (
        ("records", "条数 · Records", "sum(record_count)", ",d"),
        ("amount", "金额（元） · Amount (CNY)", "sum(amount_cny)", ",.2f"),
    ),
}  # fmt: skip
_DTTM = ("date", "timestamp")
_SPOKEN = {"cny": "(CNY)", "pct": "(%)", "id": "ID", "oa": "official account", "wecom": "WeCom",
           "aipl": "AIPL", "rfm": "RFM", "sku": "SKU", "zh": "(Chinese)", "en": "(English)"}  # fmt: skip


def datasets(
    definitions: Definitions, docs: Mapping[str, TableDoc], names: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Any]]:
    """Every dataset by its name.

    Args:
        docs: Descriptions of the marts, by ``schema.table``.
        names: By coded column its codes and what people call them, in both languages.
    """
    found = {}
    for table in dict.fromkeys([*(m.table for m in definitions.models.values()), *PLAIN]):
        if table in docs:
            model = next((m for m in definitions.models.values() if m.table == table), None)
            found[table.split(".")[1]] = _dataset(definitions, table, docs[table], model, names)
    found[DAYS] = _business_days(definitions)
    return found


def spoken(column: str) -> str:
    """A column's name in words.

    >>> spoken("net_revenue_cny"), spoken("is_first_order"), spoken("one_id")
    ('Net revenue (CNY)', 'First order', 'One ID')
    """
    parts = [_SPOKEN.get(part, part) for part in re.sub(r"^(is|has)_", "", column).split("_")]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def _dataset(
    definitions: Definitions,
    table: str,
    doc: TableDoc,
    model: SemanticModel | None,
    names: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    schema, name = table.split(".")
    dimensions = {one.name: one for one in model.dimensions.values()} if model else {}
    columns = [
        _column(
            column,
            doc_type,
            description,
            f"{dimensions[column].label.zh} · {dimensions[column].label.en}"
            if column in dimensions
            else spoken(column),
        )
        for column, (doc_type, description) in doc.columns.items()
    ]
    columns += [
        _column(one.name, "string", f"{one.label.zh} · {one.label.en}", f"{one.label.zh} · {one.label.en}",
                computed=one.expression)
        for one in dimensions.values()
        if one.name not in doc.columns
    ]  # fmt: skip
    columns += [
        _column(f"{column}_name", "string", f"{spoken(column)} in words.",
                f"{dimensions[column].label.zh} · {dimensions[column].label.en}" if column in dimensions
                else spoken(column), computed=_named(column, codes))
        for column, codes in names.items()
        if column in doc.columns
    ]  # fmt: skip
    metrics = [
        _metric(metric, said)
        for metric in definitions.metrics.values()
        if model
        and [one.name for one in definitions.models_of(metric.name)] == [model.name]
        and (said := expression(definitions, metric.name))
    ]
    metrics += [
        {"metric_name": one, "verbose_name": label, "expression": said, "description": label,
         "d3format": d3format}
        for one, label, said, d3format in SUMS.get(table, ())
    ]  # fmt: skip
    return _file(name, schema, " ".join(doc.description.split()), columns, metrics,
                 time=model.time if model else None)  # fmt: skip


def _business_days(definitions: Definitions) -> dict[str, Any]:
    """Days with what can be added up over them, for metrics of several tables (ROAS, CAC)."""
    crossing = [
        metric
        for metric in definitions.metrics.values()
        if len(definitions.models_of(metric.name)) > 1
        and "customers" not in {model.name for model in definitions.models_of(metric.name)}
    ]
    leaves = list(dict.fromkeys(leaf for one in crossing for leaf in definitions.leaves(one.name)))
    sql = query(definitions, leaves, [f"{TIME}__day"])
    sql = sql.replace("$since", "cast(null as date)").replace("$until", "cast(null as date)")
    columns = [_column(f"{TIME}__day", "date", "Day in the brand's zone.", "日期 · Day")]
    simple = [definitions.metrics[leaf] for leaf in leaves]
    columns += [_column(one.name, "decimal(18,2)", _definition(one), _label(one)) for one in simple]
    metrics = [_metric(one, f"sum({one.name})", name=f"total_{one.name}") for one in simple]
    metrics += [
        _metric(one, re.sub(r"[a-z_][a-z0-9_]*",
                            lambda word, own=one: f"sum({word[0]})" if word[0] in own.inputs else word[0],
                            one.formula))
        for one in crossing
    ]  # fmt: skip
    text = "One row per day: sales and ad spend side by side, for metrics of both (ROAS, CAC)."
    return _file(DAYS, "core", text, columns, metrics, time=f"{TIME}__day", sql=sql)


def _file(
    name: str,
    schema: str,
    description: str,
    columns: list[dict[str, Any]],
    metrics: list[dict[str, Any]],
    *,
    time: str | None,
    sql: str | None = None,
) -> dict[str, Any]:
    count = {"metric_name": "count", "verbose_name": "行数 · Rows", "expression": "count(*)",
             "description": "Rows of the table.", "d3format": ",d"}  # fmt: skip
    return {
        "table_name": name,
        "schema": schema,
        "description": description,
        "main_dttm_col": time,
        "sql": sql,
        "filter_select_enabled": True,
        "columns": columns,
        "metrics": [*metrics, count],
        "uuid": uuid_of("dataset", name),
        "database_uuid": uuid_of("database", DATABASE),
        "version": VERSION,
    }


def _column(
    name: str, data_type: str, description: str, label: str, *, computed: str | None = None
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "column_name": name,
        "verbose_name": label,
        "description": " ".join(description.split()),
        "type": "VARCHAR" if data_type.lower() == "string" else data_type.upper(),
        "is_dttm": data_type.lower() in _DTTM,
        "is_active": True,
        "groupby": True,
        "filterable": True,
    }
    return found | ({"expression": computed} if computed else {})


def _metric(metric: Metric, said: str, *, name: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "metric_name": name or metric.name,
        "verbose_name": _label(metric),
        "expression": said,
        "description": _definition(metric),
        "d3format": FORMATS.get(metric.unit, ",d"),
    }
    return found | (
        {"currency": {"symbol": "CNY", "symbolPosition": "prefix"}} if metric.unit == "CNY" else {}
    )


def _label(metric: Metric) -> str:
    return f"{metric.label.zh} · {metric.label.en}"


def _definition(metric: Metric) -> str:
    return f"{metric.definition.zh} {metric.definition.en}"


def _named(column: str, codes: Mapping[str, str]) -> str:
    told = " ".join(f"when '{code}' then '{name}'" for code, name in sorted(codes.items()))
    return f"case {column} {told} else coalesce({column}, '–') end"
