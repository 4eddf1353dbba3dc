"""Google Customer Match through the Data Manager API: one JSON request body per file.

At most 10,000 members a request; hashes in hex; both consents are stated, because only people who
gave them are in the list. Outside mainland China: off unless destinations.yml turns it on.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import (
    REMOVE,
    Adapter,
    Answer,
    FileContext,
    Limits,
    Row,
    codes,
    count,
    settled,
)
from orchestration.lib.exports.id_types import HEX64, IdType, by_name, chain

_STATES = {"SUCCESS": "accepted", "PROCESSING": "pending"}


class GoogleCustomerMatch(Adapter):
    """Phones as SHA-256 of E.164 with plus, e-mails as SHA-256 of the cleaned address."""

    id_types: ClassVar = by_name(
        IdType("PHONE", {"phone": chain(values.e164, values.sha256)}, HEX64),
        IdType("EMAIL", {"email": chain(values.google_email, values.sha256)}, HEX64),
        IdType("MOBILE_ID", {"idfa": values.idfa}, r"[0-9A-F-]{36}", is_clear=True),
    )
    limits: ClassVar = Limits(max_lines=10_000)
    extension: ClassVar = "json"
    account_keys: ClassVar = ("account_id",)

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        body: dict[str, Any] = {
            "destinations": [
                {
                    "operatingAccount": {
                        "accountType": "GOOGLE_ADS",
                        "accountId": str(context.account.get("account_id") or ""),
                    },
                    "productDestinationId": str(context.options.get("audience_id") or ""),
                }
            ],
            "audienceMembers": [_member(context.id_type.name, row.value) for row in rows],
            "encoding": "HEX",
        }
        if context.operation != REMOVE:
            body["consent"] = {
                "adUserData": "CONSENT_GRANTED",
                "adPersonalization": "CONSENT_GRANTED",
            }
            body["termsOfService"] = {"customerMatchTermsOfServiceStatus": "ACCEPTED"}
        return json.dumps(body, separators=(",", ":"), sort_keys=True).encode()

    def request(self, context: FileContext) -> dict[str, Any]:
        method = "remove" if context.operation == REMOVE else "ingest"
        return {"method": f"audienceMembers:{method}"}

    def answer(self, said: Mapping[str, Any], *, lines: int) -> Answer:
        state = said.get("requestStatus")
        if state is None:
            return super().answer(said, lines=lines)
        status = _STATES.get(str(state), "rejected")
        return settled(
            status, lines=lines, accepted=count(said, "recordCount"),
            errors=codes([state] if status == "rejected" else []),
        )  # fmt: skip


def _member(kind: str, value: str) -> dict[str, Any]:
    if kind == "MOBILE_ID":
        return {"mobileData": {"mobileIds": [value]}}
    key = "phoneNumber" if kind == "PHONE" else "emailAddress"
    return {"userData": {"userIdentifiers": [{key: value}]}}


ADAPTERS = {"google_customer_match": GoogleCustomerMatch()}
