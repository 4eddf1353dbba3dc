"""Handing DuckDB a text it cannot read from the file: through a named pipe, never through a disk.

Belongs here: chunks of bytes to a pipe that DuckDB reads as a file. A pipe holds nothing: after a
crash only its empty name is left, and `remove_left_behind` removes it before the next run.
"""

import contextlib
import os
import shutil
import tempfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

from orchestration.lib.landing.files import LandingFile

PREFIX = "feed-"


class Feeds:
    """Named pipes of one load; closing it ends their writers and removes them."""

    def __init__(self, folder: Path) -> None:
        self._parent = folder
        self._folder: Path | None = None  # made with the first pipe: most loads need none
        self._pipes: list[tuple[Path, threading.Thread]] = []
        self.failures: dict[str, Exception] = {}  # by file name: its text ended too early

    def open(self, file: LandingFile, chunks: Iterator[bytes]) -> Path:
        """A pipe that will carry ``chunks``, the text of ``file``, once."""
        if self._folder is None:
            self._parent.mkdir(parents=True, exist_ok=True)
            prefix = f"{PREFIX}{os.getpid()}-"
            self._folder = Path(tempfile.mkdtemp(prefix=prefix, dir=self._parent))
        suffix = ".csv" if file.format == "csv" else ".json"
        pipe = self._folder / f"{len(self._pipes)}{suffix}"
        os.mkfifo(pipe, mode=0o600)
        writer = threading.Thread(target=self._write, args=(pipe, file, chunks), daemon=True)
        self._pipes.append((pipe, writer))
        writer.start()
        return pipe

    def close(self) -> bool:
        """End and remove the pipes. True if the text of a file ended too early."""
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
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
        return bool(self.failures)

    def _write(self, pipe: Path, file: LandingFile, chunks: Iterator[bytes]) -> None:
        try:
            with pipe.open("wb") as target:
                for chunk in chunks:
                    target.write(chunk)
        except BrokenPipeError:
            pass  # the reader gave up; it knows why
        except (OSError, EOFError, zlib.error, ValueError) as error:
            self.failures[file.name] = error

    def __enter__(self) -> "Feeds":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def remove_left_behind(folder: Path) -> None:
    """Remove pipes of processes that are gone."""
    for left in folder.glob(f"{PREFIX}*"):
        process = left.name.removeprefix(PREFIX).split("-")[0]
        if not Path(f"/proc/{process}").exists():
            shutil.rmtree(left, ignore_errors=True)
