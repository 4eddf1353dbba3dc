"""Values that never link anybody: seeds/identity/blocked_identifiers.csv as tokens, in every form.

Belongs here: reading the list. Does not belong here: writing it (landing/reference.py), what
blocking does (dbt).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from orchestration.lib.identity.hashed_forms import PHONE, hashed_tokens
from orchestration.lib.identity.rules import TypeRule
from orchestration.lib.identity.seed_files import read_seed
from orchestration.lib.identity.seed_values import identify_seed_values, seed_value, tokens_of

SEED = "blocked_identifiers.csv"
COLUMNS = ("identifier_type", "value", "reason")
OPTIONAL = ("scope",)


def read_blocked(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    rules: Mapping[str, TypeRule],
    brands: Sequence[str | None] = (None,),
) -> list[tuple[str, str, str]]:
    """(identifier_type, identifier_token, reason) of every blocked value, sorted.

    A phone is blocked as its hashes too: a platform's hash does not show what it was made of.

    Args:
        connection: From `open_connection`, with the brand's pepper.
        folder: seeds/identity of the checkout.
        brands: All of the group, in each of which a value is blocked; only None without brands.

    Raises:
        IdentityRulesError: If a line names an unknown type or a value that is not valid for it.
    """
    lines = read_seed(folder / SEED, columns=COLUMNS, optional=OPTIONAL)
    values = [
        seed_value(line, rules, type="identifier_type", scope="scope", value="value")
        for line in lines
    ]
    verdicts = identify_seed_values(connection, values, brands)
    phones = {
        found[0].normalised
        for (name, *_), found in verdicts.items()
        if name == PHONE and found[0].status == "valid"
    }
    hashed = hashed_tokens(connection, sorted(phones), rules, brands)
    rows = set()
    for value in values:
        reason = value.line.required("reason")
        found = verdicts[value.key][0] if value.token is None else None
        if found is not None and found.status == "placeholder":
            continue  # screened by its pattern already: it never gets a token
        rows.update((value.type, token, reason) for token in tokens_of(value, verdicts))
        if found is not None and value.type == PHONE:
            rows.update((name, token, reason) for name, token in hashed[found.normalised])
    return sorted(rows)
