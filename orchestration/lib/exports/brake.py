"""Should this version leave by itself, or wait for a person?

Belongs here: the bounds and their sentences. Does not belong here: approvals (run.py) or consent
(gate.py), except the last look that nobody slipped through.
"""

from dataclasses import dataclass

from orchestration.lib.exports.adapters.base import REMOVE
from orchestration.lib.exports.destinations import Destination
from orchestration.lib.exports.target import Target


@dataclass(frozen=True)
class Stop:
    """One reason to wait. What cannot be approved must be repaired."""

    code: str
    sentence: str
    can_be_approved: bool = True


def stops(
    destination: Destination,
    target: Target,
    *,
    lines_before: int,
    added: int,
    removed: int,
    leaked: int,
) -> tuple[Stop, ...]:
    """Every reason why the version must not leave by itself; none if it may.

    Args:
        lines_before: What the destination holds.
        added: Lines to add that are not there yet.
        removed: Lines to remove, less those that consent or erasure takes away.
        leaked: People in the files whom the gate refuses when asked again.
    """
    guard = destination.guard
    found: list[Stop] = []
    if leaked:
        found.append(
            Stop("consent", f"{leaked:,} people are in the files who may not leave", False)
        )
    if target.member_count == 0:
        found.append(Stop("empty", "the audience has 0 members"))
    elif not target.entries and lines_before:
        found.append(Stop("all_removed", f"everyone would be removed, all {lines_before:,} lines"))
    elif target.people < destination.min_people:
        found.append(
            Stop(
                "too_small",
                f"{target.people:,} people can be sent, the destination needs "
                f"{destination.min_people:,}",
            )
        )
    if lines_before and not target.entries and REMOVE not in destination.made.operations:
        found.append(Stop("cannot_empty", "this platform cannot be sent an empty list", False))
    least = destination.made.limits.min_lines
    for id_type, lines in target.by_type.items():
        if lines < least:
            found.append(
                Stop(
                    "too_few_lines", f"{id_type} has {lines:,} lines, a file needs {least:,}", False
                )
            )
    if lines_before:
        found += _shares(destination, lines_before, added, removed)
    if target.considered:
        share = 100 * target.malformed / target.considered
        if share > guard.max_rejected_pct:
            found.append(
                Stop(
                    "identifier_format",
                    f"{share:.1f} % of the identifiers are unusable ({target.malformed:,} of "
                    f"{target.considered:,}), at most {guard.max_rejected_pct:g} % is usual",
                )
            )
    if target.entries:
        share = 100 * target.shared / len(target.entries)
        if share > guard.max_duplicate_pct:
            found.append(
                Stop(
                    "duplicates",
                    f"{share:.1f} % of the values belong to several people, at most "
                    f"{guard.max_duplicate_pct:g} % is usual",
                )
            )
    return tuple(found)


def _shares(destination: Destination, lines_before: int, added: int, removed: int) -> list[Stop]:
    guard = destination.guard
    gone, changed = 100 * removed / lines_before, 100 * (added + removed) / lines_before
    if gone > guard.max_removed_pct:
        return [
            Stop(
                "removals",
                f"{gone:.1f} % of the {lines_before:,} lines there would be removed, at most "
                f"{guard.max_removed_pct:g} % is usual",
            )
        ]
    if changed > guard.max_change_pct:
        return [
            Stop(
                "size",
                f"{added:,} lines in and {removed:,} out are {changed:.1f} % of the "
                f"{lines_before:,} there, at most {guard.max_change_pct:g} % is usual",
            )
        ]
    return []
