"""Baidu feed (百度信息流) crowds: base64 of one id per line, in slices.

Every slice needs 5,000 lines at least and 10 MB at most, so differences, which are small, cannot be
sent: each version replaces the crowd.
"""

import base64
from collections.abc import Sequence
from typing import Any, ClassVar

from orchestration.lib.exports.adapters.base import (
    MIB,
    REPLACE,
    Adapter,
    FileContext,
    Limits,
    Row,
    text_lines,
)
from orchestration.lib.exports.id_types import (
    IDFA,
    IDFA_MD5,
    IMEI,
    IMEI_MD5,
    MOBILE_MD5,
    by_name,
    named,
)


class Baidu(Adapter):
    """Phones as MD5 of 11 digits; IDFA and IMEI raw or MD5."""

    id_types: ClassVar = by_name(
        named(IDFA, "IDFA", 1),
        named(IMEI, "IMEI", 2),
        named(MOBILE_MD5, "MOBILE_MD5", 4),
        named(IDFA_MD5, "IDFA_MD5", 5),
        named(IMEI_MD5, "IMEI_MD5", 6),
    )
    limits: ClassVar = Limits(max_bytes=10 * MIB, min_lines=5_000)
    operations: ClassVar = frozenset({REPLACE})
    extension: ClassVar = "b64"
    account_keys: ClassVar = ("user_id",)

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        return base64.b64encode(text_lines(rows))

    def request(self, context: FileContext) -> dict[str, Any]:
        return {
            "userId": context.account.get("user_id"),
            "crowdId": context.options.get("audience_id"),
            "crowdType": context.id_type.code,
            "slice": context.part,
            "slices": context.parts,
        }


ADAPTERS = {"baidu": Baidu()}
