"""Settings of one brand: the vars of dbt_project.yml with what ``<home>/brand.yml`` overrides.

Belongs here: reading and merging the two files. Does not belong here: the meaning of a var
(dbt_project.yml says it beside the var) or secrets (home.secrets).
"""

from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home

BRAND_ZONE = "brand"  # contract timezone: the brand's own zone, var brand_timezone


class BrandSettingsError(YutangError):
    """brand.yml or dbt_project.yml cannot be read, or names a var that does not exist."""


def overrides(home: Home) -> dict[str, Any]:
    """Vars that ``<home>/brand.yml`` sets; empty if there is no such file.

    Raises:
        BrandSettingsError: If the file is no mapping or names a var dbt_project.yml does not have.
    """
    path = home.root / "brand.yml"
    if not path.exists():
        return {}
    found = _mapping(path)
    known = project_vars()
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise BrandSettingsError(
            f"{path}: {', '.join(unknown)} is no var of dbt_project.yml; "
            f"use one of {', '.join(sorted(known))}"
        )
    return found


def project_vars() -> dict[str, Any]:
    """The vars of dbt_project.yml."""
    return dict(_mapping(PROJECT_DIR / "dbt_project.yml").get("vars") or {})


def brand_vars(home: Home) -> dict[str, Any]:
    """Every var as this brand has it: dbt_project.yml, then brand.yml."""
    return {**project_vars(), **overrides(home)}


def _mapping(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise BrandSettingsError(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(content, dict):
        raise BrandSettingsError(
            f"{path}: expected `name: value` lines, found {type(content).__name__}"
        )
    return content
