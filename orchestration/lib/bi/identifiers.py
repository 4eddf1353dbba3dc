"""What Superset knows a thing by.

Belongs here: identifiers that stay the same, so that importing again replaces and never doubles. Does not
belong here: content.
"""

import uuid

DATABASE = "yutang"
VERSION = "1.0.0"
_SPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "bi.yutang")


def uuid_of(kind: str, name: str) -> str:
    """The identifier of a dataset, chart or dashboard."""
    return str(uuid.uuid5(_SPACE, f"{kind}/{name}"))
