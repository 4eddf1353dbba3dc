"""The register of identifiers: who owns each, which ones reached landing, and what links them.

Belongs here: values in the form the loader normalises to, ownership, evidence. Does not belong
here: on which record an identifier stands, which the channel modules decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa


@dataclass
class Kind:
    """All identifiers of one type and scope.

    Args:
        values: Normalised text, as it is tokenised.
        written: Text as the channel writes it.
        person: Owner per value; -1 where nobody or several people own it.
        seen: Whether the value reached landing.
        verified: Whether it stood on a record as a strong identifier.
    """

    type: str
    scope: str | None
    values: pa.Array
    written: pa.Array
    person: np.ndarray
    shared: np.ndarray
    recycled: np.ndarray
    seen: np.ndarray
    verified: np.ndarray
    base: int


# Kind and index per record, -1 where the record has none of that kind.
Evidence = Sequence[tuple[str, np.ndarray]]


@dataclass
class Register:
    """Identifiers by kind; a node is ``base + index``, unique over all kinds."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    size: int = 0
    strong_pairs: list[np.ndarray] = field(default_factory=list)
    weak_pairs: list[np.ndarray] = field(default_factory=list)

    def add(
        self,
        name: str,
        type: str,
        scope: str | None,
        *,
        values: pa.Array,
        person: np.ndarray,
        written: pa.Array | None = None,
    ) -> None:
        count = len(values)
        self.kinds[name] = Kind(
            type, scope, values, values if written is None else written,
            person.astype(np.int64), np.zeros(count, bool), np.zeros(count, bool),
            np.zeros(count, bool), np.zeros(count, bool), self.size,
        )  # fmt: skip
        self.size += count

    def column(self, name: str, index: np.ndarray) -> pa.Array:
        """Written values at ``index`` (-1: null); marks them as seen."""
        kind = self.kinds[name]
        missing = index < 0
        kind.seen[index[~missing]] = True
        return kind.written.take(pa.array(np.where(missing, 0, index), mask=missing))

    def observe(self, strong: Evidence, weak: Evidence = ()) -> None:
        """Note which identifiers stood together on records, one entry per record and kind.

        Strong identifiers are linked to the record's first strong one, weak ones to it as well.
        """
        anchor = np.full(len(strong[0][1]), -1)
        for name, index in strong:
            self.kinds[name].verified[index[index >= 0]] = True
            node = self._node(name, index)
            both = (anchor >= 0) & (node >= 0)
            self.strong_pairs.append(_distinct_pairs(anchor[both], node[both]))
            anchor = np.where(anchor >= 0, anchor, node)
        for name, index in weak:
            node = self._node(name, index)
            both = (anchor >= 0) & (node >= 0)
            self.weak_pairs.append(_distinct_pairs(anchor[both], node[both]))

    def _node(self, name: str, index: np.ndarray) -> np.ndarray:
        return np.where(index >= 0, index + self.kinds[name].base, -1)

    def concatenated(self, attribute: str) -> np.ndarray:
        return np.concatenate([getattr(kind, attribute) for kind in self.kinds.values()])


def _distinct_pairs(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    pairs = np.stack([a, b], axis=1).astype(np.int64)
    if len(pairs) < 2:
        return pairs
    packed = np.unique(pairs[:, 0] * (1 << 31) + pairs[:, 1])
    return np.stack([packed >> 31, packed & ((1 << 31) - 1)], axis=1)
