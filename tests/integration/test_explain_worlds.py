"""`yutang explain` against the models: whatever they joined has a path, whatever they kept apart a reason.

Random crowded worlds and the cases of test_identity_cases.py in one home, published as it is.
"""

from collections import defaultdict
from datetime import timedelta
from itertools import combinations

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.identity.explaining import published
from orchestration.lib.identity.explaining.answer import Person, Subject
from orchestration.lib.identity.explaining.hops import path_between
from orchestration.lib.identity.explaining.reasons import why_apart, why_nobody
from orchestration.lib.identity.explaining.sources import Sources, open_sources
from orchestration.lib.transform import project
from tests.integration import test_identity_cases as cases
from tests.integration.homes import environment
from tests.integration.identity_lab import FIRST_DAY, Lab, Record
from tests.integration.test_identity_properties import World, decide, random_world

pytestmark = pytest.mark.slow
WORLDS = 60
TABLES = (
    "core.bridge_customer_identifiers", "core.identity_history", "core.one_ids",
    "core.identity_aliases", "quality.identity_conflicts", "quality.identity_links_ended",
    "quality.identity_statements",
)  # fmt: skip
CROWD = ("walkin", "visitor", "cash")  # thousands of people alike


def publish(home: Home) -> None:
    """The tables that explanations read, as a run would publish them."""
    home.published.parent.mkdir(parents=True)
    with duckdb.connect(str(home.published)) as connection:
        connection.execute(f"attach '{home.warehouse}' as warehouse (read_only)")
        connection.execute("create schema core; create schema quality")
        for table in TABLES:
            connection.execute(f"create table {table} as from warehouse.{table}")
        connection.execute(
            "create table quality.audit_results as "
            "select as_of_date from warehouse.intermediate.int_run__as_of"
        )


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [random_world(number) for number in range(WORLDS)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, worlds: list[World]) -> Home:
    lab = Lab.create(tmp_path_factory.mktemp("explained"))
    decide(lab, worlds)
    lab.deliver([record for world in worlds for record in world.records], on=FIRST_DAY)
    later = FIRST_DAY + timedelta(days=300)
    lab.deliver(cases.RECORDS, on=later)
    cases.write_events(lab, on=later)
    lab.keep_apart(cases.member("twin1"), cases.openid("twin2"))
    lab.join(cases.member("husband"), cases.openid("husband"))
    lab.build()
    project.run(
        ["build", "--select", "identity_links_ended", "identity_statements", "one_ids",
         "--exclude-resource-type", "test", "unit_test"],
        environment=environment(lab.home),
    )  # fmt: skip
    publish(lab.home)
    return lab.home


@pytest.fixture(scope="module")
def sources(home: Home):
    with open_sources(home) as opened:
        yield opened


def everything(worlds: list[World]) -> list[Record]:
    random = [record for world in worlds for record in world.records]
    return random + [
        record
        for record in cases.RECORDS
        if not any(one.value.startswith(CROWD) for one in record.seen)
    ]


def whose(sources: Sources) -> dict[str, str]:
    return dict(
        sources.rows(
            "select identifier_token, one_id from published.core.bridge_customer_identifiers"
        )
    )


def people_of(sources: Sources, worlds: list[World]) -> list[Person]:
    one_ids = whose(sources)
    tokens = {one.token for record in everything(worlds) for one in record.seen}
    found = sorted({one_ids[token] for token in tokens if token in one_ids})
    return [person for one_id in found if (person := published.person(sources, one_id))]


def test_whatever_is_one_person_has_a_path_of_real_records(sources: Sources, worlds):
    together = defaultdict(set)
    for record in everything(worlds):
        for a, b in combinations({one.token for one in record.seen}, 2):
            together[frozenset((a, b))].add((record.channel, record.entity))
    kinds: dict[str, int] = defaultdict(int)
    for person in people_of(sources, worlds):
        first, *others = person.identifiers
        for other in others:
            path = path_between(sources, person, first, other)
            assert path, (first.identifier_token, other.identifier_token)
            assert path[0].start == first and path[-1].end == other
            for hop in path:
                kinds[hop.kind] += 1
                ends = frozenset((hop.start.identifier_token, hop.end.identifier_token))
                if hop.kind in ("record", "weak"):
                    assert {(e.channel, e.entity) for e in hop.evidence} <= together[ends]
                    assert hop.evidence
    assert min(kinds[kind] for kind in ("record", "weak", "event", "manual")) > 0, kinds


def test_people_who_stood_on_one_record_are_apart_for_a_named_reason(sources: Sources, worlds):
    one_ids = whose(sources)
    pairs = {
        frozenset((one_ids[a.token], one_ids[b.token]))
        for record in everything(worlds)
        for a, b in combinations(record.seen, 2)
        if a.token in one_ids and b.token in one_ids
    }
    rules: dict[str, int] = defaultdict(int)
    for pair in pairs:
        if len(pair) == 2:
            a, b = (subject(sources, one_id) for one_id in sorted(pair))
            for finding in why_apart(sources, a, b):
                assert finding.rule != "no_common_record", pair
                rules[finding.rule.partition(":")[0]] += 1
    for rule in ("max_values", "ended", "shared", "too_many_people"):
        assert rules[rule] > 0, dict(rules)


def test_whatever_belongs_to_nobody_has_a_named_reason(sources: Sources, worlds):
    one_ids = whose(sources)
    nobody = {
        one.token for record in everything(worlds) for one in record.seen
    } - set(one_ids)  # fmt: skip
    known = published.identifiers(sources, nobody)
    assert set(known) == nobody
    rules = {finding.rule for one in known.values() for finding in why_nobody(sources, one)}
    assert "shared" in rules
    assert not [rule for rule in rules if rule in ("no_common_record", "delivered_later")]


def subject(sources: Sources, one_id: str) -> Subject:
    return Subject(asked="person", identifier=None, person=published.person(sources, one_id))
