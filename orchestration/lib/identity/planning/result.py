"""What a plan says, as values. `yutang plan identity --json` writes exactly this structure.

Belongs here: the shape of a plan; tokens and one_ids only. Does not belong here: finding it, printing
it. A change of names or meanings raises VERSION.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

VERSION = 1


@dataclass(frozen=True)
class People:
    """People before and after.

    Args:
        split: People of before whose identifiers belong to several people after.
        merged: People of after whose identifiers belonged to several people before.
        retired_ids: one_ids that no identifier carries any more.
        minted_ids: one_ids that none carried before.
    """

    before: int
    after: int
    split: int
    merged: int
    retired_ids: int
    minted_ids: int


@dataclass(frozen=True)
class Identifiers:
    """Identifiers with a person, of one type or of all (``identifier_type`` null).

    Args:
        moved: Those of another one_id after than before.
        gained: Those that belong to somebody only after.
        lost: Those that belonged to somebody only before.
    """

    identifier_type: str | None
    before: int
    after: int
    moved: int
    gained: int
    lost: int

    @property
    def changed(self) -> int:
        return self.moved + self.gained + self.lost

    @property
    def changed_pct(self) -> float:
        """Share of all identifiers that ever had a person here, 0-100."""
        known = self.before + self.gained
        return 100 * self.changed / known if known else 0.0


@dataclass(frozen=True)
class Orders:
    """Orders that change hands. kind: moved (another person), gained (from nobody), lost (to nobody)."""

    kind: str
    orders: int
    net_revenue_cny: Decimal


@dataclass(frozen=True)
class Conflicts:
    """Refusals by rule, before and after."""

    rule: str
    before: int
    after: int


@dataclass(frozen=True)
class Part:
    """A part of a split person, or a person that went into a merged one.

    Args:
        identifier_type: Of the part's oldest identifier.
        identifier_token: The token of that identifier, whole.
    """

    one_id: str | None
    identifiers: int
    identifier_type: str
    identifier_token: str


@dataclass(frozen=True)
class Example:
    """One split or merged person and its parts, the largest first."""

    one_id: str
    identifiers: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Audience:
    """Members of a published audience, followed from their old one_id to the new one.

    The definition is not evaluated again: this shows whose id changed, not who would newly qualify.

    Args:
        merged: Members whose id retired into another person.
        split: Members who keep the id and lose identifiers to another person.
        lost: Members whose id leads to nobody.
    """

    audience: str
    members_before: int
    members_after: int
    merged: int
    split: int
    lost: int


@dataclass(frozen=True)
class IdentityPlan:
    """The whole difference between the published OneID and the one that the rules would give.

    Args:
        as_of_date: Day both sides describe.
        loaded_since: Partitions loaded or changed since the publish: days up to the as-of day
            are in one side only, so their effect is mixed into the difference.
        newer_days: Partitions of later days; neither side sees them.
        pending_days: Delivery days that a run would load first: new files, or rules that change
            what the loader writes (class, scope, normaliser, pattern, brands). What they change
            is not in the difference.
        audiences: Null where no audience was ever published.
    """

    as_of_date: date
    people: People
    identifiers: Identifiers
    by_type: tuple[Identifiers, ...]
    orders: tuple[Orders, ...]
    conflicts: tuple[Conflicts, ...]
    splits: tuple[Example, ...]
    merges: tuple[Example, ...]
    audiences: tuple[Audience, ...] | None
    loaded_since: int
    newer_days: int
    pending_days: int
    version: int = VERSION

    @property
    def has_changes(self) -> bool:
        """Whether anything published would differ."""
        return bool(
            self.identifiers.changed
            or any(one.orders for one in self.orders)
            or any(one.before != one.after for one in self.conflicts)
        )
