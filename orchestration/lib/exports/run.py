"""Exporting routes: finish what is on its way, then prepare, hold or send the next version.

Belongs here: the order of steps and what is stored between them. Does not belong here: what a version
contains (planning.py), its files (outbox.py), the shape of the state (state.py).

A version goes prepared -> sent (its files are in outbox/) -> acknowledged (every part was). Before
any file is written the state names the version and keeps its entries, so after a crash the next run
writes exactly the same files. A version that must wait is held: it has a number and no files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.lib.errors import YutangError
from orchestration.lib.exports import outbox, planning, receipts
from orchestration.lib.exports.adapters.base import APPEND, REPLACE
from orchestration.lib.exports.errors import ExportError, PastDayError
from orchestration.lib.exports.gate import Gate
from orchestration.lib.exports.planning import FULL, PRIVACY, Plan
from orchestration.lib.exports.published import Published, open_published
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sets import Change, Held, after
from orchestration.lib.exports.state import (
    ACKNOWLEDGED,
    HELD,
    PREPARED,
    REJECTED,
    SENT,
    SUPERSEDED,
    State,
    Store,
    Version,
    write_atomically,
)
from orchestration.lib.home import Home
from orchestration.lib.landing.tokens import Keys
from orchestration.lib.vault.access_log import AccessLog
from orchestration.lib.vault.store import Vault

MAX_ATTEMPTS = 3  # a file that was rejected so often is given up; the next version starts afresh
UNCHANGED, WAITING, FAILED = "unchanged", "waiting", "failed"


@dataclass(frozen=True)
class Outcome:
    """What an export did for one route, in one sentence."""

    route: str
    status: str  # sent, acknowledged, waiting, held, unchanged, failed
    version: int | None
    sentence: str
    added: int = 0
    removed: int = 0


def export(home: Home, routes: Iterable[Route]) -> list[Outcome]:
    """Export routes one after the other; a route that fails does not stop the others.

    Raises:
        ExportError: If nothing was published after a passed audit.
    """
    routes = list(routes)
    if not routes:
        return []
    keys = Keys.load_or_create(home)
    outcomes = []
    with open_published(home) as published:
        for route in routes:
            one = RouteExport(home, route, published=published, keys=keys)
            try:
                outcomes.append(one.run())
            except PastDayError as error:
                outcomes.append(Outcome(route.name, UNCHANGED, None, str(error)))
            except YutangError as error:
                outcomes.append(Outcome(route.name, FAILED, None, str(error)))
            except OSError as error:
                sentence = (
                    f"the state could not be written ({error.strerror or error}); run it again"
                )
                outcomes.append(Outcome(route.name, FAILED, None, sentence))
    return outcomes


def approve(home: Home, route: Route, version: int, *, reason: str) -> Outcome:
    """Release exactly one held version, and log who did and why.

    Raises:
        ExportError: If that version does not wait, or waits for something nobody can approve.
    """
    if not reason.strip():
        raise ExportError("an approval needs a reason: --reason")
    keys = Keys.load_or_create(home)
    with open_published(home) as published:
        one = RouteExport(home, route, published=published, keys=keys)
        with one.store.locked():
            state = one.store.load()
            held = state.held
            if held is None or held.number != version:
                waiting = f"version {held.number} waits" if held else "nothing waits"
                raise ExportError(f"{route.name}: version {version} does not wait; {waiting}")
            if not held.books.get("can_be_approved", True):
                raise ExportError(
                    f"{route.name}: version {version} cannot be approved: {'; '.join(held.reasons)}"
                )
            AccessLog(home.state / "exports" / "approvals.log.jsonl").append(
                action="approve",
                purpose=f"{route.name} version {version}: {reason.strip()}",
                asked=held.books["lines_added"],
                found=held.books["lines_removed"],
            )
            held.approval = reason.strip()
            one.store.save(state)
        return one.run()


def dry_run(home: Home, route: Route) -> tuple[Plan, State]:
    """What the next version would be, and the state; nothing is written but the vault's log.

    A version on its way is taken as arrived, as it will be before the next one is made.
    """
    keys = Keys.load_or_create(home)
    with open_published(home) as published:
        one = RouteExport(home, route, published=published, keys=keys)
        state = one.store.load()
        receipts.take_in(home, route, state)
        held = one.store.base(state)
        changes = one.store.changes(state)
        for_sure = [Change(c.operation, c.entries, is_acknowledged=True) for c in changes]
        return one.plan(state, after(held, for_sure)), state


class RouteExport:
    """One route in one run."""

    def __init__(self, home: Home, route: Route, *, published: Published, keys: Keys) -> None:
        self._home = home
        self._route = route
        self._published = published
        self._vault = Vault(home, keys.vault_key)
        self.store = Store(home, route, keys.vault_key)

    @property
    def _is_delivery(self) -> bool:
        return self._route.destination.acknowledged_by == "delivery"

    def run(self) -> Outcome:
        """Take receipts in, finish the version on its way, then make the next.

        Raises:
            PastDayError: If the published file describes a day before the newest version's; consent
                of that day must not give up a version of a later one.
            ExportError: If it cannot; the state is then as a later run needs it.
        """
        with self.store.locked():
            state = self.store.load()
            self._refuse_past_day(state)
            state.brand = self._route.brand
            faults = receipts.take_in(self._home, self._route, state)
            self._settle(state)
            outcome = self._resume(state) if state.pending else None
            outcome = outcome or self._next(state)
            self.store.save(state)
            self._forget_old_files(state)
            if faults:
                raise ExportError("; ".join(faults))
            return outcome

    def plan(self, state: State, held: Held) -> Plan:
        last = state.last_full_as_of
        return planning.make_plan(
            self._home, self._route, published=self._published, vault=self._vault, held=held,
            last_full=date.fromisoformat(last) if last else None,
        )  # fmt: skip

    # --- the version on its way -------------------------------------------------------------------

    def _refuse_past_day(self, state: State) -> None:
        newest = max((one.as_of for one in state.versions()), default="")
        if newest > str(self._published.as_of):
            raise PastDayError(
                f"the published file describes {self._published.as_of}, the newest version is of "
                f"{newest}: a past day is looked at, not exported"
            )

    def _settle(self, state: State) -> None:
        """Close the version on its way if all its parts arrived."""
        version = state.pending
        if version is None:
            return
        if self._is_delivery and outbox.is_finished(self._home, self._route, version):
            for part in version.parts:
                part.status = ACKNOWLEDGED
        if version.is_settled:
            self._close(state, ACKNOWLEDGED)

    def _resume(self, state: State) -> Outcome | None:
        """Send what is missing of the version on its way; None if it had to be given up."""
        version = state.pending
        assert version is not None
        if self._has_leak(state) or any(
            part.status == REJECTED and part.attempts >= MAX_ATTEMPTS for part in version.parts
        ):
            self._give_up(state)
            return None
        for part in version.parts:
            if part.status == REJECTED:
                part.status, part.attempts = SENT, part.attempts + 1
        return self._deliver(state)

    def _has_leak(self, state: State) -> bool:
        """Whether a file that has not arrived holds somebody who may not leave any more."""
        version = state.pending
        assert version is not None
        entries = self.store.pending(state)
        waiting = [
            entry
            for part in version.parts
            if part.operation in (APPEND, REPLACE) and part.status != ACKNOWLEDGED
            for entry in entries[part.number]
        ]
        gate = Gate(self._published, self._route)
        return bool(planning.reasons_now(waiting, published=self._published, gate=gate))

    def _give_up(self, state: State) -> None:
        version = state.pending
        assert version is not None
        self._close(state, SUPERSEDED)
        outbox.drop_parts(self._home, self._route, version)

    def _close(self, state: State, status: str) -> None:
        """Work the version into what the destination holds; one replacement of the state."""
        version = state.pending
        assert version is not None
        held = after(self.store.base(state), self.store.changes(state))
        state.base_file = self.store.write_base(held, version.number)
        state.base_lines = len(held)
        state.base_people = len({entry.one_id for entry, _ in held.values()})
        version.status = status
        if status == ACKNOWLEDGED:
            state.acknowledged_version = version.number
            if version.kind == FULL:
                state.last_full_as_of = version.as_of
        state.history.append(version)
        state.pending, state.pending_file = None, None
        self.store.save(state)

    # --- the next version -------------------------------------------------------------------------

    def _retire(self, state: State) -> Outcome:
        """Remove who must not be there any more; the others stay until somebody removes the list."""
        held = self.store.base(state)
        plan = planning.make_retired_plan(self._route, published=self._published, held=held)
        state.held = None
        number = self._send_private(state, plan)
        if number is None:
            sentence = f"no audience sends this any more, {len(held):,} lines are still there"
            return Outcome(self._route.name, UNCHANGED, state.acknowledged_version, sentence)
        sentence = f"version {number}: {len(plan.private):,} lines out, as consent or erasure asks"
        return Outcome(self._route.name, SENT, number, sentence, 0, len(plan.private))

    def _next(self, state: State) -> Outcome:
        if self._route.is_retired:
            return self._retire(state)
        plan = self.plan(state, self.store.base(state))
        if plan.is_empty:
            state.held = None
            people = f"{plan.target.people:,} people, nothing changed"
            return Outcome(
                self._route.name, UNCHANGED, state.acknowledged_version,
                people if plan.held else "0 people can be sent",
            )  # fmt: skip
        approved = self._approved(state, plan)
        if not plan.stops or approved:
            kind, operations = planning.operations(self._route, plan)
            number = state.held.number if approved and state.held else state.next_version
            made = self._version(state, plan, number=number, kind=kind, operations=operations)
            if approved and state.held:
                made.reasons, made.reasons_zh = state.held.reasons, state.held.reasons_zh
                made.approval = state.held.approval
            state.held = None
            return self._deliver(state)
        private = self._send_private(state, plan)
        held = self._hold(state, plan)
        sentence = f"version {held.number} waits: {'; '.join(held.reasons)}"
        if private:
            sentence += f". {len(plan.private):,} lines were removed meanwhile (version {private})"
        return Outcome(
            self._route.name, HELD, held.number, sentence, len(plan.added), len(plan.removed)
        )

    def _approved(self, state: State, plan: Plan) -> bool:
        held = state.held
        return bool(
            held
            and held.approval
            and held.digest == plan.digest
            and all(stop.can_be_approved for stop in plan.stops)
        )

    def _hold(self, state: State, plan: Plan) -> Version:
        """Keep a number for what waits; the same content keeps its number and its approval."""
        if state.held is None or state.held.digest != plan.digest:
            state.held = Version(
                state.next_version, str(plan.as_of), planning.DIFFERENCE, plan.digest,
                self._route.definition_sha256, status=HELD,
            )  # fmt: skip
            state.next_version += 1
        held = state.held
        held.as_of = str(plan.as_of)
        held.reasons = [stop.sentence for stop in plan.stops]
        held.reasons_zh = [stop.sentence_zh for stop in plan.stops]
        held.books = {
            **plan.books,
            "can_be_approved": all(stop.can_be_approved for stop in plan.stops),
        }
        self.store.save(state)
        return held

    def _send_private(self, state: State, plan: Plan) -> int | None:
        """Send the removals that must not wait, as a version of their own."""
        if not plan.private:
            return None
        operations = planning.private_operations(self._route, plan)
        least = self._route.destination.made.limits.min_lines
        if any(op == REPLACE and len(entries) < least for op, entries in operations):
            raise ExportError(
                f"{self._route.name}: {len(plan.private):,} lines must be removed, but what is left "
                f"is fewer than the {least:,} lines a file needs: remove the audience there by hand"
            )
        version = self._version(
            state, plan, number=state.next_version, kind=PRIVACY, operations=operations
        )
        version.digest = planning.digest_after_private(plan)
        self._deliver(state)
        return version.number

    def _version(
        self,
        state: State,
        plan: Plan,
        *,
        number: int,
        kind: str,
        operations: planning.Operations,
    ) -> Version:
        """Store a version with its entries; files come after, and can be made again from here."""
        parts, entries = outbox.plan_parts(self._route, number, operations)
        version = Version(
            number, str(plan.as_of), kind, plan.digest, self._route.definition_sha256,
            parts=parts, books=plan.books,
        )  # fmt: skip
        write_atomically(self._rejects(number), outbox.rejects_csv(plan.target.rejects))
        state.pending_file = self.store.write_pending(version, entries)
        state.pending = version
        state.next_version = max(state.next_version, number + 1)
        self.store.save(state)
        return version

    def _deliver(self, state: State) -> Outcome:
        """Write the files that are missing; where delivery is enough, that closes the version."""
        version = state.pending
        assert version is not None
        was = version.status
        version.manifest_sha256 = outbox.put(
            self._home, self._route, version, self.store.pending(state),
            self._rejects(version.number).read_bytes(),
        )  # fmt: skip
        version.status = SENT
        for part in version.parts:
            part.status = SENT if part.status == PREPARED else part.status
        self.store.save(state)
        if self._route.destination.made.sends:
            from orchestration.lib.exports.sending import send_parts

            send_parts(
                self._home, self._route, version, self.store.pending(state),
                keep=lambda: self.store.save(state),
            )  # fmt: skip
        self._settle(state)
        done = sum(part.status == ACKNOWLEDGED for part in version.parts)
        books = version.books
        sentence = f"version {version.number}: " + (
            f"{books['lines_added']:,} lines in, {books['lines_removed']:,} out, "
            f"{len(version.parts)} files"
            if was == PREPARED
            else f"{done} of {len(version.parts)} files are acknowledged"
        )
        if self._route.destination.made.sends and done < len(version.parts):
            left = [part for part in version.parts if part.status != ACKNOWLEDGED]
            why = ", ".join(sorted({error for part in left for error in part.errors}))
            sentence += f"; {len(left)} wait for the endpoint ({why or 'not sent'})"
        status = version.status if was == PREPARED or done == len(version.parts) else WAITING
        return Outcome(
            self._route.name, status, version.number, sentence,
            books["lines_added"], books["lines_removed"],
        )  # fmt: skip

    def _rejects(self, version: int) -> Path:
        return self.store.folder / f"rejects-{version}.csv"

    def _forget_old_files(self, state: State) -> None:
        """Remove files of people from closed versions that are older than keep_days."""
        today = self._published.as_of
        for version in state.history:
            age = (today - date.fromisoformat(version.as_of)).days
            if version.status == SUPERSEDED or age > self._route.destination.keep_days:
                outbox.drop_parts(self._home, self._route, version)
        current = state.pending.number if state.pending else None
        for path in self.store.folder.glob("rejects-*.csv"):
            if path.name != f"rejects-{current}.csv":
                path.unlink()


__all__ = ["Outcome", "approve", "dry_run", "export"]
