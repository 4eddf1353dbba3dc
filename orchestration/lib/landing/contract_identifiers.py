"""What a contract says about the identifier in a column: type or type column, and scope.

Belongs here: the meta ``identifier`` of columns and fields to values, with errors that name them.
Does not belong here: the rest of a contract (contract.py).
"""

from collections.abc import Mapping
from typing import Any

from orchestration.lib.identity.rules import TypeRule
from orchestration.lib.landing.entities import Identifier, TypedKind
from orchestration.lib.landing.errors import ContractError


class IdentifierReader:
    """Reads the identifiers of one table.

    Args:
        where: The table, for errors.
        columns: Meta of every column of the table by name.
        variables: The vars of the brand, for scopes.
    """

    def __init__(
        self,
        where: str,
        columns: Mapping[str, Mapping[str, Any]],
        rules: Mapping[str, TypeRule],
        variables: Mapping[str, Any],
    ) -> None:
        self._table = where
        self._columns = columns
        self._rules = rules
        self._variables = variables

    def read(self, where: str, meta: Mapping[str, Any] | None) -> Identifier | None:
        """The identifier that ``meta`` declares; None if it declares none.

        Raises:
            ContractError: If type, type column or scope do not exist or do not fit.
        """
        if not meta:
            return None
        kinds = self._kinds(where, meta)
        scope = meta.get("scope") or {}
        if "column" in scope and self._column(scope["column"], f"scope of {where}").get(
            "identifier"
        ):
            raise ContractError(
                f"{where}: its scope '{scope['column']}' is an identifier itself; raw would "
                "hold only its token"
            )
        if "var" in scope and scope["var"] not in self._variables:
            raise ContractError(f"{where}: scope var '{scope['var']}' is not in dbt_project.yml")
        return Identifier(
            kinds=kinds,
            type_column=meta.get("type_column"),
            scope_column=scope.get("column"),
            scope_value=str(self._variables[scope["var"]]) if "var" in scope else None,
            verified=bool(meta.get("verified", True)),
        )

    def _kinds(self, where: str, meta: Mapping[str, Any]) -> tuple[TypedKind, ...]:
        """The type an identifier declares, or all that the rows of its type column may name."""
        name, column = meta.get("type"), meta.get("type_column")
        if column is None:
            if name is None or name not in self._rules:
                raise ContractError(
                    f"{where}: identifier type '{name}' is not in "
                    "seeds/identity/identifier_types.csv"
                )
            return (TypedKind(self._rules[name].kind),)
        if name is not None:
            raise ContractError(f"{where}: an identifier has a type or a type_column, not both")
        if "var" in (meta.get("scope") or {}):
            raise ContractError(f"{where}: an identifier with a type_column has a scope column")
        declared = self._column(column, f"type_column of {where}")
        if not declared.get("id") or declared.get("identifier"):
            raise ContractError(
                f"{where}: its type_column '{column}' must be declared with id: true"
            )
        return tuple(
            TypedKind(
                kind=rule.kind,
                default_scope=rule.default_scope,
                takes_scope=rule.takes_scope,
                needs_scope=rule.needs_scope,
            )
            for rule in self._rules.values()
            if rule.may_be_named
        )

    def _column(self, name: str, setting: str) -> Mapping[str, Any]:
        if name not in self._columns:
            raise ContractError(f"{self._table}: {setting} names column '{name}', not declared")
        return self._columns[name]
