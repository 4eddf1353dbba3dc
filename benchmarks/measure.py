"""Running a command and saying what it cost: seconds, processor time, the most memory it held.

Belongs here: measuring one command. Does not belong here: what is run, or any judgement of it.
"""

import json
import os
import resource
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
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
        cpu_seconds: Processor time, user and system, of the command and all it started. Where
            others use the machine this says more than wall time.
        peak_bytes: Most memory that it and its children held at one time (resident pages,
            sampled ten times a second; without /proc, the largest process).
        output: What it printed to standard output.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    output: str

    @property
    def inner(self) -> "Work":
        """What the command itself put under `clock`, without starting Python."""
        return Work(**json.loads(self.output.strip().splitlines()[-1]))

    def describe(self, rows: int) -> str:
        """Seconds, rows a second and memory in one line."""
        speed = f"{rows / self.seconds:>12,.0f} rows/s"
        cpu = f"{self.cpu_seconds:>8.1f} s of processor"
        return f"{self.seconds:>8.1f} s {cpu} {speed} {self.peak_bytes / 1e9:>6.1f} GB"


@dataclass(frozen=True)
class Work:
    """Wall time and processor time of one piece of work inside a process."""

    seconds: float
    cpu_seconds: float

    def print(self) -> None:
        """The last line that a measured process prints, for `Cost.inner`."""
        print(json.dumps(asdict(self)))


@contextmanager
def clock() -> Iterator[None]:
    """Print what the block took, for `Cost.inner` of the process that measures."""
    seconds, cpu_seconds = time.perf_counter(), time.process_time()
    yield
    Work(time.perf_counter() - seconds, time.process_time() - cpu_seconds).print()


def run_measured(command: Sequence[str], *, environment: Mapping[str, str] | None = None) -> Cost:
    """Run ``command`` to its end and measure it.

    Raises:
        CommandFailed: If it ends with another code than 0.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
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
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(
        seconds=seconds,
        cpu_seconds=cpu_seconds,
        peak_bytes=peak[0] or after.ru_maxrss * 1024,
        output=output,
    )


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
