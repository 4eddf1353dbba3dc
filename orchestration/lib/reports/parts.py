"""What a report consists of, as values: sections of figures, charts, tables and notes.

Belongs here: the shape every report shares. Does not belong here: HTML (page.py), drawing (charts.py)
or any figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.lib.reports.said import Said


@dataclass(frozen=True)
class Figure:
    """A headline: what it is, the number, and one sentence that says how to read it."""

    label: Said
    value: Said
    meaning: Said


@dataclass(frozen=True)
class Figures:
    """Headlines side by side."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Chart:
    """A chart whose title is the question it answers.

    Args:
        answer: One sentence that says what the chart shows today.
        definition: What was counted, below the chart.
        svg: Drawing by language; empty: there is nothing to draw, and the answer says so.
        is_tall: Takes the room of two on a wide page.
    """

    question: Said
    answer: Said
    definition: Said
    svg: Mapping[str, str]
    is_tall: bool = False


@dataclass(frozen=True)
class Table:
    """A table: numbers stand right, and on a phone every row is a card.

    Args:
        shown: How many rows of how many are shown; said only where there are rows.
        numeric: Positions of columns that hold numbers.
        empty: What stands there instead when there is no row.
    """

    question: Said
    definition: Said
    headers: tuple[Said, ...]
    rows: tuple[tuple[Said, ...], ...]
    empty: Said
    shown: Said
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Note:
    """A paragraph."""

    text: Said


Part = Figures | Chart | Table | Note


@dataclass(frozen=True)
class Section:
    title: Said
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Page:
    """One report.

    Args:
        name: File name without its ending.
        lead: What the report is for, in two sentences.
        as_of: Day that the figures describe; None if nothing was delivered yet.
    """

    name: str
    title: Said
    lead: Said
    as_of: date | None
    sections: tuple[Section, ...]
