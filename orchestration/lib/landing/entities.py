"""The landing contract of every entity, read from the dbt source definitions.

Belongs here: values that say what a delivery must look like, and the checks of those values.
Does not belong here: reading a YAML file (contract.py) or reading a delivery.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property

FORMATS = ("csv", "ndjson", "parquet")
SIMPLE_TYPES = ("varchar", "integer", "bigint", "double", "boolean", "date", "timestamp", "json")
DECIMAL = re.compile(r"^decimal\((\d{1,2}),\s*(\d{1,2})\)$")
UNITS = ("fen", "yuan", "epoch_s", "epoch_ms", "points", "days", "s", "percent")


@dataclass(frozen=True)
class IdentifierType:
    """One line of seeds/identity/identifier_types.csv, as far as the loader needs it."""

    name: str
    identifier_class: str  # unique, many, weak, never
    scope: str  # global, brand, app, device, ...
    normaliser: str  # trim, lower, upper, phone
    pattern: str | None  # what a normalised value must match

    @property
    def is_observed(self) -> bool:
        """False for types that never link people: no observation is written for them."""
        return self.identifier_class != "never"


@dataclass(frozen=True)
class TypedKind:
    """A type that a row may name, and how its scope is found.

    Args:
        takes_scope: False where the values are the same everywhere (a phone, a device).
        needs_scope: True where a value without scope names nobody.
    """

    kind: IdentifierType
    default_scope: str | None = None
    takes_scope: bool = True
    needs_scope: bool = False


@dataclass(frozen=True)
class Identifier:
    """The personal identifier a column holds: its type and the scope its values are unique in.

    Args:
        kinds: The type; several where every row says its own in ``type_column``.
    """

    kinds: tuple[TypedKind, ...]
    type_column: str | None = None
    scope_column: str | None = None
    scope_value: str | None = None
    verified: bool = True

    @property
    def kind(self) -> IdentifierType:
        """The one type of a column without ``type_column``."""
        return self.kinds[0].kind

    @property
    def type(self) -> str:
        return self.kind.name

    @property
    def is_observed(self) -> bool:
        """False for types that never link people: no observation, no value in the vault."""
        return any(each.kind.is_observed for each in self.kinds)

    @property
    def group(self) -> tuple[str, str, str]:
        """What two columns must share for the same text to get the same token."""
        type = f"column {self.type_column}" if self.type_column else self.type
        return (type, self.scope_column or "", self.scope_value or "")


@dataclass(frozen=True)
class Field:
    """One declared field of the elements of a JSON array; other fields do not pass."""

    name: str
    data_type: str
    is_id: bool = False
    unit: str | None = None
    identifier: Identifier | None = None

    @property
    def is_list(self) -> bool:
        return self.data_type.endswith("[]")

    @property
    def is_free_text(self) -> bool:
        """True where people may have typed anything: these are searched for clear values."""
        is_text = self.data_type in ("varchar", "varchar[]", "json")
        return is_text and not (self.is_id or self.unit or self.identifier)


@dataclass(frozen=True)
class When:
    """Condition on the row: the column has a value only where ``column`` reads one of ``values``.

    One field of a delivery may mean several things; each meaning is a column of its own.
    """

    column: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One column of raw, and where it comes from in a delivery."""

    name: str
    data_type: str
    path: tuple[str, ...]
    required: bool = False
    is_id: bool = False
    unit: str | None = None
    timezone: str | None = None
    pii: str | None = None
    identifier: Identifier | None = None
    fields: tuple[Field, ...] = ()
    when: When | None = None

    @property
    def is_text_id(self) -> bool:
        """True where the text is an id: trimmed, half-width, and never a rendered float."""
        return self.is_id or self.identifier is not None

    @property
    def is_free_text(self) -> bool:
        return self.data_type == "varchar" and not self.is_text_id

    @property
    def is_list(self) -> bool:
        return self.data_type == "varchar[]"

    @property
    def list_identifiers(self) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.identifier)

    @property
    def status_name(self) -> str:
        """Column of raw that says what the identifier was: valid, masked, virtual, ..."""
        return f"{self.name}_status"


@dataclass(frozen=True)
class BrandRule:
    """How the brand of a row is found, where identity is kept per brand.

    Args:
        cases: (column, value, brand); the first that a row fulfils decides.
        column: Holds the brand otherwise.
        default: The brand of every other row.
    """

    cases: tuple[tuple[str, str, str], ...]
    column: str | None
    default: str


@dataclass(frozen=True)
class EntityContract:
    """What one `channel.entity` must deliver and what the loader makes of it."""

    channel: str
    entity: str
    format: str
    encoding: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    version: str | None = None
    observed_at: str | None = None
    delimiter: str = ","
    is_observed: bool = True  # False: its rows say something about links, they are none
    brand_rule: BrandRule | None = None  # None: identity is the group's

    @property
    def name(self) -> str:
        return f"{self.channel}.{self.entity}"

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def type_columns(self) -> dict[str, list[Column]]:
        """Columns that hold the type of others, with those."""
        found: dict[str, list[Column]] = {}
        for column in self.identifiers:
            if column.identifier and column.identifier.type_column:
                found.setdefault(column.identifier.type_column, []).append(column)
        return found

    @property
    def identifiers(self) -> tuple[Column, ...]:
        """Scalar identifier columns, in contract order."""
        return tuple(column for column in self.columns if column.identifier)

    @property
    def identifier_types(self) -> tuple[IdentifierType, ...]:
        """Types its identifiers may have, in columns and in arrays; a type may repeat."""
        found = [column.identifier for column in self.columns]
        found += [field.identifier for column in self.columns for field in column.fields]
        return tuple(each.kind for identifier in found if identifier for each in identifier.kinds)

    @property
    def has_identifiers(self) -> bool:
        return any(column.identifier or column.list_identifiers for column in self.columns)

    @cached_property
    def digest(self) -> str:
        """Changes whenever a load of the same files could give other rows."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def raw_columns(contract: EntityContract) -> list[tuple[str, str]]:
    """Names and DuckDB types of the raw Parquet, in order (without the folder's ``dt``)."""
    result = []
    for column in contract.columns:
        if column.identifier:
            result += [(column.name, "varchar"), (column.status_name, "varchar")]
        else:
            stored = "varchar" if column.data_type == "json" else column.data_type
            result.append((column.name, stored))
    return result
