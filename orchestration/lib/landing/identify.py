"""The tokens of values that people typed or seeds name, by the same rules as a row's.

Belongs here: values in, verdicts out. Needs a connection from connection.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import duckdb

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import IdentifierType
from orchestration.lib.landing.identifying import identified_sql, rules_of
from orchestration.lib.landing.tokens import namespace


@dataclass(frozen=True)
class Identified:
    """A value as the loader sees it; ``token`` only where the status is valid."""

    token: str | None
    status: str
    normalised: str = field(repr=False)


def identify(
    connection: duckdb.DuckDBPyConnection,
    kind: IdentifierType,
    value: str,
    *,
    scope: str | None = None,
    brand: str | None = None,
) -> Identified:
    """Normalise, classify and tokenise one value.

    Args:
        scope: What the type's values are unique in (an appid, a shop); None for global types.
        brand: Whose value it is, where identity is kept per brand.
    """
    return identify_all(connection, kind, [value], scope=scope, brand=brand)[value]


def identify_all(
    connection: duckdb.DuckDBPyConnection,
    kind: IdentifierType,
    values: Iterable[str],
    *,
    scope: str | None = None,
    brand: str | None = None,
) -> dict[str, Identified]:
    """The same for many values of one type and scope, by value."""
    space = sql.text(namespace(kind.name, scope, brand))
    texts = "select distinct unnest($given::varchar[]) as raw, null as scope"
    made = identified_sql(texts, rules_of(kind), space)
    rows = connection.execute(
        f"select raw, token, status, n from ({made}) as t", {"given": list(values)}
    ).fetchall()
    return {raw: Identified(token, status, normalised) for raw, token, status, normalised in rows}
