"""Should this version leave by itself, or wait for a person?

Belongs here: the bounds and their sentences, in English and Chinese. Does not belong here: approvals
(run.py) or consent (gate.py), except the last look that nobody slipped through.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.lib.exports.adapters.base import REMOVE
from orchestration.lib.exports.destinations import Destination
from orchestration.lib.exports.target import Target


@dataclass(frozen=True)
class Stop:
    """One reason to wait. What cannot be approved must be repaired."""

    code: str
    sentence: str
    sentence_zh: str
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
    found: list[Stop] = []
    if leaked:
        found.append(
            Stop(
                "consent",
                f"{leaked:,} people are in the files who may not leave",
                f"文件中有 {leaked:,} 人不得外发",
                can_be_approved=False,
            )
        )
    found += _size(destination, target, lines_before)
    found += _impossible(destination, target, lines_before)
    if lines_before and target.entries:
        found += _shares(destination, lines_before, added, removed)
    found += _quality(destination, target)
    return tuple(found)


def _size(destination: Destination, target: Target, lines_before: int) -> Iterator[Stop]:
    if target.member_count == 0:
        yield Stop("empty", "the audience has 0 members", "人群为 0 人")
    elif not target.entries and lines_before:
        yield Stop(
            "all_removed",
            f"everyone would be removed, all {lines_before:,} lines",
            f"将移除全部 {lines_before:,} 行",
        )
    elif target.people < destination.min_people:
        yield Stop(
            "too_small",
            f"{target.people:,} people can be sent, the destination needs "
            f"{destination.min_people:,}",
            f"可外发 {target.people:,} 人，少于该平台要求的 {destination.min_people:,} 人",
        )


def _impossible(destination: Destination, target: Target, lines_before: int) -> Iterator[Stop]:
    if lines_before and not target.entries and REMOVE not in destination.made.operations:
        yield Stop(
            "cannot_empty",
            "this platform cannot be sent an empty list",
            "该平台不接受空名单",
            can_be_approved=False,
        )
    least = destination.made.limits.min_lines
    for id_type, lines in target.by_type.items():
        if lines < least:
            yield Stop(
                "too_few_lines",
                f"{id_type} has {lines:,} lines, a file needs {least:,}",
                f"{id_type} 仅 {lines:,} 行，单个文件至少需要 {least:,} 行",
                can_be_approved=False,
            )


def _shares(
    destination: Destination, lines_before: int, added: int, removed: int
) -> Iterator[Stop]:
    guard = destination.guard
    gone, changed = 100 * removed / lines_before, 100 * (added + removed) / lines_before
    if gone > guard.max_removed_pct:
        yield Stop(
            "removals",
            f"{gone:.1f} % of the {lines_before:,} lines there would be removed, at most "
            f"{guard.max_removed_pct:g} % is usual",
            f"将移除现有 {lines_before:,} 行的 {gone:.1f}%，通常不超过 {guard.max_removed_pct:g}%",
        )
    elif changed > guard.max_change_pct:
        yield Stop(
            "size",
            f"{added:,} lines in and {removed:,} out are {changed:.1f} % of the "
            f"{lines_before:,} there, at most {guard.max_change_pct:g} % is usual",
            f"新增 {added:,} 行、移除 {removed:,} 行，占现有 {lines_before:,} 行的 {changed:.1f}%，"
            f"通常不超过 {guard.max_change_pct:g}%",
        )


def _quality(destination: Destination, target: Target) -> Iterator[Stop]:
    guard = destination.guard
    share = 100 * target.malformed / target.considered if target.considered else 0
    if share > guard.max_rejected_pct:
        yield Stop(
            "identifier_format",
            f"{share:.1f} % of the identifiers are unusable ({target.malformed:,} of "
            f"{target.considered:,}), at most {guard.max_rejected_pct:g} % is usual",
            f"{share:.1f}% 的标识不可用（{target.considered:,} 个中的 {target.malformed:,} 个），"
            f"通常不超过 {guard.max_rejected_pct:g}%",
        )
    share = 100 * target.shared / len(target.entries) if target.entries else 0
    if share > guard.max_duplicate_pct:
        yield Stop(
            "duplicates",
            f"{share:.1f} % of the values belong to several people, at most "
            f"{guard.max_duplicate_pct:g} % is usual",
            f"{share:.1f}% 的标识属于多人，通常不超过 {guard.max_duplicate_pct:g}%",
        )
