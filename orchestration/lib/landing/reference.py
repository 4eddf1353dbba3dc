"""Making a home ready: the empty sources, and reference lists that name clear values as tokens.

Belongs here: what has to be in raw/ before dbt reads it and comes from no delivery.
"""

import csv
import hashlib
from collections.abc import Iterable
from pathlib import Path

import duckdb

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.suggestions.table import place_link_tables
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_identifier_types
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.errors import ContractError
from orchestration.lib.landing.feeds import remove_left_behind
from orchestration.lib.landing.identify import identify
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import (
    metadata_of,
    unfinished,
    write_empty_files,
    write_small,
)

BLOCKED_COLUMNS = (
    ("identifier_type", "varchar"),
    ("identifier_token", "varchar"),
    ("reason", "varchar"),
)


def prepare_home(
    home: Home,
    contracts: Iterable[EntityContract],
    keys: Keys,
    *,
    project_dir: Path = PROJECT_DIR,
) -> None:
    """Write what makes every source readable: empty files and the tokenised blocked list.

    Cheap when nothing changed; safe to call before every run.
    """
    remove_left_behind(home.tmp)
    for contract in contracts:
        write_empty_files(home, contract)
    write_blocked_identifiers(home, keys, project_dir=project_dir)
    place_link_tables(home)


def write_blocked_identifiers(home: Home, keys: Keys, *, project_dir: Path = PROJECT_DIR) -> None:
    """Tokenise seeds/identity/blocked_identifiers.csv to raw/_reference/blocked_identifiers.parquet.

    Raises:
        ContractError: If a line names an unknown type or a value that is not valid for its type.
    """
    seed = project_dir / "seeds" / "identity" / "blocked_identifiers.csv"
    target = home.raw / "_reference" / "blocked_identifiers.parquet"
    made_from = hashlib.sha256(seed.read_bytes() + keys.version.encode()).hexdigest()
    if metadata_of(target).get("yutang.made_from") == made_from:
        return
    with seed.open(encoding="utf-8-sig", newline="") as lines, open_connection(keys) as connection:
        rows = _blocked_rows(connection, list(csv.DictReader(lines)), seed, project_dir)
    write_small(unfinished(target), BLOCKED_COLUMNS, rows, metadata={"yutang.made_from": made_from})
    unfinished(target).replace(target)


def _blocked_rows(
    connection: duckdb.DuckDBPyConnection, lines: list[dict], seed: Path, project_dir: Path
) -> list[tuple]:
    types = load_identifier_types(project_dir)
    rows = set()
    for number, line in enumerate(lines, start=2):
        kind = types.get(line["identifier_type"])
        if kind is None:
            raise ContractError(
                f"{seed}, line {number}: identifier type '{line['identifier_type']}' is not in "
                "identifier_types.csv"
            )
        found = identify(connection, kind, line["value"], scope=line.get("scope") or None)
        if found.status == "placeholder":
            continue  # screened by its pattern already: it never gets a token
        if found.token is None:
            raise ContractError(
                f"{seed}, line {number}: the value is {found.status}, not a {kind.name}"
            )
        rows.add((kind.name, found.token, line["reason"]))
    return sorted(rows)
