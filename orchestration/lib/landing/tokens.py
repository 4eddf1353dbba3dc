"""Secrets of a brand and the tokens made with them: HMAC-SHA256(pepper, ``namespace:value``).

Belongs here: the pepper, the vault key, the token of one value. Does not belong here: how a value
is normalised (macros.sql) or where clear values are kept (vault/).
"""

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

BLOCK = 64  # bytes of a SHA-256 block


@dataclass(frozen=True)
class Keys:
    """The two secrets. Without the pepper no token can be made, without the key no vault opened."""

    pepper: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)

    @classmethod
    def load_or_create(cls, home: Home) -> "Keys":
        """Read the secrets of ``home``; on first use create them with mode 0600.

        The variable YUTANG_PEPPER replaces the file (for a secret manager).

        Raises:
            YutangError: If a secret file is empty or readable for others.
        """
        given = os.environ.get("YUTANG_PEPPER")
        pepper = given.encode() if given else _read_or_create(home.secrets / "pepper")
        key = bytes.fromhex(_read_or_create(home.secrets / "vault.key").decode())
        return cls(pepper=pepper, vault_key=key)

    @property
    def version(self) -> str:
        """Names the pepper without giving it away; tokens of two versions never match."""
        return hmac.new(self.pepper, b"yutang key version", hashlib.sha256).hexdigest()[:12]

    def pads(self) -> tuple[bytes, bytes]:
        """The inner and the outer pad of HMAC (RFC 2104), with which SQL composes it."""
        key = self.pepper if len(self.pepper) <= BLOCK else hashlib.sha256(self.pepper).digest()
        key = key.ljust(BLOCK, b"\0")
        return bytes(b ^ 0x36 for b in key), bytes(b ^ 0x5C for b in key)

    def token(self, namespace: str, value: str) -> str:
        """Token of one normalised value.

        >>> Keys(b"pepper-test", b"").token("phone", "+8613800138000")[:16]
        'a8cb343c88195d50'
        """
        message = f"{namespace}:{value}".encode()
        return hmac.new(self.pepper, message, hashlib.sha256).hexdigest()


def namespace(identifier_type: str, scope: str | None, brand: str | None = None) -> str:
    """What stands before the value in a token's message: ``[brand/]type[:scope]``."""
    scoped = f"{identifier_type}:{scope}" if scope else identifier_type
    return f"{brand}/{scoped}" if brand else scoped


def _read_or_create(path: Path) -> bytes:
    """The secret in ``path``, 64 hex digits; created once, safely against a second process."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
            file.flush()
            os.fsync(file.fileno())
    content = path.read_bytes().strip()
    if not content:
        raise YutangError(
            f"{path} is empty: restore it from a backup, or delete it and {path.parent}"
        )
    if path.stat().st_mode & 0o077:
        raise YutangError(f"{path} can be read by others: run chmod 600 {path}")
    return content
