"""The files of activation/audiences and activation/event_sets.yml, read and checked for form.

Belongs here: reading, and turning what pydantic refuses into one sentence with file and line. Does
not belong here: whether a tag or column exists (checking.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from orchestration.lib.audiences import schema, windows
from orchestration.lib.audiences.catalogue import events
from orchestration.lib.audiences.errors import AudienceError, UnknownAudienceError, at, nearest
from orchestration.lib.audiences.lines import Document, Place, read_document
from orchestration.lib.home import PROJECT_DIR

AUDIENCES_DIR = PROJECT_DIR / "activation" / "audiences"
EVENT_SETS = "event_sets.yml"

_BODIES: dict[str, type[BaseModel]] = {
    "window": windows.Window, "rolling": windows.Span, "ahead": windows.Span,
    "within": windows.Span, "calendar": windows.Calendar, "since": windows.Since,
    "between": windows.Between, "count": schema.Amount, "sum": schema.Sum,
    "holdout": schema.Holdout, "limit": schema.Limit, "size": schema.Size,
    "schedule": schema.Schedule, "label": schema.Texts, "why": schema.Texts,
    "Comparison": schema.Comparison, "events": schema.Events, "sequence": schema.Sequence,
    "replenishment": schema.Replenishment, "points_expiring": schema.PointsExpiring,
}  # fmt: skip
Model = TypeVar("Model", bound=BaseModel)
# What is said first when a file has several faults: a wrong name explains the rest.
_FIRST = ("extra_forbidden", "union_tag_not_found", "missing", "value_error")


class EventSet(windows.Strict):
    """A named list of events, and the sets that people may mean by the same word."""

    en: schema.Text
    zh: schema.Text
    events: tuple[str, ...] = Field(min_length=1)
    also_read_as: tuple[str, ...] = ()


class EventSets(windows.Strict):
    """The content of activation/event_sets.yml."""

    sets: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], EventSet]


@dataclass(frozen=True)
class Found:
    """An audience and the document it was read from."""

    audience: schema.Audience
    document: Document


@dataclass(frozen=True)
class AudienceFiles:
    """All audiences of one folder, by name, and the event sets beside it."""

    folder: Path
    found: Mapping[str, Found]
    event_sets: Mapping[str, EventSet]

    def __getitem__(self, name: str) -> schema.Audience:
        if name not in self.found:
            raise UnknownAudienceError(
                f"there is no audience '{name}' in {self.folder}: {nearest(name, self.found)}"
            )
        return self.found[name].audience

    @property
    def audiences(self) -> dict[str, schema.Audience]:
        return {name: one.audience for name, one in self.found.items()}

    def names_of(self, said: str | tuple[str, ...]) -> tuple[str, ...]:
        """The events that a name, a list or a set of names stands for, sorted and once each."""
        names = [said] if isinstance(said, str) else said
        found: set[str] = set()
        for name in names:
            found |= set(self.event_sets[name].events) if name in self.event_sets else {name}
        return tuple(sorted(found))

    def with_file(self, path: Path) -> "AudienceFiles":
        """The same with one file more, or instead of the one of the same audience."""
        one = read_audience(path, file_name_matters=False)
        return AudienceFiles(self.folder, {**self.found, one.audience.name: one}, self.event_sets)


def read_audiences(folder: Path = AUDIENCES_DIR) -> AudienceFiles:
    """Every audience of a folder, sorted by name; none if there is no folder.

    Raises:
        AudienceError: For the first file that cannot be used.
    """
    found: dict[str, Found] = {}
    paths = sorted(p for p in folder.glob("*") if p.suffix in (".yml", ".yaml"))
    for path in paths:
        one = read_audience(path)
        name = one.audience.name
        if name in found:
            raise at(
                path, one.document.line(("name",)),
                f"audience '{name}' is defined in {found[name].document.path.name} too; "
                "give one of them another name",
            )  # fmt: skip
        found[name] = one
    return AudienceFiles(
        folder, dict(sorted(found.items())), read_event_sets(folder.parent / EVENT_SETS)
    )


def read_audience(path: Path, *, file_name_matters: bool = True) -> Found:
    """One file, checked for form.

    Raises:
        AudienceError: With file, line and the nearest right name.
    """
    document = read_document(path)
    if not isinstance(document.values, dict):
        raise at(
            path, 1, "an audience is a list of `key: value` lines; see docs/guides/audiences.md"
        )
    audience = parse(schema.Audience, document)
    if file_name_matters and audience.name != path.stem:
        raise at(
            path, document.line(("name",)),
            f"the audience is called '{audience.name}', so the file is {audience.name}.yml",
        )  # fmt: skip
    return Found(audience, document)


def read_event_sets(path: Path) -> dict[str, EventSet]:
    """The named event sets; none if there is no file."""
    if not path.exists():
        return {}
    document = read_document(path)
    sets = parse(EventSets, document).sets
    known = events()
    for name, one in sets.items():
        if name in known:
            raise at(path, document.line(("sets", name)), f"'{name}' is an event, not a set")
        for n, event in enumerate(one.events):
            if event not in known:
                raise at(
                    path, document.line(("sets", name, "events", n)),
                    f"there is no event '{event}': {nearest(event, known)}",
                )  # fmt: skip
        for n, other in enumerate(one.also_read_as):
            if other not in sets:
                raise at(
                    path, document.line(("sets", name, "also_read_as", n)),
                    f"there is no event set '{other}': {nearest(other, sets)}",
                )  # fmt: skip
    return sets


def parse(model: type[Model], document: Document) -> Model:
    """A document as a model, or its first fault as a sentence."""
    try:
        return model.model_validate(document.values)
    except ValidationError as error:
        faults = sorted(
            error.errors(),
            key=lambda e: _FIRST.index(e["type"]) if e["type"] in _FIRST else len(_FIRST),
        )
        raise _sentence(model, document, faults[0]) from None


def _sentence(model: type[BaseModel], document: Document, fault: Any) -> AudienceError:
    loc: tuple[str | int, ...] = fault["loc"]
    place = _place(document.values, loc)
    line = document.line(place)
    last = loc[-1] if loc else ""
    kind = fault["type"]
    if kind == "extra_forbidden":
        valid = _keys(_model(model, loc[:-1]))
        text = f"'{last}' is not known here: {nearest(str(last), valid)}"
    elif kind in ("union_tag_not_found", "union_tag_invalid"):
        given = next(iter(fault["input"]), "") if isinstance(fault["input"], dict) else None
        line = document.line((*place, given)) if given else line
        text = (
            f"'{given}' is no kind of condition: {nearest(str(given), schema.HEADS)}"
            if given is not None
            else f"a condition was expected, such as `tag: member`, found {_shown(fault['input'])}"
        )
    elif kind == "missing":
        text = f"'{last}' is missing"
        if last == "window":
            text += f"; a window says which days count: {', '.join(windows.KINDS)}"
    elif kind == "value_error":
        text = str(fault["ctx"]["error"])
    else:
        about = next((str(p) for p in reversed(place) if isinstance(p, str)), "the file")
        text = (
            f"'{about}' has the wrong form: {fault['msg'].lower()}, found {_shown(fault['input'])}"
        )
    return at(document.path, line, text)


def _shown(value: Any) -> str:
    text = str(value)
    return f"'{text}'" if len(text) <= 60 else f"'{text[:57]}…'"


def _place(values: Any, loc: tuple[str | int, ...]) -> Place:
    """The place in the file of a pydantic location, which also names union members."""
    place: list[str | int] = []
    for step in loc:
        if _is_condition(place) and step in schema.HEADS:
            # The kind of condition stands between a condition and its keys.
            place.append("_")
            continue
        is_key = isinstance(values, dict) and step in values
        if is_key or (isinstance(values, list) and isinstance(step, int) and step < len(values)):
            values = values[step]
            place.append(step)
    return tuple(step for step in place if step != "_")


def _is_condition(place: list[str | int]) -> bool:
    """Whether a place is that of a condition itself."""
    if not place:
        return False
    if isinstance(place[-1], int):
        return len(place) > 1 and place[-2] in ("all", "any")
    return place[-1] in ("who", "not")


def _model(top: type[BaseModel], loc: tuple[str | int, ...]) -> type[BaseModel]:
    """The model that a location is inside of."""
    names = [step for step in loc if isinstance(step, str)]
    if not names:
        return top
    last = names[-1]
    before = names[-2] if len(names) > 1 else ""
    if last == before and last in schema.SOURCES:
        return schema.Rows
    if last in schema.HEADS and not (last == before and last in _BODIES):
        return schema.HEADS[last]
    if top is EventSets:
        return EventSet
    return _BODIES.get(last, top)


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
