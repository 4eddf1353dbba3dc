"""SQL that turns texts of identifiers into normalised value, status and token.

Belongs here: the steps in their order, for a column of texts and for lists of texts inside arrays,
and what a type's rules are as SQL. Each step is its own level of SQL: a macro puts its argument's
text in wherever it is named.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import Identifier, IdentifierType, TypedKind


@dataclass(frozen=True)
class Rules:
    """SQL expressions of the rules that one text is judged by."""

    normaliser: str
    scope: str
    pattern: str


def rules_of(kind: IdentifierType) -> Rules:
    """The rules of a type as literals."""
    return Rules(sql.text(kind.normaliser), sql.text(kind.scope), sql.text(kind.pattern or ""))


def typed_rules(identifier: Identifier, type: str) -> Rules:
    """The rules of an identifier whose type is the SQL expression ``type``."""
    return Rules(
        _by_type(identifier, type, lambda each: sql.text(each.kind.normaliser)),
        _by_type(identifier, type, lambda each: sql.text(each.kind.scope)),
        _by_type(identifier, type, lambda each: sql.text(each.kind.pattern or "")),
    )


def typed_scope(identifier: Identifier, type: str, given: str | None) -> str:
    """The scope a token of ``type`` is made with: '' without one, null where it is missing."""

    def scope(each: TypedKind) -> str:
        default = sql.text(each.default_scope) if each.default_scope else None
        if not each.takes_scope:
            return "''"
        otherwise = default or ("null" if each.needs_scope else "''")
        return f"coalesce({given}, {otherwise})" if given else otherwise

    return _by_type(identifier, type, scope)


def _by_type(identifier: Identifier, type: str, made: Callable[[TypedKind], str]) -> str:
    cases: dict[str, list[str]] = {}
    for each in identifier.kinds:
        cases.setdefault(made(each), []).append(sql.text(each.kind.name))
    whens = " ".join(f"when {type} in ({', '.join(names)}) then {e}" for e, names in cases.items())
    return f"case {whens} end"


def namespace_sql(identifier: Identifier, context: Mapping[str, str]) -> str:
    """What stands before the value in the token's message: ``[brand/]type[:scope]``.

    Args:
        context: SQL of the scope; of the type where a column holds it; of the brand where
            identity is kept per brand.
    """
    brand = f"{context['brand']} || '/' || " if "brand" in context else ""
    return f"{brand}{_type_and_scope(identifier, context)}"


def _type_and_scope(identifier: Identifier, context: Mapping[str, str]) -> str:
    if identifier.type_column:
        scoped = f"case when {context['scope']} = '' then '' else ':' || {context['scope']} end"
        return f"{context['type']} || {scoped}"
    if identifier.scope_column or identifier.scope_value:
        return f"{sql.text(identifier.type + ':')} || {context['scope']}"
    return sql.text(identifier.type)


def identified_sql(texts: str, rules: Rules, namespace: str, *, kept: Sequence[str] = ()) -> str:
    """A select of n, status and token beside raw and scope of ``texts``, a select of both.

    Args:
        kept: Further columns of ``texts`` that rules and namespace name, or that are wanted.
    """
    names = ", ".join(["raw", "scope", *kept])
    cleaned = f"select {names}, yt_clean(raw) as c from ({texts}) as t"
    split = f"select {names}, c, yt_digits(c) as digits from ({cleaned}) as t"
    made = (
        f"select {names}, digits, yt_normalised(c, digits, {rules.normaliser}) as n "
        f"from ({split}) as t"
    )
    judged = (
        f"select {names}, n, yt_status(n, digits, {rules.normaliser}, {rules.scope}, "
        f"{rules.pattern}) as status from ({made}) as t"
    )
    return (
        f"select {names}, n, status, case when status = 'valid' "
        f"then yt_token({namespace}, n) end as token from ({judged}) as t"
    )


def group_sql(texts: str, identifier: Identifier, context: Iterable[str]) -> str:
    """`identified_sql` of the texts of one group of columns.

    Args:
        texts: A select of raw and of the columns that ``context`` names: scope; type where a
            column holds it; brand where identity is kept per brand.
    """
    names = {name: name for name in context}
    space = namespace_sql(identifier, names)
    kept = [name for name in names if name != "scope"]
    if not identifier.type_column:
        return identified_sql(texts, rules_of(identifier.kind), space, kept=kept)
    found = typed_rules(identifier, "type")
    ruled = (
        f"select *, {found.normaliser} as rule_normaliser, {found.scope} as rule_scope, "
        f"{found.pattern} as rule_pattern from ({texts}) as t"
    )
    rules = Rules("rule_normaliser", "rule_scope", "rule_pattern")
    kept += ["rule_normaliser", "rule_scope", "rule_pattern"]
    return identified_sql(ruled, rules, space, kept=kept)


def identified_list(values: str, identifier: Identifier, brand: str | None) -> str:
    """The list of texts ``values`` as a list of {n, status, token}; nothings are left out.

    Args:
        brand: SQL of the brand of the row; the elements then have it too.
    """
    rules = rules_of(identifier.kind)
    context = {"scope": sql.text(identifier.scope_value or "")}
    space = namespace_sql(identifier, context | ({"brand": brand} if brand else {}))
    named = f", 'brand': {brand}" if brand else ""
    cleaned = f"list_transform({values}, lambda x: yt_clean(x))"
    kept = f"list_filter({cleaned}, lambda x: not yt_is_nothing(x))"
    split = f"list_transform({kept}, lambda x: {{'c': x, 'digits': yt_digits(x)}})"
    made = (
        f"list_transform({split}, lambda x: {{'n': yt_normalised(x.c, x.digits, "
        f"{rules.normaliser}), 'digits': x.digits}})"
    )
    judged = (
        f"list_transform({made}, lambda x: {{'n': x.n, 'status': "
        f"yt_status(x.n, x.digits, {rules.normaliser}, {rules.scope}, {rules.pattern})}})"
    )
    return (
        f"list_transform({judged}, lambda x: {{'n': x.n, 'status': x.status, 'token': "
        f"case when x.status = 'valid' then yt_token({space}, x.n) end{named}}})"
    )
