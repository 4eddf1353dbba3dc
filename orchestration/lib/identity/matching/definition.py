"""What is compared and how: the model of one matching job.

Belongs here: the model's parts and what makes them consistent. Does not belong here: reading YAML
(files.py) or the SQL of a field (comparisons.py) or of a block (blocks.py).
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field

from orchestration.lib.identity.matching.errors import MatchModelError

# Similarities of a kind below "equal", best first. Distances count changed digits; a swap of two
# neighbours is one. A name's numbers are Jaro-Winkler similarities.
KINDS: dict[str, tuple[float, ...]] = {
    "exact": (),
    "name": (0.92, 0.88, 0.7),
    "text": (0.92, 0.8),
    "date": (1, 2),
    "digits": (1, 2),
    "postcode": (1, 2),
}
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_TERM = re.compile(r"^(?P<field>\w+)(?:\[:(?P<prefix>\d+)\]|(?P<near>~)|\|(?P<other>\w+))?$")


@dataclass(frozen=True)
class MatchField:
    """One column that is compared.

    Args:
        name: The column.
        kind: One of KINDS; says how alike two values can be.
        within: For kinds that count digits: how many may differ. Default: what KINDS says.
        frequent_values: True if equal rare values say more than equal frequent ones.
        agreement: Share of pairs of one person that are equal, then of each weaker similarity;
            the rest differs. Empty: estimated from the records.
    """

    name: str
    kind: str
    within: int | None = None
    frequent_values: bool = False
    agreement: tuple[float, ...] = ()

    @property
    def similarities(self) -> tuple[float, ...]:
        """The levels between equal and different, best first."""
        levels = KINDS[self.kind]
        return levels if self.within is None else tuple(s for s in levels if s <= self.within)


@dataclass(frozen=True)
class Term:
    """A part of a block: a field, its beginning, nearly the field, or two fields in any order."""

    field: str
    prefix: int | None = None
    is_near: bool = False
    other: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field, self.other) if self.other else (self.field,)


Block = tuple[Term, ...]


def parse_block(terms: list[str]) -> Block:
    """Terms as people write them: ``surname``, ``postcode[:2]``, ``phone~``, ``given|family``.

    >>> parse_block(["phone~"])
    (Term(field='phone', prefix=None, is_near=True, other=None),)
    """
    parsed = []
    for term in terms:
        found = _TERM.match(str(term))
        if not found:
            raise MatchModelError(
                f"block term '{term}' is none of: field, field[:3], field~, field|other"
            )
        prefix = found["prefix"]
        parsed.append(
            Term(
                found["field"], int(prefix) if prefix else None, bool(found["near"]), found["other"]
            )
        )
    if sum(term.is_near for term in parsed) > 1:
        raise MatchModelError(f"block {terms} has more than one term with ~; give it two blocks")
    return tuple(parsed)


@dataclass(frozen=True)
class MatchModel:
    """A whole job.

    Args:
        fields: What is compared.
        blocks: Pairs are compared if they agree on all terms of one block.
        certain: Blocks whose pairs are nearly all of one person; they say how many matches to expect.
        certain_recall: Share of all matches that ``certain`` finds, 0-1.
        certain_minimum: Pairs ``certain`` must find before anything is scored.
        training: Fields that are equal in the pairs from which agreement is estimated, a round each.
        largest_block: A value of more records than this does not block (a placeholder birthday).
        sample_pairs: Random pairs that say how often strangers agree.
        seed: Which random pairs.
    """

    fields: tuple[MatchField, ...]
    blocks: tuple[Block, ...]
    certain: tuple[Block, ...]
    certain_recall: float
    certain_minimum: int = 1
    training: tuple[tuple[str, ...], ...] = ()
    largest_block: int = 500
    sample_pairs: int = 2_000_000
    seed: int = 7
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(f.name for f in self.fields))
        self._check_fields()
        used = [n for b in (*self.blocks, *self.certain) for t in b for n in t.fields]
        used += [name for names in self.training for name in names]
        unknown = sorted(set(used) - set(self.names))
        if unknown:
            raise MatchModelError(f"blocks or training name {unknown[0]}, which is no field")
        if not self.blocks or not self.certain or not all((*self.blocks, *self.certain)):
            raise MatchModelError("give at least one block and one certain block, each with a term")
        if not 0 < self.certain_recall <= 1:
            raise MatchModelError(f"certain recall is {self.certain_recall}; it must be in (0, 1]")
        if min(self.largest_block, self.sample_pairs, self.certain_minimum) < 1:
            raise MatchModelError("largest_block, sample_pairs and certain minimum must be above 0")

    def _check_fields(self) -> None:
        if not self.fields or len(set(self.names)) < len(self.names):
            raise MatchModelError("give at least one field, and each field once")
        for f in self.fields:
            if not _NAME.match(f.name) or f.kind not in KINDS:
                raise MatchModelError(
                    f"field '{f.name}' is of kind '{f.kind}': names are lower case, kinds are "
                    f"{', '.join(KINDS)}"
                )
            if f.agreement and len(f.agreement) != len(f.similarities) + 1:
                raise MatchModelError(
                    f"field '{f.name}' states {len(f.agreement)} shares of agreement; a "
                    f"{f.kind} has {len(f.similarities) + 1}"
                )
            if f.agreement and not (min(f.agreement) > 0 and sum(f.agreement) < 1):
                raise MatchModelError(
                    f"field '{f.name}': shares of agreement are above 0, their sum below 1"
                )
            if not f.agreement and not any(f.name not in names for names in self.training):
                raise MatchModelError(
                    f"field '{f.name}' has no agreement and no round of training to estimate it"
                )

    @property
    def digest(self) -> str:
        """Names the definition: 16 hex digits, the same for the same definition."""
        content = json.dumps(
            {k: v for k, v in asdict(self).items() if k != "names"}, sort_keys=True
        )
        return hashlib.sha256(content.encode()).hexdigest()[:16]
