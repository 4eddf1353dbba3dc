"""The trail of an audit: a gap or a failure stops a publish, and says which."""

from pathlib import Path

import pytest

from orchestration.lib.home import Home
from orchestration.lib.quality import trail


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(root=tmp_path, secrets=tmp_path / "secrets")


def result(edge: str, *, passed: bool = True, blocking: bool = True) -> trail.AuditResult:
    return trail.AuditResult(edge, "core.t", "is_true", passed, blocking, 0, "3 of 9 rows")


def record_all(home: Home) -> None:
    for edge in trail.EDGES:
        trail.record(home, edge, [result(edge)])


def test_a_complete_passed_trail_is_publishable_in_the_order_of_the_flow(home: Home):
    record_all(home)
    assert [found.edge for found in trail.require_publishable(home)] == list(trail.EDGES)


def test_a_step_that_starts_again_leaves_a_gap_until_it_and_all_later_ones_end(home: Home):
    record_all(home)
    trail.begin(home, "landing")
    assert trail.read(home, "load") is not None
    with pytest.raises(trail.AuditError, match="landing, models, publish has not finished"):
        trail.require_publishable(home)


def test_a_failed_blocking_check_is_named_with_its_details(home: Home):
    record_all(home)
    trail.record(home, "models", [result("models", passed=False)])
    with pytest.raises(trail.AuditError, match=r"core\.t: is_true \(3 of 9 rows\)"):
        trail.require_publishable(home)


def test_a_failed_check_that_does_not_block_is_kept_in_the_results(home: Home):
    record_all(home)
    trail.record(home, "models", [result("models", passed=False, blocking=False)])
    assert not all(found.is_passed for found in trail.require_publishable(home))


def test_an_edge_that_checked_nothing_has_still_finished(home: Home):
    for edge in trail.EDGES:
        trail.record(home, edge, [])
    assert trail.require_publishable(home) == []
