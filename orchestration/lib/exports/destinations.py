"""activation/destinations.yml: where audiences may go, on which condition, within which bounds.

Belongs here: the shape of the file and its errors. Does not belong here: what a platform takes
(adapters/) or who goes where (routes.py).
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orchestration.lib.exports.adapters import ADAPTERS
from orchestration.lib.exports.adapters.base import Adapter
from orchestration.lib.exports.errors import DestinationError
from orchestration.lib.exports.id_types import IdType
from orchestration.lib.exports.yaml_lines import Place, line_of, read_yaml
from orchestration.lib.home import PROJECT_DIR

Percent = Annotated[float, Field(ge=0, le=100)]
NAME = r"^[a-z][a-z0-9_]{0,39}$"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


class Names(_Strict):
    """How people call it."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Consent(_Strict):
    """What a person must have said.

    ``basis: granted`` needs a grant that still holds; ``not_withdrawn`` only that nothing was taken
    back. Whoever took back one of ``not_if_withdrawn`` is left out too.
    """

    purpose: str = Field(pattern=r"^[a-z_]+(:[a-z][a-z0-9_]*)?$")
    channel: str = "all"
    basis: Literal["granted", "not_withdrawn"] = "granted"
    not_if_withdrawn: tuple[str, ...] = ()


class Guard(_Strict):
    """Bounds in percent; beyond one of them a version waits for an approval."""

    max_change_pct: Percent = 30.0
    max_removed_pct: Percent = 30.0
    max_rejected_pct: Percent = 10.0
    max_duplicate_pct: Percent = 5.0


class Destination(_Strict):
    """One destination. ``key`` is its name in files and folders."""

    key: str = Field(pattern=NAME)
    name: Names
    adapter: str
    enabled: bool = True
    brand: str = "all"  # whose account it is: lists of another brand do not go there
    region: Literal["cn", "overseas"] = "cn"
    cross_border_basis: str | None = None
    account: dict[str, str | int] = Field(default_factory=dict)
    audience_ids: dict[str, str | int] = Field(default_factory=dict)
    id_types: tuple[str, ...] = Field(min_length=1)
    options: dict[str, Any] = Field(default_factory=dict)
    consent: Consent
    reach_channel: str | None = None
    acknowledged_by: Literal["receipt", "delivery"] = "receipt"
    min_people: int = Field(default=1, ge=1)
    full_reset_days: int | None = Field(default=7, ge=1)
    keep_days: int = Field(default=14, ge=1)
    guard: Guard = Guard()

    @model_validator(mode="after")
    def _can_be_sent(self) -> "Destination":
        made = ADAPTERS.get(self.adapter)
        if made is not None and not set(self.options) - set(made.option_keys):
            made.check_options(self.options)
        if made is not None and made.sends and self.acknowledged_by != "receipt":
            raise ValueError(
                f"adapter {self.adapter} is acknowledged by what the endpoint answers: "
                "acknowledged_by must be receipt"
            )
        return self

    @model_validator(mode="after")
    def _fits(self) -> "Destination":
        if self.adapter not in ADAPTERS:
            raise ValueError(_unknown("adapter", self.adapter, ADAPTERS))
        made = ADAPTERS[self.adapter]
        for kind in self.id_types:
            if kind not in made.id_types:
                raise ValueError(_unknown("id type", kind, made.id_types))
            scope = made.id_types[kind].scope
            if scope and scope not in self.account:
                raise ValueError(f"id type {kind} needs account: {{{scope}: ...}}")
        for key in self.account:
            if key not in made.account_keys:
                raise ValueError(_unknown("account key", key, made.account_keys))
        for key in self.options:
            if key not in made.option_keys:
                raise ValueError(_unknown("option", key, made.option_keys))
        if made.best_only and len(self.id_types) != 1:
            raise ValueError(f"adapter {self.adapter} sends one message a person: give one id type")
        if made.best_only and self.acknowledged_by != "delivery":
            raise ValueError(
                f"adapter {self.adapter} sends messages, of which none may go twice: "
                "acknowledged_by must be delivery"
            )
        if made.best_only and self.full_reset_days is not None:
            raise ValueError(
                f"adapter {self.adapter} sends messages: full_reset_days must be null, or everybody "
                "would be written to again"
            )
        if self.region == "overseas" and self.enabled and not self.cross_border_basis:
            raise ValueError(
                "a destination outside mainland China stays off (enabled: false) until "
                "cross_border_basis says which mechanism covers it"
            )
        return self

    @property
    def made(self) -> Adapter:
        return ADAPTERS[self.adapter]

    def types(self) -> tuple[IdType, ...]:
        """The identifier types, in the order of the file."""
        return tuple(self.made.id_types[kind] for kind in self.id_types)

    def file_options(self, audience: str) -> dict[str, Any]:
        """Options for the adapter, with the platform's own number of the audience."""
        return {**self.options, "audience_id": self.audience_ids.get(audience)}


def destinations_path() -> Path:
    return PROJECT_DIR / "activation" / "destinations.yml"


def load_destinations(path: Path | None = None) -> dict[str, Destination]:
    """All destinations by key.

    Raises:
        DestinationError: With file, line and the nearest valid name.
    """
    path = path or destinations_path()
    content, lines = read_yaml(path)
    if not isinstance(content, dict):
        raise DestinationError(f"{path}:1: expected one block per destination")
    return {str(key): _destination(path, str(key), body, lines) for key, body in content.items()}


def require(destinations: dict[str, Destination], key: str) -> Destination:
    """The destination of that name.

    Raises:
        DestinationError: If there is none; names the nearest.
    """
    if key not in destinations:
        raise DestinationError(_unknown("destination", key, destinations))
    return destinations[key]


def _destination(path: Path, key: str, body: Any, lines: dict[Place, int]) -> Destination:
    if not isinstance(body, dict):
        raise DestinationError(
            f"{path}:{line_of(lines, (key,))}: {key} must be a block of settings"
        )
    try:
        return Destination.model_validate({"key": key, **body})
    except ValidationError as error:
        # A name nobody knows explains what else is missing.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        place = _place(key, first, body)
        raise DestinationError(
            f"{path}:{line_of(lines, place)}: {key}: {_sentence(first)}"
        ) from error


def _place(key: str, error: Any, body: dict[str, Any]) -> Place:
    """Path of the faulty key; a fault of the whole block is looked for by the name it mentions."""
    place = tuple(part for part in error["loc"] if part != "key")
    if place:
        return (key, *place)
    words = set(re.split(r"[^\w-]+", error["msg"]))
    for field, mention in _MENTIONS.items():
        if field in body and mention in error["msg"]:
            inner = body[field]
            names = list(enumerate(inner)) if isinstance(inner, list) else []
            names = [(one, one) for one in inner] if isinstance(inner, dict) else names
            return (key, field, *[at for at, name in names if str(name) in words][:1])
    return (key,)


# Which setting a fault of the whole block is about, by what its sentence says.
_MENTIONS = {
    "account": "account key",
    "options": "option",
    "adapter": "no adapter",
    "id_types": "id type",
    "enabled": "stays off",
}


def _sentence(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown("setting", str(error["loc"][-1]), _settings(error["loc"][:-1]))
    text = error["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


def _settings(place: tuple[Any, ...]) -> Iterable[str]:
    inner = {"consent": Consent, "guard": Guard, "name": Names}
    model = inner[place[0]] if place and place[0] in inner else Destination
    return [name for name in model.model_fields if name != "key"]


def _unknown(kind: str, given: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(given, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"use one of {', '.join(names) or 'none'}"
    return f"there is no {kind} {given}; {hint}"
