"""Links that people decided: manual must and cannot links, accepted probabilistic ones.

Belongs here: reading both seeds and refusing lines that contradict each other. Does not belong
here: writing them (landing/reference.py), what a link does (dbt).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

import duckdb

from orchestration.lib.identity.rules import TypeRule
from orchestration.lib.identity.seed_files import IdentityRulesError, SeedLine, read_seed
from orchestration.lib.identity.seed_values import (
    TOKEN,
    identify_seed_values,
    seed_value,
    tokens_of,
)

MANUAL = "manual_links.csv"
ACCEPTED = "accepted_links.csv"
MUST, CANNOT = "must", "cannot"
MANUAL_COLUMNS = (
    "link",
    "type_a",
    "scope_a",
    "value_a",
    "type_b",
    "scope_b",
    "value_b",
    "author",
    "reason",
    "decided_on",
)
ACCEPTED_COLUMNS = ("token_a", "token_b", "author", "reason", "decided_on")


@dataclass(frozen=True)
class Link:
    """Two identifiers and the verdict on them; ``line`` is the line of the seed."""

    link: str  # must or cannot
    token_a: str
    type_a: str
    token_b: str
    type_b: str
    author: str
    reason: str
    decided_on: date
    line: int

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.token_a, self.token_b))


@dataclass(frozen=True)
class AcceptedLink:
    """Two identifiers whose suggested link a person accepted."""

    token_a: str
    token_b: str
    author: str
    reason: str
    decided_on: date
    line: int

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.token_a, self.token_b))


L = TypeVar("L", Link, AcceptedLink)


def read_links(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    rules: Mapping[str, TypeRule],
    brands: Sequence[str | None] = (None,),
) -> tuple[list[Link], list[AcceptedLink]]:
    """The lines of both seeds in their order, each pair once.

    Args:
        connection: From `open_connection`, with the brand's pepper.
        folder: seeds/identity of the checkout.
        brands: All of the group, in each of which a line counts; only None without brands.

    Raises:
        IdentityRulesError: If a line cannot be used, or lines contradict each other.
    """
    lines = read_seed(folder / MANUAL, columns=MANUAL_COLUMNS)
    manual = _manual(connection, lines, rules, brands)
    accepted = [_accepted(line) for line in read_seed(folder / ACCEPTED, columns=ACCEPTED_COLUMNS)]
    _refuse_two_verdicts(folder, manual)
    _refuse_bridged(folder / MANUAL, manual)
    _refuse_accepted(folder, manual, accepted)
    return _once(manual), _once(accepted)


def _manual(
    connection: duckdb.DuckDBPyConnection,
    lines: list[SeedLine],
    rules: Mapping[str, TypeRule],
    brands: Sequence[str | None],
) -> list[Link]:
    ends = [
        tuple(
            seed_value(
                line, rules, type=f"type_{side}", scope=f"scope_{side}", value=f"value_{side}"
            )
            for side in ("a", "b")
        )
        for line in lines
    ]
    values = [end for pair in ends for end in pair]
    verdicts = identify_seed_values(connection, values, brands)
    links = []
    for line, (a, b) in zip(lines, ends, strict=True):
        tokens_a, tokens_b = tokens_of(a, verdicts), tokens_of(b, verdicts)
        if set(tokens_a) & set(tokens_b):
            raise line.error("links a value with itself")
        if len(tokens_a) != len(tokens_b):
            raise line.error(
                "gives one end as a token, which is of one brand, and the other in the clear, which "
                "is of all: give both the same way"
            )
        links += [
            Link(
                link=line.one_of("link", (MUST, CANNOT)),
                token_a=token_a,
                type_a=a.type,
                token_b=token_b,
                type_b=b.type,
                author=line.required("author"),
                reason=line.required("reason"),
                decided_on=line.day("decided_on"),
                line=line.number,
            )
            for token_a, token_b in zip(tokens_a, tokens_b, strict=True)
        ]
    return links


def _accepted(line: SeedLine) -> AcceptedLink:
    tokens = []
    for column in ("token_a", "token_b"):
        text = line.required(column).lower()
        found = TOKEN.fullmatch(text if text.startswith("token:") else f"token:{text}")
        if found is None:
            raise line.error(f"{column} is no token: 64 hexadecimal digits, as the suggestions say")
        tokens.append(found[1])
    if tokens[0] == tokens[1]:
        raise line.error("links a value with itself")
    return AcceptedLink(
        token_a=tokens[0],
        token_b=tokens[1],
        author=line.required("author"),
        reason=line.required("reason"),
        decided_on=line.day("decided_on"),
        line=line.number,
    )


def _once(links: Iterable[L]) -> list[L]:
    """The first line of every pair."""
    found: dict[frozenset[str], L] = {}
    for link in links:
        found.setdefault(link.pair, link)
    return list(found.values())


def _refuse_two_verdicts(folder: Path, links: list[Link]) -> None:
    said: dict[frozenset[str], Link] = {}
    for link in links:
        first = said.setdefault(link.pair, link)
        if first.link != link.link:
            raise IdentityRulesError(
                f"{folder / MANUAL}, line {link.line}: says '{link.link}' of the pair of which line "
                f"{first.line} says '{first.link}'; delete one of them"
            )


def _refuse_bridged(path: Path, links: list[Link]) -> None:
    """A pair that must stay apart cannot be joined by a path of must links."""
    neighbours: dict[str, list[tuple[str, int]]] = {}
    for link in links:
        if link.link == MUST:
            neighbours.setdefault(link.token_a, []).append((link.token_b, link.line))
            neighbours.setdefault(link.token_b, []).append((link.token_a, link.line))
    for link in links:
        if link.link == CANNOT and (lines := _path(neighbours, link.token_a, link.token_b)):
            named = " and ".join(str(line) for line in sorted(lines))
            raise IdentityRulesError(
                f"{path}, line {link.line}: says 'cannot' of two values that the 'must' of "
                f"{'line' if len(lines) == 1 else 'lines'} {named} joins; delete one of them"
            )


def _path(neighbours: dict[str, list[tuple[str, int]]], start: str, end: str) -> list[int]:
    """Lines of a shortest path from start to end; empty if there is none."""
    came: dict[str, tuple[str, int]] = {}
    level = [start]
    while level and end not in came:
        following = []
        for node in level:
            for other, line in neighbours.get(node, []):
                if other != start and other not in came:
                    came[other] = (node, line)
                    following.append(other)
        level = following
    lines, node = [], end
    while node in came:
        node, line = came[node]
        lines.append(line)
    return lines


def refuse_across_brands(
    folder: Path,
    manual: Iterable[Link],
    accepted: Iterable[AcceptedLink],
    brand_of: Mapping[str, str],
) -> None:
    """Where identity is kept per brand, a link of tokens stays within one.

    Args:
        brand_of: Brand by token; a token that no row had yet has none.

    Raises:
        IdentityRulesError: If a line links identifiers of two brands; names the line.
    """
    for name, links in ((MANUAL, manual), (ACCEPTED, accepted)):
        for link in links:
            a, b = (brand_of.get(token) for token in (link.token_a, link.token_b))
            if a and b and a != b:
                raise IdentityRulesError(
                    f"{folder / name}, line {link.line}: links identifiers of the brands {a} and "
                    f"{b}, but identity_scope is brand; delete the line"
                )


def _refuse_accepted(folder: Path, manual: list[Link], accepted: list[AcceptedLink]) -> None:
    apart = {link.pair: link.line for link in manual if link.link == CANNOT}
    for link in accepted:
        if link.pair in apart:
            raise IdentityRulesError(
                f"{folder / ACCEPTED}, line {link.line}: accepts a pair of which line "
                f"{apart[link.pair]} of {MANUAL} says 'cannot'; delete one of them"
            )
