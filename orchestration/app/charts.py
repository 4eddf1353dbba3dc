"""Drawings of the application, in Altair.

Belongs here: one function per kind of drawing. Does not belong here: what it says. A bar has its name above
it, so long names need no room beside it on a phone; a drawing is as wide as its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import altair as alt

from orchestration.lib.reports.charts import BLUE, GRID, INK, SOFT

ROW = 40
NARROW = 285  # pixels that name and value may take together on a phone
PADDING = {
    "left": 4,
    "right": 4,
    "top": 4,
    "bottom": 4,
}  # a plain number breaks Streamlit's drawing
FONT = ("system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', "
        "'WenQuanYi Zen Hei', sans-serif")  # fmt: skip
DAYS: dict[str, Any] = {"labelOverlap": "greedy", "labelSeparation": 14, "labelFlush": True}
COLOURS = ["#2f6f8f", "#d08a2e", "#5a9367", "#8a5a83", "#b0473a", "#6b7a82"]


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and what is written at its end."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True)
class Mark:
    """One happening on a line of time."""

    day: date
    kind: str
    text: str


def bars(rows: Sequence[Bar], *, top: float | None = None) -> alt.LayerChart | None:
    """Lying bars, in the order given; None where there is nothing to draw.

    Where a name would meet the value at the end of its line on a phone, all values stand a line lower.
    """
    if not rows:
        return None
    full = top or max(row.value for row in rows) or 1
    values = [
        {
            "row": place,
            "text": row.label,
            "shown": row.shown,
            "value": max(row.value, 0),
            "full": full,
        }
        for place, row in enumerate(rows)
    ]
    is_long = any(_pixels(row.label) + 1.15 * _pixels(row.shown) > NARROW for row in rows)
    row_height, offset, name_dy, shown_dy = (58, 19, -17, 2) if is_long else (ROW, 9, -7, -7)
    base = _of(values).encode(
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0)),
        tooltip=[alt.Tooltip("text:N", title=" "), alt.Tooltip("shown:N", title=" ")],
    )
    scale = alt.Scale(domain=[0, full], nice=False, clamp=True)
    track = base.mark_bar(color=GRID, size=9, yOffset=offset).encode(
        x=alt.X("full:Q", axis=None, scale=scale)
    )
    bar = base.mark_bar(color=BLUE, size=9, yOffset=offset).encode(
        x=alt.X("value:Q", axis=None, scale=scale)
    )
    name = base.mark_text(align="left", dy=name_dy, limit=alt.expr("width")).encode(
        x=alt.value(0), text="text:N"
    )
    shown = base.mark_text(align="right", dy=shown_dy, fontWeight="bold").encode(
        x=alt.value("width"), text="shown:N"
    )
    return _styled(track + bar + name + shown, row_height * len(rows))


def line(
    points: Sequence[tuple[date, str, float]],
    *,
    colours: Sequence[str] = COLOURS,
    money: bool = False,
) -> alt.Chart | None:
    """Lines over days from zero up, one per name."""
    if len({day for day, _, _ in points}) < 2:
        return None
    values = [{"day": day.isoformat(), "name": name, "value": value} for day, name, value in points]
    names = list(dict.fromkeys(name for _, name, _ in points))
    drawn = (
        _of(values)
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"),
                    axis=alt.Axis(format="%m-%d", tickCount=6, **DAYS)),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True),
                    axis=alt.Axis(tickCount=4, format="~s" if money else ",d", domain=False)),
            color=alt.Color("name:N", sort=names, scale=alt.Scale(domain=names, range=list(colours)),
                            legend=None if len(names) == 1 else
                            alt.Legend(orient="top", title=None, columns=2, labelLimit=0)),
            tooltip=[alt.Tooltip("day:T", title=" ", format="%Y-%m-%d"),
                     alt.Tooltip("name:N", title=" "), alt.Tooltip("value:Q", title=" ", format=",.0f")],
        )
    )  # fmt: skip
    return _styled(drawn, 240)


def timeline(marks: Sequence[Mark]) -> alt.LayerChart | None:
    """Happenings on one line of time per kind, the kinds in the order of their first happening."""
    if not marks:
        return None
    kinds = list(dict.fromkeys(mark.kind for mark in marks))
    values = [
        {
            "day": mark.day.isoformat(),
            "row": kinds.index(mark.kind),
            "kind": mark.kind,
            "text": mark.text,
        }
        for mark in marks
    ]
    days = [mark.day for mark in marks]
    span = [
        {"row": place, "kind": kind, "from": min(days).isoformat()}
        for place, kind in enumerate(kinds)
    ]
    y = alt.Y("row:O", axis=None, scale=alt.Scale(type="band", paddingInner=0, paddingOuter=0))
    drawn = (
        _of(values)
        .mark_circle(size=70, opacity=0.55, color=BLUE, yOffset=9)
        .encode(
            x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"),
                    axis=alt.Axis(format="%Y-%m-%d", tickCount=4, **DAYS)),
            y=y,
            tooltip=[alt.Tooltip("day:T", title=" ", format="%Y-%m-%d"),
                     alt.Tooltip("kind:N", title=" "), alt.Tooltip("text:N", title=" ")],
        )
    )  # fmt: skip
    names = _of(span).mark_text(align="left", dy=-8).encode(x=alt.value(0), y=y, text="kind:N")
    return _styled(drawn + names, ROW * len(kinds))


def _pixels(text: str) -> float:
    """About how wide a text is drawn: a Chinese character is a square."""
    return sum(13 if ord(sign) > 0x2E80 else 7.2 for sign in text)


def _of(values: list[dict[str, Any]]) -> Any:
    return alt.Chart(alt.Data(values=values))


def _styled(drawn: Any, height: int) -> Any:
    return drawn.properties(width="container", height=height, padding=dict(PADDING)).configure(
        font=FONT,
        background="transparent",
        view=alt.ViewConfig(stroke=None),
        text=alt.MarkConfig(fontSize=13, color=INK),
        axis=alt.AxisConfig(
            labelColor=SOFT, labelFontSize=12, gridColor=GRID, domainColor=GRID, tickColor=GRID,
            ticks=False, labelPadding=6, labelLimit=0,
        ),
        legend=alt.LegendConfig(labelFontSize=12, labelColor=INK),
    )  # fmt: skip
