"""The files of a version in outbox/<destination>/<audience>/<version>/: parts, rejects, manifest.

Belongs here: names, bytes, and putting them there whole or not at all. Does not belong here: what is
in a version (run.py).

A folder is finished when it has its manifest.json, which is written last. All files are readable for
their owner only: a hash of a phone is personal data, because all phones can be tried.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from orchestration.lib.exports.adapters.base import FileContext, Row
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sets import Entry
from orchestration.lib.exports.state import Part, Version, write_atomically
from orchestration.lib.exports.target import Reject
from orchestration.lib.home import Home

MANIFEST = "manifest.json"
REJECTS = "rejects.csv"
REFUSED = "refused.csv"
RECEIPTS = "receipts"


def version_folder(home: Home, route: Route, version: int) -> Path:
    return home.root / "outbox" / route.destination.key / route.audience / str(version)


def plan_parts(
    route: Route, version: int, operations: Iterable[tuple[str, Sequence[Entry]]]
) -> tuple[list[Part], dict[int, list[Entry]]]:
    """Parts of a version with names and checksums, and the entries of each by its number.

    Raises:
        ExportError: If the platform takes fewer files than are needed.
    """
    adapter = route.destination.made
    parts: list[Part] = []
    entries: dict[int, list[Entry]] = {}
    for operation, wanted in operations:
        for kind in route.destination.types():
            of_kind = [entry for entry in wanted if entry.id_type == kind.name]
            rows = rows_of(of_kind)
            context = _context(route, version, operation, kind.name, lines=len(rows))
            split = adapter.split(rows, context)
            most = adapter.limits.max_files
            if most and len(split) > most:
                raise ExportError(
                    f"{route.name}: {len(rows):,} lines of {kind.name} need {len(split)} files, "
                    f"the platform takes {most} an update"
                )
            start = 0
            for number, chunk in enumerate(split, start=1):
                context = _context(
                    route, version, operation, kind.name,
                    part=number, parts=len(split), lines=len(rows),
                )  # fmt: skip
                content = adapter.encode(chunk, context)
                sha256 = hashlib.sha256(content).hexdigest()
                name = (
                    f"{route.audience}-v{version}-{operation}-{kind.name}-"
                    f"{number}of{len(split)}-{sha256[:12]}.{adapter.extension}"
                )
                part = Part(
                    len(parts) + 1, name, operation, kind.name, len(chunk),
                    sha256=sha256, bytes=len(content),
                )  # fmt: skip
                parts.append(part)
                entries[part.number] = of_kind[start : start + len(chunk)]
                start += len(chunk)
    return parts, entries


def put(
    home: Home,
    route: Route,
    version: Version,
    entries: dict[int, list[Entry]],
    rejects: bytes,
) -> str:
    """Write what is missing of a version; what is there and whole stays untouched.

    Returns:
        SHA-256 of the manifest.

    Raises:
        ExportError: If a file cannot be written; what was written is whole, and a later call
            writes the rest.
    """
    folder = version_folder(home, route, version.number)
    try:
        make_folder(home, folder)
        for part in version.parts:
            path = folder / part.file
            if _is_whole(path, part):
                continue
            content = _content(route, version, part, entries[part.number])
            part.sha256, part.bytes = hashlib.sha256(content).hexdigest(), len(content)
            write_atomically(path, content)
        write_atomically(folder / REJECTS, rejects)
        content = json.dumps(
            manifest(route, version, folder), ensure_ascii=False, indent=2, sort_keys=True
        ).encode()
        if not (folder / MANIFEST).exists() or (folder / MANIFEST).read_bytes() != content:
            write_atomically(folder / MANIFEST, content)
    except OSError as error:
        raise ExportError(
            f"{route.name}: version {version.number} could not be written to {folder} "
            f"({error.strerror or error}); nothing is lost, the next `yutang export run` "
            "completes it"
        ) from error
    return hashlib.sha256(content).hexdigest()


def make_folder(home: Home, folder: Path) -> None:
    """Make a folder below the home, and those above it, for their owner only."""
    for above in reversed(folder.relative_to(home.root).parents[:-1]):
        (home.root / above).mkdir(exist_ok=True, mode=0o700)
    folder.mkdir(exist_ok=True, mode=0o700)


def put_refused(home: Home, route: Route, version: Version, rejects: Iterable[Reject]) -> None:
    """Add who was refused by the platform to refused.csv; the same one twice is one line."""
    path = version_folder(home, route, version.number) / REFUSED
    header, *known = rejects_csv([]).decode().splitlines()
    if path.exists():
        known = path.read_text(encoding="utf-8").splitlines()[1:]
    found = sorted({*known, *rejects_csv(rejects).decode().splitlines()[1:]})
    write_atomically(path, ("\n".join([header, *found]) + "\n").encode())


def rows_of(entries: Sequence[Entry]) -> list[Row]:
    """Entries as an adapter sees them."""
    return [Row(entry.value, entry.one_id, entry.sender) for entry in entries]


def is_finished(home: Home, route: Route, version: Version) -> bool:
    """Whether the manifest and every part are there, whole."""
    folder = version_folder(home, route, version.number)
    return (folder / MANIFEST).exists() and all(
        _is_whole(folder / part.file, part) for part in version.parts
    )


def manifest(route: Route, version: Version, folder: Path) -> dict[str, Any]:
    """What the manifest says; no time, no person, no value."""
    destination = route.destination
    return {
        "format": 1,
        "destination": destination.key,
        "audience": route.audience,
        "version": version.number,
        "kind": version.kind,
        "as_of_date": version.as_of,
        "definition_sha256": version.definition_sha256,
        "content_sha256": version.digest,
        "consent": {
            "purpose": destination.consent.purpose,
            "channel": destination.consent.channel,
            "basis": destination.consent.basis,
            "brand": route.brand,
        },
        "counts": version.books,
        "parts": [_described(route, version, part, folder) for part in version.parts],
    }


def rejects_csv(rejects: Iterable[Reject]) -> bytes:
    """One line per identifier that was refused: person, types and reason."""
    lines = ["one_id,identifier_type,id_type,reason"]
    lines += [f"{r.one_id},{r.identifier_type},{r.id_type},{r.reason}" for r in rejects]
    return ("\n".join(lines) + "\n").encode()


def drop_parts(home: Home, route: Route, version: Version) -> None:
    """Remove the files of people from a version's folder; the manifest stays as evidence."""
    folder = version_folder(home, route, version.number)
    for part in version.parts:
        (folder / part.file).unlink(missing_ok=True)


def _described(route: Route, version: Version, part: Part, folder: Path) -> dict[str, Any]:
    context = part_context(route, version, part)
    return {
        "number": part.number,
        "file": part.file,
        "operation": part.operation,
        "id_type": part.id_type,
        "lines": part.lines,
        "bytes": part.bytes,
        "sha256": part.sha256,
        "md5": _md5(folder / part.file),
        "request": route.destination.made.request(context),
    }


def _md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _is_whole(path: Path, part: Part) -> bool:
    return (
        path.exists()
        and path.stat().st_size == part.bytes
        and hashlib.sha256(path.read_bytes()).hexdigest() == part.sha256
    )


def _content(route: Route, version: Version, part: Part, entries: Sequence[Entry]) -> bytes:
    context = part_context(route, version, part)
    return route.destination.made.encode(rows_of(entries), context)


def part_context(route: Route, version: Version, part: Part) -> FileContext:
    """Which file of which version a part is."""
    same = [
        one
        for one in version.parts
        if (one.operation, one.id_type) == (part.operation, part.id_type)
    ]
    return _context(
        route, version.number, part.operation, part.id_type,
        part=same.index(part) + 1, parts=len(same), lines=sum(one.lines for one in same),
    )  # fmt: skip


def _context(
    route: Route, version: int, operation: str, id_type: str, *,
    part: int = 1, parts: int = 1, lines: int = 0,
) -> FileContext:  # fmt: skip
    destination = route.destination
    return FileContext(
        destination=destination.key,
        audience=route.audience,
        version=version,
        operation=operation,
        id_type=destination.made.id_types[id_type],
        account=destination.account,
        options=destination.file_options(route.audience),
        part=part,
        parts=parts,
        lines=lines,
    )
