"""Clear values of the identifiers in an explanation, from the vault; every opening is logged.

Belongs here: which values an explanation needs. Does not belong here: the vault, or showing values.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from orchestration.lib.home import Home
from orchestration.lib.identity.explaining.answer import Explanation, Identifier
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.vault.store import Vault

PURPOSE = "yutang explain --reveal"


def reveal(home: Home, explanation: Explanation) -> dict[str, str]:
    """Clear values by token, of every identifier that the explanation names.

    Erased values, and values the vault never held, are left out.
    """
    tokens = {one.identifier_token for one in _identifiers(explanation)}
    vault = Vault(home, Keys.load_or_create(home).vault_key)
    return vault.lookup(tokens, purpose=PURPOSE)


def _identifiers(value: Any) -> Iterator[Identifier]:
    if isinstance(value, Identifier):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _identifiers(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _identifiers(getattr(value, field.name))
