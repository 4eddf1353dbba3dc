"""The files of one delivery day: what they are by name, their bytes, and their fingerprint.

Belongs here: suffixes, decompressing and decoding as a stream, hashing. Does not belong here: what
the bytes mean (readers.py). Nothing here writes.
"""

import codecs
import gzip
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract

FORMAT_OF_SUFFIX = {
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "ndjson",
    ".parquet": "parquet",
}
COMPRESSION_OF_SUFFIX = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
CHUNK = 1 << 20
BOM = codecs.BOM_UTF8


def unix_line_ends(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same text with every CRLF as LF."""
    held = b""
    for chunk in chunks:
        text = held + chunk
        held = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(held)].replace(b"\r\n", b"\n")
    yield held


@dataclass(frozen=True)
class LandingFile:
    """One delivered file, known by its name only; nothing of it was read."""

    path: Path
    day: date  # of delivery
    name: str  # below landing/, with forward slashes
    format: str | None  # None: the suffix says nothing we can read
    compression: str  # none, gzip, zstd
    size: int
    mtime_ns: int

    def open_bytes(self) -> io.BufferedIOBase:
        """The decompressed bytes as a stream.

        Raises while reading: OSError or EOFError if the compressed file is broken.
        """
        if self.compression == "gzip":
            return gzip.open(self.path, "rb")  # type: ignore[return-value]
        if self.compression == "zstd":
            import pyarrow as pa

            return io.BufferedReader(_ArrowRaw(pa.input_stream(str(self.path), compression="zstd")))
        return self.path.open("rb")

    def open_utf8(self, encoding: str) -> Iterator[bytes]:
        """The text as UTF-8 in chunks: the very bytes DuckDB is given to read.

        A byte that is not valid in ``encoding`` becomes a byte that is not valid in UTF-8, so that
        the same row is refused as would be in a UTF-8 file.
        """
        with self.open_bytes() as stream:
            first = stream.read(CHUNK)
            if is_utf8(encoding) or first.startswith(BOM):
                while first:
                    yield first
                    first = stream.read(CHUNK)
                return
            decoder = codecs.getincrementaldecoder(encoding)(errors="surrogateescape")
            while True:
                text = decoder.decode(first, final=not first)
                if text:
                    yield text.encode("utf-8", "surrogateescape")
                if not first:
                    return
                first = stream.read(CHUNK)

    @property
    def text_size(self) -> int:
        """Roughly the bytes of its text, from its size; channel files compress about tenfold."""
        return self.size * (10 if self.compression != "none" or self.format == "parquet" else 1)

    def must_be_transcoded(self, encoding: str) -> bool:
        """True where DuckDB cannot read the bytes as they are."""
        if is_utf8(encoding) or self.format == "parquet":
            return False
        with self.open_bytes() as stream:
            return stream.read(len(BOM)) != BOM


class _ArrowRaw(io.RawIOBase):
    """Makes an Arrow input stream a Python raw stream."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def is_utf8(encoding: str) -> bool:
    return codecs.lookup(encoding).name in ("utf-8", "ascii", "utf-8-sig")


def day_folder(home: Home, contract: EntityContract, day: date) -> Path:
    """Where the files of a delivery day lie."""
    return home.landing / contract.channel / contract.entity / f"dt={day.isoformat()}"


def landing_files(home: Home, contract: EntityContract, day: date) -> list[LandingFile]:
    """Delivered files of the day, by name; hidden and half-copied (`.part`, `.tmp`) ones left out."""
    folder = day_folder(home, contract, day)
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "_")) or path.suffix in (".part", ".tmp"):
            continue
        if not path.is_file():
            continue
        suffixes = [suffix.lower() for suffix in path.suffixes]
        compression = COMPRESSION_OF_SUFFIX.get(suffixes[-1] if suffixes else "", "none")
        if compression != "none":
            suffixes.pop()
        stat = path.stat()
        found.append(
            LandingFile(
                path=path,
                day=day,
                name=path.relative_to(home.landing).as_posix(),
                format=FORMAT_OF_SUFFIX.get(suffixes[-1] if suffixes else ""),
                compression=compression,
                size=stat.st_size,
                mtime_ns=stat.st_mtime_ns,
            )
        )
    return found


def content_hash(files: list[LandingFile]) -> str:
    """SHA-256 over names and bytes of the files; the same files give the same hash anywhere."""
    whole = hashlib.sha256()
    for file in files:
        with file.path.open("rb") as stream:
            part = hashlib.file_digest(stream, "sha256").hexdigest()
        whole.update(f"{file.path.name}\0{part}\0".encode())
    return whole.hexdigest()


def stat_fingerprint(files: list[LandingFile]) -> str:
    """Changes when a file was added, removed or written; cheap, nothing is read."""
    lines = "".join(f"{file.path.name}\0{file.size}\0{file.mtime_ns}\0" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()[:32]
