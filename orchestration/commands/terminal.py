"""Writing to people: one console for progress and results.

Belongs here: consoles and a progress line. Does not belong here: what is said.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


def console() -> Console:
    """Results, on standard output."""
    return Console(highlight=False)


@contextmanager
def progress() -> Generator[Progress]:
    """A progress display on standard error, alive while the block runs.

    It writes to a copy of the descriptor: Dagster redirects the original while a step runs, to
    keep what the step prints.
    """
    with os.fdopen(os.dup(2), "w", encoding="utf-8") as copy:
        display = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("[dim]{task.fields[detail]}"),
            TimeElapsedColumn(),
            console=Console(file=copy, highlight=False),
            transient=True,
        )
        with display:
            yield display


def shown(path: Path) -> str:
    """A path as people type it: relative to where they are, if that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def table_lines(rows: list[tuple[str, str]]) -> list[str]:
    """Aligned `label  value` lines.

    >>> table_lines([("people", "2"), ("net revenue", "10.00")])
    ['  people       2', '  net revenue  10.00']
    """
    width = max((len(label) for label, _ in rows), default=0)
    return [f"  {label.ljust(width)}  {value}" for label, value in rows]
