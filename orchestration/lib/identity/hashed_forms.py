"""The types that hold a hash of a phone, and how each is made.

Belongs here: which types they are, as SQL. Does not belong here: the texts that are hashed
(macros.sql: yt_phone_forms), who reads them (blocked.py, landing/aliases.py).
"""

from collections.abc import Mapping, Sequence

import duckdb

from orchestration.lib.identity.rules import TypeRule
from orchestration.lib.landing.identify import identify_all

PHONE = "phone"
# Type -> SQL function that gives the hash in lower-case hex.
HASHED = {"phone_md5": "md5", "phone_sha256": "sha256"}


def hashed_tokens(
    connection: duckdb.DuckDBPyConnection,
    phones: list[str],
    rules: Mapping[str, TypeRule],
    brands: Sequence[str | None],
) -> dict[str, list[tuple[str, str]]]:
    """(type, token) of every hashed form of each phone, by phone.

    Args:
        connection: From `open_connection`.
        phones: Normalised (E.164); few, from a seed.
        rules: Hashed types that it does not name are left out.
        brands: As in `identify_seed_values`.
    """
    made: dict[str, list[tuple[str, str]]] = {phone: [] for phone in phones}
    for name, function in HASHED.items():
        if name not in rules:
            continue
        rows = connection.execute(
            f"select phone, {function}(form) from (select phone, unnest(yt_phone_forms(phone)) as "
            "form from (select unnest($phones::varchar[]) as phone) as given) as forms",
            {"phones": phones},
        ).fetchall()
        for brand in brands:
            values = [value for _, value in rows]
            found = identify_all(connection, rules[name].kind, values, brand=brand)
            for phone, value in rows:
                if token := found[value].token:
                    made[phone].append((name, token))
    return made
