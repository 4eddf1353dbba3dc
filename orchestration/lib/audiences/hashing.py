"""What a definition is, as one digest: the same people for the same reason, or another version.

Belongs here: the canonical form and its hash. Does not belong here: texts, owners, schedules, which
change nobody's membership.
"""

import hashlib
import json
from typing import Any

from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.tree import audiences_in

_NO_MEANING = {"name_en", "name_zh", "owner", "why", "destinations", "size", "schedule"}

_EVENT_KEYS = ("of", "events", "first", "then")


def definition_hash(files: AudienceFiles, audience: Audience) -> str:
    """16 hex digits over everything that decides who is a member.

    Named event sets count by what they hold, audiences in the conditions by their own definition.
    """
    said = json.dumps(canonical(files, audience), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def canonical(files: AudienceFiles, audience: Audience) -> dict[str, Any]:
    """The definition without labels and what has no meaning, its sets and audiences spelled out."""
    said = _clean(
        audience.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=_NO_MEANING),
        files,
    )
    asked = audiences_in(audience.who)
    if asked:
        said["audiences"] = {
            name: canonical(files, files[name]) for name in asked if name in files.found
        }
    return said


def _clean(value: Any, files: AudienceFiles) -> Any:
    if isinstance(value, list):
        return [_clean(one, files) for one in value]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, inner in value.items():
        if key == "label":
            continue
        if key in _EVENT_KEYS and isinstance(inner, str | list):
            names = tuple(inner) if isinstance(inner, list) else inner
            found[key] = list(files.names_of(names))
            continue
        found[key] = _clean(inner, files)
    return found
