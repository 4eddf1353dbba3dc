"""What must hold in every world: random records and decisions, many small worlds side by side.

A world's identifiers carry its number, so one build tests all of them. Worlds are crowded on purpose:
few values per type, so that limits break, devices are shared and decisions contradict records.
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from orchestration.lib.identity.state import state_path
from tests.integration.identity_lab import FIRST_DAY, Lab, Record, Seen, readable
from tests.integration.identity_oracle import Oracle, read_rules

pytestmark = pytest.mark.slow
WORLDS = 250
BATCHES = 3
KINDS = (
    ("member_id", "main", 3), ("wx_unionid", "main", 3), ("phone", "", 5), ("wx_openid", "app1", 6),
    ("wx_openid", "app2", 2), ("wecom_external_userid", "corp", 4), ("oaid", "", 7),
    ("anonymous_id", "", 3), ("phone", "typed", 5),
)  # fmt: skip


@dataclass
class World:
    records: list[Record]
    must: list[tuple[Seen, Seen]] = field(default_factory=list)
    cannot: list[tuple[Seen, Seen]] = field(default_factory=list)

    def batch(self, number: int) -> list[Record]:
        return self.records[number::BATCHES]


def random_world(number: int) -> World:
    dice = random.Random(number)

    def one_of(kind: tuple[str, str, int]) -> Seen:
        name, scope, most = kind
        value = f"{number}.{dice.randrange(dice.randint(1, most))}"
        if scope == "typed":
            return Seen(name, value, verified=False)
        return Seen(name, value, scope)

    world = World([])
    for at in range(dice.randint(2, 24)):
        kinds = dice.sample(KINDS, dice.choice([1, 2, 2, 2, 3, 4]))
        if {"typed", ""} <= {scope for name, scope, _ in kinds if name == "phone"}:
            kinds = [kind for kind in kinds if kind[1] != "typed"]
        seen = tuple(one_of(kind) for kind in kinds)
        world.records += [Record(at * 10 + dice.randrange(3), seen)] * dice.choice([1, 1, 3])
    known = sorted(
        {one for record in world.records for one in record.seen if one.verified}, key=str
    )
    if number % 3 == 0 and len(known) > 2:
        world.cannot.append(tuple(dice.sample(known, 2)))
    if number % 5 == 0 and len(known) > 4:
        pair = tuple(dice.sample(known, 2))
        if set(pair) not in [set(apart) for apart in world.cannot]:
            world.must.append(pair)
    return world


@dataclass
class Built:
    worlds: list[World]
    lab: Lab
    ids: list[dict[str, str]]
    state_after_replay: tuple[bytes, bytes]
    shuffled: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Three incremental days, the last one twice; and one run with every record in another order."""
    worlds = [random_world(number) for number in range(WORLDS)]
    lab = Lab.create(tmp_path_factory.mktemp("worlds"))
    decide(lab, worlds)
    ids = []
    for batch in range(BATCHES):
        lab.deliver(
            [r for w in worlds for r in w.batch(batch)], on=FIRST_DAY + timedelta(days=batch)
        )
        lab.build()
        ids.append(lab.people())
    first = state_path(lab.home).read_bytes()
    lab.build()
    replayed = state_path(lab.home).read_bytes()
    other = Lab.create(tmp_path_factory.mktemp("shuffled"))
    decide(other, worlds[::-1])
    everything = [record for world in worlds for record in world.records]
    random.Random(1).shuffle(everything)
    other.deliver(everything, on=FIRST_DAY)
    other.build()
    return Built(worlds, lab, ids, (first, replayed), other.people())


def decide(lab: Lab, worlds: list[World]) -> None:
    for world in worlds:
        for a, b in world.cannot:
            lab.keep_apart(a, b)
        for a, b in world.must:
            lab.join(b, a)


def partition(people: dict[str, str]) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for token, one_id in people.items():
        groups.setdefault(one_id, set()).add(token)
    return {frozenset(group) for group in groups.values()}


def test_people_are_the_oracles(built: Built) -> None:
    found = partition(built.ids[-1])
    expected = set()
    for world in built.worlds:
        expected |= Oracle(world.records, must=world.must, cannot=world.cannot).people()
    assert found == expected
    assert len({frozenset(g) for g in expected if len(g) > 1}) > WORLDS / 2


def test_load_order_does_not_matter(built: Built) -> None:
    assert partition(built.shuffled) == partition(built.ids[-1])


def test_a_replay_changes_nothing(built: Built) -> None:
    assert built.state_after_replay[0] == built.state_after_replay[1]


def test_no_person_breaks_a_limit_unless_people_said_so(built: Built) -> None:
    rules = read_rules()
    forced = {one.token for world in built.worlds for pair in world.must for one in pair}
    values: dict[tuple[str, str], list[str]] = {}
    for token, one_id in built.ids[-1].items():
        kind_and_scope = readable(token).rsplit(":", 1)[0]
        values.setdefault((one_id, kind_and_scope), []).append(token)
    several = {key: tokens for key, tokens in values.items() if len(tokens) > 1}
    assert len(several) > WORLDS / 10
    for (_, kind_and_scope), tokens in several.items():
        kind = kind_and_scope.split(":")[0]
        weak = rules.get(f"{kind}_unverified", rules[kind])
        if not set(tokens) & forced:
            assert len(tokens) <= max(rules[kind].max_values, weak.max_values), tokens


def test_pairs_that_people_keep_apart_are_apart(built: Built) -> None:
    people = built.ids[-1]
    apart = [pair for world in built.worlds for pair in world.cannot]
    assert len(apart) > WORLDS / 5
    for a, b in apart:
        assert a.token not in people or people[a.token] != people.get(b.token)


def test_every_token_has_one_live_id_and_aliases_end_in_one(built: Built) -> None:
    live = dict(built.lab.query("select one_id, is_live from core.one_ids"))
    assert {one_id for one_id, is_live in live.items() if is_live} == set(built.ids[-1].values())
    aliases = dict(built.lab.query("select retired_one_id, one_id from core.identity_aliases"))
    assert aliases
    assert all(live[target] and not live[source] for source, target in aliases.items())
    opened = built.lab.query(
        "select identifier_token, count(*) from core.identity_history "
        "where valid_to_date is null group by 1"
    )
    assert {token for token, _ in opened} == set(built.ids[-1])
    assert {count for _, count in opened} == {1}


def test_ids_are_never_given_to_a_second_person(built: Built) -> None:
    """An id of a later day existed before only if it was the id of one of its own tokens' people."""
    for before, after in zip(built.ids, built.ids[1:], strict=False):
        old_holders: dict[str, set[str]] = {}
        for token, one_id in before.items():
            old_holders.setdefault(one_id, set()).add(token)
        for token, one_id in after.items():
            if one_id in old_holders and before.get(token) not in (None, one_id):
                # The token moved: the id it joined keeps at least one of its own old tokens.
                assert any(after.get(old) == one_id for old in old_holders[one_id])
