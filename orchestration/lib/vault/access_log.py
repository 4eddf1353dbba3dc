"""Who opened the vault and why: an append-only file in which every line holds the hash of the one before.

Belongs here: appending and checking the chain. A line never holds a token or a clear value.
"""

import fcntl
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

START = "0" * 64


class AccessLog:
    """The log at ``path``; created with mode 0600 at the first entry."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, *, action: str, purpose: str, asked: int, found: int) -> None:
        """Add one entry, safely against other processes."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            previous = _last_hash(file.read())
            entry = {
                "at": datetime.now(UTC).isoformat(timespec="seconds"),
                "action": action,
                "purpose": purpose,
                "asked": asked,
                "found": found,
                "user": os.environ.get("USER") or str(os.getuid()),
                "previous": previous,
            }
            entry["hash"] = _hash(entry)
            file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def entries(self) -> list[dict]:
        """All entries, oldest first."""
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text(encoding="utf-8").splitlines()]

    def first_broken(self) -> int | None:
        """Number (from 1) of the first entry that was changed or moved; None if the chain holds."""
        previous = START
        for number, entry in enumerate(self.entries(), start=1):
            body = {key: value for key, value in entry.items() if key != "hash"}
            if entry.get("previous") != previous or entry.get("hash") != _hash(body):
                return number
            previous = entry["hash"]
        return None


def _last_hash(content: bytes) -> str:
    lines = content.splitlines()
    return json.loads(lines[-1])["hash"] if lines else START


def _hash(entry: dict) -> str:
    return hashlib.sha256(
        json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()
