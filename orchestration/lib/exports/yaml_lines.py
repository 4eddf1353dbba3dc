"""YAML with the line of every key, so that an error can point at it.

Belongs here: reading and locating. Does not belong here: what the file means (destinations.py).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.exports.errors import DestinationError

Place = tuple[Any, ...]


def read_yaml(path: Path) -> tuple[Any, dict[Place, int]]:
    """Content of ``path`` and the line (from 1) of every key and list entry, by its path.

    Raises:
        DestinationError: If the file is missing, is no YAML, or names a key twice.
    """
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as error:
        raise DestinationError(f"{path} cannot be read: {error.strerror}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        raise DestinationError(
            f"{path}{line} is no YAML: {getattr(error, 'problem', '')}"
        ) from error
    lines: dict[Place, int] = {(): 1}
    if node is not None:
        _locate(node, (), lines, path)
    return yaml.safe_load(text), lines


def line_of(lines: dict[Place, int], place: Sequence[Any]) -> int:
    """Line of ``place`` or of the nearest key above it."""
    wanted = tuple(place)
    while wanted not in lines:
        wanted = wanted[:-1]
    return lines[wanted]


def _locate(node: yaml.Node, place: Place, lines: dict[Place, int], path: Path) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, key.value)
            line = key.start_mark.line + 1
            if inner in lines:
                raise DestinationError(
                    f"{path}:{line}: {key.value} is there twice, first in line {lines[inner]}"
                )
            lines[inner] = line
            _locate(value, inner, lines, path)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            lines[(*place, number)] = value.start_mark.line + 1
            _locate(value, (*place, number), lines, path)
