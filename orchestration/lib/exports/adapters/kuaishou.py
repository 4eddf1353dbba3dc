"""Kuaishou (快手) DMP population files: one id per line.

At most 500 MB a file and 10 files an update; operation 1 appends, 3 deletes. The first upload names
the population: at most 20 characters, unique, so it is made from the audience's name.
"""

import hashlib
from collections.abc import Sequence
from typing import Any, ClassVar

from orchestration.lib.exports.adapters.base import (
    MIB,
    REMOVE,
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
    OAID,
    OAID_MD5,
    by_name,
    named,
)

NAME_LENGTH = 20


class Kuaishou(Adapter):
    """Phones as MD5 of 11 digits; devices raw or MD5."""

    id_types: ClassVar = by_name(
        named(IMEI, "IMEI", 1),
        named(IDFA, "IDFA", 2),
        named(IMEI_MD5, "IMEI_MD5", 3),
        named(IDFA_MD5, "IDFA_MD5", 4),
        named(MOBILE_MD5, "MOBILE_MD5", 5),
        named(OAID, "OAID", 7),
        named(OAID_MD5, "OAID_MD5", 8),
    )
    # The platform's 3 GB an update are 10 files of 300 MB: the stricter limit is kept per file.
    limits: ClassVar = Limits(max_bytes=300 * MIB, max_files=10)
    account_keys: ClassVar = ("advertiser_id",)

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        return text_lines(rows)

    def request(self, context: FileContext) -> dict[str, Any]:
        return {
            "advertiser_id": context.account.get("advertiser_id"),
            "orientation_id": context.options.get("audience_id"),
            "orientation_name": population_name(context.audience),
            "type": context.id_type.code,
            "operation_type": 3 if context.operation == REMOVE else 1,
        }


def population_name(audience: str) -> str:
    """The audience's name in 20 characters, still unique when it had to be cut.

    >>> population_name("vip")
    'vip'
    >>> len(population_name("members_not_yet_in_wecom"))
    20
    """
    if len(audience) <= NAME_LENGTH:
        return audience
    digest = hashlib.sha256(audience.encode()).hexdigest()[:6]
    return f"{audience[: NAME_LENGTH - 7]}_{digest}"


ADAPTERS = {"kuaishou": Kuaishou()}
