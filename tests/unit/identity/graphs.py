"""Seeded random graphs of tokens, and the components that a plain union-find gives them.

Belongs here: what several tests of the components share. Does not belong here: any SQL.
"""

import random
from collections.abc import Iterable
from hashlib import sha256
from itertools import pairwise

Pairs = list[tuple[str, str]]


def token(name: str) -> str:
    """A token as in raw/: 64 hex digits."""
    return sha256(name.encode()).hexdigest()


def union_find(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Name of every vertex's component (start of its smallest token), by union-find."""
    parent: dict[str, str] = {}

    def find(vertex: str) -> str:
        parent.setdefault(vertex, vertex)
        while parent[vertex] != vertex:
            parent[vertex] = parent[parent[vertex]]
            vertex = parent[vertex]
        return vertex

    for a, b in pairs:
        root_a, root_b = find(a), find(b)
        if root_a != root_b:
            parent[max(root_a, root_b)] = min(root_a, root_b)
    return {vertex: find(vertex)[:16] for vertex in parent}


def random_pairs(seed: int, *, clusters: int = 200, chains: int = 8, hub: int = 500) -> Pairs:
    """Clusters of 2-8, chains of 10-60, hubs, lone vertices and random noise between them."""
    rng = random.Random(seed)
    pairs: Pairs = []
    vertex = 0

    def fresh() -> str:
        nonlocal vertex
        vertex += 1
        return token(f"{seed}-{vertex}")

    for _ in range(clusters):
        members = [fresh() for _ in range(rng.randint(2, 8))]
        pairs += [(members[0], member) for member in members[1:]]
    for _ in range(chains):
        chain = [fresh() for _ in range(rng.randint(10, 60))]
        pairs += list(pairwise(chain))
    pairs += list(pairwise([fresh() for _ in range(60)]))
    centre = fresh()
    pairs += [(centre, fresh()) for _ in range(hub)]
    pairs += [(lone, lone) for lone in (fresh() for _ in range(50))]
    known = [a for a, _ in pairs]
    pairs += [(rng.choice(known), rng.choice(known)) for _ in range(rng.randint(0, 60))]
    pairs += pairs[:20]
    return pairs


def shuffled(pairs: Pairs, *, seed: int) -> Pairs:
    """The pairs in another order, half of them turned."""
    rng = random.Random(seed)
    turned = [(b, a) if rng.random() < 0.5 else (a, b) for a, b in pairs]
    rng.shuffle(turned)
    return turned
