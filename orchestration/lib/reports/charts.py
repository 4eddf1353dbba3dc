"""Charts as SVG, drawn by Altair and vl-convert in this process: no browser, no network.

Belongs here: the look all charts share and one function per kind of chart. Does not belong here: what
a chart says (the reports). Every position is fixed here and no text is measured, so the drawing does
not depend on the fonts of the machine: the browser that shows it brings the font.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from orchestration.lib.reports.said import LANGUAGES, Said, number

if TYPE_CHECKING:
    import altair as alt

WIDTH = 400  # near the width of a phone, so that 13 px text stays readable there
BLUE, INK, SOFT, GRID = "#2f6f8f", "#1d2930", "#5c6b73", "#dfe5e8"
FONT_SIZE = 13
DAY_WIDTH = 84  # of a written day, with a gap
ROW = 38  # a line of text and a bar
THEME: dict[str, Any] = {
    "aria": False,  # a chart is described by its title and answer, not mark by mark
    "background": None,
    "view": {"stroke": None},
    "font": "sans-serif",
    "text": {"fontSize": FONT_SIZE, "color": INK},
    "axis": {
        "labelColor": SOFT, "labelFontSize": 12, "titleColor": SOFT, "titleFontSize": 12,
        "titleFontWeight": "normal", "gridColor": GRID, "domainColor": GRID, "tickColor": GRID,
        "labelOverlap": False, "labelLimit": 0, "ticks": False, "labelPadding": 6,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, and what is written at its end."""

    label: Said
    value: float
    shown: Said


@dataclass(frozen=True)
class Point:
    """The value of one published day."""

    day: date
    value: float


def bars(rows: Sequence[Bar], *, top: float | None = None) -> dict[str, str]:
    """Lying bars, each below its own line of text, so that long names need no room beside it.

    Args:
        rows: Top to bottom; none: no chart.
        top: Value of a full bar; default the largest.
    """
    return {language: _bars(rows, top, language) for language in LANGUAGES} if rows else {}


def columns(rows: Sequence[Bar], *, x_title: Said, y_title: Said) -> dict[str, str]:
    """Standing columns in the order given, for counts over ordered classes."""
    return (
        {language: _columns(rows, x_title, y_title, language) for language in LANGUAGES}
        if rows
        else {}
    )


def line(points: Sequence[Point], *, decimals: int = 0) -> dict[str, str]:
    """A line over published days from zero up; the newest value is written at it."""
    drawn = _line(points, decimals) if len(points) > 1 else ""
    return dict.fromkeys(LANGUAGES, drawn) if drawn else {}


def _bars(rows: Sequence[Bar], top: float | None, language: str) -> str:
    import altair as alt

    full = top or max(row.value for row in rows) or 1
    values = [
        {"row": position, "text": row.label[language], "shown": row.shown[language],
         "value": row.value, "full": full}
        for position, row in enumerate(rows)
    ]  # fmt: skip
    base = of(values).encode(
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0, paddingOuter=0))
    )
    scale = alt.Scale(domain=[0, full], nice=False, clamp=True)
    track = base.mark_bar(color=GRID, size=9, yOffset=9).encode(
        x=alt.X("full:Q", axis=None, scale=scale)
    )
    bar = base.mark_bar(color=BLUE, size=9, yOffset=9).encode(
        x=alt.X("value:Q", axis=None, scale=scale)
    )
    name = base.mark_text(align="left", dy=-7).encode(x=alt.value(0), text="text:N")
    shown = base.mark_text(align="right", dy=-7, fontWeight="bold").encode(
        x=alt.value(WIDTH), text="shown:N"
    )
    return svg(track + bar + name + shown, height=ROW * len(rows), padding=(0, 2, 0, 0))


def _columns(rows: Sequence[Bar], x_title: Said, y_title: Said, language: str) -> str:
    import altair as alt

    values = [
        {"column": row.label[language], "value": row.value, "shown": row.shown[language]}
        for row in rows
    ]
    base = of(values).encode(
        x=alt.X("column:N", sort=None, title=x_title[language],
                axis=alt.Axis(labelAngle=0, titlePadding=10)),
        y=alt.Y("value:Q", title=y_title[language], scale=_from_zero(row.value for row in rows),
                axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d", domain=False, titleAngle=0,
                              titleAlign="left", titleAnchor="end", titleX=-62, titleY=-16)),
    )  # fmt: skip
    drawn = base.mark_bar(color=BLUE) + base.mark_text(dy=-8).encode(text="shown:N")
    return svg(drawn, height=200, padding=(64, 30, 0, 46))


def _line(points: Sequence[Point], decimals: int) -> str:
    import altair as alt

    last = points[-1]
    values = [{"day": point.day.isoformat(), "value": point.value} for point in points]
    padding = (78, 22, 44, 36)
    days = _days_apart([point.day for point in points], width=WIDTH - padding[0] - padding[2])
    base = of(values).encode(
        x=alt.X("day:T", title=None, scale=alt.Scale(type="utc"),
                axis=alt.Axis(values=days, format="%Y-%m-%d", grid=False, labelAngle=0, labelPadding=14,
                              labelFlush=False)),
        y=alt.Y("value:Q", title=None, scale=_from_zero(point.value for point in points),
                axis=alt.Axis(tickCount=3, tickMinStep=10.0**-decimals, format=f",.{decimals}f",
                              domain=False)),
    )  # fmt: skip
    shown = number(last.value, decimals)
    beside = {"align": "center"} if len(shown) < 10 else {"align": "right", "dx": 40}
    end = alt.InlineData(values=[{**values[-1], "shown": shown}])
    drawn = (
        base.mark_line(color=BLUE, strokeWidth=2)
        + base.mark_point(color=BLUE, filled=True, size=36, opacity=1)
        + base.properties(data=end)
        .mark_text(dy=-12, fontWeight="bold", **beside)
        .encode(text="shown:N")
    )
    return svg(drawn, height=140, padding=padding)


def _from_zero(values: Iterable[float]) -> "alt.Scale":
    """From zero to a little above the largest value, where its label stands."""
    import altair as alt

    return alt.Scale(domain=[0, (max(values) or 1) * 1.1], nice=False)


def _days_apart(days: Sequence[date], *, width: int) -> list[str]:
    """The days that are written below a line: the first, the last, and those with room between.

    >>> _days_apart([date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 30)], width=300)
    ['2026-06-01', '2026-06-30']
    """
    first, last = days[0], days[-1]
    room = math.ceil(DAY_WIDTH * (last - first).days / width)
    chosen = [first]
    for day in days:
        if (day - chosen[-1]).days >= room and (last - day).days >= room:
            chosen.append(day)
    return [day.isoformat() for day in (*chosen, last)]


def of(values: list[dict[str, Any]]) -> Any:
    """A chart over rows. Any: a type checker cannot see through Altair's generated methods."""
    import altair as alt

    return alt.Chart(alt.InlineData(values=values))


def svg(chart: Any, *, height: int, padding: tuple[int, int, int, int]) -> str:
    """The drawing of a chart; padding is left, top, right, bottom, inside WIDTH."""
    left, top, right, bottom = padding
    spec = chart.properties(width=WIDTH - left - right, height=height).to_dict(validate=False)
    spec["padding"] = {"left": left, "top": top, "right": right, "bottom": bottom}
    return drawing(spec)


def drawing(spec: dict[str, Any]) -> str:
    """The drawing of a Vega-Lite specification that has its size and padding."""
    import altair as alt
    import vl_convert

    version = ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    return vl_convert.vegalite_to_svg(
        {**spec, "config": THEME, "autosize": "none"}, vl_version=version
    )
