"""The JSON Schema of audience files for editors, and the reference page; both made from schema.py.

Belongs here: rendering the two, and `python -m` to write them. Does not belong here: what is allowed.
"""

import inspect
import json
import re
import types
import typing
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from orchestration.lib.audiences import schema, windows
from orchestration.lib.audiences.catalogue import SOURCES, events
from orchestration.lib.audiences.files import EventSet, EventSets
from orchestration.lib.home import PROJECT_DIR

AUDIENCE_SCHEMA = PROJECT_DIR / "activation" / "audience.schema.json"
EVENT_SETS_SCHEMA = PROJECT_DIR / "activation" / "event_sets.schema.json"
REFERENCE = PROJECT_DIR / "docs" / "reference" / "audience-file.md"
_PARTS: tuple[type[BaseModel], ...] = (
    schema.Audience, schema.Holdout, schema.Limit, schema.Size, schema.Schedule, schema.Texts,
)  # fmt: skip
_BODIES: tuple[type[BaseModel], ...] = (
    schema.Rows, schema.Events, schema.Sequence, schema.Replenishment, schema.PointsExpiring,
    schema.Comparison, schema.Amount, schema.Sum,
)  # fmt: skip
_WINDOWS: tuple[type[BaseModel], ...] = (
    windows.Window, windows.Span, windows.Calendar, windows.Since, windows.Between,
)  # fmt: skip

_PLAIN = {
    "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "date": "day",
    "Condition": "condition",
}  # fmt: skip


def audience_schema() -> str:
    """JSON Schema of one audience file."""
    return _schema(schema.Audience, "An audience of activation/audiences")


def event_sets_schema() -> str:
    """JSON Schema of activation/event_sets.yml."""
    return _schema(EventSets, "Named sets of events")


def reference_page() -> str:
    """docs/reference/audience-file.md."""
    parts = [
        "# The audience file, key by key",
        "",
        "Made from `orchestration/lib/audiences/schema.py` by "
        "`python -m orchestration.lib.audiences.editor_schema`; do not edit it by hand. How to write "
        "one: [the guide](../guides/audiences.md), [中文](../guides/audiences.zh-CN.md).",
        "",
        "## The file",
        *_tables(_PARTS),
        "## Conditions",
        "",
        "A condition is one of these keys with its body; `label: {en, zh}` beside it is how people "
        "call it. What nobody knows holds for no condition, so `not` includes it.",
        "",
        "| key | holds when |",
        "|---|---|",
        *(
            f"| `{key}` | {_first_line(model)} |"
            for key, model in schema.HEADS.items()
            if _own_doc(model)
        ),
        *(
            f"| `{name}` | rows of {', '.join(f'`{t}`' for t in source.tables)}, counted or summed; "
            f"time: `{source.at}`"
            + (
                f" or {', '.join(f'`{t}`' for t in source.times if t != source.at)}"
                if len(source.times) > 1
                else ""
            )
            + " |"
            for name, source in SOURCES.items()
        ),
        "",
        *_tables(_BODIES),
        "## Windows",
        "",
        "Every window is half-open: its first instant counts, its last does not. *Now* is the end of "
        "the as-of day in the brand's zone, never the clock. Days, weeks and months are those of the "
        "audience's `timezone`.",
        *_tables(_WINDOWS),
        "## Events",
        "",
        "| event | 中文 | rows of |",
        "|---|---|---|",
        *(
            f"| `{name}` | {one.zh} | `{SOURCES[one.source].table}` by `{one.at}` |"
            for name, one in sorted(events().items())
        ),
        "",
        "`activation/event_sets.yml` gives lists of events a name:",
        *_tables((EventSet,)),
    ]
    return "\n".join(parts).rstrip() + "\n"


def main() -> None:
    """Write the files."""
    for path, text in (
        (AUDIENCE_SCHEMA, audience_schema()),
        (EVENT_SETS_SCHEMA, event_sets_schema()),
        (REFERENCE, reference_page()),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _schema(model: type[BaseModel], title: str) -> str:
    made = model.model_json_schema()
    _allow_short_window(made)
    said = {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": title}
    return json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _allow_short_window(made: dict[str, Any]) -> None:
    """`window: ever` is read too, and a window has exactly one key."""
    window = made.get("$defs", {}).get("Window")
    if window is not None:
        made["$defs"]["Window"] = {
            "anyOf": [{"const": "ever"}, {**window, "maxProperties": 1, "minProperties": 1}]
        }


def _tables(models: tuple[type[BaseModel], ...]) -> list[str]:
    lines: list[str] = []
    for model in models:
        lines += [
            "",
            f"### {model.__name__}",
            "",
            _first_line(model),
            "",
            "| key | value | |",
            "|---|---|---|",
        ]
        for name, field in model.model_fields.items():
            lines.append(
                f"| `{field.alias or name}`{'' if field.is_required() else ' ?'} | {_kind(field)} | "
                f"{field.description or ''} |"
            )
    return [*lines, ""]


def _first_line(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")


def _own_doc(model: type[BaseModel]) -> bool:
    return "__doc__" in vars(model) and bool(vars(model)["__doc__"])


def _kind(field: FieldInfo) -> str:
    return re.sub(r"\|", "or", _type(field.annotation))


def _type(kind: Any) -> str:
    origin = get_origin(kind)
    if origin is Annotated:
        return _type(get_args(kind)[0])
    if origin in (types.UnionType, typing.Union):
        if schema.All in _members(kind):
            return "condition"
        parts = [_type(one) for one in get_args(kind) if one is not type(None)]
        return " or ".join(dict.fromkeys(parts))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    said = {
        Literal: lambda: ", ".join(
            f"`{str(one).replace('True', 'true')}`" for one in get_args(kind)
        ),
        tuple: lambda: f"list of {_type(get_args(kind)[0])}",
        dict: lambda: "key: value",
    }
    return (
        said[origin]() if origin in said else _PLAIN.get(getattr(kind, "__name__", ""), str(kind))
    )


def _members(kind: Any) -> list[Any]:
    return [get_args(one)[0] if get_origin(one) is Annotated else one for one in get_args(kind)]


if __name__ == "__main__":
    main()
