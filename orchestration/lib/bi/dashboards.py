"""Dashboards of Superset: charts in rows.

Belongs here: the layout as Superset imports it. Does not belong here: charts (charts.py).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.lib.bi.identifiers import VERSION, uuid_of

COLUMNS = 12  # of Superset's grid
HEIGHTS = {"number": 21, "day": 15, "line": 50, "bars": 50, "table": 56}


def dashboard(
    given: Mapping[str, Any], rows: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    """One dashboard.

    Args:
        given: name, title, about.
        rows: Per row its charts as bi/dashboards.yml has them, left to right.
    """
    return {
        "dashboard_title": given["title"],
        "description": given["about"],
        "slug": f"yutang-{given['name']}",
        "css": "",
        "uuid": uuid_of("dashboard", given["name"]),
        "position": _position(given, rows),
        "metadata": {
            "color_scheme": "supersetColors",
            "refresh_frequency": 0,
            "cross_filters_enabled": False,
            "native_filter_configuration": [_time_filter(given["name"])],
        },
        "published": True,
        "version": VERSION,
    }


def _position(
    given: Mapping[str, Any], rows: Sequence[Sequence[Mapping[str, Any]]]
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": given["title"]}},
    }
    names = []
    for number, charts in enumerate(rows, start=1):
        row = f"ROW-{number}"
        names.append(row)
        children = []
        for one in charts:
            key = f"CHART-{one['name']}"
            children.append(key)
            found[key] = {
                "type": "CHART",
                "id": key,
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", row],
                "meta": {
                    "uuid": uuid_of("chart", one["name"]),
                    "sliceName": one["title"],
                    "width": COLUMNS // len(charts),
                    "height": one.get("height", HEIGHTS[one["kind"]]),
                    "chartId": 0,
                },
            }
        found[row] = {"type": "ROW", "id": row, "children": children, "parents": ["ROOT_ID", "GRID_ID"],
                      "meta": {"background": "BACKGROUND_TRANSPARENT"}}  # fmt: skip
    found["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": names, "parents": ["ROOT_ID"]}
    return found


def _time_filter(name: str) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{name}",
        "name": "时间范围 · Time range",
        "filterType": "filter_time",
        "type": "NATIVE_FILTER",
        "targets": [{}],
        "controlValues": {},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}},
        "cascadeParentIds": [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
    }
