"""What an adapter is: one platform's identifier types, limits, file and receipt.

Belongs here: the contract, splitting into files, deterministic zip. Does not belong here: any
platform (one module each beside this one), people, consent or state: an adapter sees finished
values only, so it cannot leak or decide anything.
"""

import io
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from orchestration.lib.exports.errors import ExportError, ReceiptError
from orchestration.lib.exports.id_types import IdType

APPEND, REMOVE, REPLACE = "append", "remove", "replace"
MIB = 2**20
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can hold: no file has a time inside


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the finished value, whose it is for lists that name an action per person, and who
    writes to it where somebody must."""

    value: str
    one_id: str
    sender: str = ""


@dataclass(frozen=True)
class FileContext:
    """Which file of which version is being written."""

    destination: str
    audience: str
    version: int
    operation: str
    id_type: IdType
    account: Mapping[str, Any]
    options: Mapping[str, Any]
    part: int = 1
    parts: int = 1
    lines: int = 0  # of all parts of this operation and type


@dataclass(frozen=True)
class Limits:
    """What one file may hold; None where the platform names no limit.

    ``min_lines`` holds for every file, so a list below it cannot be sent at all.
    """

    max_lines: int | None = None
    max_bytes: int | None = None
    min_lines: int = 1
    max_files: int | None = None


@dataclass(frozen=True)
class Answer:
    """What a platform said about one file, in our words. Counts are lines, null if not said."""

    status: str  # accepted, rejected, pending
    accepted: int | None = None
    valid: int | None = None
    matched: int | None = None
    errors: tuple[str, ...] = ()


class Adapter(ABC):
    """One platform. Subclasses say what it takes; everything else is the same for all."""

    id_types: ClassVar[Mapping[str, IdType]]
    limits: ClassVar[Limits] = Limits()
    operations: ClassVar[frozenset[str]] = frozenset({APPEND, REMOVE})
    extension: ClassVar[str] = "txt"
    account_keys: ClassVar[tuple[str, ...]] = ()  # what `account:` must name
    option_keys: ClassVar[tuple[str, ...]] = ()  # what `options:` may name
    best_only: ClassVar[bool] = False  # one identifier per person (messages), or all (ad match)
    sends: ClassVar[bool] = (
        False  # parts are sent by us (sending.py), their answers are the receipts
    )
    needs_sender: ClassVar[bool] = False  # a member of staff writes; options: {sender: ...} for all

    @abstractmethod
    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        """The bytes of one file; the same rows give the same bytes."""

    def check_options(self, options: Mapping[str, Any]) -> None:  # noqa: B027
        """Whether options of a known name have a value that can be used.

        Raises:
            ValueError: With what to write instead.
        """

    def request(self, context: FileContext) -> dict[str, Any]:
        """Fields of the platform's upload call, for whoever sends the file; goes to the manifest."""
        return {}

    def answer(self, said: Mapping[str, Any], *, lines: int) -> Answer:
        """Read a platform's answer about a file of ``lines`` lines; here our own, neutral form.

        Raises:
            ReceiptError: If it says neither a status nor how many lines were accepted.
        """
        accepted = count(said, "accepted")
        status = said.get("status") or (None if accepted is None else "accepted")
        if status not in ("accepted", "rejected", "pending"):
            raise ReceiptError("a receipt needs a status (accepted, rejected, pending) or accepted")
        return settled(
            status, lines=lines, accepted=accepted, valid=count(said, "valid"),
            matched=count(said, "matched"), errors=codes(said.get("errors")),
        )  # fmt: skip

    def split(self, rows: Sequence[Row], context: FileContext) -> list[Sequence[Row]]:
        """Rows in files that keep the limits: as few as possible, all about the same size."""
        if not rows:
            return []
        files = -(-len(rows) // self.limits.max_lines) if self.limits.max_lines else 1
        while True:
            parts = _evenly(rows, files)
            if not self.limits.max_bytes or all(
                len(self.encode(part, context)) <= self.limits.max_bytes for part in parts
            ):
                return parts
            if files >= len(rows):
                raise ExportError(
                    f"{context.destination}: one line alone is larger than the "
                    f"{self.limits.max_bytes:,} bytes a file may have"
                )
            files = min(len(rows), files * 2)


def _evenly(rows: Sequence[Row], files: int) -> list[Sequence[Row]]:
    size, longer = divmod(len(rows), files)
    bounds, start = [], 0
    for number in range(files):
        end = start + size + (number < longer)
        bounds.append((start, end))
        start = end
    return [rows[start:end] for start, end in bounds]


def settled(
    status: str, *, lines: int, accepted: int | None, valid: int | None = None,
    matched: int | None = None, errors: tuple[str, ...] = (),
) -> Answer:  # fmt: skip
    """An answer, where a platform that took fewer or more lines than the file has took another file."""
    if status == "accepted" and accepted is not None and accepted != lines:
        errors = (*errors, f"line_count_{accepted}_of_{lines}")
        status = "rejected"
    return Answer(status, accepted, valid, matched, errors)


def count(said: Mapping[str, Any], *names: str) -> int | None:
    """The first of ``names`` that is there, a whole number of 0 or more."""
    for name in names:
        value = said.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not str(value).isdigit():
            raise ReceiptError(f"{name} in a receipt must be a whole number of 0 or more")
        return int(value)
    return None


def codes(errors: Any) -> tuple[str, ...]:
    """Error codes of an answer as ``code`` or ``code:count``; free text is not kept, it can name people."""
    found = []
    for one in errors if isinstance(errors, list) else []:
        code = one.get("code") if isinstance(one, dict) else one
        text = str(code)
        text = (
            text
            if len(text) <= 40 and text.replace("_", "").replace("-", "").isalnum()
            else "other"
        )
        # Eleven digits in a row are a phone, whatever the field is called.
        text = "other" if sum(c.isdigit() for c in text) > 8 else text
        number = one.get("count") if isinstance(one, dict) else None
        found.append(f"{text}:{number}" if str(number).isdigit() else text)
    return tuple(sorted(found))


@dataclass(frozen=True)
class Zip:
    """A zip of one file whose bytes depend on nothing but the content."""

    name: str
    content: bytes = field(repr=False)

    def bytes(self) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            entry = zipfile.ZipInfo(self.name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, self.content)
        return out.getvalue()


def text_lines(rows: Sequence[Row]) -> bytes:
    """One value per line, each line ended."""
    return "".join(f"{row.value}\n" for row in rows).encode()
