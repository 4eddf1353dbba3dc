"""Meta custom audiences: one JSON request body per file, with schema, data and session.

At most 10,000 rows a request. All files of one operation are one session; a replacement goes to
/usersreplace and takes effect when its last batch arrived. Outside mainland China: off unless
destinations.yml turns it on.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import (
    APPEND,
    REMOVE,
    REPLACE,
    Adapter,
    Answer,
    FileContext,
    Limits,
    Row,
    count,
    settled,
)
from orchestration.lib.exports.id_types import HEX64, IdType, by_name, chain

_CALLS = {APPEND: "POST /users", REMOVE: "DELETE /users", REPLACE: "POST /usersreplace"}


class Meta(Adapter):
    """Phones as SHA-256 of digits with country code, e-mails as SHA-256, device ids lower, clear."""

    id_types: ClassVar = by_name(
        IdType("PHONE_SHA256", {"phone": chain(values.country_phone, values.sha256)}, HEX64),
        IdType("EMAIL_SHA256", {"email": chain(values.email, values.sha256)}, HEX64),
        IdType(
            "MOBILE_ADVERTISER_ID",
            {"idfa": values.lower_idfa},
            r"[0-9a-f-]{36}",
            is_clear=True,
        ),
    )
    limits: ClassVar = Limits(max_lines=10_000)
    operations: ClassVar = frozenset({APPEND, REMOVE, REPLACE})
    extension: ClassVar = "json"
    account_keys: ClassVar = ("ad_account_id",)

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        body = {
            "payload": {
                "schema": [context.id_type.name],
                "data": [[row.value] for row in rows],
            },
            "session": {
                "session_id": session_id(context),
                "batch_seq": context.part,
                "last_batch_flag": context.part == context.parts,
                "estimated_num_total": context.lines or len(rows),
            },
        }
        return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()

    def request(self, context: FileContext) -> dict[str, Any]:
        audience = context.options.get("audience_id")
        return {"call": _CALLS[context.operation], "custom_audience_id": audience}

    def answer(self, said: Mapping[str, Any], *, lines: int) -> Answer:
        received = count(said, "num_received")
        if received is None:
            return super().answer(said, lines=lines)
        invalid = count(said, "num_invalid_entries") or 0
        return settled("accepted", lines=lines, accepted=received, valid=received - invalid)


def session_id(context: FileContext) -> int:
    """A positive 63-bit number that names destination, audience, version, operation and type."""
    name = "|".join(
        (context.destination, context.audience, str(context.version), context.operation,
         context.id_type.name)
    )  # fmt: skip
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big") >> 1


ADAPTERS = {"meta": Meta()}
