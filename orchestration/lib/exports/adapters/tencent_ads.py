"""Tencent Ads (腾讯广告) custom audience files: one id per line, zipped.

`custom_audience_files/add`: APPEND or REDUCE, at most 100 MB; the status answers line_count,
valid_line_count and user_count. A line count other than ours means another file arrived.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import (
    MIB,
    REMOVE,
    Adapter,
    Answer,
    FileContext,
    Limits,
    Row,
    Zip,
    codes,
    count,
    settled,
    text_lines,
)
from orchestration.lib.exports.id_types import (
    HEX64,
    IDFA,
    IDFA_MD5,
    IMEI,
    IMEI_MD5,
    MOBILE_MD5,
    MOBILE_SHA256,
    OAID,
    OAID_MD5,
    IdType,
    by_name,
    chain,
    named,
)

OPENID = r"[A-Za-z0-9_-]{20,64}"


def _md5_sha256(base: IdType, name: str) -> IdType:
    forms = {source: chain(form, values.sha256_of_md5) for source, form in base.forms.items()}
    return named(base, name, forms=forms, pattern=HEX64)


class TencentAds(Adapter):
    """Phones as 11 digits, IMEI lower, IDFA upper with dashes, OAID as it is."""

    id_types: ClassVar = by_name(
        named(MOBILE_MD5, "HASH_MOBILE_PHONE"),
        named(MOBILE_SHA256, "SHA256_MOBILE_PHONE"),
        named(IMEI, "IMEI"),
        named(IMEI_MD5, "HASH_IMEI"),
        _md5_sha256(IMEI_MD5, "MD5_SHA256_IMEI"),
        named(IDFA, "IDFA"),
        named(IDFA_MD5, "HASH_IDFA"),
        _md5_sha256(IDFA_MD5, "MD5_SHA256_IDFA"),
        named(OAID, "OAID"),
        named(OAID_MD5, "HASH_OAID"),
        _md5_sha256(OAID_MD5, "MD5_SHA256_OAID"),
        IdType("WX_OPENID", {"wx_openid": values.openid}, OPENID, scope="open_app_id"),
        IdType("WECHAT_OPENID", {"wx_openid": values.openid}, OPENID, scope="open_app_id"),
        IdType("WX_UNIONID", {"wx_unionid": values.openid}, OPENID, scope="open_platform"),
    )
    limits: ClassVar = Limits(max_bytes=100 * MIB)
    extension: ClassVar = "zip"
    account_keys: ClassVar = ("account_id", "open_app_id", "open_platform")

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        return Zip("ids.txt", text_lines(rows)).bytes()

    def request(self, context: FileContext) -> dict[str, Any]:
        fields = {
            "account_id": context.account.get("account_id"),
            "audience_id": context.options.get("audience_id"),
            "user_id_type": context.id_type.name,
            "operation_type": "REDUCE" if context.operation == REMOVE else "APPEND",
        }
        if context.id_type.name == "WECHAT_OPENID":
            fields["open_app_id"] = context.account.get("open_app_id")
        return fields

    def answer(self, said: Mapping[str, Any], *, lines: int) -> Answer:
        if "line_count" not in said:
            return super().answer(said, lines=lines)
        code = str(said.get("process_code", 0))
        status = "accepted" if code == "0" else "rejected"
        return settled(
            status, lines=lines, accepted=count(said, "line_count"),
            valid=count(said, "valid_line_count"), matched=count(said, "user_count"),
            errors=codes([code] if code != "0" else []),
        )  # fmt: skip


ADAPTERS = {"tencent_ads": TencentAds()}
