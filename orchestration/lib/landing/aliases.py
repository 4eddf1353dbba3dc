"""Hashes of a phone that platforms deliver, and the phone another channel delivered in the clear.

Belongs here: raw/_reference/identifier_aliases.parquet, made from the vault after the loads. A
platform's hash of a phone can only be matched where the phone itself is known, so the vault is
opened, in memory, and the opening is logged; what is written are tokens.
"""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.home import Home
from orchestration.lib.identity.hashed_forms import HASHED, PHONE
from orchestration.lib.landing import sql
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.landing.writing import arrow_schema, metadata_of, unfinished, write_small
from orchestration.lib.vault.store import Vault

ALIAS_COLUMNS = (
    ("alias_type", "varchar"),
    ("alias_token", "varchar"),
    ("identifier_token", "varchar"),
)
NOTHING = "no hashed values"  # what the file of a home without them is made from


def ensure_alias_file(home: Home) -> None:
    """An empty file if there is none, so that the source is readable before the first load."""
    target = _target(home)
    if not target.exists():
        write_small(unfinished(target), ALIAS_COLUMNS, [])
        unfinished(target).replace(target)


def write_identifier_aliases(
    home: Home, contracts: Iterable[EntityContract], keys: Keys
) -> int | None:
    """Bring the file in step with the vault; call it after the loads, before dbt.

    The same vault gives the same bytes. Costs nothing where no loaded entity declares a hashed
    type: the vault is not opened and the file is empty.

    Returns:
        Rows written; None if the file was in step.
    """
    target = _target(home)
    vault = Vault(home, keys.vault_key)
    is_needed = any(_has_hashed(contract) and _is_loaded(home, contract) for contract in contracts)
    made_from = f"{keys.version} {vault.fingerprint()}" if is_needed else NOTHING
    if metadata_of(target).get("yutang.made_from") == made_from:
        return None
    metadata = {"yutang.made_from": made_from}
    if not is_needed:
        write_small(unfinished(target), ALIAS_COLUMNS, [], metadata=metadata)
        unfinished(target).replace(target)
        return 0
    values = vault.read([PHONE, *HASHED], purpose="match hashed phones")
    with open_connection(keys) as connection:
        rows = _aliases(connection, values)
    _write(unfinished(target), rows, metadata)
    unfinished(target).replace(target)
    return rows.num_rows


def _target(home: Home) -> Path:
    return home.raw / "_reference" / "identifier_aliases.parquet"


def _has_hashed(contract: EntityContract) -> bool:
    return any(kind.name in HASHED for kind in contract.identifier_types)


def _is_loaded(home: Home, contract: EntityContract) -> bool:
    folder = home.raw / contract.channel / contract.entity
    return any(True for _ in folder.glob("dt=*/part-0.parquet"))


def _aliases(connection: duckdb.DuckDBPyConnection, values: pa.Table) -> pa.Table:
    """One row per delivered hash of a known phone.

    Surprise: the 11 digits of a mainland number may also be those of an American one with its
    country code; the mainland number has the hash then.
    """
    connection.register("vault_values", values)
    connection.execute(
        "create or replace temp table hashed_values as select distinct identifier_type, "
        "lower(hex(token)) as alias_token, value, brand from vault_values where identifier_type <> $phone",
        {"phone": PHONE},
    )
    # A phone is in as many segments as channels delivered it on different days.
    connection.execute(
        "create or replace temp table phone_forms as "
        "select token, value, brand, unnest(yt_phone_forms(value)) as form from (select distinct "
        "lower(hex(token)) as token, value, brand from vault_values "
        "where identifier_type = $phone) as p",
        {"phone": PHONE},
    )
    matches = " union all ".join(
        f"select h.identifier_type, h.alias_token, f.token, f.value from phone_forms as f "
        f"join hashed_values as h on {function}(f.form) = h.value "
        "and f.brand is not distinct from h.brand "
        f"where h.identifier_type = {sql.text(name)}"
        for name, function in HASHED.items()
    )
    return connection.sql(
        "select identifier_type as alias_type, alias_token, token as identifier_token "
        f"from ({matches}) as m qualify row_number() over (partition by alias_token "
        "order by starts_with(value, '+86') desc, token) = 1 order by alias_token"
    ).to_arrow_table()


def _write(path: Path, rows: pa.Table, metadata: dict[str, str]) -> None:
    schema = arrow_schema(ALIAS_COLUMNS)
    pq.write_table(rows.cast(schema).replace_schema_metadata(metadata), path, compression="snappy")
