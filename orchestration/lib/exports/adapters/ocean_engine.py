"""Ocean Engine (巨量引擎) DMP files: lines of base64 protobuf, zipped.

A line holds at most 10,000 ids, a zip at most 50 MB; `file_signature` is the MD5 of the zip (the
manifest has it). Ids are lower case, IDFA too. The timestamp of an id is optional and left out: it
would make two files of the same people differ. An update (1 append, 2 delete, 3 reset) must be
published on the platform afterwards; `upload_num` and `cover_num` come back.
"""

import base64
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import (
    APPEND,
    MIB,
    REMOVE,
    REPLACE,
    Adapter,
    Answer,
    FileContext,
    Limits,
    Row,
    Zip,
    count,
    settled,
)
from orchestration.lib.exports.adapters.dmp_proto import DATA_TYPES, dmp_data
from orchestration.lib.exports.id_types import (
    IMEI,
    IMEI_MD5,
    MOBILE_SHA256,
    OAID,
    OAID_MD5,
    IdType,
    by_name,
    named,
)

IDS_PER_LINE = 10_000
OPERATIONS = {APPEND: 1, REMOVE: 2, REPLACE: 3}


def _code(name: str) -> int:
    return DATA_TYPES[name]


class OceanEngine(Adapter):
    """Phones as SHA-256 of 11 digits; devices raw or MD5, lower case."""

    id_types: ClassVar = by_name(
        named(MOBILE_SHA256, "MOBILE_HASH_SHA256", _code("MOBILE_HASH_SHA256")),
        named(IMEI, "IMEI", _code("IMEI")),
        named(IMEI_MD5, "IMEI_MD5", _code("IMEI_MD5")),
        IdType(
            "IDFA", {"idfa": values.lower_idfa}, r"[0-9a-f-]{36}", _code("IDFA"), is_clear=True
        ),
        # The MD5 is of the id as the device spells it, upper case, as everywhere.
        IdType(
            "IDFA_MD5", {"idfa": lambda value: values.md5(values.idfa(value))}, r"[0-9a-f]{32}",
            _code("IDFA_MD5"),
        ),
        named(OAID, "OAID", _code("OAID")),
        named(OAID_MD5, "OAID_MD5", _code("OAID_MD5")),
    )  # fmt: skip
    limits: ClassVar = Limits(max_bytes=50 * MIB, max_files=1_000)
    operations: ClassVar = frozenset({APPEND, REMOVE, REPLACE})
    extension: ClassVar = "zip"
    account_keys: ClassVar = ("advertiser_id",)

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        lines = []
        for start in range(0, len(rows), IDS_PER_LINE):
            data = dmp_data()()
            for row in rows[start : start + IDS_PER_LINE]:
                data.idList.add(dataType=context.id_type.code, id=row.value)  # ty: ignore[missing-attribute]
            lines.append(base64.b64encode(data.SerializeToString(deterministic=True)))
        return Zip("ids.txt", b"".join(line + b"\n" for line in lines)).bytes()

    def request(self, context: FileContext) -> dict[str, Any]:
        return {
            "advertiser_id": context.account.get("advertiser_id"),
            "custom_audience_id": context.options.get("audience_id"),
            "operation_type": OPERATIONS[context.operation],
        }

    def answer(self, said: Mapping[str, Any], *, lines: int) -> Answer:
        if "upload_num" not in said:
            return super().answer(said, lines=lines)
        return settled(
            "accepted", lines=lines, accepted=count(said, "upload_num"),
            matched=count(said, "cover_num"),
        )  # fmt: skip


ADAPTERS = {"ocean_engine": OceanEngine()}
