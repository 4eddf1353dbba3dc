"""Running a command and saying what it cost: seconds, and the most memory its processes held.

Belongs here: measuring one command. Does not belong here: what is run, or any judgement of it.
"""

import os
import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SAMPLE_EVERY_S = 0.1
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class CommandFailed(RuntimeError):
    """A measured command ended with an error; the message holds the end of what it printed."""


@dataclass(frozen=True)
class Cost:
    """What one command took.

    Args:
        seconds: Wall time.
        peak_bytes: Most memory that it and its children held at one time (resident pages,
            sampled ten times a second; without /proc, the largest process).
        output: What it printed to standard output.
    """

    seconds: float
    peak_bytes: int
    output: str

    def describe(self, rows: int) -> str:
        """Seconds, rows a second and memory in one line."""
        speed = f"{rows / self.seconds:>12,.0f} rows/s"
        return f"{self.seconds:>8.1f} s {speed} {self.peak_bytes / 1e9:>6.1f} GB"


def run_measured(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``command`` to its end and measure it.

    Raises:
        CommandFailed: If it ends with another code than 0.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = [0]
    sampler = threading.Thread(target=_sample, args=(process, peak), daemon=True)
    sampler.start()
    output, errors = process.communicate()
    seconds = time.perf_counter() - started
    sampler.join()
    if process.returncode != 0:
        raise CommandFailed(
            f"`{' '.join(command)}` ended with {process.returncode}:\n"
            f"{output[-2000:]}\n{errors[-4000:]}"
        )
    largest_process = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Cost(seconds=seconds, peak_bytes=peak[0] or largest_process, output=output)


def _sample(process: subprocess.Popen, peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], _resident_bytes(process.pid))
        time.sleep(_SAMPLE_EVERY_S)


def _resident_bytes(root: int) -> int:
    """Resident memory of a process and all below it; shared pages count once per process."""
    children = defaultdict(list)
    resident = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name of the program may hold blanks and brackets: what counts stands behind it.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        pid = int(folder.name)
        children[int(fields[1])].append(pid)
        resident[pid] = int(fields[21]) * _PAGE_BYTES
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += resident.get(pid, 0)
        waiting += children[pid]
    return total
