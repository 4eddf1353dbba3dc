"""YAML with the line of every value, so that an error can name it.

Belongs here: reading one file into plain values and lines. Does not belong here: what a value means.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.audiences.errors import at

Place = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """Booleans are true and false alone, so that the key `on` and a value `no` stay words."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in known if tag != "tag:yaml.org,2002:bool"]
    for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|false|True|False)$"), list("tfTF")
)


@dataclass(frozen=True)
class Document:
    """One file: its values, and the line (from 1) of every mapping key and list item by its place."""

    path: Path
    values: Any
    lines: dict[Place, int] = field(repr=False)

    def line(self, place: Place) -> int | None:
        """The line of a place, or of the nearest thing around it."""
        known = tuple(place)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known)


def read_document(path: Path) -> Document:
    """Read one YAML file.

    Raises:
        AudienceError: If it is no YAML, is empty, or names a key twice.
    """
    try:
        return read_text(path, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise at(path, None, f"cannot be read: {error}") from error


def read_text(path: Path, text: str) -> Document:
    """The same from a text, for a file that is not there yet."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise at(path, 1, "is empty; see docs/guides/audiences.md for a first file")
        lines: dict[Place, int] = {}
        return Document(path, _value(loader, node, (), lines, path), lines)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise at(path, mark.line + 1 if mark else None, f"is no YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise at(path, None, f"is no YAML: {error}") from error
    except RecursionError as error:
        raise at(path, None, "an alias (*name) stands inside itself; write it out") from error
    finally:
        loader.dispose()


def _value(
    loader: yaml.SafeLoader, node: yaml.Node, place: Place, lines: dict[Place, int], path: Path
) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [
            _value(loader, child, (*place, n), lines, path) for n, child in enumerate(node.value)
        ]
    if not isinstance(node, yaml.MappingNode):
        return loader.construct_object(node, deep=True)
    found: dict[str, Any] = {}
    for key_node, child in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        line = key_node.start_mark.line + 1
        if key in found:
            raise at(path, line, f"'{key}' stands twice; keep one")
        lines[(*place, key)] = line
        found[key] = _value(loader, child, (*place, key), lines, path)
    return found
