"""Reading the contracts from `models/staging/<channel>/_<channel>__sources.yml`.

Belongs here: YAML to dataclasses, with errors that name the file and the column. Does not belong
here: what the values mean (entities.py).
"""

from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from orchestration.lib import brand
from orchestration.lib.home import Home
from orchestration.lib.identity.rules import TypeRule, read_type_rules
from orchestration.lib.landing.branding import with_brands
from orchestration.lib.landing.contract_identifiers import IdentifierReader
from orchestration.lib.landing.entities import (
    DECIMAL,
    FORMATS,
    SIMPLE_TYPES,
    UNITS,
    Column,
    EntityContract,
    Field,
    Identifier,
    IdentifierType,
    When,
)
from orchestration.lib.landing.errors import ContractError

__all__ = [
    "Column",
    "EntityContract",
    "Field",
    "Identifier",
    "IdentifierType",
    "load_contracts",
    "load_identifier_types",
]

# The safe loader in C, ten times as fast, where PyYAML was built with it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

COLUMN_META = {"required", "id", "path", "unit", "timezone", "pii", "identifier", "fields", "when"}
FIELD_KEYS = {"name", "data_type", "id", "unit", "identifier", "description"}


def load_contracts(
    project_dir: Path, home: Home | None = None
) -> dict[tuple[str, str], EntityContract]:
    """All contracts of the project by (channel, entity), in the order of the files.

    Args:
        project_dir: The checkout; holds dbt_project.yml, models/ and seeds/.
        home: The brand whose brand.yml overrides vars; None: the vars of the project.

    Raises:
        ContractError: If a file cannot be read or a column is declared wrongly.
        IdentityRulesError: If a line of the identifier types is wrong.
    """
    variables = variables_of(project_dir, home)
    rules = read_type_rules(project_dir, variables)
    contracts: dict[tuple[str, str], EntityContract] = {}
    for path in sorted((project_dir / "models" / "staging").glob("*/_*__sources.yml")):
        for source in _read_yaml(path).get("sources") or []:
            for table in source.get("tables") or []:
                reader = _TableReader(path, source["name"], table, rules, variables)
                contracts[(source["name"], table["name"])] = reader.contract()
    return with_brands(contracts, project_dir, variables)


def load_identifier_types(project_dir: Path, home: Home | None = None) -> dict[str, IdentifierType]:
    """The identifier types people edit in seeds/identity/identifier_types.csv, by name.

    Raises:
        IdentityRulesError: If a line of the file is wrong.
    """
    rules = read_type_rules(project_dir, variables_of(project_dir, home))
    return {name: rule.kind for name, rule in rules.items()}


def variables_of(project_dir: Path, home: Home | None = None) -> dict[str, Any]:
    """The vars of dbt_project.yml with what the brand.yml of ``home`` overrides."""
    project = _read_yaml(project_dir / "dbt_project.yml").get("vars") or {}
    return {**project, **(brand.overrides(home) if home else {})}


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        status = path.stat()
        return _parsed(path, status.st_size, status.st_mtime_ns)
    except (OSError, yaml.YAMLError) as error:
        raise ContractError(f"cannot read {path}: {error}") from error


@lru_cache(maxsize=128)
def _parsed(path: Path, _size: int, _mtime_ns: int) -> dict[str, Any]:
    """The content of a file, read once as long as it stays the same; nobody may change it."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER) or {}


class _TableReader:
    """Turns one table of a sources file into an EntityContract."""

    def __init__(
        self,
        path: Path,
        channel: str,
        table: dict[str, Any],
        rules: dict[str, TypeRule],
        variables: dict[str, Any],
    ) -> None:
        self.path = path
        self.where = f"{path}: {channel}.{table['name']}"
        self.channel = channel
        self.table = table
        self.variables = variables
        columns = table.get("columns") or []
        self.names = [column["name"] for column in columns]
        metas = {column["name"]: _meta(column) for column in columns}
        self.identifiers = IdentifierReader(self.where, metas, rules, variables)

    def contract(self) -> EntityContract:
        meta = _meta(self.table)
        columns = tuple(self._column(column) for column in self.table.get("columns") or [])
        if not columns:
            raise ContractError(f"{self.where} declares no columns")
        if doubles := {name for name in self.names if self.names.count(name) > 1}:
            raise ContractError(f"{self.where} declares {', '.join(sorted(doubles))} twice")
        if meta.get("format") not in FORMATS:
            raise ContractError(
                f"{self.where}: format '{meta.get('format')}' is not one of {', '.join(FORMATS)}"
            )
        self._check_encoding(meta.get("encoding", "utf-8"))
        for setting in ("key", "version", "observed_at"):
            wanted = meta.get(setting) or []
            for name in [wanted] if isinstance(wanted, str) else wanted:
                self._check_known(name, setting)
        return EntityContract(
            channel=self.channel,
            entity=self.table["name"],
            format=meta["format"],
            encoding=meta.get("encoding", "utf-8").lower(),
            key=tuple(meta.get("key") or ()),
            version=meta.get("version"),
            observed_at=meta.get("observed_at"),
            delimiter=meta.get("delimiter", ","),
            is_observed=bool(meta.get("observed", True)),
            columns=columns,
        )

    def _column(self, column: dict[str, Any]) -> Column:
        name, meta = column["name"], _meta(column)
        where = f"{self.where}.{name}"
        if unknown := set(meta) - COLUMN_META:
            raise ContractError(f"{where}: unknown meta {', '.join(sorted(unknown))}")
        data_type = self._data_type(where, column.get("data_type"))
        if meta.get("unit") not in (None, *UNITS):
            raise ContractError(f"{where}: unit '{meta['unit']}' is not one of {', '.join(UNITS)}")
        if (meta.get("id") or meta.get("identifier")) and data_type != "varchar":
            raise ContractError(f"{where}: ids are text, but its data_type is {data_type}")
        if meta.get("fields") and data_type != "json":
            raise ContractError(f"{where}: fields are for json columns, not {data_type}")
        fields = tuple(self._field(where, field) for field in meta.get("fields") or [])
        return Column(
            name=name,
            data_type=data_type,
            path=tuple(str(meta.get("path") or name).split(".")),
            required=bool(meta.get("required", False)),
            is_id=bool(meta.get("id", False)),
            unit=meta.get("unit"),
            timezone=self._timezone(where, meta.get("timezone")),
            pii=meta.get("pii"),
            identifier=self.identifiers.read(where, meta.get("identifier")),
            fields=fields,
            when=self._when(where, meta),
        )

    def _when(self, where: str, meta: dict[str, Any]) -> When | None:
        """The condition under which a column has a value; on plain text of another column."""
        written = meta.get("when")
        if written is None:
            return None
        if not isinstance(written, dict) or set(written) != {"column", "values"}:
            raise ContractError(f"{where}: when needs a column and the values it must have")
        if meta.get("required"):
            raise ContractError(f"{where}: a column with a condition cannot be required")
        self._check_known(written["column"], f"when of {where}")
        return When(written["column"], tuple(map(_as_json_text, written["values"])))

    def _field(self, where: str, field: dict[str, Any]) -> Field:
        where = f"{where}.{field.get('name')}"
        if unknown := set(field) - FIELD_KEYS:
            raise ContractError(f"{where}: unknown key {', '.join(sorted(unknown))}")
        data_type = str(field.get("data_type", "")).lower()
        if data_type != "varchar[]":
            data_type = self._data_type(where, data_type)
        identifier = self.identifiers.read(where, field.get("identifier"))
        if identifier and (identifier.scope_column or identifier.type_column):
            raise ContractError(
                f"{where}: an identifier in an array has one type, and its scope must be a var"
            )
        if identifier and data_type not in ("varchar", "varchar[]"):
            raise ContractError(f"{where}: an identifier is varchar or varchar[], not {data_type}")
        return Field(
            name=field["name"],
            data_type=data_type,
            is_id=bool(field.get("id", False)),
            unit=field.get("unit"),
            identifier=identifier,
        )

    def _data_type(self, where: str, data_type: str | None) -> str:
        written = str(data_type or "").lower().strip()
        if written in SIMPLE_TYPES:
            return written
        if matched := DECIMAL.match(written):
            return f"decimal({matched[1]},{matched[2]})"
        raise ContractError(
            f"{where}: data_type '{data_type}' is not one of "
            f"{', '.join(SIMPLE_TYPES)}, decimal(p,s)"
        )

    def _timezone(self, where: str, written: str | None) -> str | None:
        """A zone by name; ``brand`` is the brand's own (var brand_timezone)."""
        zone = (
            self.variables.get("brand_timezone", "Asia/Shanghai") if written == "brand" else written
        )
        try:
            return zone and ZoneInfo(zone).key
        except (ValueError, ZoneInfoNotFoundError) as error:
            raise ContractError(f"{where}: timezone '{written}' is not a known zone") from error

    def _check_known(self, name: str, setting: str) -> None:
        if name not in self.names:
            raise ContractError(f"{self.where}: {setting} names column '{name}', not declared")

    def _check_encoding(self, encoding: str) -> None:
        try:
            "".encode(encoding)
        except LookupError as error:
            raise ContractError(f"{self.where}: unknown encoding '{encoding}'") from error


def _as_json_text(value: object) -> str:
    """A value of the YAML as the text the reader gives for it: true, not True."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _meta(node: dict[str, Any]) -> dict[str, Any]:
    return (node.get("config") or {}).get("meta") or {}
