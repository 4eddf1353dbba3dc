"""Clear values that seeds name, as tokens: blocked values and the two ends of a link.

Where identity is kept per brand a clear value stands for itself in every brand, so it has a token
of each; a value given as a token is the one of its brand.

Belongs here: from a cell to a token, with errors that name the line. Does not belong here: what
the lines say about the values (blocked.py, links.py).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from orchestration.lib.identity.rules import UNVERIFIED, TypeRule
from orchestration.lib.identity.seed_files import SeedLine
from orchestration.lib.landing.identify import Identified, identify_all

TOKEN = re.compile(r"token:([0-9a-f]{64})")


@dataclass(frozen=True)
class SeedValue:
    """One value of a seed: its type, the scope its token is made with, the text or the token."""

    line: SeedLine
    rule: TypeRule
    scope: str | None
    text: str = field(repr=False)
    token: str | None = None  # given in place of the text

    @property
    def key(self) -> tuple[str, str | None, str]:
        return (self.rule.kind.name, self.scope, self.text)

    @property
    def type(self) -> str:
        return self.rule.kind.name


def seed_value(
    line: SeedLine, rules: Mapping[str, TypeRule], *, type: str, scope: str, value: str
) -> SeedValue:
    """The value that the columns ``type``, ``scope`` and ``value`` of a line name.

    Raises:
        IdentityRulesError: If the type is unknown or never links, the scope is missing, or the
            value is empty.
    """
    name = line.required(type)
    rule = rules.get(name)
    if rule is None:
        raise line.error(f"{type} '{name}' is not in identifier_types.csv")
    if name.endswith(UNVERIFIED) and name.removesuffix(UNVERIFIED) in rules:
        raise line.error(
            f"{type} '{name}' has no values of its own; write {name.removesuffix(UNVERIFIED)}"
        )
    if rule.kind.identifier_class == "never":
        raise line.error(f"{type} '{name}' never links people, so there is nothing to rule")
    text = line.required(value)
    if given := TOKEN.fullmatch(text.lower()):
        return SeedValue(line, rule, None, text, token=given[1])
    if text.lower().startswith("token:"):
        raise line.error(f"{value} is no token: write token: and 64 hexadecimal digits")
    found = rule.scope_of(line.text(scope) or None)
    if found is None and rule.needs_scope:
        raise line.error(
            f"{scope} is empty, but values of '{name}' are unique per {rule.kind.scope}"
        )
    return SeedValue(line, rule, found, text)


def identify_seed_values(
    connection: duckdb.DuckDBPyConnection, values: Iterable[SeedValue], brands: Sequence[str | None]
) -> dict[tuple, list[Identified]]:
    """Verdicts by ``SeedValue.key``, one per brand; what is given as a token is left out.

    Args:
        brands: All of the group; only None where identity is the group's.
    """
    groups: dict[tuple[str, str | None], list[SeedValue]] = {}
    for value in values:
        if value.token is None:
            groups.setdefault((value.type, value.scope), []).append(value)
    verdicts: dict[tuple, list[Identified]] = {}
    for (name, scope), group in groups.items():
        kind = group[0].rule.kind
        texts = [value.text for value in group]
        for brand in brands:
            found = identify_all(connection, kind, texts, scope=scope, brand=brand)
            for text, verdict in found.items():
                verdicts.setdefault((name, scope, text), []).append(verdict)
    return verdicts


def tokens_of(value: SeedValue, verdicts: Mapping[tuple, list[Identified]]) -> list[str]:
    """The tokens of a value, one per brand.

    Raises:
        IdentityRulesError: If the value is no valid one of its type; says what it is instead.
    """
    if value.token is not None:
        return [value.token]
    found = verdicts[value.key]
    tokens = [verdict.token for verdict in found if verdict.token is not None]
    if not tokens:
        raise value.line.error(f"the value is {found[0].status}, not a valid {value.type}")
    return tokens
