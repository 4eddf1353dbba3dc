"""Loading several entities at once, in processes of their own, before their steps ask for them.

Belongs here: starting those processes and waiting for one entity. Does not belong here: what a load
does (loader.py), or what is said of it: a day that could not be loaded ahead is loaded again by its
step, which gives the reason.
"""

import logging
import multiprocessing
import os
import threading
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date

from orchestration.lib.home import Home
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.files import landing_files
from orchestration.lib.landing.tokens import Keys

# Each may take the memory limit of a load, so not one for every core of a large machine.
PROCESSES = 2
# Fewer entities than this are loaded sooner than the processes are started (about 1.5 s).
WORTHWHILE = 4

_started: dict[tuple[Home, str], "Future[list[date]]"] = {}


@contextmanager
def loading_ahead(
    home: Home, pending: Iterable[tuple[EntityContract, Sequence[date]]]
) -> Generator[None]:
    """While this is open, ``pending`` days are loaded by two processes, given two cores.

    Args:
        home: Its keys exist, and `prepare_home` was called.
        pending: Delivery days to load, by entity; entities without any are left out.
    """
    work = [(contract, list(days)) for contract, days in pending if days]
    cores = int(os.environ.get("YUTANG_THREADS") or os.cpu_count() or 1)
    if cores < PROCESSES or len(work) < WORTHWHILE:
        yield
        return
    pool = ProcessPoolExecutor(
        PROCESSES,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_end_with_parent,
    )
    try:
        # The largest first: what comes last is then short, and no process waits for the other.
        for contract, days in sorted(work, key=lambda w: (-_bytes(home, *w), w[0].name)):
            _started[home, contract.name] = pool.submit(_load, home, contract, days)
        yield
    finally:
        for contract, _ in work:
            _started.pop((home, contract.name), None)
        pool.shutdown(cancel_futures=True)


def loaded_ahead(home: Home, contract: EntityContract) -> list[date]:
    """Days of an entity that were loaded ahead, once they are; none if its step has to load them."""
    future = _started.get((home, contract.name))
    if future is None:
        return []
    try:
        return future.result()
    except Exception as error:  # the step meets it again and says it
        kind = type(error).__name__  # without its text, which may quote a cell
        logging.getLogger(__name__).info("%s was not loaded ahead: %s", contract.name, kind)
        return []


def _load(home: Home, contract: EntityContract, days: list[date]) -> list[date]:
    from orchestration.lib.landing.connection import kept_connection
    from orchestration.lib.landing.loader import load_entity

    keys = Keys.load_or_create(home)
    done = load_entity(contract, days, home=home, keys=keys, connection=kept_connection(keys))
    return [result.day for result in done]


def _bytes(home: Home, contract: EntityContract, days: Sequence[date]) -> int:
    return sum(file.text_size for day in days for file in landing_files(home, contract, day))


def _end_with_parent() -> None:
    """A killed run leaves no process behind that goes on loading."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
