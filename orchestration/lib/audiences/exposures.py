"""dbt exposures of audiences and destinations: who uses which model, made from the files.

Belongs here: rendering models/exposures/, and `python -m` to write it. Does not belong here: which
tables an audience reads (tree.py) or what a destination asks of a person (routes.py).

An exposure of dbt cannot depend on another one, so a destination depends on the models of every
audience that goes there and on those that the export itself asks; `meta` names both ends of the way.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from orchestration.lib.audiences.files import AudienceFiles, read_audiences
from orchestration.lib.audiences.routes import Route, routes
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.tree import all_tables_of
from orchestration.lib.home import PROJECT_DIR

FOLDER = PROJECT_DIR / "models" / "exposures"
AUDIENCES, DESTINATIONS = "_audiences__exposures.yml", "_destinations__exposures.yml"
_HEAD = """\
# Made from activation/ by `python -m orchestration.lib.audiences.exposures`; a test keeps it
# current. `dbt ls --select +exposure:{example}` shows what {what} is made of.
"""
# What an export asks of the published file, whatever the audience (lib/exports/published.py).
_EXPORT_TABLES = ("core.bridge_customer_identifiers", "core.privacy_statements")
_REACH_TABLES = ("profile.customer_brand_reachability", "profile.customer_reachability")
_SENDER_TABLE = "profile.customer_wecom_senders"  # who writes to a contact
_NOBODY = "marketing"  # owner of a destination to which no audience goes


class _Indented(yaml.SafeDumper):
    """Lists stand further in than their key, as everywhere in the project."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001
        super().increase_indent(flow, indentless=False)


def exposure_files(files: AudienceFiles, destinations: Mapping[str, Route]) -> dict[str, str]:
    """Text of every file of models/exposures, by its name."""
    return {
        AUDIENCES: _text(
            [_of_audience(files, one) for one in files.audiences.values()],
            example="audience_vip", what="an audience",
        ),
        DESTINATIONS: _text(
            [_of_destination(files, one) for one in destinations.values()],
            example="destination_tencent_ads", what="a list for a platform",
        ),
    }  # fmt: skip


def made() -> dict[Path, str]:
    """What stands in the files when they are current."""
    files = read_audiences()
    found = exposure_files(files, routes(files.folder.parent) or {})
    return {FOLDER / name: text for name, text in found.items()}


def main() -> None:
    """Write the files."""
    for path, text in made().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _text(exposures: list[dict[str, object]], *, example: str, what: str) -> str:
    said = {"version": 2, "exposures": exposures}
    body = yaml.dump(said, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=100)
    return _HEAD.format(example=example, what=what) + body


def _of_audience(files: AudienceFiles, audience: Audience) -> dict[str, object]:
    goes = f" Goes to {', '.join(audience.destinations)}." if audience.destinations else ""
    why = f" {audience.why.en}" if audience.why else ""
    return {
        "name": f"audience_{audience.name}",
        "label": audience.name_en,
        "type": "application",
        "owner": {"name": audience.owner},
        "description": f"{audience.name_zh}.{why}{goes}",
        "depends_on": _refs(all_tables_of(files, audience)),
        "config": {
            "meta": {
                "brand": audience.brand,
                "purpose": audience.purpose,
                "destinations": [f"destination_{name}" for name in audience.destinations],
            }
        },
    }


def _of_destination(files: AudienceFiles, route: Route) -> dict[str, object]:
    audiences = [one for one in files.audiences.values() if route.key in one.destinations]
    tables = set(_EXPORT_TABLES).union(*(all_tables_of(files, one) for one in audiences))
    if route.reach_channel:
        tables |= {*_REACH_TABLES, *([_SENDER_TABLE] if route.reach_channel == "wecom" else [])}
    named = ", ".join(one.name for one in audiences)
    from_ = f"Lists of {named}." if audiences else "No audience goes there yet."
    off = "" if route.is_on else " Off in activation/destinations.yml."
    return {
        "name": f"destination_{route.key}",
        "label": route.en,
        "type": "application",
        "owner": {"name": ", ".join(sorted({one.owner for one in audiences})) or _NOBODY},
        "description": f"{route.zh}. {from_}{off}",
        "depends_on": _refs(sorted(tables)),
        "config": {
            "meta": {
                "consent_purpose": route.purpose,
                "is_on": route.is_on,
                "audiences": [f"audience_{one.name}" for one in audiences],
            }
        },
    }


def _refs(tables: list[str]) -> list[str]:
    return [f"ref('{name.split('.')[1]}')" for name in tables]


if __name__ == "__main__":
    main()
