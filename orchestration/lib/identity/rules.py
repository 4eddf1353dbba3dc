"""The identifier types of seeds/identity/identifier_types.csv, checked line by line.

Belongs here: what a type is, and every error a person can make in that file. Does not belong here:
values (landing/identify.py) or how the identity models apply class, rank and limits (dbt).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.identity.seed_files import IdentityRulesError, SeedLine, read_seed
from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import IdentifierType

CLASSES = ("unique", "many", "weak", "never")
NORMALISERS = ("trim", "lower", "upper", "phone")
# What the values of a type are unique in. Those of the first row stand without a scope unless a
# contract gives one; the others name nobody without it.
UNSCOPED = ("global", "device", "browser", "project", "app_key")
SCOPES = (*UNSCOPED, "brand", "open_platform", "corporation", "shop", "app")
UNVERIFIED = "_unverified"
COLUMNS = (
    "identifier_type",
    "identifier_class",
    "rank",
    "scope",
    "max_values_per_person",
    "max_people_per_value",
    "max_orders_per_value",
    "max_orders_per_day",
    "forms_person",
    "normaliser",
    "pattern",
    "valid_days",
    "default_scope_var",
)


@dataclass(frozen=True)
class TypeRule:
    """One line of the file. A limit that is None does not exist.

    Args:
        kind: What the loader needs of it.
        rank: 1 is the best; the star of a record grows around its best identifier.
        valid_days: Days an observation links after it was last made; None: for ever.
        default_scope: Scope of a value that comes without one, from the named var.
    """

    kind: IdentifierType
    rank: int
    max_values_per_person: int | None
    max_people_per_value: int | None
    max_orders_per_value: int | None
    max_orders_per_day: Decimal | None
    forms_person: bool
    valid_days: int | None
    default_scope: str | None

    def scope_of(self, given: str | None) -> str | None:
        """The scope that the token of a value is made with; None: without one.

        Args:
            given: What stands beside the value, if anything.
        """
        return given or self.default_scope if self.takes_scope else None

    @property
    def takes_scope(self) -> bool:
        """False where the values are the same everywhere, whatever stands beside them."""
        return self.kind.scope not in ("global", "device", "browser")

    @property
    def needs_scope(self) -> bool:
        """True where a value without scope names nobody."""
        return self.kind.scope not in UNSCOPED

    @property
    def may_be_named(self) -> bool:
        """False for types that seeds and rows cannot name: they never link or have no values."""
        return self.kind.identifier_class != "never" and not self.kind.name.endswith(UNVERIFIED)


def read_type_rules(project_dir: Path, variables: Mapping[str, Any]) -> dict[str, TypeRule]:
    """All identifier types by name.

    Args:
        project_dir: The checkout; the file is seeds/identity/identifier_types.csv.
        variables: The vars of the brand, for the default scopes.

    Raises:
        IdentityRulesError: If the file is missing or a line is wrong; names the line.
    """
    path = project_dir / "seeds" / "identity" / "identifier_types.csv"
    lines = read_seed(path, columns=COLUMNS)
    if not lines:
        raise IdentityRulesError(
            f"{path} names no identifier type; restore it from version control"
        )
    rules: dict[str, TypeRule] = {}
    found_on: dict[str, int] = {}
    for line in lines:
        name = line.required("identifier_type")
        if name in found_on:
            raise line.error(f"identifier type '{name}' is on line {found_on[name]} already")
        found_on[name] = line.number
        rules[name] = _rule(line, name, variables)
    for line in lines:
        name = line.text("identifier_type")
        base = name.removesuffix(UNVERIFIED)
        if base != name and base not in rules:
            raise line.error(f"'{name}' is about unverified values of '{base}', which is no type")
    _check_patterns(lines)
    return rules


def _rule(line: SeedLine, name: str, variables: Mapping[str, Any]) -> TypeRule:
    rank = line.positive_integer("rank")
    if rank is None:
        raise line.error("rank is empty")
    variable = line.text("default_scope_var")
    if variable and variable not in variables:
        raise line.error(f"default_scope_var '{variable}' is no var of dbt_project.yml")
    return TypeRule(
        kind=IdentifierType(
            name=name,
            identifier_class=line.one_of("identifier_class", CLASSES),
            scope=line.one_of("scope", SCOPES),
            normaliser=line.one_of("normaliser", NORMALISERS),
            pattern=line.text("pattern") or None,
        ),
        rank=rank,
        max_values_per_person=line.positive_integer("max_values_per_person"),
        max_people_per_value=line.positive_integer("max_people_per_value"),
        max_orders_per_value=line.positive_integer("max_orders_per_value"),
        max_orders_per_day=line.positive_decimal("max_orders_per_day"),
        forms_person=line.one_of("forms_person", ("true", "false")) == "true",
        valid_days=line.positive_integer("valid_days"),
        default_scope=str(variables[variable]) if variable else None,
    )


def _check_patterns(lines: list[SeedLine]) -> None:
    """Compile every pattern as the engine that will apply it does."""
    faults = _faults_of_patterns(tuple(line.text("pattern") for line in lines))
    for line, said in zip(lines, faults, strict=True):
        if said:
            raise line.error(f"pattern is no regular expression (RE2): {said}")


@cache
def _faults_of_patterns(patterns: tuple[str, ...]) -> list[str]:
    """What the engine says of each pattern that it cannot compile, empty for the others.

    The rules are read before every load of an entity: the same patterns are asked once.
    """
    faults = []
    with duckdb.connect() as connection:
        for pattern in patterns:
            try:
                connection.execute(f"select regexp_matches('', {sql.text(pattern)})").fetchall()
                faults.append("")
            except duckdb.Error as error:
                faults.append(str(error).splitlines()[0].split(": ", 1)[-1])
    return faults
