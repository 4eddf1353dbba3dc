"""A drawing in pixels: boxes, texts and lines that stand where they are put.

Belongs here: turning them into Vega-Lite marks. Does not belong here: what is drawn (plots.py). No text is
measured, so the drawing does not depend on the fonts of the machine.
"""

from collections.abc import Sequence
from typing import Any

from orchestration.lib.reports.charts import INK, WIDTH, drawing


class Canvas:
    """Boxes, texts and lines in pixels, WIDTH wide."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._boxes: list[dict[str, Any]] = []
        self._texts: dict[tuple[str, bool, int], list[dict[str, Any]]] = {}
        self._lines: list[dict[str, Any]] = []

    def box(self, x: float, y: float, x2: float, y2: float, colour: str) -> None:
        self._boxes.append(
            {
                "x": round(x, 2),
                "y": round(y, 2),
                "x2": round(x2, 2),
                "y2": round(y2, 2),
                "c": colour,
            }
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        align: str = "left",
        bold: bool = False,
        colour: str = INK,
        size: int = 13,
    ) -> None:
        self._texts.setdefault((align, bold, size), []).append(
            {"x": round(x, 2), "y": round(y, 2), "t": text, "c": colour}
        )

    def line(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        name = len(self._lines)
        self._lines += [
            {"x": round(x, 2), "y": round(y, 2), "n": name, "i": i, "c": colour}
            for i, (x, y) in enumerate(points)
        ]

    def svg(self) -> str:
        """The drawing. Its specification is written out: Altair would check every mark of it."""
        height = int(self._height)
        layers: list[dict[str, Any]] = (
            [{"mark": "rect", **_placed(self._boxes, x2="x2", y2="y2")}] if self._boxes else []
        )
        if self._lines:
            order = {
                "detail": {"field": "n", "type": "nominal"},
                "order": {"field": "i", "type": "quantitative"},
            }
            line = _placed(self._lines)
            layers.append(
                {
                    "mark": {"type": "line", "strokeWidth": 2},
                    **line,
                    "encoding": {**line["encoding"], **order},
                }
            )
        for (align, bold, size), texts in self._texts.items():
            mark = {
                "type": "text",
                "align": align,
                "baseline": "middle",
                "fontSize": size,
                "fontWeight": "bold" if bold else "normal",
            }
            layers.append({"mark": mark, **_placed(texts, text="t")})
        for layer in layers:
            for axis, length in (("x", WIDTH), ("y", height)):
                layer["encoding"][axis]["scale"] = {
                    "domain": [0, length],
                    "range": [0, length],
                    "nice": False,
                    "zero": False,
                }
        return drawing({"width": WIDTH, "height": height, "padding": 0, "layer": layers})


def _placed(values: list[dict[str, Any]], **fields: str) -> dict[str, Any]:
    """Data of a layer, where each row has its place and colour, and further fields by channel."""
    place = {axis: {"field": axis, "type": "quantitative", "axis": None} for axis in ("x", "y")}
    more = {channel: {"field": name} for channel, name in fields.items()}
    colour = {"field": "c", "type": "nominal", "scale": None, "legend": None}
    return {"data": {"values": values}, "encoding": {**place, "color": colour, **more}}
