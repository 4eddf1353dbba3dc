"""A plain HTTP endpoint: what one request holds, and how it is set up.

Belongs here: the body of a request and the options of the destination. Does not belong here: sending
it and reading the answer (../sending.py). A file in the outbox is the body of one request, byte for byte.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports.adapters.base import APPEND, REMOVE, FileContext, Row
from orchestration.lib.exports.adapters.generic import ONE_ID, GenericCsv

EVENTS = {APPEND: "added", REMOVE: "removed"}
BATCH_SIZE, REQUESTS_PER_SECOND = 500, 5.0
MOST_A_REQUEST = 10_000
_SECRET = re.compile(r"[A-Z][A-Z0-9_]*")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


class Webhook(GenericCsv):
    """Added and removed people as JSON, one request a file; types as in plain files."""

    operations: ClassVar = frozenset({APPEND, REMOVE})
    extension: ClassVar = "json"
    option_keys: ClassVar = ("url", "auth", "batch_size", "requests_per_second", "with_one_id")
    sends: ClassVar = True

    def check_options(self, options: Mapping[str, Any]) -> None:
        _secret_name(options.get("url"), "url")
        auth = options.get("auth") or {}
        if not isinstance(auth, dict) or set(auth) - {"bearer", "header", "value"}:
            raise ValueError("options: auth must be {bearer: NAME} or {header: X-Key, value: NAME}")
        if "bearer" in auth:
            _secret_name(auth["bearer"], "auth: bearer")
        elif auth:
            _secret_name(auth.get("value"), "auth: value")
            if not _HEADER.fullmatch(str(auth.get("header") or "")):
                raise ValueError("options: auth: header must be the name of an HTTP header")
        size = options.get("batch_size", BATCH_SIZE)
        if type(size) is not int or not 1 <= size <= MOST_A_REQUEST:
            raise ValueError(
                f"options: batch_size must be a whole number of 1 to {MOST_A_REQUEST:,}"
            )
        rate = options.get("requests_per_second", REQUESTS_PER_SECOND)
        if type(rate) not in (int, float) or rate <= 0:
            raise ValueError("options: requests_per_second must be a number above 0")

    def split(self, rows: Sequence[Row], context: FileContext) -> list[Sequence[Row]]:
        size = context.options.get("batch_size", BATCH_SIZE)
        return [rows[start : start + size] for start in range(0, len(rows), size)]

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        head, tail = frame(context)
        return (head + ",\n".join(lines(rows, context)) + tail).encode()

    def request(self, context: FileContext) -> dict[str, Any]:
        """Names of the secrets, never what they hold."""
        return {
            "method": "POST", "url": context.options.get("url"), "event": EVENTS[context.operation],
        }  # fmt: skip


def frame(context: FileContext) -> tuple[str, str]:
    """What stands before and after the rows of a body."""
    about = {
        "event": EVENTS[context.operation], "audience": context.audience,
        "version": context.version, "part": context.part, "parts": context.parts,
        "id_type": context.id_type.name,
    }  # fmt: skip
    return _json(about)[:-1] + ',"people":[\n', "\n]}"


def lines(rows: Sequence[Row], context: FileContext) -> list[str]:
    """Each person as JSON: the value under the name of its type, and the OneID where it is asked for."""
    name = context.id_type.name
    named = context.options.get("with_one_id") and name != ONE_ID
    return [
        _json({ONE_ID: row.one_id, name: row.value} if named else {name: row.value}) for row in rows
    ]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _secret_name(name: Any, setting: str) -> None:
    if not _SECRET.fullmatch(str(name or "")):
        raise ValueError(
            f"options: {setting} must be the NAME of a secret (capitals, digits, _), which is an "
            "environment variable or a file in YUTANG_SECRETS; never the secret itself"
        )


ADAPTERS = {"webhook": Webhook()}
