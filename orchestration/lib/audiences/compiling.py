"""A set of audiences as one query: who meets which conditions, and who may be reached.

Belongs here: joining the meanings of all leaves into one expression, and its SQL for either engine.
Does not belong here: what a single condition means (leaves.py), running it (evaluating.py).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

import ibis
import ibis.expr.types as ir

from orchestration.lib.audiences import consent
from orchestration.lib.audiences.catalogue import Catalogue
from orchestration.lib.audiences.errors import AudienceError
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.leaves import Frame, meaning
from orchestration.lib.audiences.measures import Measure, Pick
from orchestration.lib.audiences.measuring import Meaning, answered
from orchestration.lib.audiences.schema import All, AnyOf, Audience, InAudience, Not, head
from orchestration.lib.audiences.tree import leaves
from orchestration.lib.audiences.windows import Now

Engine = Literal["duckdb", "pyspark"]
# Bits of a person's answer for one audience: the conditions hold, consent allows it, then one bit
# per condition in the order of the file.
MEETS, ALLOWED, FIRST_CONDITION = 1, 2, 4
MOST_CONDITIONS = 60
MONEY_DAYS = 365
_CONDITION = re.compile(r"\b[cw]\d+\b")  # a condition's or way's own name, until its bit is known


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
        expression: one_id; a bit per different condition and per way to be allowed, in whole
            numbers (``b0_0``, ...); money; columns that limits rank by.
        meets, is_allowed, conditions: By question key, boolean expressions over these columns: our
            own names, bits, `and`, `or`, `not` and brackets, the same SQL on every engine.
        limits: Column that a limit ranks by, by question key.
    """

    expression: ir.Table = field(repr=False)
    meets: Mapping[str, str]
    is_allowed: Mapping[str, str]
    conditions: Mapping[str, tuple[str, ...]]
    limits: Mapping[str, str]

    def sql(self, engine: Engine = "duckdb") -> str:
        """The SQL of an engine; every value in it was written by the library as a literal."""
        return str(ibis.to_sql(self.expression, dialect=engine))

    def members(self, key: str) -> str:
        """Whether a row of the result is a member, but for a limit."""
        return f"({self.meets[key]}) and {self.is_allowed[key]}"

    def bits(self, key: str) -> str:
        """The whole answer as one number: MEETS, ALLOWED, then a bit per condition."""
        parts = [(self.meets[key], MEETS), (self.is_allowed[key], ALLOWED)]
        parts += [(one, FIRST_CONDITION << n) for n, one in enumerate(self.conditions[key])]
        return (
            "(" + " + ".join(f"case when {one} then {bit} else 0 end" for one, bit in parts) + ")"
        )


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
    return _Compiler(files, catalogue, as_of, brand_zone).compiled(questions)


class _Compiler:
    """Collects meanings first, so that all measures are known before the relation is made."""

    def __init__(
        self, files: AudienceFiles, catalogue: Catalogue, as_of: date, brand_zone: str
    ) -> None:
        self._files, self._catalogue = files, catalogue
        self._as_of, self._zone = as_of, brand_zone
        self._meanings: dict[str, Meaning] = {}  # by name
        self._names: dict[str, str] = {}  # by what the condition says and is read within
        self._reach: dict[tuple[str, tuple[str, ...], str], str] = {}

    def compiled(self, questions: Sequence[Question]) -> Compiled:
        """The query of these questions, and of all that they ask about."""
        meets: dict[str, str] = {}
        conditions: dict[str, tuple[str, ...]] = {}
        for question in questions:
            found = self._conditions(question.audience, question.zone)
            conditions[question.key] = found
            meets[question.key] = _joined(question.audience.who, iter(found))
        allowed = {one.key: self._allowed(one.audience) for one in questions}
        now = Now(self._as_of, self._zone, self._zone).instant
        recent = Measure(
            Pick("orders", (), "paid_at", now - timedelta(days=MONEY_DAYS), now),
            "sum",
            "net_revenue_cny",
        )
        people = answered(self._catalogue, self._meanings, [recent])
        columns: dict[str, Any] = {"one_id": people.wide.one_id, **people.packed}
        ranked = {
            one.key: one.audience.limit.best_by
            for one in questions
            if one.audience.limit is not None
        }
        limits = {name: f"l{n}" for n, name in enumerate(dict.fromkeys(ranked.values()))}
        for name, column in limits.items():
            columns[column] = people.wide[name]
        columns["net_revenue_cny"] = people.wide.net_revenue_cny.fill_null(0)
        columns["recent_net_revenue_cny"] = people[recent].fill_null(0)

        def spelled(said: str) -> str:
            return _CONDITION.sub(lambda found: people.tests[found[0]], said)

        return Compiled(
            people.wide.select(**columns),
            {key: spelled(said) for key, said in meets.items()},
            {key: f"({spelled(said)})" for key, said in allowed.items()},
            {key: tuple(map(spelled, said)) for key, said in conditions.items()},
            {key: limits[name] for key, name in ranked.items()},
        )

    def _conditions(self, audience: Audience, zone: str) -> tuple[str, ...]:
        """The name of every leaf; for one that asks about an audience, that one's expression."""
        found = leaves(audience.who)
        if len(found) > MOST_CONDITIONS:
            raise AudienceError(
                f"audience '{audience.name}' has {len(found)} conditions and may have "
                f"{MOST_CONDITIONS}: move some into an audience of their own and ask about that"
            )
        frame = Frame(self._files, self._catalogue, audience, Now(self._as_of, self._zone, zone))
        return tuple(self._condition(leaf.condition, frame) for leaf in found)

    def _condition(self, condition: Any, frame: Frame) -> str:
        if isinstance(condition, InAudience):
            other = self._files[condition.audience]
            inner = self._conditions(other, other.timezone or self._zone)
            return f"({_joined(other.who, iter(inner))})"
        said = condition.model_dump_json(exclude={"label"})
        return self._named(
            f"{head(condition)} {said} {frame.now.zone} {frame.audience.brand}",
            "c",
            lambda: meaning(condition, frame),
        )

    def _allowed(self, audience: Audience) -> str:
        key = (audience.purpose, audience.channels, audience.brand)
        if key not in self._reach:
            self._reach[key] = self._named(
                f"reach {key}",
                "w",
                lambda: consent.allowed(
                    *key, marketing=self._catalogue.marketing_purpose, as_of=self._as_of
                ),
            )
        return self._reach[key]

    def _named(self, key: str, prefix: str, make: Callable[[], Meaning]) -> str:
        """The name of a condition: the same condition of two audiences is computed once."""
        if key not in self._names:
            self._names[key] = f"{prefix}{len(self._names)}"
            self._meanings[self._names[key]] = make()
        return self._names[key]


def _joined(condition: Any, answers: Iterator[str]) -> str:
    """The answers of the leaves, in order, put together as the tree says."""
    if isinstance(condition, Not):
        return f"not ({_joined(condition.not_, answers)})"
    if isinstance(condition, All | AnyOf):
        is_all = isinstance(condition, All)
        children = condition.all if isinstance(condition, All) else condition.any
        parts = [f"({_joined(child, answers)})" for child in children]
        return (" and " if is_all else " or ").join(parts)
    return next(answers)
