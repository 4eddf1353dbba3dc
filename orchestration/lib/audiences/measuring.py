"""Measures and conditions as relations: one scan of a table holds all that is counted in it.

Belongs here: aggregates as ibis expressions, and where a condition is answered. Does not belong
here: which rows count (measures.py), what a condition means (leaves.py).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from itertools import chain
from operator import add
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir

from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.measures import (
    ONE_ID,
    AnyMeasure,
    Column,
    Measure,
    holds,
    source_rows,
    table,
)
from orchestration.lib.audiences.special_measures import special

# What the text of a tag is read as; text that is none is unknown.
_TEXT_AS = {"number": "decimal(38,6)", "date": "date"}
BITS = 60  # conditions in one column: a bigint without its sign, and some to spare


class Measured(Protocol):
    """A row of a person: its measures, and in `wide` the columns of the profile."""

    @property
    def wide(self) -> ir.Table: ...

    def __getitem__(self, measure: AnyMeasure) -> Column: ...


@dataclass(frozen=True)
class Meaning:
    """What a condition needs, and when it holds for a person; with needs, it asks no profile column."""

    needs: tuple[AnyMeasure, ...]
    holds: Callable[[Measured], Column]


@dataclass(frozen=True)
class _Row:
    """Measures as columns of a relation."""

    wide: ir.Table
    names: Mapping[AnyMeasure, str]

    def __getitem__(self, measure: AnyMeasure) -> Column:
        return self.wide[self.names[measure]]


@dataclass(frozen=True)
class _NoRow(_Row):
    """What is known of a person of whom a table has no row: nothing."""

    def __getitem__(self, measure: AnyMeasure) -> Column:
        return ibis.null(self.wide.schema()[self.names[measure]])


@dataclass(frozen=True)
class Answers:
    """The people of the profile with an answer to every condition, and measures asked for beside.

    Args:
        wide: One row per person: the columns of the profile, and the measures asked for.
        packed: Columns of whole numbers, a bit per condition.
        tests: Whether a condition holds, as SQL over the packed columns, the same on every engine.
    """

    wide: ir.Table
    packed: Mapping[str, Column]
    tests: Mapping[str, str]
    _names: Mapping[AnyMeasure, str]

    def __getitem__(self, measure: AnyMeasure) -> Column:
        return self.wide[self._names[measure]]


def answered(
    catalogue: Catalogue, meanings: Mapping[str, Meaning], beside: Iterable[Measure]
) -> Answers:
    """All conditions, joined to the people of the profile.

    Plain measures of one source are aggregates of one scan; the others are small relations of
    their own. Conditions on measures of one relation are answered there: what is joined is a bit
    for each of them instead of what they were found from (a sum has 16 bytes).

    Args:
        meanings: Conditions by their name.
        beside: Measures that are wanted themselves.
    """
    beside = list(beside)
    asked = chain(chain.from_iterable(one.needs for one in meanings.values()), beside)
    names = {measure: f"m{n}" for n, measure in enumerate(dict.fromkeys(asked))}
    relations = _relations(catalogue, names)
    place = {measure: n for n, (_, found) in enumerate(relations) for measure in found}
    by_place: dict[int | None, list[str]] = {}
    for key, found in meanings.items():
        places = {place[one] for one in found.needs}
        by_place.setdefault(min(places) if len(places) == 1 else None, []).append(key)
    later = by_place.pop(None, [])
    kept = {one for key in later for one in meanings[key].needs} | set(beside)

    people = table(catalogue, "profile.customer_360")
    wide, tests, absent = people, {}, {}
    for n, (relation, found) in enumerate(relations):
        columns = {f"k{n}": relation[ONE_ID]}
        columns |= {names[one]: relation[names[one]] for one in found if one in kept}
        for column, keys in _blocks(by_place.get(n, []), f"b{n}"):
            chosen = [meanings[key].holds for key in keys]
            columns[column] = _packed([one(_Row(relation, names)) for one in chosen])
            absent[column] = _packed([one(_NoRow(relation, names)) for one in chosen])
            tests |= _tests(column, keys)
        keyed = relation.select(**columns)
        wide = wide.left_join(keyed, people[ONE_ID] == keyed[f"k{n}"])
    packed = {column: wide[column].fill_null(bits) for column, bits in absent.items()}
    for column, keys in _blocks(later, "b"):
        packed[column] = _packed([meanings[key].holds(_Row(wide, names)) for key in keys])
        tests |= _tests(column, keys)
    return Answers(wide, packed, tests, names)


def _blocks(keys: list[str], prefix: str) -> list[tuple[str, list[str]]]:
    """Conditions in groups that fit a column, with its name."""
    starts = range(0, len(keys), BITS)
    return [(f"{prefix}_{n}", keys[start : start + BITS]) for n, start in enumerate(starts)]


def _packed(answers: list[Column]) -> Column:
    """Answers as one number, the first as its lowest bit; what nobody knows does not hold."""
    no = ibis.literal(0, "int64")
    bits = [
        ibis.cases((one, ibis.literal(1 << n, "int64")), else_=no) for n, one in enumerate(answers)
    ]
    return reduce(add, bits)


def _tests(column: str, keys: list[str]) -> dict[str, str]:
    return {key: f"({column} & {1 << n}) <> 0" for n, key in enumerate(keys)}


def _relations(
    catalogue: Catalogue, names: Mapping[AnyMeasure, str]
) -> list[tuple[ir.Table, list[AnyMeasure]]]:
    """Relations of one row per person, with the measures each of them has."""
    plain: dict[str, list[Measure]] = {}
    for measure in names:
        if isinstance(measure, Measure):
            plain.setdefault(measure.pick.source, []).append(measure)
    found: list[tuple[ir.Table, list[AnyMeasure]]] = [
        (_aggregated(source_rows(catalogue, source), measures, names), [*measures])
        for source, measures in sorted(plain.items())
    ]
    found += [
        (special(catalogue, measure, name), [measure])
        for measure, name in names.items()
        if not isinstance(measure, Measure)
    ]
    return found


def _aggregated(
    rows: ir.Table, measures: list[Measure], names: Mapping[AnyMeasure, str]
) -> ir.Table:
    """One row per person with these measures.

    What all of them leave out at the end, usually what came after the moment of the evaluation, is
    filtered once instead of once per measure.
    """
    columns = {one.pick.at for one in measures}
    ends = [one.pick.end for one in measures if one.pick.end is not None]
    last = max(ends) if len(columns) == 1 and len(ends) == len(measures) else None
    if last is not None:
        [at] = columns
        rows = rows.filter(rows[at or ""] < ibis.literal(last, "timestamp"))
    return rows.group_by(ONE_ID).aggregate(
        **{names[one]: _aggregate(rows, one, until=last) for one in measures}
    )


def _aggregate(rows: ir.Table, measure: Measure, *, until: datetime | None) -> Column:
    """One aggregate of rows that all lie before ``until``."""
    pick = measure.pick
    column: Any = measure.column or pick.at
    if until is not None and pick.end == until:
        pick = replace(pick, end=None, at=pick.at if pick.start is not None else None)
    where = holds(rows, pick)
    if measure.aggregate == "count":
        return rows.count(where=where)
    if measure.aggregate in _TEXT_AS:
        return rows[column].try_cast(_TEXT_AS[measure.aggregate]).max(where=where)
    if measure.aggregate == "sum":
        return rows[column].sum(where=where)
    return rows[column].max(where=where)
