"""The state of one route: what is held, what is on its way, what waits, what was.

Belongs here: the shape, and storing it so that a crash at any point leaves the old or the new state.
Does not belong here: deciding what happens next (run.py).

state/exports/<destination>/<audience>/state.json names the sealed sets it belongs to; a set is
written first, then state.json is replaced, then sets that nobody names are removed.
"""

import fcntl
import json
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from orchestration.lib.exports.adapters.base import Answer
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sealed import read_set, write_set
from orchestration.lib.exports.sets import Change, Entry, Key
from orchestration.lib.home import Home

FORMAT = 1
PREPARED, SENT, ACKNOWLEDGED, REJECTED = "prepared", "sent", "acknowledged", "rejected"
SUPERSEDED, HELD = "superseded", "held"


@dataclass
class Part:
    """One file of a version. ``number`` counts within the version."""

    number: int
    file: str
    operation: str
    id_type: str
    lines: int
    status: str = PREPARED
    sha256: str = ""
    bytes: int = 0
    attempts: int = 1
    accepted: int | None = None
    valid: int | None = None
    matched: int | None = None
    errors: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)  # sha256 of every receipt that was read

    def hear(self, answer: Answer, receipt: str) -> None:
        """Take a receipt in: an acknowledgement is for ever, counts only grow."""
        if receipt in self.receipts:
            return
        self.receipts.append(receipt)
        self.errors = sorted({*self.errors, *answer.errors})
        if answer.status == "rejected" and self.status == ACKNOWLEDGED:
            self.errors = sorted({*self.errors, "rejected_after_acknowledged"})
            return
        self.accepted = _larger(self.accepted, answer.accepted)
        self.valid = _larger(self.valid, answer.valid)
        self.matched = _larger(self.matched, answer.matched)
        if answer.status == "accepted":
            self.status = ACKNOWLEDGED
        elif answer.status == "rejected":
            self.status = REJECTED


def _larger(old: int | None, new: int | None) -> int | None:
    return new if old is None or (new is not None and new > old) else old


@dataclass
class Version:
    """One version of a route: its parts and the books it was made from."""

    number: int
    as_of: str
    kind: str  # difference, full, privacy
    digest: str  # of what the destination should hold
    definition_sha256: str
    status: str = PREPARED
    parts: list[Part] = field(default_factory=list)
    books: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)  # why it waited, if it did
    reasons_zh: list[str] = field(default_factory=list)
    approval: str | None = None
    manifest_sha256: str | None = None

    @property
    def is_settled(self) -> bool:
        return all(part.status == ACKNOWLEDGED for part in self.parts)


@dataclass
class State:
    """All that is known of a route."""

    next_version: int = 1
    base_file: str | None = None  # sealed set of what the destination holds
    base_people: int = 0
    base_lines: int = 0
    last_full_as_of: str | None = None
    acknowledged_version: int | None = None
    pending: Version | None = None
    pending_file: str | None = None
    held: Version | None = None
    history: list[Version] = field(default_factory=list)
    brand: str = "all"  # of the audience, for when its file is gone

    def versions(self) -> list[Version]:
        """All versions, finished ones first."""
        return [*self.history, *(one for one in (self.pending, self.held) if one)]


class Store:
    """State and sealed sets of one route; used inside `locked`."""

    def __init__(self, home: Home, route: Route, key: bytes) -> None:
        self.folder = home.state / "exports" / route.destination.key / route.audience
        self._name = f"exports/{route.name}"
        self._key = key

    @contextmanager
    def locked(self) -> Generator[None]:
        """One process at a time works on a route.

        Raises:
            ExportError: If another one does.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ExportError(
                    f"{self._name} is being exported by another process: wait for it"
                ) from error
            yield

    def load(self) -> State:
        path = self.folder / "state.json"
        if not path.exists():
            return State()
        try:
            return _state(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError) as error:
            raise ExportError(
                f"{path} cannot be read as the state of an export: restore it from a backup"
            ) from error

    def save(self, state: State) -> None:
        """Replace the state; sets it does not name are removed afterwards."""
        write_atomically(
            self.folder / "state.json",
            json.dumps({"format": FORMAT, **asdict(state)}, indent=1, sort_keys=True).encode(),
        )
        named = {state.base_file, state.pending_file}
        for path in self.folder.glob("*.enc"):
            if path.name not in named:
                path.unlink()

    def write_base(self, held: dict[Key, tuple[Entry, bool]], version: int) -> str:
        rows = [
            (entry, "certain" if is_certain else "possible")
            for _, (entry, is_certain) in sorted(held.items())
        ]
        return self._write(f"base-{version}.enc", rows)

    def base(self, state: State) -> dict[Key, tuple[Entry, bool]]:
        """What the destination holds after the last closed version."""
        if state.base_file is None:
            return {}
        return {entry.key: (entry, tag == "certain") for entry, tag in self._read(state.base_file)}

    def write_pending(self, version: Version, entries: dict[int, list[Entry]]) -> str:
        """Keep the entries of every part, so that any part can be made again byte for byte."""
        rows = [
            (entry, str(part.number)) for part in version.parts for entry in entries[part.number]
        ]
        return self._write(f"pending-{version.number}.enc", rows)

    def pending(self, state: State) -> dict[int, list[Entry]]:
        """Entries of the version on its way, by part number, in the order of the file."""
        if state.pending is None or state.pending_file is None:
            return {}
        entries: dict[int, list[Entry]] = {part.number: [] for part in state.pending.parts}
        for entry, tag in self._read(state.pending_file):
            entries[int(tag)].append(entry)
        return entries

    def changes(self, state: State) -> list[Change]:
        """The version on its way as changes of the destination's set."""
        entries = self.pending(state)
        return [
            Change(part.operation, tuple(entries[part.number]), part.status == ACKNOWLEDGED)
            for part in (state.pending.parts if state.pending else [])
        ]

    def _write(self, file: str, rows: list[tuple[Entry, str]]) -> str:
        write_set(self.folder / file, rows, key=self._key, name=f"{self._name}/{file}")
        return file

    def _read(self, file: str) -> list[tuple[Entry, str]]:
        return read_set(self.folder / file, key=self._key, name=f"{self._name}/{file}")


def write_atomically(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write beside, sync, rename: the old file or the new one, never half a file."""
    beside = path.with_name(f".{path.name}.unfinished")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    beside.replace(path)


def _state(body: dict[str, Any]) -> State:
    if body.pop("format") != FORMAT:
        raise ValueError("another format")
    made = State(**body)
    made.pending = _version(body["pending"]) if body["pending"] else None
    made.held = _version(body["held"]) if body["held"] else None
    made.history = [_version(one) for one in body["history"]]
    return made


def _version(body: dict[str, Any]) -> Version:
    made = Version(**body)
    made.parts = [Part(**part) for part in body["parts"]]
    return made
