"""Handing DuckDB a text it cannot read from the file: through a named pipe, never through a disk.

Belongs here: a text as chunks of bytes to a pipe that DuckDB reads as a file. A pipe holds nothing: after a crash only its empty name is left, and the next load removes it.
"""

import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from orchestration.lib.landing.files import LandingFile


class Feeds:
    """Named pipes of one load; closing it ends their writers and removes them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="feed-", dir=folder))
        self._pipes: list[tuple[Path, threading.Thread]] = []
        self.failures: dict[str, Exception] = {}  # by file name: its text ended too early

    def open(self, file: LandingFile, chunks: Iterator[bytes]) -> Path:
        """A pipe that will carry ``chunks``, the text of ``file``, once."""
        suffix = ".csv" if file.format == "csv" else ".json"
        pipe = self._folder / f"{len(self._pipes)}{suffix}"
        os.mkfifo(pipe, mode=0o600)
        writer = threading.Thread(target=self._write, args=(pipe, file, chunks), daemon=True)
        self._pipes.append((pipe, writer))
        writer.start()
        return pipe

    def close(self) -> None:
        for pipe, writer in self._pipes:
            # A writer whose reader never came or gave up waits: be its reader till it ends.
            while writer.is_alive():
                handle = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
                with contextlib.suppress(BlockingIOError):
                    while os.read(handle, 1 << 16):
                        pass
                os.close(handle)
                writer.join(timeout=0.005)
        self._pipes.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _write(self, pipe: Path, file: LandingFile, chunks: Iterator[bytes]) -> None:
        try:
            with pipe.open("wb") as target:
                for chunk in chunks:
                    target.write(chunk)
        except BrokenPipeError:
            pass  # the reader gave up; it knows why
        except (OSError, EOFError) as error:
            self.failures[file.name] = error

    def __enter__(self) -> "Feeds":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
