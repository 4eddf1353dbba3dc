"""The shortest chain of records between two identifiers of one person.

Belongs here: the search. Every step is a link that holds; strong identifiers are never joined through
a weak one, which only hangs on the person it was seen with. A cluster without a member id, unionid
or verified phone may hang on another cluster by one (a WeCom contact by a phone typed as remark).
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.lib.identity.explaining.links import Link, Links

# A token, and for a weak one the cluster it was reached from.
_State = tuple[str, str | None]


@dataclass(frozen=True)
class Step:
    """From one identifier to the next: by a strong link, or weakly by record groups."""

    start: str
    end: str
    link: Link | None = None
    weak_groups: tuple[str, ...] = ()


def shortest_path(links: Links, start: str, end: str) -> list[Step] | None:
    """Fewest steps from ``start`` to ``end``; among equals the one over the smallest tokens.

    Returns:
        None if nothing connects them; an empty list for an identifier and itself.
    """
    if start == end:
        return []
    graph = _Graph(links, cross=not _same_cluster(links, start, end))
    first: _State = (start, None)
    came: dict[_State, tuple[_State, Step] | None] = {first: None}
    queue: deque[_State] = deque([first])
    while queue:
        state = queue.popleft()
        for following, step in graph.leaving(state):
            if following in came:
                continue
            came[following] = (state, step)
            if following[0] == end:
                return _walked(came, following)
            queue.append(following)
    return None


def _same_cluster(links: Links, a: str, b: str) -> bool:
    clusters = links.cluster_of
    return a in clusters and clusters.get(a) == clusters.get(b)


def _walked(came: dict[_State, tuple[_State, Step] | None], state: _State) -> list[Step]:
    steps = []
    while (before := came[state]) is not None:
        state, step = before
        steps.append(step)
    return steps[::-1]


class _Graph:
    """Steps that may be taken. ``cross``: whether weak links may be used at all."""

    def __init__(self, links: Links, *, cross: bool) -> None:
        self._links = links
        self._by_token: dict[str, list[Link]] = {}
        for link in links.strong:
            for token in link.members:
                self._by_token.setdefault(token, []).append(link)
        self._weak: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
        for (a, b), groups in links.weak.items() if cross else ():
            self._weak.setdefault(a, []).append((b, groups))
            self._weak.setdefault(b, []).append((a, groups))

    def leaving(self, state: _State) -> Iterator[tuple[_State, Step]]:
        token, came_from = state
        by_other: dict[str, Link] = {}
        for link in self._by_token.get(token, ()):
            for other in link.members:
                if other != token:
                    by_other.setdefault(other, link)
        for other in sorted(by_other):
            yield (other, None), Step(token, other, link=by_other[other])
        for other, groups in sorted(self._weak.get(token, ())):
            following = self._weakly(token, other, came_from)
            if following is not None:
                yield following, Step(token, other, weak_groups=groups)

    def _weakly(self, token: str, other: str, came_from: str | None) -> _State | None:
        """The state after a weak step; None where the step would join what is not joined."""
        clusters, hosts = self._links.cluster_of, self._links.host_clusters
        here, there = clusters.get(token), clusters.get(other)
        if here is not None and there is not None:
            # A phone verified by one cluster and typed for the other.
            return (other, None) if here != there and {here, there} & hosts else None
        if here is not None:
            return (other, here)
        if there is None:
            return None
        if came_from is None:
            return (other, None)
        return (other, None) if came_from != there and {came_from, there} & hosts else None
