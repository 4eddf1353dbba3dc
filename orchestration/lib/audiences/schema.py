"""What an audience file may say: pydantic models, from which the editors' JSON Schema is made.

Belongs here: names, forms and limits that hold for every brand. Does not belong here: what exists in
one brand's tables (checking.py), the lines of errors (files.py), SQL (leaves.py).
"""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    model_validator,
)

from orchestration.lib.audiences.windows import Days, Span, Strict, Window

Scalar = StrictBool | StrictInt | StrictFloat | date | StrictStr
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")]
Text = Annotated[StrictStr, Field(min_length=1, max_length=400)]
SOURCES = ("orders", "order_lines", "coupons", "messages", "touchpoints", "points", "refunds")


class Texts(Strict):
    """A text in both languages."""

    en: Text
    zh: Text


class Comparison(Strict):
    """What a value must be; several keys must all hold. Unknown values hold for none but `known: false`."""

    is_: Scalar | None = Field(None, alias="is", description="Equal to this value.")
    any_of: tuple[Scalar, ...] | None = Field(None, min_length=1, description="One of these.")
    none_of: tuple[Scalar, ...] | None = Field(
        None, min_length=1, description="Known, and none of these."
    )
    at_least: Scalar | None = None
    at_most: Scalar | None = None
    above: Scalar | None = None
    below: Scalar | None = None
    known: StrictBool | None = Field(None, description="Whether there is a value at all.")

    @property
    def compared(self) -> dict[str, Any]:
        """The comparisons that are set, by key."""
        names = ("is_", "any_of", "none_of", "at_least", "at_most", "above", "below", "known")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


class Amount(Strict):
    """How many or how much; default: at least 1."""

    at_least: StrictInt | StrictFloat | None = None
    at_most: StrictInt | StrictFloat | None = None
    above: StrictInt | StrictFloat | None = None
    below: StrictInt | StrictFloat | None = None
    exactly: StrictInt | None = None

    @model_validator(mode="after")
    def _some(self) -> "Amount":
        if not self.compared:
            raise ValueError("give one of at_least, at_most, above, below, exactly")
        return self

    @property
    def compared(self) -> dict[str, int | float]:
        names = ("at_least", "at_most", "above", "below", "exactly")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


class Sum(Amount):
    """A sum over the rows that count; without any row it is 0."""

    of: StrictStr = Field(description="Column with numbers.")


Filter = Comparison | Scalar | tuple[Scalar, ...]


class Rows(Strict):
    """Rows of one table, counted or summed within a window."""

    where: dict[str, Filter] = Field(
        default_factory=dict, description="Column: value, list of values, or comparisons."
    )
    at: StrictStr | None = Field(None, description="Time column of the window; default per table.")
    window: Window
    count: Amount | None = None
    sum: Sum | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> "Rows":
        if self.count is not None and self.sum is not None:
            raise ValueError("give count or sum, not both")
        return self


class Events(Strict):
    """Events of any kind, counted together within a window."""

    of: StrictStr | tuple[StrictStr, ...] = Field(
        description="An event, a list of events, or a set of activation/event_sets.yml."
    )
    channels: tuple[StrictStr, ...] | None = Field(
        None, description="Only events of these channels; default: of all."
    )
    window: Window
    count: Amount | None = None


class Sequence(Strict):
    """One event and then another within a time, or not."""

    first: StrictStr | tuple[StrictStr, ...]
    then: StrictStr | tuple[StrictStr, ...]
    within: Span = Field(description="From the first event on; a day is 24 hours here.")
    happened: StrictBool = Field(
        True, description="false: the second did not follow, and the time for it is over."
    )
    same: Literal["coupon"] | None = Field(None, description="Both events of the same coupon.")
    window: Window = Field(description="When the first event happened.")


class Replenishment(Strict):
    """The product's repurchase cycle after its last kept purchase ends around now."""

    days_before: Annotated[int, Field(ge=0, le=365, strict=True)] = Field(
        description="Due within this many days from now."
    )
    days_after: Annotated[int, Field(ge=0, le=365, strict=True)] = Field(
        description="Or became due within this many days before now."
    )
    categories: tuple[StrictStr, ...] | None = Field(None, description="Only these categories.")


class PointsExpiring(Amount):
    """Points that expire within some days if not used; the oldest points are used first."""

    days: Days


class _Condition(Strict):
    label: Texts | None = Field(None, description="How people call this condition.")


class All(_Condition):
    """Every one of these holds."""

    all: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(_Condition):
    """At least one of these holds."""

    any: tuple["Condition", ...] = Field(min_length=1)


class Not(_Condition):
    """This does not hold, or is not known to."""

    not_: "Condition" = Field(alias="not")


class TagIs(_Condition, Comparison):
    """A tag of the catalogue; without a comparison: the person has it."""

    tag: StrictStr


class ProfileIs(_Condition, Comparison):
    """A column of the 360 profile; a day may have a window instead of comparisons."""

    profile: StrictStr
    window: Window | None = None


class InAudience(_Condition):
    """Meets the conditions of another audience, whatever that one may be sent."""

    audience: StrictStr


class HasEvents(_Condition):
    """Events of any kind happened so often; see Events."""

    events: Events


class HasSequence(_Condition):
    """One event, then another in time, or not; see Sequence."""

    sequence: Sequence


class NeedsReplenishment(_Condition):
    """A product they kept is due again; see Replenishment."""

    replenishment: Replenishment


class HasPointsExpiring(_Condition):
    """Points are about to expire; see PointsExpiring."""

    points_expiring: PointsExpiring


class HasOrders(_Condition):
    orders: Rows


class HasOrderLines(_Condition):
    order_lines: Rows


class HasCoupons(_Condition):
    coupons: Rows


class HasMessages(_Condition):
    messages: Rows


class HasTouchpoints(_Condition):
    touchpoints: Rows


class HasPoints(_Condition):
    points: Rows


class HasRefunds(_Condition):
    refunds: Rows


HEADS: dict[str, type[BaseModel]] = {
    "all": All, "any": AnyOf, "not": Not, "tag": TagIs, "profile": ProfileIs,
    "audience": InAudience, "events": HasEvents, "sequence": HasSequence,
    "replenishment": NeedsReplenishment, "points_expiring": HasPointsExpiring,
    "orders": HasOrders, "order_lines": HasOrderLines, "coupons": HasCoupons,
    "messages": HasMessages, "touchpoints": HasTouchpoints, "points": HasPoints,
    "refunds": HasRefunds,
}  # fmt: skip


def head(value: Any) -> str | None:
    """The key that says what kind of condition this is."""
    if isinstance(value, dict):
        return next((key for key in HEADS if key in value), None)
    return next((key for key, kind in HEADS.items() if type(value) is kind), None)


Condition = Annotated[
    Annotated[All, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[TagIs, Tag("tag")]
    | Annotated[ProfileIs, Tag("profile")]
    | Annotated[InAudience, Tag("audience")]
    | Annotated[HasEvents, Tag("events")]
    | Annotated[HasSequence, Tag("sequence")]
    | Annotated[NeedsReplenishment, Tag("replenishment")]
    | Annotated[HasPointsExpiring, Tag("points_expiring")]
    | Annotated[HasOrders, Tag("orders")]
    | Annotated[HasOrderLines, Tag("order_lines")]
    | Annotated[HasCoupons, Tag("coupons")]
    | Annotated[HasMessages, Tag("messages")]
    | Annotated[HasTouchpoints, Tag("touchpoints")]
    | Annotated[HasPoints, Tag("points")]
    | Annotated[HasRefunds, Tag("refunds")],
    Discriminator(head),
]
for _kind in (All, AnyOf, Not):
    _kind.model_rebuild()


class Holdout(Strict):
    """People kept out of every list, to see what the lists bring."""

    percent: Annotated[StrictInt | StrictFloat, Field(gt=0, lt=100)]
    salt: Text = Field(description="Another salt, another draw; keep it for the audience's life.")


class Limit(Strict):
    """At most so many people, the best by a number of the profile; equal ones by their one_id."""

    people: Annotated[int, Field(ge=1, strict=True)]
    best_by: StrictStr


class Size(Strict):
    """How many members are plausible; outside it the audience's check fails."""

    at_least: Annotated[int, Field(ge=0, strict=True)] = 0
    at_most: Annotated[int, Field(ge=1, strict=True)] | None = None


class Schedule(Strict):
    """When the members are computed anew."""

    every: Literal["day", "week", "month"]
    on: (
        Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        | Annotated[int, Field(ge=1, le=28, strict=True)]
        | None
    ) = Field(None, description="Day of the week, or of the month (1-28).")

    @model_validator(mode="after")
    def _fits(self) -> "Schedule":
        right = {"day": self.on is None, "week": isinstance(self.on, str)}
        if not right.get(self.every, isinstance(self.on, int)):
            raise ValueError(
                "every: day takes no 'on'; every: week takes a weekday; every: month a day 1-28"
            )
        return self


class Audience(Strict):
    """One audience: activation/audiences/<name>.yml."""

    name: Name = Field(description="Code; the file has the same name.")
    name_en: Text
    name_zh: Text
    owner: Text = Field(description="Team that answers for the definition.")
    purpose: Text = Field(description="Purpose of consent, as crm.consents names it: marketing.")
    brand: Text = Field(
        description="Brand whose orders count and in whose name people are written to; all: every brand."
    )
    why: Texts | None = Field(None, description="What the audience is for.")
    timezone: StrictStr | None = Field(None, description="Zone of days; default: the brand's.")
    who: Condition
    channels: tuple[StrictStr, ...] = Field(
        (), description="Channels it is written through: members must be reachable on one of them."
    )
    destinations: tuple[StrictStr, ...] = Field(
        (), description="Where lists go: names of activation/destinations.yml."
    )
    holdout: Holdout | None = None
    limit: Limit | None = None
    size: Size = Size()
    schedule: Schedule = Schedule(every="day")
