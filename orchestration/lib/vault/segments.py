"""Encrypted files of the vault: Parquet bytes in AES-256-GCM, whole or in frames.

Belongs here: the file format. A segment is one JSON header line and frames; every frame has a fresh
nonce, and its authenticated data are the segment's name, the header and the frame's number, so a
segment renamed, cut short or put together from others does not open. Does not belong here: which
segments there are (store.py).
"""

import io
import json
import os
from collections.abc import Iterator
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
    ]
)


class VaultError(YutangError):
    """The vault cannot be opened or was changed; the message names the segment, never a value."""


def write_segment(path: Path, table: pa.Table, *, key: bytes, name: str, label: str) -> None:
    """Write ``table`` (of SCHEMA) as ``path``; the caller renames.

    Args:
        name: The segment's place in the vault; it opens under this name only.
        label: What the segment was made from; readable without the key.
    """
    table = table.cast(SCHEMA)
    frames = max(1, -(-table.num_rows // ROWS_PER_FRAME))
    header = json.dumps(
        {"format": FORMAT, "label": label, "rows": table.num_rows, "frames": frames}
    ).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(header + b"\n")
        for number in range(frames):
            part = table.slice(number * ROWS_PER_FRAME, ROWS_PER_FRAME)
            plain = io.BytesIO()
            pq.write_table(
                part, plain, compression="zstd", use_dictionary=["identifier_type", "scope"]
            )
            nonce = os.urandom(NONCE)
            sealed = AESGCM(key).encrypt(nonce, plain.getvalue(), _bound(name, header, number))
            file.write(len(sealed).to_bytes(8, "big") + nonce + sealed)
        file.flush()
        os.fsync(file.fileno())


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
            frames = json.loads(header)["frames"]
        except (ValueError, KeyError) as error:
            raise VaultError(f"vault segment {name} has no readable header") from error
        for number in range(frames):
            length = int.from_bytes(file.read(8), "big")
            nonce = file.read(NONCE)
            try:
                plain = AESGCM(key).decrypt(nonce, file.read(length), _bound(name, header, number))
            except (InvalidTag, ValueError) as error:
                raise VaultError(
                    f"vault segment {name} does not open: it was changed, or vault.key is not "
                    "the key it was written with; restore both from the same backup"
                ) from error
            yield pq.read_table(pa.BufferReader(plain))


def _bound(name: str, header: bytes, number: int) -> bytes:
    return f"{name}\n{number}\n".encode() + header
