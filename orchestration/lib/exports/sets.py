"""What a destination holds, what it should hold, and the difference: sets of finished values.

Belongs here: pure functions. Does not belong here: files, people or consent.

A part that nobody acknowledged may or may not have arrived. So what a destination holds is two sets:
what is there for certain, and what may be there. A difference adds all that is not there for certain
and removes all that may be there and should not; whatever had arrived, the result is exact.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orchestration.lib.exports.adapters.base import APPEND, REMOVE, REPLACE

Key = tuple[str, str]  # id type of the platform, value as the platform gets it


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one person at a platform."""

    id_type: str
    value: str
    one_id: str
    token: str  # of our identifier the value was made from; of one_id where there is none
    sender: str = ""  # who writes to it, where somebody must; no part of what it is

    @property
    def key(self) -> Key:
        return (self.id_type, self.value)


Held = Mapping[Key, tuple[Entry, bool]]  # and whether it is there for certain


@dataclass(frozen=True, slots=True)
class Change:
    """Entries of one part, one operation."""

    operation: str
    entries: tuple[Entry, ...]
    is_acknowledged: bool = False


def distinct(entries: Iterable[Entry]) -> dict[Key, Entry]:
    """One entry per key; of several people with one value the smallest id is kept."""
    found: dict[Key, Entry] = {}
    for entry in sorted(entries, key=lambda e: (e.id_type, e.value, e.one_id, e.token)):
        found.setdefault(entry.key, entry)
    return found


def difference(held: Held, target: Mapping[Key, Entry]) -> tuple[list[Entry], list[Entry]]:
    """(to add, to remove), each in a stable order."""
    added = [entry for key, entry in target.items() if not (key in held and held[key][1])]
    removed = [entry for key, (entry, _) in held.items() if key not in target]
    return ordered(added), ordered(removed)


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """By id type and value: the order says nothing about people or days."""
    return sorted(entries, key=lambda entry: (entry.id_type, entry.value))


def after(held: Held, changes: Iterable[Change]) -> dict[Key, tuple[Entry, bool]]:
    """What a destination holds after some parts, acknowledged or not.

    A replacement takes effect as a whole: acknowledged only if all its parts are.
    """
    changes = list(changes)
    result = dict(held)
    whole = [change for change in changes if change.operation == REPLACE]
    if whole:
        entries = {entry.key: entry for change in whole for entry in change.entries}
        if all(change.is_acknowledged for change in whole):
            result = {key: (entry, True) for key, entry in entries.items()}
        else:
            result = {
                key: (entry, is_certain and key in entries)
                for key, (entry, is_certain) in result.items()
            }
            for key, entry in entries.items():
                result.setdefault(key, (entry, False))
    for change in changes:
        for entry in change.entries:
            key = entry.key
            if change.operation == APPEND and change.is_acknowledged:
                result[key] = (entry, True)
            elif change.operation == APPEND:
                result.setdefault(key, (entry, False))
            elif change.operation == REMOVE and change.is_acknowledged:
                result.pop(key, None)
            elif change.operation == REMOVE and key in result:
                result[key] = (result[key][0], False)
    return result


def digest(target: Iterable[Key]) -> str:
    """SHA-256 of a set of keys: the same set, the same digest."""
    found = hashlib.sha256()
    for id_type, value in sorted(target):
        found.update(f"{id_type}\t{value}\n".encode())
    return found.hexdigest()
