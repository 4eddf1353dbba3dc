"""Charts that bars and lines cannot say: parts of a whole, a spread, a field of cells, a curve.

Belongs here: where every shape and text stands. Does not belong here: what a chart says (the reports),
the look (charts.py) or marks (canvas.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.lib.reports.canvas import Canvas
from orchestration.lib.reports.charts import BLUE, GRID, INK, ROW, SOFT, WIDTH
from orchestration.lib.reports.said import LANGUAGES, Said

COLOURS = (BLUE, "#d99a3d", "#8fb8c9", "#8a6a9a", "#9aa5ab", "#5b8c5a")
KEY = 22  # a line of the key


@dataclass(frozen=True)
class Stack:
    """One bar in parts, in the order of the names; ``shown`` stands at its end."""

    label: Said
    values: tuple[float, ...]
    shown: Said


@dataclass(frozen=True)
class Spread:
    """Several values of one thing: the chosen one is a full dot, the others strokes."""

    label: Said
    values: tuple[float, ...]
    chosen: float
    shown: Said


@dataclass(frozen=True)
class Cells:
    """One row of a field: a strength of 0-1 and a text for each cell; None: no cell."""

    label: Said
    cells: tuple[tuple[float, str] | None, ...]


def stacked(
    names: Sequence[Said], rows: Sequence[Stack], *, top: float | None = None
) -> dict[str, str]:
    """Lying bars in parts with a key above; ``top`` is the value of a full bar, 0: each its own sum."""
    full = max((sum(row.values) for row in rows), default=0) if top is None else top
    if not rows or (top is None and not full):
        return {}
    lines = -(-len(names) // 2)
    drawn = {}
    for language in LANGUAGES:
        canvas = Canvas(lines * KEY + 10 + ROW * len(rows))
        for position, name in enumerate(names):
            x, y = position % 2 * WIDTH / 2, position // 2 * KEY
            canvas.box(x, y + 4, x + 12, y + 16, COLOURS[position])
            canvas.text(x + 18, y + 10, name[language])
        for position, row in enumerate(rows):
            y, x = lines * KEY + 10 + position * ROW, 0.0
            canvas.text(0, y + 8, row.label[language])
            canvas.text(WIDTH, y + 8, row.shown[language], align="right", bold=True)
            canvas.box(0, y + 18, WIDTH, y + 29, GRID)
            for value, colour in zip(row.values, COLOURS, strict=False):
                width = WIDTH * max(value, 0) / (full or sum(row.values) or 1)
                canvas.box(x, y + 18, x + width, y + 29, colour)
                x += width
        drawn[language] = canvas.svg()
    return drawn


def spread(rows: Sequence[Spread]) -> dict[str, str]:
    """Where several answers about the same thing lie, from zero to the largest of all."""
    full = max((max(row.values) for row in rows), default=0)
    if full <= 0:
        return {}
    drawn = {}
    for language in LANGUAGES:
        canvas = Canvas(ROW * len(rows))
        for position, row in enumerate(rows):
            y, xs = position * ROW, [WIDTH * max(value, 0) / full for value in row.values]
            canvas.text(0, y + 8, row.label[language])
            canvas.text(WIDTH, y + 8, row.shown[language], align="right", bold=True)
            canvas.box(0, y + 22, WIDTH, y + 25, GRID)
            canvas.box(min(xs), y + 22, max(xs), y + 25, COLOURS[2])
            for x in xs:
                canvas.box(max(x - 1, 0), y + 18, max(x + 1, 2), y + 29, COLOURS[2])
            x = min(max(WIDTH * row.chosen / full, 4), WIDTH - 4)
            canvas.box(x - 4, y + 18, x + 4, y + 29, BLUE)
        drawn[language] = canvas.svg()
    return drawn


def field(heads: Sequence[str], rows: Sequence[Cells], *, left: int = 110) -> dict[str, str]:
    """Cells that are the darker the stronger; heads are short: digits."""
    if not rows or not heads:
        return {}
    width, height = (WIDTH - left) / len(heads), 28
    drawn = {}
    for language in LANGUAGES:
        canvas = Canvas(24 + height * len(rows))
        for position, head in enumerate(heads):
            canvas.text(left + (position + 0.5) * width, 10, head, align="center", colour=SOFT)
        for line, row in enumerate(rows):
            y = 24 + line * height
            canvas.text(0, y + height / 2, row.label[language])
            for position, cell in enumerate(row.cells):
                if cell is None:
                    continue
                x = left + position * width
                canvas.box(x + 1, y + 1, x + width - 1, y + height - 1, _tint(cell[0]))
                colour = "#ffffff" if cell[0] > 0.6 else INK
                canvas.text(
                    x + width / 2, y + height / 2, cell[1], align="center", colour=colour, size=12
                )
        drawn[language] = canvas.svg()
    return drawn


def curve(
    points: Sequence[tuple[float, float]], *, x_title: Said, y_title: Said, mark: tuple[float, Said]
) -> dict[str, str]:
    """A curve of shares over shares with the line of equality; ``mark``: an x and what stands there."""
    if not points:
        return {}
    left, top, size, right = 48, 28, 250, WIDTH - 20
    wide = right - left

    def at(x: float, y: float) -> tuple[float, float]:
        return left + wide * x, top + size * (1 - y)

    drawn = {}
    for language in LANGUAGES:
        canvas = Canvas(top + size + 48)
        canvas.text(0, 8, y_title[language], colour=SOFT, size=12)
        canvas.text(right, top + size + 38, x_title[language], align="right", colour=SOFT, size=12)
        for tenth in (0, 0.2, 0.4, 0.6, 0.8, 1):
            x, y = at(tenth, tenth)
            canvas.box(left, y, right, y + 1, GRID)
            canvas.text(left - 6, y, f"{tenth:.0%}", align="right", colour=SOFT, size=12)
            canvas.text(x, top + size + 14, f"{tenth:.0%}", align="center", colour=SOFT, size=12)
        canvas.line([at(0, 0), at(1, 1)], "#b9c4c9")
        canvas.line([at(x, y) for x, y in [(0.0, 0.0), *points]], BLUE)
        x, text = mark
        height = max((y for one, y in points if one <= x + 1e-9), default=0.0)
        px, py = at(x, height)
        canvas.box(px - 4, py - 4, px + 4, py + 4, BLUE)
        canvas.text(px + 10, py + 16, text[language], bold=True)
        drawn[language] = canvas.svg()
    return drawn


def _tint(strength: float) -> str:
    """From paper to blue.

    >>> _tint(0), _tint(1)
    ('#eef3f5', '#2f6f8f')
    """
    low, high = (0xEE, 0xF3, 0xF5), (0x2F, 0x6F, 0x8F)
    ratio = min(max(strength, 0), 1)
    return "#" + "".join(
        f"{round(a + (b - a) * ratio):02x}" for a, b in zip(low, high, strict=True)
    )
