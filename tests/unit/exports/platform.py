"""A platform that takes files from the outbox, and crashes that hit an export at any write.

Belongs here: the simulator and the crash. Does not belong here: assertions.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from orchestration.lib.exports import outbox, run, state
from orchestration.lib.exports.adapters.base import APPEND, REPLACE


class Crash(BaseException):
    """The process ended here; no handler of ours may catch it."""


@contextmanager
def crash_at(write: int, *, after: bool) -> Iterator[None]:
    """Crash at the n-th write (from 1) of state or files, before or after it took effect."""
    left = [write]

    def wrapped(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Crash
            result = original(*arguments, **named)
            if left[0] == 0:
                raise Crash
            return result

        return call

    with ExitStack() as stack:
        for module, name in (
            (state, "write_atomically"), (state, "write_set"), (outbox, "write_atomically"),
            (run, "write_atomically"),
        ):  # fmt: skip
            stack.enter_context(patch.object(module, name, wrapped(getattr(module, name))))
        yield


class Platform:
    """Holds what it was sent. Files may be taken twice, in any order within a version."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.values: set[tuple[str, str]] = set()
        self.taken: list[str] = []
        self._replacing: dict[int, dict[str, set[tuple[str, str]]]] = {}

    def manifests(self) -> list[dict[str, Any]]:
        """Versions that are finished, that is, have a manifest."""
        paths = self.folder.glob("*/manifest.json")
        return sorted((json.loads(p.read_text()) for p in paths), key=lambda m: m["version"])

    def waiting(self, version: int) -> list[dict[str, Any]]:
        """Parts of a version whose files are there."""
        for manifest in self.manifests():
            if manifest["version"] == version:
                return [p for p in manifest["parts"] if self.path(version, p).exists()]
        return []

    def path(self, version: int, part: dict[str, Any]) -> Path:
        return self.folder / str(version) / part["file"]

    def take(self, version: int, part: dict[str, Any]) -> None:
        """Apply one file."""
        text = self.path(version, part).read_text()
        header, *lines = list(csv.reader(io.StringIO(text)))
        found = {(header[-1], line[-1]) for line in lines}
        self.taken.append(part["file"])
        if part["operation"] == REPLACE:
            session = self._replacing.setdefault(version, {})
            session[part["file"]] = found
            if len(session) == sum(p["operation"] == REPLACE for p in self._parts(version)):
                self.values = set().union(*session.values())
        elif part["operation"] == APPEND:
            self.values |= found
        else:
            self.values -= found

    def _parts(self, version: int) -> list[dict[str, Any]]:
        return next(m["parts"] for m in self.manifests() if m["version"] == version)

    def answer(self, version: int, part: dict[str, Any], **said: Any) -> None:
        """Write a receipt into the drop folder."""
        manifest = next(m for m in self.manifests() if m["version"] == version)
        body = {
            "destination": manifest["destination"], "audience": manifest["audience"],
            "version": version, "part": part["number"], **said,
        }  # fmt: skip
        drop = self.folder / str(version) / "receipts"
        drop.mkdir(exist_ok=True)
        number = len(list(drop.glob("*.json")))
        (drop / f"{number:04d}.json").write_text(json.dumps(body))
