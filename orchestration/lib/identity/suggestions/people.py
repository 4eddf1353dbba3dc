"""The people of a brand as records to compare: tokens and attributes from the published file.

Belongs here: reading them. The clear phone numbers come from the vault, in memory; the database
that holds them never writes to a disk. Does not belong here: comparing.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.vault.store import Vault

SQL = Path(__file__).with_name("people.sql")
PURPOSE = "suggested links: compare phone numbers of people without a shared identifier"


@dataclass(frozen=True)
class People:
    """What is compared, and how people are named in a link.

    Args:
        records: phone_token, one_id, phone (clear digits), birth_date, gender, home_city.
        tokens: By one_id, the token that stands for the person.
        owners: By identifier token, the person it belongs to.
        as_of: Day the published tables describe.
    """

    records: pa.Table
    tokens: dict[str, str]
    owners: dict[str, str]
    as_of: date


def read_people(home: Home, keys: Keys) -> People:
    """Everyone with a phone number, one record per number.

    Raises:
        YutangError: If nothing was published yet.
    """
    if not home.published.exists():
        raise YutangError(
            f"cannot suggest links: {home.published} does not exist yet; run `yutang run` first"
        )
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        path = str(home.published).replace("'", "''")
        connection.execute(f"attach '{path}' as published (read_only)")
        as_of = connection.execute(
            "select max(as_of_date) from published.quality.audit_results"
        ).fetchall()[0][0]
        _run(connection, home, as_of)
        people = connection.sql("select * from people order by phone_token").to_arrow_table()
        tokens = dict(connection.execute("from best_identifiers").fetchall())
        owners = dict(
            connection.execute("select identifier_token, one_id from identifiers").fetchall()
        )
    return People(_with_phones(people, home, keys), tokens, owners, as_of)


def _run(connection: duckdb.DuckDBPyConnection, home: Home, as_of: date) -> None:
    parameters = {
        "types_file": str(PROJECT_DIR / "seeds" / "identity" / "identifier_types.csv"),
        "members_files": str(home.raw / "crm" / "members" / "dt=*" / "*.parquet"),
        "as_of": as_of,
    }
    for statement in SQL.read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            used = {name: value for name, value in parameters.items() if f"${name}" in statement}
            connection.execute(statement, used)


def _with_phones(people: pa.Table, home: Home, keys: Keys) -> pa.Table:
    """The records with their clear numbers; those the vault no longer holds (erased) left out."""
    tokens = people["phone_token"].to_pylist()
    clear = Vault(home, keys.vault_key).lookup(tokens, purpose=PURPOSE)
    phones = pa.array([clear.get(token) for token in tokens], type=pa.string())
    return people.append_column("phone", phones).filter(phones.is_valid())
