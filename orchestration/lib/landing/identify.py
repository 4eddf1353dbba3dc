"""The token of one value that a person typed or a seed names, by the same rules as a row's.

Belongs here: one value in, one verdict out. Needs a connection from connection.py.
"""

from dataclasses import dataclass, field

import duckdb

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import IdentifierType
from orchestration.lib.landing.identifying import identified_sql
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
) -> Identified:
    """Normalise, classify and tokenise one value.

    Args:
        scope: What the type's values are unique in (an appid, a shop); None for global types.
    """
    space = sql.text(namespace(kind.name, scope))
    made = identified_sql("select $value::varchar as raw, null as scope", kind, space)
    status, token, normalised = connection.execute(
        f"select status, token, n from ({made}) as t", {"value": value}
    ).fetchall()[0]
    return Identified(token=token, status=status, normalised=normalised)
