"""`yutang metrics`: the values of metrics, from the published file."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from orchestration.commands.terminal import console
from orchestration.lib.home import Home
from orchestration.lib.metrics.compiling import TIME, groupings
from orchestration.lib.metrics.definitions import Definitions, read_definitions
from orchestration.lib.metrics.errors import MetricsError
from orchestration.lib.metrics.values import shown, values
from orchestration.lib.publish.reading import open_published
from orchestration.lib.reports.said import LANGUAGES


def show(
    names: Sequence[str],
    *,
    by: Sequence[str],
    since: date | None,
    until: date | None,
    as_json: bool,
    language: str,
) -> None:
    """Print metrics, one line per group; without names all of them with what they mean.

    Args:
        names: Metrics; none: all, for the whole period.
        by: Groupings as `mf query` takes them.
        as_json: One object per group, numbers as they are; money as text, exact to the fen.
        language: ``en`` or ``zh``.

    Raises:
        MetricsError: If a metric, a grouping or the language does not exist.
    """
    if language not in LANGUAGES:
        raise MetricsError(f"there is no language '{language}'; there is: {', '.join(LANGUAGES)}")
    if since and until and until < since:
        raise MetricsError(f"the period ends on {until}, before it begins on {since}")
    home = Home.from_environment()
    definitions = read_definitions(home)
    asked = list(dict.fromkeys(names)) or list(definitions.metrics)
    with open_published(home) as connection:
        rows = values(connection, definitions, asked, by=by, since=since, until=until)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
    elif names:
        _print_rows(definitions, asked, by, rows, language)
    else:
        _print_all(definitions, rows[0], language)


def _print_rows(
    definitions: Definitions, names: Sequence[str], by: Sequence[str], rows: list, language: str
) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    known = groupings(definitions, names[0])
    for name in by:
        label = known[name].label[language] if name in known else name.removeprefix(f"{TIME}__")
        table.add_column(label)
    for name in names:
        table.add_column(definitions.metric(name).label[language], justify="right")
    for row in rows:
        table.add_row(
            *("–" if row[name] is None else str(row[name]) for name in by),
            *(shown(row[name], definitions.metric(name).unit)[language] for name in names),
        )
    console().print(table)


def _print_all(definitions: Definitions, row: dict[str, Any], language: str) -> None:
    from rich.table import Table

    titles = {"en": ("metric", "name", "value", "what is counted"),
              "zh": ("指标", "名称", "数值", "口径")}  # fmt: skip
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, title in enumerate(titles[language]):
        table.add_column(title, justify="right" if position == 2 else "left")
    for name, metric in definitions.metrics.items():
        value = shown(row[name], metric.unit)[language]
        table.add_row(name, metric.label[language], value, metric.definition[language])
    console().print(table)


def _plain(value: object) -> str:
    if isinstance(value, (Decimal, date)):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of a metric")
