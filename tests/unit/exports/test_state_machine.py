"""Whatever happens to runs, files and receipts, the platform ends up with exactly the right people."""

import hashlib
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orchestration.lib.exports import run as run_module
from orchestration.lib.exports.adapters import ADAPTERS
from orchestration.lib.exports.adapters.base import APPEND, REMOVE, Limits
from orchestration.lib.exports.adapters.generic import GenericCsv
from orchestration.lib.exports.published import Identifier, Statement
from orchestration.lib.exports.run import RouteExport
from orchestration.lib.landing.tokens import Keys
from tests.unit.exports.platform import Crash, Platform, crash_at
from tests.unit.exports.small_brand import DAY, PURPOSE, brand, one_id, phone, route

PEOPLE = 7
MEMBERS = st.sets(st.integers(0, PEOPLE - 1))
PERSON = st.integers(0, PEOPLE - 1)


@dataclass
class Facts:
    """What is published, without a database."""

    tokens: dict[int, str]
    as_of: date = DAY
    refused: dict[int, str] = field(default_factory=dict)  # withdrawn or erased

    def identifiers(self, one_ids, types):
        people = {one_id(n): token for n, token in self.tokens.items()}
        return [Identifier(p, "phone", people[p], False, None) for p in sorted(one_ids)]

    def owners(self, tokens):
        people = {token: one_id(n) for n, token in self.tokens.items()}
        return {token: people[token] for token in tokens}

    def live(self, one_ids):
        return set(one_ids)

    def statements(self, purposes):
        made = []
        for number in self.tokens:
            kind = self.refused.get(number)
            granted = kind != "withdrawn"
            made.append(Statement(f"m{number}", one_id(number), PURPOSE, "all", "all", granted, granted,
                                  datetime(2026, 1, 1)))  # fmt: skip
            if kind == "erased":
                made.append(Statement(f"m{number}", one_id(number), "erasure", "all", "all", False, False,
                                      datetime(2026, 2, 1)))  # fmt: skip
        return made

    def refusing(self, one_ids, purpose, channel, brand):
        bad = {one_id(n) for n, kind in self.refused.items() if kind == "withdrawn"}
        return len(bad & set(one_ids))

    def unreachable(self, channel, brand):
        return None


def entry(number: int) -> tuple[str, str]:
    return ("phone_sha256", hashlib.sha256(phone(number)[3:].encode()).hexdigest())


class SmallCsv(GenericCsv):
    """Two lines a file, so that versions have several parts."""

    limits = Limits(max_lines=2)


class PlainCsv(SmallCsv):
    """The same at a platform that cannot replace a list."""

    operations = frozenset({APPEND, REMOVE})


class Exports(RuleBasedStateMachine):
    """Runs, crashes, uploads, lost, doubled and late receipts, changes of people."""

    @initialize(full_reset=st.booleans(), small_files=st.booleans())
    def start(self, full_reset, small_files):
        self.folder = Path(tempfile.mkdtemp())
        self.small = patch.dict(ADAPTERS, {"csv_small": SmallCsv(), "csv_plain": PlainCsv()})
        self.small.start()
        self.brand = brand(self.folder, PEOPLE)
        self.facts = Facts({n: self.brand.token("phone", phone(n)) for n in range(PEOPLE)})
        self.route = route(
            self.folder,
            adapter=self.adapter(small_files),
            full_reset_days=3 if full_reset else None,
        )
        self.keys = Keys.load_or_create(self.brand.home)
        self.now = set(range(PEOPLE))
        # A file that was refused once is given up, so that versions are often cut short.
        self.impatient = patch.object(run_module, "MAX_ATTEMPTS", 1)
        self.impatient.start()
        self.platform = Platform(self.brand.home.root / "outbox" / "ads" / "vip")

    def adapter(self, small_files):
        return "csv_small" if small_files else "csv"

    def teardown(self):
        if not hasattr(self, "folder"):
            return
        try:
            self.finish()
        finally:
            self.impatient.stop()
            self.small.stop()
            shutil.rmtree(self.folder)

    def export(self):
        return RouteExport(self.brand.home, self.route, published=self.facts, keys=self.keys)

    def expected(self):
        return {entry(n) for n in self.now if n not in self.facts.refused}

    @rule(members=MEMBERS)
    def people_come_and_go(self, members):
        self.now = members
        self.brand.day = self.facts.as_of
        self.brand.members(sorted(members))

    @rule(person=PERSON, kind=st.sampled_from(["withdrawn", "erased"]))
    def somebody_refuses(self, person, kind):
        self.facts.refused[person] = kind

    @rule(person=PERSON)
    def somebody_allows_again(self, person):
        self.facts.refused.pop(person, None)

    @rule(days=st.integers(1, 4))
    def days_pass(self, days):
        self.facts.as_of += timedelta(days=days)
        self.people_come_and_go(self.now)

    @rule()
    def a_run(self):
        self.export().run()

    @rule(write=st.integers(1, 12), after=st.booleans())
    def a_run_that_crashes(self, write, after):
        with suppress(Crash), crash_at(write, after=after):
            self.export().run()

    @rule(data=st.data(), what=st.sampled_from(["accepted", "lost", "rejected", "miscounted"]))
    def a_file_is_taken(self, data, what):
        pending = self.export().store.load().pending
        parts = self.platform.waiting(pending.number) if pending else []
        if not parts:
            return
        part = data.draw(st.sampled_from(parts))
        if what != "rejected":
            self.platform.take(pending.number, part)
        if what == "accepted":
            self.platform.answer(pending.number, part, accepted=part["lines"])
        elif what == "rejected":
            again = len(self.platform.taken)
            self.platform.answer(pending.number, part, status="rejected", attempt=again)
        elif what == "miscounted":
            self.platform.answer(pending.number, part, accepted=part["lines"] + 1)

    @precondition(lambda self: hasattr(self, "platform") and self.platform.manifests())
    @rule(data=st.data())
    def an_old_receipt_comes_again(self, data):
        old = sorted(self.platform.folder.glob("*/receipts/*.json"))
        if old:
            path = data.draw(st.sampled_from(old))
            copy = path.with_name(f"again-{len(list(path.parent.iterdir()))}.json")
            copy.write_bytes(path.read_bytes())

    @invariant()
    def the_state_can_be_read_and_no_file_is_half(self):
        if hasattr(self, "brand"):
            self.export().store.load()
            for manifest in self.platform.manifests():
                for part in self.platform.waiting(manifest["version"]):
                    content = self.platform.path(manifest["version"], part).read_bytes()
                    assert hashlib.sha256(content).hexdigest() == part["sha256"]

    def finish(self):
        """Everything arrives from now on: the platform must come to hold exactly the target."""
        for _ in range(12):
            outcome = self.export().run()
            store = self.export().store
            state = store.load()
            if state.pending:
                for part in self.platform.waiting(state.pending.number):
                    self.platform.take(state.pending.number, part)
                    self.platform.answer(state.pending.number, part, accepted=part["lines"])
            elif state.held:
                state.held.approval = "test"
                store.save(state)
            elif outcome.status == "unchanged":
                break
        assert outcome.status == "unchanged", outcome
        assert self.platform.values == self.expected()
        held = self.export().store.base(self.export().store.load())
        assert {key for key, (_, is_certain) in held.items() if is_certain} == self.expected()
        assert len(held) == len(self.expected())


class PlainExports(Exports):
    """The same at a platform that cannot replace a list."""

    def adapter(self, small_files):
        return "csv_plain"


TestExports = Exports.TestCase
TestPlainExports = PlainExports.TestCase
for case in (TestExports, TestPlainExports):
    case.settings = settings(
        max_examples=15, stateful_step_count=25, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
del case  # a test case under a second name would run twice
