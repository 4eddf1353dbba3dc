"""A set of audiences as one query: who meets which conditions, and who may be reached.

Belongs here: joining the meanings of all leaves into one expression, and its SQL for either engine.
Does not belong here: what a single condition means (leaves.py), running it (evaluating.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from orchestration.lib.audiences import consent
from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.leaves import Frame, Meaning, meaning
from orchestration.lib.audiences.measures import (
    AnyMeasure,
    Column,
    Measure,
    Measured,
    Pick,
    measured,
)
from orchestration.lib.audiences.schema import All, AnyOf, Audience, InAudience, Not
from orchestration.lib.audiences.tree import leaves
from orchestration.lib.audiences.windows import Now

Engine = Literal["duckdb", "pyspark"]
# Bits of a person's answer for one audience: the conditions hold, consent allows it, then one bit
# per condition in the order of the file.
MEETS, ALLOWED, FIRST_CONDITION = 1, 2, 4
MOST_CONDITIONS = 60
MONEY_DAYS = 365


@dataclass(frozen=True)
class Question:
    """One audience to evaluate; readings are audiences under another name.

    Args:
        key: Unique name; a column of the result.
        audience: The definition.
        zone: Zone of its days.
    """

    key: str
    audience: Audience
    zone: str


@dataclass(frozen=True)
class Compiled:
    """The query and what its columns mean.

    Args:
        expression: one_id, one bigint of bits per question (``a0``, ``a1``, ...), money columns.
        columns: Column by question key.
    """

    expression: ir.Table = field(repr=False)
    columns: Mapping[str, str]
    limits: Mapping[str, str]  # column that a limit ranks by, per question key

    def sql(self, engine: Engine = "duckdb") -> str:
        """The SQL of an engine; every value in it was written by the library as a literal."""
        return str(ibis.to_sql(self.expression, dialect=engine))


def compile_questions(
    files: AudienceFiles,
    catalogue: Catalogue,
    questions: Sequence[Question],
    *,
    as_of: date,
    brand_zone: str,
) -> Compiled:
    """All questions in one query, with one scan of each table.

    Args:
        files: Audiences that conditions may ask about, and the event sets.
        catalogue: Tables as they are published; the files were checked against it.
        questions: What to evaluate.
        as_of: Day the tables describe.
        brand_zone: Zone in which that day ends.
    """
    compiler = _Compiler(files, catalogue, as_of, brand_zone)
    for question in questions:
        compiler.prepare(question.audience, question.zone)
    return compiler.compiled(questions)


class _Compiler:
    """Collects meanings first, so that all measures are known before the relation is made."""

    def __init__(
        self, files: AudienceFiles, catalogue: Catalogue, as_of: date, brand_zone: str
    ) -> None:
        self._files, self._catalogue = files, catalogue
        self._as_of, self._zone = as_of, brand_zone
        self._meanings: dict[tuple[int, int], Meaning] = {}
        self._kept: list[Audience] = []
        self._needs: dict[AnyMeasure, None] = {}
        self._reach: dict[tuple[str, tuple[str, ...]], Meaning] = {}

    def prepare(self, audience: Audience, zone: str) -> None:
        """The meanings of every leaf of an audience, and of those it asks about."""
        if any(one is audience for one in self._kept):
            return
        self._kept.append(audience)
        now = Now(self._as_of, self._zone, zone)
        frame = Frame(self._files, self._catalogue, audience, now)
        found = leaves(audience.who)
        if len(found) > MOST_CONDITIONS:
            raise AudienceError(
                f"audience '{audience.name}' has {len(found)} conditions and may have "
                f"{MOST_CONDITIONS}: move some into an audience of their own and ask about that"
            )
        for n, leaf in enumerate(found):
            if isinstance(leaf.condition, InAudience):
                other = self._files[leaf.condition.audience]
                self.prepare(other, other.timezone or self._zone)
            else:
                self._add((id(audience), n), meaning(leaf.condition, frame))
        key = (audience.purpose, audience.channels)
        if key not in self._reach:
            allowed = consent.allowed(
                *key, marketing=self._catalogue.marketing_purpose, as_of=self._as_of
            )
            self._reach[key] = allowed
            self._needs.update(dict.fromkeys(allowed.needs))

    def _add(self, key: tuple[int, int], found: Meaning) -> None:
        self._meanings[key] = found
        self._needs.update(dict.fromkeys(found.needs))

    def compiled(self, questions: Sequence[Question]) -> Compiled:
        recent = Measure(
            Pick(
                "orders", (), "paid_at",
                Now(self._as_of, self._zone, self._zone).instant - timedelta(days=MONEY_DAYS),
                Now(self._as_of, self._zone, self._zone).instant,
            ),
            "sum", "net_revenue_cny",
        )  # fmt: skip
        self._needs[recent] = None
        wide = measured(self._catalogue, self._needs)
        columns: dict[str, Column] = {"one_id": wide.wide.one_id}
        names: dict[str, str] = {}
        limits: dict[str, str] = {}
        for n, question in enumerate(questions):
            names[question.key] = f"a{n}"
            columns[f"a{n}"] = self._bits(question.audience, wide)
            if question.audience.limit is not None:
                limits[question.key] = f"l{n}"
                columns[f"l{n}"] = wide.wide[question.audience.limit.best_by]
        columns["net_revenue_cny"] = wide.wide.net_revenue_cny.fill_null(0)
        columns["recent_net_revenue_cny"] = wide[recent].fill_null(0)
        return Compiled(wide.wide.select(**columns), names, limits)

    def _bits(self, audience: Audience, wide: Measured) -> Column:
        found = leaves(audience.who)
        answers = [self._leaf(audience, n, wide) for n in range(len(found))]
        meets = _joined(audience.who, iter(answers))
        allowed = self._reach[audience.purpose, audience.channels].holds(wide).fill_null(False)
        bits = _bit(meets, MEETS) + _bit(allowed, ALLOWED)
        for n, answer in enumerate(answers):
            bits = bits + _bit(answer, FIRST_CONDITION << n)
        return bits

    def _leaf(self, audience: Audience, n: int, wide: Measured) -> Column:
        condition = leaves(audience.who)[n].condition
        if isinstance(condition, InAudience):
            other = self._files[condition.audience]
            inner = [self._leaf(other, k, wide) for k in range(len(leaves(other.who)))]
            return _joined(other.who, iter(inner))
        return self._meanings[id(audience), n].holds(wide).fill_null(False)


def _joined(condition: Any, answers: Any) -> Column:
    """The answers of the leaves, in order, put together as the tree says."""
    if isinstance(condition, Not):
        return ~_joined(condition.not_, answers)
    if isinstance(condition, All):
        parts = [_joined(child, answers) for child in condition.all]
    elif isinstance(condition, AnyOf):
        parts = [_joined(child, answers) for child in condition.any]
    else:
        return next(answers)
    found = parts[0]
    for part in parts[1:]:
        found = (found & part) if isinstance(condition, All) else (found | part)
    return found


def _bit(answer: Column, bit: int) -> Column:
    return answer.ifelse(ibis.literal(bit, "int64"), ibis.literal(0, "int64"))
