"""SQL that turns texts of one identifier type into normalised value, status and token.

Belongs here: the steps in their order, for a column of texts and for lists of texts inside arrays.
Each step is its own level of SQL: a macro puts its argument's text in wherever it is named.
"""

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import Identifier, IdentifierType


def _literals(kind: IdentifierType) -> tuple[str, str, str]:
    return sql.text(kind.normaliser), sql.text(kind.scope), sql.text(kind.pattern or "")


def namespace_sql(identifier: Identifier, scope: str) -> str:
    """What stands before the value in the token's message: the type, or ``type:scope``."""
    if identifier.scope_column or identifier.scope_value:
        return f"{sql.text(identifier.type + ':')} || {scope}"
    return sql.text(identifier.type)


def identified_sql(texts: str, kind: IdentifierType, namespace: str) -> str:
    """A select of n, status and token beside raw and scope of ``texts`` (a select of both)."""
    normaliser, scope, pattern = _literals(kind)
    cleaned = f"select raw, scope, yt_clean(raw) as c from ({texts}) as t"
    split = f"select raw, scope, c, yt_digits(c) as digits from ({cleaned}) as t"
    made = f"select raw, scope, digits, yt_normalised(c, digits, {normaliser}) as n from ({split}) as t"
    judged = (
        f"select raw, scope, n, yt_status(n, digits, {normaliser}, {scope}, {pattern}) as status "
        f"from ({made}) as t"
    )
    return (
        "select raw, scope, n, status, case when status = 'valid' "
        f"then yt_token({namespace}, n) end as token from ({judged}) as t"
    )


def identified_list(values: str, identifier: Identifier) -> str:
    """The list of texts ``values`` as a list of {n, status, token}; nothings are left out."""
    kind = identifier.kind
    normaliser, scope, pattern = _literals(kind)
    space = namespace_sql(identifier, sql.text(identifier.scope_value or ""))
    cleaned = f"list_transform({values}, lambda x: yt_clean(x))"
    kept = f"list_filter({cleaned}, lambda x: not yt_is_nothing(x))"
    split = f"list_transform({kept}, lambda x: {{'c': x, 'digits': yt_digits(x)}})"
    made = (
        f"list_transform({split}, lambda x: {{'n': yt_normalised(x.c, x.digits, {normaliser}), "
        "'digits': x.digits})"
    )
    judged = (
        f"list_transform({made}, lambda x: {{'n': x.n, 'status': "
        f"yt_status(x.n, x.digits, {normaliser}, {scope}, {pattern})}})"
    )
    return (
        f"list_transform({judged}, lambda x: {{'n': x.n, 'status': x.status, 'token': "
        f"case when x.status = 'valid' then yt_token({space}, x.n) end}})"
    )
