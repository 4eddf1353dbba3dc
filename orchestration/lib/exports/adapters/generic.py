"""Plain CSV and Parquet for systems without an adapter of their own: one column per file.

With ``options: {with_one_id: true}`` the OneID stands before the value, for the brand's own systems.
"""

import csv
import io
from collections.abc import Sequence
from typing import ClassVar

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import (
    APPEND,
    REMOVE,
    REPLACE,
    Adapter,
    FileContext,
    Row,
)
from orchestration.lib.exports.id_types import (
    HEX64,
    IDFA,
    MOBILE_MD5,
    MOBILE_SHA256,
    OAID,
    IdType,
    by_name,
    chain,
    named,
)

ONE_ID = "one_id"  # the source that is no identifier: the person's own id


class _Generic(Adapter):
    id_types: ClassVar = by_name(
        IdType("one_id", {ONE_ID: lambda value: value}, r"[0-9a-f-]{32,36}"),
        named(MOBILE_MD5, "phone_md5"),
        named(MOBILE_SHA256, "phone_sha256"),
        IdType("phone_e164_sha256", {"phone": chain(values.e164, values.sha256)}, HEX64),
        IdType("email_sha256", {"email": chain(values.email, values.sha256)}, HEX64),
        named(OAID, "oaid"),
        named(IDFA, "idfa"),
        IdType("wx_unionid", {"wx_unionid": values.openid}, r"[\w-]{20,64}", scope="open_platform"),
        IdType("wx_openid", {"wx_openid": values.openid}, r"[\w-]{20,64}", scope="open_app_id"),
    )
    operations: ClassVar = frozenset({APPEND, REMOVE, REPLACE})
    account_keys: ClassVar = ("open_app_id", "open_platform")
    option_keys: ClassVar = ("with_one_id",)

    def table(self, rows: Sequence[Row], context: FileContext) -> dict[str, list[str]]:
        columns = {context.id_type.name: [row.value for row in rows]}
        if context.options.get("with_one_id") and context.id_type.name != "one_id":
            columns = {"one_id": [row.one_id for row in rows], **columns}
        return columns


class GenericCsv(_Generic):
    """UTF-8, a header row, lines ended by a line feed."""

    extension: ClassVar = "csv"

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        columns = self.table(rows, context)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
        return out.getvalue().encode()


class GenericParquet(_Generic):
    """Parquet with zstd; text columns."""

    extension: ClassVar = "parquet"

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        out = io.BytesIO()
        pq.write_table(pa.table(self.table(rows, context)), out, compression="zstd")
        return out.getvalue()


ADAPTERS = {"csv": GenericCsv(), "parquet": GenericParquet()}
