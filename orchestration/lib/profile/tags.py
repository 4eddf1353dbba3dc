"""The declared tags, read from the file that dbt reads; no warehouse needed.

Belongs here: one value per tag and the checks of a declaration. Does not belong here: how a tag is
computed (models/) or shown (tags_page.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.profile.errors import TagError

DECLARATIONS = Path("macros") / "profile" / "tag_declarations.sql"
VALUE_TYPES = ("text", "number", "boolean", "date")
WINDOWS = ("none", "standing", "history", "rolling")
_FIRST, _LAST = "{% macro tag_declarations() %}", "{% endmacro %}"
_REQUIRED = ("value_type", "name_en", "name_zh", "owner", "definition_en", "definition_zh",
             "window", "valid_from", "fresh_as")  # fmt: skip


@dataclass(frozen=True)
class Tag:
    """One declared tag.

    Args:
        tag: Code, as audiences write it.
        value_type: text, number, boolean or date.
        column: Column of profile.customer_360 with the value; None for a tag that may hold several
            values, which profile.customer_tags alone has.
        allowed_values: Closed list of values; None where the list is open.
        values_from: Where the values of an open list come from; None where nothing says.
        unit: Of a number.
        window: none, standing, history or rolling.
        fresh_as: Entities whose newest delivery bounds the value.
    """

    tag: str
    value_type: str
    name_en: str
    name_zh: str
    owner: str
    definition_en: str
    definition_zh: str
    window: str
    valid_from: str
    fresh_as: tuple[str, ...]
    column: str | None = None
    allowed_values: tuple[str, ...] | None = None
    values_from: str | None = None
    unit: str | None = None

    @property
    def is_multi_valued(self) -> bool:
        return self.column is None


def load_tags(project_dir: Path = PROJECT_DIR) -> dict[str, Tag]:
    """Every declared tag by its code, in the order of the file.

    >>> load_tags()["member"].value_type
    'boolean'

    Raises:
        TagError: If the file is missing or a declaration is wrong.
    """
    path = project_dir / DECLARATIONS
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TagError(f"{path} does not exist: the tags are declared there") from None
    if _FIRST not in text or _LAST not in text:
        raise TagError(f"{path} must hold the declarations between {_FIRST} and {_LAST}")
    body = text.split(_FIRST, 1)[1].rsplit(_LAST, 1)[0]
    try:
        declared = yaml.safe_load(body) or []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = text.split(_FIRST, 1)[0].count("\n") + mark.line + 1 if mark else "?"
        raise TagError(
            f"{path}, line {line}: no YAML ({getattr(error, 'problem', error)})"
        ) from None
    tags: dict[str, Tag] = {}
    for entry in declared:
        tag = _tag(path, entry)
        if tag.tag in tags:
            raise TagError(f"{path}: tag {tag.tag} is declared twice")
        tags[tag.tag] = tag
    return tags


def _tag(path: Path, entry: Mapping) -> Tag:
    name = entry.get("tag")
    if not name:
        raise TagError(f"{path}: a declaration has no tag: {dict(entry)}")
    missing = [key for key in _REQUIRED if not entry.get(key)]
    if missing:
        raise TagError(f"{path}: tag {name} lacks {', '.join(missing)}")
    for key, known in (("value_type", VALUE_TYPES), ("window", WINDOWS)):
        if entry[key] not in known:
            raise TagError(f"{path}: tag {name}: {key} {entry[key]} is none of {', '.join(known)}")
    values = entry.get("values")
    return Tag(
        tag=name,
        **{key: entry[key] for key in _REQUIRED if key != "fresh_as"},
        fresh_as=tuple(entry["fresh_as"]),
        column=entry.get("column"),
        allowed_values=tuple(str(value) for value in values) if isinstance(values, list) else None,
        values_from=values if isinstance(values, str) else None,
        unit=entry.get("unit"),
    )
