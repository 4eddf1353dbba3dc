"""docs/reference/channels.md says of every entity what its contract says."""

import re

import pytest

from orchestration.lib.home import PROJECT_DIR
from orchestration.lib.identity.rules import UNVERIFIED
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.entities import EntityContract

PAGE = (PROJECT_DIR / "docs" / "reference" / "channels.md").read_text(encoding="utf-8")
CONTRACTS = load_contracts(PROJECT_DIR)


def rows() -> dict[str, list[str]]:
    """Cells of the tables by entity."""
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines()
             if line.startswith("| ")]  # fmt: skip
    return {row[0]: row for row in cells if re.fullmatch(r"[a-z_]+\.[a-z_]+", row[0])}


def declared(contract: EntityContract) -> tuple[set[str], set[str]]:
    """Types that link and types that never do, as the page writes them."""
    found = [column.identifier for column in contract.columns]
    found += [field.identifier for column in contract.columns for field in column.fields]
    linking, never = set(), set()
    for identifier in found:
        if identifier is None or identifier.type_column:
            continue
        name = identifier.type + ("" if identifier.verified else UNVERIFIED)
        (linking if identifier.is_observed else never).add(name)
    return linking, never


@pytest.mark.parametrize("contract", CONTRACTS.values(), ids=lambda contract: contract.name)
def test_the_page_names_every_entity_and_its_identifiers(contract: EntityContract):
    row = rows().get(contract.name)
    assert row is not None, f"docs/reference/channels.md has no row for {contract.name}"
    never = set(re.findall(r"\*`(\w+)`\*", row[2]))
    linking = set(re.findall(r"`(\w+)`", row[2])) - never
    assert (linking, never) == declared(contract)
    assert all(row[position] for position in (1, 3)), "what arrives and how fresh must be said"
