"""Encrypted files of the vault: Parquet bytes in AES-256-GCM, whole or in frames.

Belongs here: the file format. A segment is one JSON header line and frames; every frame has a fresh
nonce, and its authenticated data are the segment's name, the header, the frame's number and whether
it is the last, so a segment renamed, cut short or put together from others does not open. Does not
belong here: which segments there are (store.py).
"""

import io
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from orchestration.lib.errors import YutangError

FORMAT = 1
NONCE = 12  # bytes
ROWS_PER_FRAME = 1_000_000  # an AES-GCM message must stay below 2 GiB
SCHEMA = pa.schema(
    [
        ("token", pa.binary(32)),
        ("identifier_type", pa.string()),
        ("scope", pa.string()),
        ("value", pa.string()),
        ("brand", pa.string()),  # null where identity is the group's
    ]
)


class VaultError(YutangError):
    """The vault cannot be opened or was changed; the message names the segment, never a value."""


def write_segment(
    path: Path, tables: Iterable[pa.Table], *, key: bytes, name: str, label: str
) -> int:
    """Write ``tables`` (of SCHEMA) as ``path``, one after the other; the caller renames.

    Args:
        name: The segment's place in the vault; it opens under this name only.
        label: What the segment was made from; readable without the key.

    Returns:
        Rows written.
    """
    header = json.dumps({"format": FORMAT, "label": label}).encode()
    rows = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(header + b"\n")
        for number, (part, is_last) in enumerate(_frames(tables)):
            rows += part.num_rows
            plain = io.BytesIO()
            # Tokens are random bytes: only the values are worth compressing.
            pq.write_table(
                part,
                plain,
                compression={"token": "none", "value": "zstd"},
                use_dictionary=["identifier_type", "scope", "brand"],
            )
            nonce = os.urandom(NONCE)
            bound = _bound(name, header, number, is_last=is_last)
            sealed = AESGCM(key).encrypt(nonce, plain.getvalue(), bound)
            kind = b"L" if is_last else b"M"
            file.write(kind + len(sealed).to_bytes(8, "big") + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())
    return rows


def _frames(tables: Iterable[pa.Table]) -> Iterator[tuple[pa.Table, bool]]:
    """Parts of a size that can be encrypted, each with whether it is the last; at least one."""
    held = SCHEMA.empty_table()
    for table in tables:
        for start in range(0, table.num_rows, ROWS_PER_FRAME):
            if held.num_rows:
                yield held, False
            held = table.slice(start, ROWS_PER_FRAME).cast(SCHEMA)
    yield held, True


def read_label(path: Path) -> str | None:
    """What the segment was made from; None if there is none."""
    try:
        with path.open("rb") as file:
            return json.loads(file.readline())["label"]
    except (OSError, ValueError, KeyError):
        return None


def read_segment(path: Path, *, key: bytes, name: str) -> Iterator[pa.Table]:
    """The frames of a segment.

    Raises:
        VaultError: If the key is another one, or the file was changed, renamed or cut.
    """
    with path.open("rb") as file:
        header = file.readline().rstrip(b"\n")
        try:
            json.loads(header)
        except ValueError as error:
            raise VaultError(f"vault segment {name} has no readable header") from error
        number, is_last = 0, False
        while not is_last:
            is_last = file.read(1) == b"L"
            length = int.from_bytes(file.read(8), "big")
            nonce = file.read(NONCE)
            bound = _bound(name, header, number, is_last=is_last)
            try:
                plain = AESGCM(key).decrypt(nonce, file.read(length), bound)
            except (InvalidTag, ValueError) as error:
                raise VaultError(
                    f"vault segment {name} does not open: it was changed or cut short, or "
                    "vault.key is not the key it was written with; restore both from one backup"
                ) from error
            number += 1
            table = pq.read_table(pa.BufferReader(plain))
            if "brand" not in table.column_names:  # written before there were brands
                table = table.append_column("brand", pa.nulls(table.num_rows, pa.string()))
            yield table


def _bound(name: str, header: bytes, number: int, *, is_last: bool) -> bytes:
    """What a frame is bound to: it opens in this place of this segment only."""
    return f"{name}\n{number}\n{is_last}\n".encode() + header
