"""Charts of Superset from the lines of bi/dashboards.yml.

Belongs here: one function per kind of chart. Does not belong here: numbers; a chart names metrics and columns
of its dataset.
"""

from collections.abc import Callable, Mapping
from typing import Any

from orchestration.lib.bi.errors import BiError
from orchestration.lib.bi.identifiers import VERSION, uuid_of

_ALL_TIME = {"clause": "WHERE", "comparator": "No filter", "expressionType": "SIMPLE",
             "operator": "TEMPORAL_RANGE"}  # fmt: skip

_IS_THERE = {
    "clause": "WHERE",
    "expressionType": "SIMPLE",
    "operator": "IS NOT NULL",
    "comparator": None,
}


def chart(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    """One chart as Superset imports it.

    Args:
        given: name, title, kind, dataset, metric or metrics, by, grain, rows; without_empty names a column
            whose empty rows are left out.

    Raises:
        BiError: If the kind, a metric or a column does not exist.
    """
    kinds: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]] = {
        "number": _number, "line": _line, "bars": _bars, "table": _table,
        "day": _day,
    }  # fmt: skip
    if given["kind"] not in kinds:
        raise BiError(f"chart {given['name']}: kind is one of {', '.join(kinds)}")
    _check(given, dataset)
    params = kinds[given["kind"]](given, dataset)
    time = dataset["main_dttm_col"]
    params["adhoc_filters"] = [_ALL_TIME | {"subject": time}] if time else []
    if given.get("without_empty"):
        params["adhoc_filters"].append(_IS_THERE | {"subject": given["without_empty"]})
    return {
        "slice_name": given["title"],
        "description": given.get("counted"),
        "viz_type": params["viz_type"],
        "params": params,
        "query_context": None,
        "cache_timeout": 0,
        "uuid": uuid_of("chart", given["name"]),
        "dataset_uuid": dataset["uuid"],
        "version": VERSION,
    }


def _check(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> None:
    metrics = {one["metric_name"] for one in dataset["metrics"]}
    columns = {one["column_name"] for one in dataset["columns"]}
    unknown = [name for name in _metrics(given) if name not in metrics]
    unknown += [name for name in given.get("by", []) if name not in columns]
    if unknown:
        raise BiError(f"chart {given['name']}: {dataset['table_name']} has no {', '.join(unknown)}")


def _metrics(given: Mapping[str, Any]) -> list[str]:
    return [given["metric"]] if "metric" in given else list(given["metrics"])


def _format(dataset: Mapping[str, Any], name: str, *, is_axis: bool = True) -> dict[str, Any]:
    """How numbers are written; on an axis without fen, which have no room there."""
    metric = next(one for one in dataset["metrics"] if one["metric_name"] == name)
    whole = is_axis and bool(metric.get("currency"))
    found: dict[str, Any] = {"y_axis_format": ",.0f" if whole else metric["d3format"]}
    return found | ({"currency_format": metric["currency"]} if metric.get("currency") else {})


def _number(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "viz_type": "big_number_total",
        "metric": given["metric"],
        "header_font_size": 0.4,
        "subheader_font_size": 0.125,
        **_format(dataset, given["metric"], is_axis=False),
    }


def _day(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "viz_type": "big_number_total",
        "metric": given["metric"],
        "header_font_size": 0.3,
        "subheader_font_size": 0.125,
        "time_format": "%Y-%m-%d",
        "force_timestamp_formatting": True,
    }


def _line(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "viz_type": "echarts_timeseries_line",
        "x_axis": dataset["main_dttm_col"],
        "time_grain_sqla": given.get("grain", "P1W"),
        "metrics": _metrics(given),
        "groupby": given.get("by", []),
        "row_limit": 10000,
        "x_axis_time_format": "%Y-%m"
        if given.get("grain") == "P1M"
        else "%-m/%-d",  # short ones do not meet
        "rich_tooltip": True,
        "tooltipTimeFormat": "%Y-%m-%d",
        "show_legend": len(_metrics(given)) + len(given.get("by", [])) > 1,
        "legendOrientation": "top",
        "legendType": "plain",
        "truncateXAxis": True,
        **_format(dataset, _metrics(given)[0]),
    }


def _bars(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    (by,) = given["by"]
    return {
        "viz_type": "echarts_timeseries_bar",
        "x_axis": by,
        "xAxisForceCategorical": True,
        "orientation": "horizontal",
        "metrics": _metrics(given),
        "groupby": [],
        "x_axis_sort": _metrics(given)[0],
        "x_axis_sort_asc": True,
        "row_limit": given.get("rows", 50),
        "show_value": True,
        "show_legend": False,
        "truncateXAxis": False,
        **_format(dataset, _metrics(given)[0]),
    }


def _table(given: Mapping[str, Any], dataset: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "viz_type": "table",
        "query_mode": "aggregate",
        "groupby": given["by"],
        "metrics": _metrics(given),
        "order_desc": True,
        "row_limit": given.get("rows", 100),
        "server_page_length": 0,
        "include_search": False,
        "show_cell_bars": False,
        "table_timestamp_format": "%Y-%m-%d",
    }
