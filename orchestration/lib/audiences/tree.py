"""Walking a condition: its leaves in order, and the tables and audiences it needs.

Belongs here: structure that needs no brand and no SQL. Does not belong here: meaning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from orchestration.lib.audiences.catalogue import SOURCES, events
from orchestration.lib.audiences.errors import at, nearest
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.lines import Place
from orchestration.lib.audiences.schema import (
    SOURCES as ROWS,
)
from orchestration.lib.audiences.schema import (
    All,
    AnyOf,
    Audience,
    HasEvents,
    HasPointsExpiring,
    HasSequence,
    InAudience,
    NeedsReplenishment,
    Not,
    ProfileIs,
    Rows,
    TagIs,
    head,
)
from orchestration.lib.audiences.windows import Window


@dataclass(frozen=True)
class Leaf:
    """A condition that holds no others, where it stands, and whether it stands below a `not`."""

    condition: Any
    place: Place
    number: str
    is_negated: bool


def leaves(condition: Any, *, place: Place = ("who",)) -> list[Leaf]:
    """Leaves in the order of the file; numbers as people count: 1, 2, 2.1."""
    return list(_walk(condition, place, "", is_negated=False))


def _walk(condition: Any, place: Place, number: str, *, is_negated: bool) -> Iterator[Leaf]:
    if isinstance(condition, All | AnyOf):
        key = "all" if isinstance(condition, All) else "any"
        for n, child in enumerate(getattr(condition, key)):
            below = f"{number}.{n + 1}" if number else f"{n + 1}"
            yield from _walk(child, (*place, key, n), below, is_negated=is_negated)
    elif isinstance(condition, Not):
        yield from _walk(condition.not_, (*place, "not"), number, is_negated=not is_negated)
    else:
        yield Leaf(condition, place, number or "1", is_negated)


def rows_of(condition: Any) -> tuple[str, Rows] | None:
    """Source and body of a condition over rows."""
    kind = head(condition)
    return (kind, getattr(condition, kind)) if kind in ROWS else None


def windows_of(condition: Any) -> list[tuple[Place, Window]]:
    """Windows of a leaf, by their place below it."""
    rows = rows_of(condition)
    if rows is not None:
        return [((rows[0], "window"), rows[1].window)]
    if isinstance(condition, HasEvents):
        return [(("events", "window"), condition.events.window)]
    if isinstance(condition, HasSequence):
        return [(("sequence", "window"), condition.sequence.window)]
    if isinstance(condition, ProfileIs) and condition.window is not None:
        return [(("window",), condition.window)]
    return []


def audiences_in(condition: Any) -> list[str]:
    """Audiences that a condition asks about, each once."""
    found = [
        one.condition.audience for one in leaves(condition) if isinstance(one.condition, InAudience)
    ]
    return list(dict.fromkeys(found))


def tables_of(files: AudienceFiles, audience: Audience) -> list[str]:
    """Published tables that an audience reads itself, sorted; those of audiences in it not."""
    found = {"profile.customer_360", "profile.customer_consents", "core.privacy_statements"}
    if audience.channels:
        found.add("profile.customer_reachability")
        if audience.brand != "all":
            found.add("profile.customer_brand_reachability")
    for leaf in leaves(audience.who):
        found |= _tables(files, leaf.condition)
    return sorted(found)


def all_tables_of(files: AudienceFiles, audience: Audience) -> list[str]:
    """Published tables that an audience reads, those of audiences it asks about included."""
    found: set[str] = set()
    asked = [audience]
    seen: set[str] = set()
    while asked:
        one = asked.pop()
        found |= set(tables_of(files, one))
        seen.add(one.name)
        asked += [files[n] for n in audiences_in(one.who) if n in files.found and n not in seen]
    return sorted(found)


def _tables(files: AudienceFiles, condition: Any) -> set[str]:
    rows = rows_of(condition)
    said: list[Any] = []
    found: set[str] = set()
    if rows is not None:
        found |= set(SOURCES[rows[0]].tables)
    elif isinstance(condition, TagIs):
        found.add("profile.customer_tags")
    elif isinstance(condition, NeedsReplenishment):
        found |= set(SOURCES["order_lines"].tables)
    elif isinstance(condition, HasPointsExpiring):
        found.add(SOURCES["points"].table)
    elif isinstance(condition, HasEvents):
        said.append(condition.events.of)
    elif isinstance(condition, HasSequence):
        said += [condition.sequence.first, condition.sequence.then]
    said += [w.since.events for _, w in windows_of(condition) if w.since is not None]
    for names in said:
        for name in files.names_of(names):
            if name in events():
                found |= set(SOURCES[events()[name].source].tables)
    return found


def evaluation_order(files: AudienceFiles) -> list[str]:
    """Names so that an audience comes after those it asks about; otherwise by name.

    Raises:
        AudienceError: If one asks about an audience that is not there, or about itself in the end.
    """
    graph = {name: audiences_in(one.audience.who) for name, one in files.found.items()}
    for name, others in graph.items():
        for other in others:
            if other not in graph:
                raise at(
                    files.found[name].document.path, line_of_audience(files, name, other),
                    f"there is no audience '{other}': {nearest(other, graph)}",
                )  # fmt: skip
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        start = circle.index(min(circle))
        circle = [*circle[start:-1], *circle[:start]] if start < len(circle) - 1 else circle[:-1]
        named = circle[0]
        raise at(
            files.found[named].document.path,
            line_of_audience(files, named, circle[1 % len(circle)]),
            f"audiences ask about each other in a circle: {' → '.join([*circle, named])}; "
            "take one of these conditions out",
        ) from None  # fmt: skip
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return order


def line_of_audience(files: AudienceFiles, name: str, other: str) -> int | None:
    """Line on which an audience asks about another."""
    found = files.found[name]
    for leaf in leaves(found.audience.who):
        if isinstance(leaf.condition, InAudience) and leaf.condition.audience == other:
            return found.document.line((*leaf.place, "audience"))
    return None
