"""What platforms answer: reading a receipt and finding the part it is about.

Belongs here: the envelope and where receipts lie. Does not belong here: a platform's own fields (its
adapter) or what an acknowledgement changes (state.py, run.py).

A receipt is JSON: {destination, audience, version, part, ...}, where part is a file name, or its
number in the manifest, or absent where the answer is about every file of the version; `answer` holds
the platform's own words, or our neutral fields (status, accepted, valid, matched, errors) stand
beside. It may come twice, late or out of order.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.lib.exports.adapters.base import Answer
from orchestration.lib.exports.errors import ReceiptError
from orchestration.lib.exports.outbox import RECEIPTS, make_folder, version_folder
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.state import Part, State, Version, write_atomically
from orchestration.lib.home import Home

PAST_VERSIONS = 30  # a receipt of an older version changes nothing any more
_OWN = ("destination", "audience", "version", "part", "answer")


@dataclass(frozen=True)
class Receipt:
    """One answer, not yet judged."""

    destination: str
    audience: str
    version: int
    part: str | int | None
    answer: Mapping[str, Any]
    sha256: str


def read_receipts(path: Path) -> list[Receipt]:
    """The receipts of one file: an object, a list, or one object per line.

    Raises:
        ReceiptError: If it is no JSON or lacks destination, audience or version.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReceiptError(f"{path} cannot be read") from error
    try:
        body = json.loads(text)
    except ValueError:
        try:
            body = [json.loads(line) for line in text.splitlines() if line.strip()]
        except ValueError as error:
            raise ReceiptError(f"{path} is no JSON") from error
    return [_receipt(one, path) for one in (body if isinstance(body, list) else [body])]


def _receipt(body: Any, path: Path) -> Receipt:
    if not isinstance(body, dict):
        raise ReceiptError(f"{path}: a receipt must be an object")
    missing = [name for name in ("destination", "audience", "version") if name not in body]
    if missing:
        raise ReceiptError(f"{path}: a receipt must name {', '.join(missing)}")
    if not str(body["version"]).isdigit():
        raise ReceiptError(f"{path}: version must be a whole number")
    answer = body.get("answer")
    if answer is None:
        answer = {key: value for key, value in body.items() if key not in _OWN}
    if not isinstance(answer, dict):
        raise ReceiptError(f"{path}: answer must be an object")
    content = json.dumps(body, sort_keys=True, ensure_ascii=False).encode()
    return Receipt(
        str(body["destination"]), str(body["audience"]), int(body["version"]), body.get("part"),
        answer, hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def made(route: Route, version: int, part: int, answer: Mapping[str, Any]) -> Receipt:
    """A receipt of ours: what an endpoint answered to a request we sent."""
    return _receipt(
        {
            "destination": route.destination.key, "audience": route.audience, "version": version,
            "part": part, "answer": dict(answer),
        },
        Path(route.name),
    )  # fmt: skip


def receipts_folder(home: Home, route: Route, version: int) -> Path:
    return version_folder(home, route, version) / RECEIPTS


def drop(home: Home, route: Route, receipt: Receipt) -> Path:
    """Put a receipt where the next run reads it; the same one twice is one file."""
    folder = receipts_folder(home, route, receipt.version)
    make_folder(home, folder)
    body = {
        "destination": receipt.destination, "audience": receipt.audience,
        "version": receipt.version, "answer": dict(receipt.answer),
    }  # fmt: skip
    if receipt.part is not None:
        body["part"] = receipt.part
    path = folder / f"{receipt.sha256[:16]}.json"
    write_atomically(path, json.dumps(body, ensure_ascii=False, sort_keys=True).encode())
    return path


def take_in(home: Home, route: Route, state: State) -> list[str]:
    """Hear every receipt in the outbox about the version on its way and about past ones.

    Returns:
        One sentence per receipt that could not be used; the others are heard.
    """
    faults = []
    for version in [*state.history[-PAST_VERSIONS:], *([state.pending] if state.pending else [])]:
        for path in sorted(receipts_folder(home, route, version.number).glob("*.json")):
            try:
                for receipt in read_receipts(path):
                    hear(route, version, receipt)
            except ReceiptError as error:
                faults.append(f"{route.name}: {error}")
    return faults


def hear(route: Route, version: Version, receipt: Receipt) -> None:
    """Let the parts that a receipt is about hear it.

    Raises:
        ReceiptError: If the version has no such part, or the answer says nothing.
    """
    if (receipt.destination, receipt.audience, receipt.version) != (
        route.destination.key, route.audience, version.number,
    ):  # fmt: skip
        raise ReceiptError(f"a receipt of version {version.number} names another export")
    parts = _parts(version, receipt.part)
    adapter = route.destination.made
    answer = adapter.answer(receipt.answer, lines=sum(part.lines for part in parts))
    for number, part in enumerate(parts):
        if len(parts) > 1:
            # Counts of the whole version stand at its first part, so that sums stay right.
            accepted = part.lines if answer.status == "accepted" else None
            counts = (answer.valid, answer.matched) if number == 0 else (None, None)
            part.hear(Answer(answer.status, accepted, *counts, answer.errors), receipt.sha256)
        else:
            part.hear(answer, receipt.sha256)


def _parts(version: Version, named: str | int | None) -> list[Part]:
    if named is None:
        return version.parts
    found = [part for part in version.parts if named in (part.file, part.number, str(part.number))]
    if not found:
        raise ReceiptError(f"version {version.number} has no such part; manifest.json lists them")
    return found
