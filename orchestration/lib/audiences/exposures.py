"""dbt exposures of audiences: who uses which model, made from the files.

Belongs here: rendering models/exposures/_audiences__exposures.yml, and `python -m` to write it. Does
not belong here: which tables an audience reads (tree.py).
"""

import yaml

from orchestration.lib.audiences.files import AudienceFiles, read_audiences
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.tree import all_tables_of
from orchestration.lib.home import PROJECT_DIR

EXPOSURES = PROJECT_DIR / "models" / "exposures" / "_audiences__exposures.yml"
_HEAD = """\
# Made from activation/audiences by `python -m orchestration.lib.audiences.exposures`; a test keeps it
# current. `dbt ls --select +exposure:audience_vip` shows what an audience is made of.
"""


class _Indented(yaml.SafeDumper):
    """Lists stand further in than their key, as everywhere in the project."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001
        super().increase_indent(flow, indentless=False)


def exposures_text(files: AudienceFiles) -> str:
    """The file for these audiences."""
    said = {"version": 2, "exposures": [_exposure(files, one) for one in files.audiences.values()]}
    return _HEAD + yaml.dump(said, Dumper=_Indented, allow_unicode=True, sort_keys=False, width=100)


def main() -> None:
    """Write the file."""
    EXPOSURES.parent.mkdir(parents=True, exist_ok=True)
    EXPOSURES.write_text(exposures_text(read_audiences()), encoding="utf-8")


def _exposure(files: AudienceFiles, audience: Audience) -> dict[str, object]:
    goes = f" Goes to {', '.join(audience.destinations)}." if audience.destinations else ""
    why = f" {audience.why.en}" if audience.why else ""
    return {
        "name": f"audience_{audience.name}",
        "label": audience.name_en,
        "type": "application",
        "owner": {"name": audience.owner},
        "description": f"{audience.name_zh}.{why}{goes}",
        "depends_on": [f"ref('{name.split('.')[1]}')" for name in all_tables_of(files, audience)],
    }


if __name__ == "__main__":
    main()
