"""What an explanation says, as values. `yutang explain --json` writes exactly this structure.

Belongs here: the shape of answers; tokens only, never a clear value. Does not belong here: finding
them, or their wording. A change of names or meanings raises VERSION.
"""

from dataclasses import dataclass
from datetime import date, datetime

VERSION = 1


@dataclass(frozen=True)
class Identifier:
    """One identifier as it is published; ``one_id`` is null where it belongs to nobody."""

    identifier_type: str
    identifier_token: str
    one_id: str | None = None
    identifier_class: str | None = None  # unique, many, weak
    channels: tuple[str, ...] = ()
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None


@dataclass(frozen=True)
class Span:
    """Whose an identifier was, in which publishes (a row of core.identity_history)."""

    identifier_type: str
    identifier_token: str
    one_id: str
    reason: str | None
    ended_reason: str | None
    valid_from_date: date
    valid_to_date: date | None


@dataclass(frozen=True)
class Finding:
    """A rule that spoke, and about what.

    Args:
        rule: As in quality.identity_conflicts, or one of texts.yml (``no_common_record``, ...).
        identifier: What the rule is about.
        other: The identifier it was not linked to.
        evidence: What asked for the link: ``channel.entity delivered day``, or what people wrote.
        person_count: People the identifier was seen with.
        at: When a link ended or was decided.
        one_ids: People it is about, where the rule names more than two.
        match_probability: Of a suggestion, 0-1.
    """

    rule: str
    identifier: Identifier | None = None
    other: Identifier | None = None
    evidence: str | None = None
    person_count: int | None = None
    at: datetime | date | None = None
    one_ids: tuple[str, ...] = ()
    match_probability: float | None = None


@dataclass(frozen=True)
class Evidence:
    """Records of one channel.entity that carry both ends of a hop."""

    channel: str
    entity: str
    record_count: int
    days: tuple[date, ...]  # delivered on
    first_at: datetime | None
    last_at: datetime | None
    identifiers: tuple[Identifier, ...]  # all that stood on them


@dataclass(frozen=True)
class Hop:
    """One step of a path.

    Args:
        kind: record, event (bind, rebind, migrate, merge), manual, suggestion; weak where the
            identifier only hangs on the person it was seen with.
        note: The event, or who decided what and why.
    """

    kind: str
    start: Identifier
    end: Identifier
    evidence: tuple[Evidence, ...] = ()
    note: str | None = None
    match_probability: float | None = None


@dataclass(frozen=True)
class Person:
    """A person of today and the retired ids that lead here."""

    one_id: str
    identifiers: tuple[Identifier, ...]
    retired_one_ids: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """What was asked about: an identifier or a person, and all that is known about it.

    Args:
        asked: ``identifier`` or ``person``.
        identifier: The identifier in its canonical form; null for a person.
        hashed_form: The identifier that was asked is a hash of this phone.
        since_date: As-of day from which it is the person's.
        ended: Its links to records that ended (released, unbound, ...), with the other people
            who stand on those records.
        why_nobody: Why it belongs to no person.
    """

    asked: str
    identifier: Identifier | None
    person: Person | None
    hashed_form: bool = False
    since_date: date | None = None
    history: tuple[Span, ...] = ()
    conflicts: tuple[Finding, ...] = ()
    suggestions: tuple[Finding, ...] = ()
    ended: tuple[Finding, ...] = ()
    why_nobody: tuple[Finding, ...] = ()

    @property
    def end(self) -> Identifier:
        """Where a path to the subject ends: the identifier asked, or the person's oldest."""
        if self.identifier is not None:
            return self.identifier
        if self.person is None:
            raise ValueError("a subject is an identifier or a person")
        return self.person.identifiers[0]


@dataclass(frozen=True)
class Explanation:
    """The whole answer.

    Args:
        verdict: ``identifier`` or ``person`` for one subject; for two ``same``, ``one_person``,
            ``two_people`` or ``no_person`` (one of them belongs to nobody).
        path: Steps from the first subject to the second, for ``one_person``.
        reasons: Why two subjects are not one person, or why no path was found.
    """

    as_of_date: date
    verdict: str
    subjects: tuple[Subject, ...]
    path: tuple[Hop, ...] = ()
    reasons: tuple[Finding, ...] = ()
    version: int = VERSION
