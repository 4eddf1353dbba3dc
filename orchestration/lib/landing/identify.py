"""The token of one value that a person typed or a seed names, by the same rules as a row's.

Belongs here: one value in, one verdict out. Needs a connection from connection.py.
"""

from dataclasses import dataclass, field

import duckdb

from orchestration.lib.landing.entities import IdentifierType
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
    status, token, normalised = connection.execute(
        "select status, case when status = 'valid' then yt_token($space, n) end, n from ("
        "select yt_status(n, $normaliser, $scope, $pattern) as status, n from ("
        "select yt_normalised($value, $normaliser) as n) as a) as b",
        {
            "value": value,
            "space": namespace(kind.name, scope),
            "normaliser": kind.normaliser,
            "scope": kind.scope,
            "pattern": kind.pattern or "",
        },
    ).fetchall()[0]
    return Identified(token=token, status=status, normalised=normalised)
