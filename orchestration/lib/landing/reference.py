"""Making a home ready: the empty sources, and the seeds that name clear values as tokens.

Belongs here: what has to be in raw/ before dbt reads it and comes from no delivery. Does not belong
here: what a line of a seed may say (identity/).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity import blocked, links
from orchestration.lib.identity.rules import read_type_rules
from orchestration.lib.identity.state import prepare_state
from orchestration.lib.identity.suggestions.table import place_suggestions
from orchestration.lib.landing.aliases import ensure_alias_file
from orchestration.lib.landing.branding import BRAND, identity_scope, known_brands
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts, variables_of
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.feeds import remove_left_behind
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import (
    metadata_of,
    unfinished,
    write_empty_files,
    write_small,
)
from orchestration.lib.vault.store import Vault

BLOCKED_COLUMNS = (
    ("identifier_type", "varchar"),
    ("identifier_token", "varchar"),
    ("reason", "varchar"),
)
MANUAL_LINK_COLUMNS = (
    ("link", "varchar"),
    ("token_a", "varchar"),
    ("type_a", "varchar"),
    ("token_b", "varchar"),
    ("type_b", "varchar"),
    ("author", "varchar"),
    ("reason", "varchar"),
    ("decided_on", "date"),
    ("line", "integer"),
)
ACCEPTED_LINK_COLUMNS = (
    ("token_a", "varchar"),
    ("token_b", "varchar"),
    ("author", "varchar"),
    ("reason", "varchar"),
    ("decided_on", "date"),
    ("line", "integer"),
)
TABLES = {
    "blocked_identifiers": BLOCKED_COLUMNS,
    "manual_links": MANUAL_LINK_COLUMNS,
    "accepted_links": ACCEPTED_LINK_COLUMNS,
}
SEEDS = ("identifier_types.csv", blocked.SEED, links.MANUAL, links.ACCEPTED)


def prepare_home(
    home: Home,
    contracts: Iterable[EntityContract],
    keys: Keys,
    *,
    project_dir: Path = PROJECT_DIR,
) -> None:
    """Check the seeds of seeds/identity/, then write what makes every source readable.

    Cheap when nothing changed; safe to call before every run. Nothing is written if a seed is wrong.

    Raises:
        IdentityRulesError: If a line of a seed cannot be used; names file and line.
    """
    write_reference(home, keys, project_dir=project_dir)
    remove_left_behind(home.tmp)
    ensure_alias_file(home)
    prepare_state(home)
    place_suggestions(home)
    for contract in contracts:
        write_empty_files(home, contract)


def write_reference(home: Home, keys: Keys, *, project_dir: Path = PROJECT_DIR) -> None:
    """Tokenise the seeds to raw/_reference/*.parquet: blocked values, manual and accepted links.

    Every list is checked before the first is written. A file that was made from the same seeds
    stays as it is.

    Raises:
        IdentityRulesError: As `prepare_home`.
    """
    folder = project_dir / "seeds" / "identity"
    variables = variables_of(project_dir, home)
    rules = read_type_rules(project_dir, variables)
    brands: tuple[str | None, ...] = (None,)
    if identity_scope(variables) == BRAND:
        brands = known_brands(home, load_contracts(project_dir, home).values(), keys)
    settings = repr((brands, {name: rule.default_scope for name, rule in rules.items()}))
    made_from = _fingerprint(folder, keys, settings)
    targets = {name: home.raw / "_reference" / f"{name}.parquet" for name in TABLES}
    if all(metadata_of(path).get("yutang.made_from") == made_from for path in targets.values()):
        return
    with open_connection(keys) as connection:
        manual, accepted = links.read_links(connection, folder, rules, brands)
        if brands != (None,) and (manual or accepted):
            tokens = [token for link in (*manual, *accepted) for token in link.pair]
            brand_of = Vault(home, keys.vault_key).brands(tokens, purpose="check decided links")
            links.refuse_across_brands(folder, manual, accepted, brand_of)
        rows = {
            "blocked_identifiers": blocked.read_blocked(connection, folder, rules, brands),
            "manual_links": [astuple(link) for link in manual],
            "accepted_links": [astuple(link) for link in accepted],
        }
    for name, path in targets.items():
        metadata = {"yutang.made_from": made_from}
        write_small(unfinished(path), TABLES[name], rows[name], metadata=metadata)
        unfinished(path).replace(path)


def _fingerprint(folder: Path, keys: Keys, settings: str) -> str:
    """Changes when a seed, the pepper or a default scope does."""
    digest = hashlib.sha256(f"{keys.version}\0{settings}\0".encode())
    for name in SEEDS:
        path = folder / name
        digest.update(name.encode() + b"\0" + (path.read_bytes() if path.exists() else b"") + b"\0")
    return digest.hexdigest()
