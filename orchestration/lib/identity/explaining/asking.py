"""From what a person typed to a token or a one_id.

Belongs here: `[brand/]type[@scope]:value`, and tokens or one_ids by their first digits. A clear value
becomes a token at once and is never repeated, not in an error either. Does not belong here:
what is known about the token.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.identity.explaining.errors import ExplainError
from orchestration.lib.identity.explaining.sources import Sources
from orchestration.lib.identity.rules import TypeRule, read_type_rules
from orchestration.lib.landing.branding import BRAND, identity_scope, known_brands
from orchestration.lib.landing.connection import open_connection
from orchestration.lib.landing.contract import load_contracts, variables_of
from orchestration.lib.landing.identify import identify
from orchestration.lib.landing.tokens import Keys

_HEX = re.compile(r"(?:(token|one_id):)?([0-9a-fA-F]{8,64})")
PLACES = ("first", "second")
TOKEN_DIGITS = 64
_KNOWN = (
    "published.core.bridge_customer_identifiers",
    "published.quality.identity_conflicts",
    "blocked",
    "delivered",
)


@dataclass(frozen=True)
class Asked:
    """A token in its canonical form, or a one_id; exactly one of them is set."""

    token: str | None = None
    one_id: str | None = None
    hashed_form: bool = False


@dataclass(frozen=True)
class _Typed:
    rule: TypeRule
    brand: str | None
    scope: str | None
    value: str = field(repr=False)


def resolve(
    texts: tuple[str, ...], home: Home, sources: Sources, *, project_dir: Path = PROJECT_DIR
) -> tuple[Asked, ...]:
    """What each argument names.

    Raises:
        ExplainError: If one names nothing, several things, an unknown type, or holds a value that
            its type does not allow. The message says which argument, never what it was.
    """
    return tuple(
        _resolve(text, place, home, sources, project_dir)
        for text, place in zip(texts, PLACES, strict=False)
    )


def _resolve(text: str, place: str, home: Home, sources: Sources, project_dir: Path) -> Asked:
    text = text.strip()
    if found := _HEX.fullmatch(text):
        return _by_prefix(found[2].lower(), found[1], place, sources)
    typed = _parse(text, place, read_type_rules(project_dir, variables_of(project_dir, home)))
    tokens = _tokens(typed, place, home, sources, project_dir)
    known = [token for token in tokens if _is_known(sources, token)]
    if not known:
        raise ExplainError(
            f"the {place} identifier is valid, but no record up to {sources.as_of} carries it and "
            "no rule names it"
        )
    if len(known) > 1:
        raise ExplainError(
            f"the {place} identifier exists {len(known)} times, in several scopes or brands; say "
            f"which one: [<brand>/]{typed.rule.kind.name}[@<scope>]:<value>"
        )
    return _canonical(sources, known[0])


def _parse(text: str, place: str, rules: dict[str, TypeRule]) -> _Typed:
    head, colon, value = text.partition(":")
    brand, slash, rest = head.rpartition("/")
    name, _, scope = rest.partition("@")
    rule = rules.get(name)
    if not colon or rule is None or not rule.may_be_named or (slash and not brand):
        raise ExplainError(
            f"the {place} identifier names no identifier type, token or one_id: write type:value, "
            "type@scope:value, or at least 8 digits of a token or one_id; types are "
            + ", ".join(sorted(name for name, rule in rules.items() if rule.may_be_named))
        )
    return _Typed(rule, brand or None, scope or None, value)


def _tokens(
    typed: _Typed, place: str, home: Home, sources: Sources, project_dir: Path
) -> list[str]:
    """The token of a typed value in every scope and brand it may be meant in."""
    keys, kind = _keys(home), typed.rule.kind
    tokens = []
    with open_connection(keys, memory_limit="1GB", threads=1) as connection:
        for brand in _brands(typed, home, keys, project_dir):
            for scope in _scopes(typed, sources):
                found = identify(connection, kind, typed.value, scope=scope, brand=brand)
                if found.token is None:
                    raise ExplainError(
                        f"the {place} identifier is {found.status}, not a valid {kind.name}"
                    )
                tokens.append(found.token)
    return list(dict.fromkeys(tokens))


def _brands(typed: _Typed, home: Home, keys: Keys, project_dir: Path) -> list[str | None]:
    """The brand given; else all of them, where identity is kept per brand."""
    if identity_scope(variables_of(project_dir, home)) != BRAND:
        return [None]
    if typed.brand:
        return [typed.brand]
    return list(known_brands(home, load_contracts(project_dir, home).values(), keys))


def _keys(home: Home) -> Keys:
    """The brand's secrets; a new pepper would only make tokens that nothing carries."""
    if not os.environ.get("YUTANG_PEPPER") and not (home.secrets / "pepper").exists():
        raise ExplainError(
            f"{home.secrets / 'pepper'} does not exist, so no token can be made of a value: set "
            "YUTANG_SECRETS, or ask with a token or one_id"
        )
    return Keys.load_or_create(home)


def _scopes(typed: _Typed, sources: Sources) -> list[str | None]:
    """The scope given; else the type's default and those that deliveries use."""
    rule = typed.rule
    if typed.scope or not rule.takes_scope:
        return [rule.scope_of(typed.scope)]
    rows = sources.rows(
        "select distinct identifier_scope from delivered where identifier_type = $type "
        "and identifier_scope <> '' order by 1",
        {"type": rule.kind.name},
    )
    scopes: list[str | None] = [row[0] for row in rows]
    if rule.default_scope or not rule.needs_scope:
        scopes.insert(0, rule.default_scope)
    return list(dict.fromkeys(scopes)) or [None]


def _is_known(sources: Sources, token: str) -> bool:
    return any(
        sources.rows(f"select 1 from {place} where identifier_token = $t limit 1", {"t": token})
        for place in _KNOWN
    )


def _by_prefix(prefix: str, space: str | None, place: str, sources: Sources) -> Asked:
    one_ids: set[str] = set()
    tokens: set[str] = set()
    if space != "token":
        one_ids = _starting(sources, prefix, "one_id", "published.core.one_ids")
    if space != "one_id":
        for source in _KNOWN:
            tokens |= _starting(sources, prefix, "identifier_token", source)
            if tokens and len(prefix) == TOKEN_DIGITS:
                break  # a whole token is unique: the records need not be searched
    found = len(one_ids) + len(tokens)
    if found == 0:
        raise ExplainError(
            f"the {place} identifier begins no token and no one_id that is known; a value needs "
            "its type before it, such as phone:..."
        )
    if found > 1:
        raise ExplainError(
            f"the {place} identifier begins {found} tokens or one_ids: write more of its digits"
        )
    return Asked(one_id=one_ids.pop()) if one_ids else _canonical(sources, tokens.pop())


def _starting(sources: Sources, prefix: str, column: str, source: str) -> set[str]:
    # A range, not a prefix function: Parquet row groups outside it are not read.
    rows = sources.rows(
        f"select distinct {column} from {source} where {column} >= $low and {column} < $high limit 9",
        {"low": prefix, "high": prefix + "g"},
    )
    return {row[0] for row in rows}


def _canonical(sources: Sources, token: str) -> Asked:
    """A hashed form is the value it was made from."""
    rows = sources.rows(
        "select min(identifier_token) from aliases where alias_token = $token", {"token": token}
    )
    canonical = rows[0][0] if rows else None
    return Asked(token=canonical or token, hashed_form=canonical is not None)
