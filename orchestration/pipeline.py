"""A whole run in this process: the same jobs that schedules start, one after the other.

Belongs here: which jobs run for which days, and telling a listener how far they are. Does not
belong here: printing (commands/) or what a job does (defs/).
"""

import importlib
import os
import re
import sys
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import dagster as dg

from orchestration.definitions import defs
from orchestration.defs.jobs import DAILY_JOB, RAW_LOAD_JOB, load_check
from orchestration.defs.keys import raw_key
from orchestration.instance import open_instance
from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.ahead import loading_ahead
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.landing.entities import EntityContract
from orchestration.lib.landing.partitions import pending_days
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.transform import build, project
from orchestration.partitions import RANGE_END_TAG, RANGE_START_TAG, contiguous


@dataclass(frozen=True)
class Step:
    """How far a run is: the stage, what was finished last, and how many assets of how many."""

    stage: str
    detail: str
    done: int
    total: int | None


Listener = Callable[[Step], None]

# What the build needs and loading does not: imported while other processes load (6 s of a run).
NEEDED_LATER = ("great_expectations.expectations", "ibis", "altair")


class RunFailedError(YutangError):
    """A job failed; the message is the first failed step's own sentence."""


@dataclass(frozen=True)
class RunOptions:
    """What a person chose: the day the tables describe, and whether tables are rebuilt."""

    as_of: date | None = None
    full_refresh: bool = False


def run_everything(home: Home, options: RunOptions, *, listener: Listener) -> None:
    """Load all pending deliveries, then build, audit and publish.

    Args:
        home: The brand's home; landing/ holds what was delivered.
        options: As-of day and full refresh.
        listener: Called with one short line whenever something was finished.

    Raises:
        IdentityRulesError: If a line of seeds/identity/ cannot be used; nothing was loaded.
        RunFailedError: If a step failed; the published file is then the last good one.
    """
    pending = find_pending(home)
    with _quiet(home), open_instance(home) as instance:
        with loading_ahead(home, pending):
            project.manifest_path(build.variables(home, options.as_of))
            definitions = defs()
            for module in NEEDED_LATER:
                importlib.import_module(module)
            for first, last, keys in ranges(pending):
                _execute(
                    definitions,
                    instance,
                    RAW_LOAD_JOB,
                    _Progress("loading deliveries", listener),
                    tags={RANGE_START_TAG: first.isoformat(), RANGE_END_TAG: last.isoformat()},
                    selection=keys,
                    settings={"only_pending": True},
                )
        _execute(
            definitions,
            instance,
            DAILY_JOB,
            _Progress("building, auditing, publishing", listener),
            settings={
                "as_of_date": options.as_of.isoformat() if options.as_of else "",
                "full_refresh": options.full_refresh,
            },
        )


def find_pending(home: Home) -> list[tuple[EntityContract, list[date]]]:
    """Entities with their delivery days that are new or changed; the home is made ready for them.

    Raises:
        IdentityRulesError: If a line of seeds/identity/ cannot be used.
    """
    keys, contracts = Keys.load_or_create(home), load_contracts(PROJECT_DIR, home).values()
    prepare_home(home, contracts, keys)
    return [(contract, pending_days(home, contract, keys)) for contract in contracts]


def ranges(
    pending: list[tuple[EntityContract, list[date]]],
) -> Iterator[tuple[date, date, list[dg.AssetKey]]]:
    """Unbroken ranges of delivery days, with the raw assets that have any of them."""
    for first, last in contiguous(sorted({day for _, days in pending for day in days})):
        wanted = [c for c, days in pending if any(first <= day <= last for day in days)]
        yield first, last, [raw_key(c.channel, c.entity) for c in wanted]


def _execute(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    progress: "_Progress",
    *,
    settings: dict[str, object],
    tags: dict[str, str] | None = None,
    selection: list[dg.AssetKey] | None = None,
) -> None:
    run_id = str(uuid.uuid4())
    instance.add_event_listener(run_id, progress)
    resolved = definitions.resolve_job_def(job)
    if selection is not None:
        # Without the landing suites: they judge all days, once, in the job that builds.
        resolved = resolved.get_subset(
            asset_selection=set(selection),
            asset_check_selection={load_check(key) for key in selection},
        )
    progress.start(len(list(selection or resolved.asset_layer.executable_asset_keys)))
    result = resolved.execute_in_process(
        run_id=run_id,
        instance=instance,
        tags=tags,
        raise_on_error=False,
        run_config={
            "resources": {"settings": {"config": settings}},
            "loggers": {"console": {"config": {"log_level": "ERROR"}}},
        },
    )
    if not result.success:
        raise RunFailedError(_reason(result))
    skipped = sorted(
        event.step_key or ""
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.STEP_SKIPPED
    )
    if skipped:
        raise RunFailedError(
            f"{', '.join(skipped)} did not run, because a step before them did not report all it "
            f"made; the last good file stays. See {instance.root_directory} or `yutang dev`"
        )


class _Progress:
    """Counts finished assets of a run and tells the listener."""

    def __init__(self, stage: str, listener: Listener) -> None:
        self._stage = stage
        self._listener = listener
        self._finished: set[str] = set()
        self._total: int | None = None

    def start(self, total: int) -> None:
        self._total = total
        self._listener(Step(self._stage, "", 0, total))

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None or event.event_type != dg.DagsterEventType.ASSET_MATERIALIZATION:
            return
        if event.asset_key is not None:
            name = event.asset_key.to_user_string()
            self._finished.add(name)
            self._listener(Step(self._stage, name, len(self._finished), self._total))


def _reason(result: dg.ExecuteInProcessResult) -> str:
    """The sentence of the first failed step: what it raised, or what its blocking checks found."""
    evaluations = [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    blocking = [
        found.description or f"{found.asset_key.to_user_string()}: {found.check_name} failed"
        for found in evaluations
        if found.blocking and not found.passed
    ]
    if blocking:
        return "nothing was published; the last good file stays. " + "; ".join(blocking[:5])
    for event in result.all_events:
        if event.event_type != dg.DagsterEventType.STEP_FAILURE:
            continue
        failure = event.step_failure_data
        if failure.user_failure_data and failure.user_failure_data.description:
            return failure.user_failure_data.description
        if failure.error:
            cause = failure.error.cause or failure.error
            sentence = re.sub(r"^[\w.]+(Error|Exception): ", "", cause.message.strip())
            return f"{event.step_key} failed: {sentence}"
    return "the run failed; `yutang dev` shows what happened"


@contextmanager
def _quiet(home: Home) -> Generator[None]:
    """Send what libraries and child processes print to a file; people see progress instead."""
    log = home.tmp / "run.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    with log.open("w") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for descriptor, original in zip((1, 2), saved, strict=True):
                os.dup2(original, descriptor)
                os.close(original)
