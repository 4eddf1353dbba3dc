"""Identity per brand: which brand a row belongs to, where a group keeps its brands apart.

Belongs here: var identity_scope, seeds/identity/brand_map.csv, and the brand of a row as SQL. Does
not belong here: what the brand does to a token (identifying.py: it stands before the type).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from orchestration.lib.home import Home
from orchestration.lib.identity.seed_files import SeedLine, read_seed
from orchestration.lib.landing import sql
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.entities import BrandRule, EntityContract
from orchestration.lib.landing.errors import ContractError
from orchestration.lib.landing.tokens import Keys

SEED = "brand_map.csv"
SEED_COLUMNS = ("channel", "entity", "column", "value", "brand")
BRAND_COLUMN = "brand"
GROUP, BRAND = "group", "brand"

Contracts = dict[tuple[str, str], EntityContract]


def identity_scope(variables: Mapping[str, Any]) -> str:
    """``group`` (one person in all brands) or ``brand`` (one per brand).

    Raises:
        ContractError: If the var is something else.
    """
    found = variables.get("identity_scope", GROUP)
    if found not in (GROUP, BRAND):
        raise ContractError(f"var identity_scope is '{found}': write {GROUP} or {BRAND}")
    return found


def with_brands(contracts: Contracts, project_dir: Path, variables: Mapping[str, Any]) -> Contracts:
    """The contracts with the rule of a row's brand; as they are where identity is the group's.

    Raises:
        IdentityRulesError: If a line of brand_map.csv names what no contract has.
    """
    lines = read_seed(project_dir / "seeds" / "identity" / SEED, columns=SEED_COLUMNS)
    cases: dict[tuple[str, str], list[tuple[str, str, str]]] = {}
    said: dict[tuple[str, ...], SeedLine] = {}
    for line in lines:
        place = tuple(line.text(name) for name in SEED_COLUMNS[:-1])
        if (first := said.setdefault(place, line)) is not line:
            raise line.error(
                f"names the same channel, entity, column and value as line {first.number}"
            )
        case = (line.required("column"), line.required("value"), _brand(line))
        for name in _entities(line, contracts):
            cases.setdefault(name, []).append(case)
    if identity_scope(variables) == GROUP:
        return contracts
    default = str(variables.get("default_brand", ""))
    if not default:
        raise ContractError("var identity_scope is brand, so var default_brand must name one")
    return {
        name: replace(
            contract,
            brand_rule=BrandRule(
                cases=tuple(cases.get(name, ())),
                column=BRAND_COLUMN if BRAND_COLUMN in contract.by_name else None,
                default=default,
            ),
        )
        for name, contract in contracts.items()
    }


def _brand(line: SeedLine) -> str:
    brand = line.required("brand")
    if "/" in brand or ":" in brand:
        raise line.error("a brand's name has no / and no :")
    return brand


def _entities(line: SeedLine, contracts: Contracts) -> list[tuple[str, str]]:
    """The entities that a line is about: the one it names, or all of the channel with its column."""
    channel, entity, column = line.required("channel"), line.text("entity"), line.text("column")
    named = [name for name in contracts if name[0] == channel and entity in ("", name[1])]
    found = [name for name in named if column in contracts[name].by_name]
    where = f"{channel}.{entity}" if entity else f"channel '{channel}'"
    if not named:
        raise line.error(f"no contract is about {where}")
    if not found:
        raise line.error(f"no contract of {where} has a column '{column}'")
    for name in found:
        declared = contracts[name].by_name[column]
        if declared.identifier or declared.data_type == "json":
            raise line.error(f"column '{column}' of {contracts[name].name} is no plain column")
    return found


def brand_sql(contract: EntityContract) -> str | None:
    """The brand of a row from its texts r<i>; None where identity is the group's."""
    rule = contract.brand_rule
    if rule is None:
        return None
    numbers = {column.name: i for i, column in enumerate(contract.columns)}
    parts = []
    if rule.cases:
        whens = " ".join(
            f"when yt_clean(r{numbers[column]}) = {sql.text(value)} then {sql.text(brand)}"
            for column, value, brand in rule.cases
        )
        parts.append(f"case {whens} end")
    if rule.column:
        parts.append(f"yt_brand(r{numbers[rule.column]})")
    default = sql.text(rule.default)
    return f"coalesce({', '.join(parts)}, {default})" if parts else default


def brand_columns(contract: EntityContract) -> list[str]:
    """Names of the columns that decide the brand of a row."""
    rule = contract.brand_rule
    if rule is None:
        return []
    return sorted(
        {column for column, _, _ in rule.cases} | ({rule.column} if rule.column else set())
    )


def known_brands(home: Home, contracts: Iterable[EntityContract], keys: Keys) -> tuple[str, ...]:
    """All brands that rows are or may be of, sorted: what a seed's clear value stands for.

    The default one, those of brand_map.csv, and what loaded rows name in their brand column.
    """
    found: set[str] = set()
    with open_connection(keys) as connection:
        for contract in contracts:
            rule = contract.brand_rule
            if rule is None or not contract.has_identifiers:
                continue
            found |= {rule.default, *(brand for _, _, brand in rule.cases)}
            folder = home.raw / contract.channel / contract.entity
            files = [str(path) for path in folder.glob("dt=*/part-0.parquet")]
            if rule.column and files:
                rows = connection.execute(
                    f"select distinct yt_brand({sql.name(rule.column)}) from read_parquet("
                    f"{sql.texts(files)}, hive_partitioning = false)"
                ).fetchall()
                found |= {name for (name,) in rows if name}
    return tuple(sorted(found))
