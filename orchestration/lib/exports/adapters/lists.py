"""Lists for the systems that send messages: WeCom tasks, SMS, official-account templates.

One line is one message to one person, with an action id that is the same on every retry, so that a
sender who dedupes by it (out_id, client_msg_id) never sends twice. A removal names only whom to drop.
The SMS list is the one file with phones in the clear: it is written with mode 0600 in outbox/, which
is outside what is published.
"""

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from orchestration.lib.exports import values
from orchestration.lib.exports.adapters.base import REMOVE, Adapter, FileContext, Limits, Row
from orchestration.lib.exports.id_types import IdType, by_name


def action_id(context: FileContext, one_id: str) -> str:
    """32 hex digits that name this message of this version to this person."""
    name = f"{context.destination}|{context.audience}|{context.version}|{one_id}"
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class WecomTasks(Adapter):
    """Tasks for staff (企业微信): at most 10,000 external_userid per add_msg_template call.

    `userid` is who writes: the member of staff who added the contact last of those who have it now,
    or `options: {sender: ...}` for every line.
    """

    id_types: ClassVar = by_name(
        IdType(
            "external_userid", {"wecom_external_userid": values.openid}, r"[\w-]{20,64}",
            scope="corp_id", is_clear=True,
        )
    )  # fmt: skip
    limits: ClassVar = Limits(max_lines=10_000)
    extension: ClassVar = "csv"
    account_keys: ClassVar = ("corp_id",)
    option_keys: ClassVar = ("msg_template", "sender")
    best_only: ClassVar = True
    needs_sender: ClassVar = True

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        if context.operation == REMOVE:
            return _csv(["external_userid"], [[row.value] for row in rows])
        sender = str(context.options.get("sender") or "")
        template = str(context.options.get("msg_template") or "")
        return _csv(
            ["external_userid", "userid", "msg_template", "action_id"],
            [
                [row.value, sender or row.sender, template, action_id(context, row.one_id)]
                for row in rows
            ],
        )


class SmsList(Adapter):
    """Phones in the clear for the SMS gateway; out_id is the action id that receipts carry."""

    id_types: ClassVar = by_name(
        IdType("phone", {"phone": values.mainland_phone}, r"1[3-9]\d{9}", is_clear=True)
    )
    extension: ClassVar = "csv"
    option_keys: ClassVar = ("template_code", "params")
    best_only: ClassVar = True

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        if context.operation == REMOVE:
            return _csv(["phone"], [[row.value] for row in rows])
        code = str(context.options.get("template_code") or "")
        params = _json(context.options.get("params") or {})
        return _csv(
            ["phone", "template_code", "params", "out_id"],
            [[row.value, code, params, action_id(context, row.one_id)] for row in rows],
        )


class OaTemplates(Adapter):
    """Template messages (公众号): one send call per line, as NDJSON; client_msg_id sends once."""

    id_types: ClassVar = by_name(
        IdType(
            "openid", {"wx_openid": values.openid}, r"[\w-]{20,64}", scope="appid", is_clear=True
        )
    )
    extension: ClassVar = "ndjson"
    account_keys: ClassVar = ("appid",)
    option_keys: ClassVar = ("template_id", "url", "data")
    best_only: ClassVar = True

    def encode(self, rows: Sequence[Row], context: FileContext) -> bytes:
        return "".join(f"{_json(self._call(row, context))}\n" for row in rows).encode()

    def _call(self, row: Row, context: FileContext) -> dict[str, Any]:
        if context.operation == REMOVE:
            return {"touser": row.value}
        call = {
            "touser": row.value,
            "template_id": context.options.get("template_id"),
            "client_msg_id": action_id(context, row.one_id),
            "data": context.options.get("data") or {},
        }
        return {**call, "url": context.options["url"]} if context.options.get("url") else call


ADAPTERS = {"wecom_tasks": WecomTasks(), "sms_list": SmsList(), "oa_templates": OaTemplates()}
