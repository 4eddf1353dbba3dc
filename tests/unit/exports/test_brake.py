"""The last look before a version leaves: whoever slipped through stops it, and nobody can approve that."""

from unittest.mock import patch

import pytest

from orchestration.lib.exports import gate as gate_module
from orchestration.lib.exports.brake import stops
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.run import approve
from orchestration.lib.exports.target import Target
from tests.unit.exports.small_brand import PURPOSE, brand, destination, route
from tests.unit.exports.test_exports import one, platform


def target(**changes: object) -> Target:
    return Target(**{
        "entries": {("phone_sha256", str(n)): None for n in range(100)}, "member_count": 100,
        "closed": {}, "people": 100, "without_value": 0, "considered": 100,
        "by_type": {"phone_sha256": 100}, **changes,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("before", "added", "removed", "codes"),
    [
        (0, 100, 0, []),  # a first version has nothing to be compared with
        (100, 15, 15, []),
        (100, 16, 15, ["size"]),
        (100, 0, 30, []),
        (100, 0, 31, ["removals"]),
        (100, 200, 31, ["removals"]),
    ],
)
def test_the_bounds_are_inclusive(tmp_path, before, added, removed, codes):
    found = stops(
        destination(tmp_path, guard={}), target(), lines_before=before, added=added,
        removed=removed, leaked=0,
    )  # fmt: skip
    assert [stop.code for stop in found] == codes
    assert all(stop.sentence and stop.sentence_zh for stop in found)


def test_every_reason_has_both_languages_and_says_if_it_can_be_approved(tmp_path):
    found = stops(
        destination(tmp_path, guard={}, min_people=200),
        target(shared=6, rejects=(), considered=0), lines_before=10, added=90, removed=0, leaked=1,
    )  # fmt: skip
    assert {stop.code: stop.can_be_approved for stop in found} == {
        "consent": False, "too_small": True, "size": True, "duplicates": True,
    }  # fmt: skip


def test_a_gate_that_lets_everybody_through_is_caught_by_the_second_look(tmp_path):
    made, way = brand(tmp_path), route(tmp_path)
    made.say(0, PURPOSE, granted=False)
    made.publish()
    with patch.object(gate_module.Gate, "closed", lambda self, people: {}):
        outcome = one(made, way)
    assert outcome.status == "held"
    assert "1 people are in the files who may not leave" in outcome.sentence
    with pytest.raises(ExportError, match="cannot be approved"):
        approve(made.home, way, outcome.version, reason="let them")
    assert platform(made).manifests() == []
    assert one(made, way).status == "sent"  # the gate works again: nine people
