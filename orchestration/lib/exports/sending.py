"""Sending the parts of a version to a plain HTTP endpoint, through drt-core, and what it answered.

Belongs here: secrets by name, one request a part, and an answer in our words. Does not belong here: what
a request holds (adapters/webhook.py) or what an answer changes (state.py, run.py).

Nothing goes twice: a part has one idempotency key for ever, made of its bytes and its place, so a
request that is repeated after a crash is the same request. drt-core is imported here, when a webhook is
used, and nowhere else.
"""

import hashlib
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.lib.exports import outbox, receipts
from orchestration.lib.exports.adapters.base import FileContext, Row
from orchestration.lib.exports.adapters.webhook import REQUESTS_PER_SECOND, frame, lines
from orchestration.lib.exports.errors import ExportError
from orchestration.lib.exports.routes import Route
from orchestration.lib.exports.sets import Entry
from orchestration.lib.exports.state import ACKNOWLEDGED, Part, Version
from orchestration.lib.exports.target import Reject
from orchestration.lib.home import Home

if TYPE_CHECKING:
    from drt.config.models import RestApiDestinationConfig

ATTEMPTS, FIRST_WAIT_S, LONGEST_WAIT_S = 3, 1.0, 60.0  # of one request, while it answers 429 or 5xx
KEY_HEADER = "Idempotency-Key"
ROW_REFUSED = "row_refused"
# The endpoint refuses these very people; whatever else goes wrong is a matter of the way there.
REFUSING = frozenset({400, 406, 410, 413, 415, 422})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Said:
    """An answer about one part, as a receipt's ``answer``, and the rows it refused by their place."""

    answer: dict[str, Any]
    refused: tuple[int, ...] = ()

    @property
    def has_arrived(self) -> bool:
        return self.answer["status"] != "pending"


def send_parts(
    home: Home,
    route: Route,
    version: Version,
    entries: Mapping[int, Sequence[Entry]],
    *,
    keep: Callable[[], None],
) -> None:
    """Send the parts that nobody acknowledged, one after the other; each answer is kept at once.

    After a part of which nothing is known the others wait for the next run: it sends the same
    requests with the same keys.

    Args:
        entries: What each part holds, by its number.
        keep: Stores the state; called after every answer.
    """
    for part in version.parts:
        if part.status == ACKNOWLEDGED:
            continue
        rows = outbox.rows_of(entries[part.number])
        said = send_part(home, route, part, rows, outbox.part_context(route, version, part))
        refused = [entries[part.number][at] for at in said.refused]
        if refused:
            rejects = [Reject(one.one_id, "", one.id_type, ROW_REFUSED) for one in refused]
            outbox.put_refused(home, route, version, rejects)
        receipt = receipts.made(route, version.number, part.number, said.answer)
        receipts.drop(home, route, receipt)
        receipts.hear(route, version, receipt)
        keep()
        if not said.has_arrived:
            return


def send_part(
    home: Home, route: Route, part: Part, rows: Sequence[Row], context: FileContext
) -> Said:
    """POST one part and read the answer.

    2xx: it has all. An answer with a list `errors` as long as the part, null where it took the row: it has
    the others. 400, 413, 422 and the like without one: it refuses the part. All else (5xx and 429
    after three attempts, no answer, 401, 404): nothing is known, the next run sends the same request.

    Raises:
        ExportError: If a secret is missing or the address is no https.
    """
    config = _config(home, route, part, context)
    from drt.config.models import SyncOptions
    from drt.destinations.rest_api import RestApiDestination

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log the address
    logging.getLogger("drt").setLevel(logging.ERROR)
    records = [{"line": line} for line in lines(rows, context)]
    result = RestApiDestination().load(records, config, SyncOptions(on_error="skip"))
    if not result.failed:
        return Said({"status": "accepted", "accepted": part.lines, "valid": part.lines})
    status = result.row_errors[0].http_status
    code = f"http_{status}" if status else "no_answer"
    if result.success:
        refused = tuple(sorted(error.batch_index for error in result.row_errors))
        return Said(
            {
                "status": "accepted", "accepted": part.lines,
                "valid": part.lines - len(refused),
                "errors": [{"code": ROW_REFUSED, "count": len(refused)}],
            },
            refused,
        )  # fmt: skip
    is_refusal = status in REFUSING
    return Said(
        {
            "status": "rejected" if is_refusal else "pending", "errors": [code],
            "attempt": part.attempts,
        }
    )  # fmt: skip


def idempotency_key(route: Route, version: int, part: Part) -> str:
    """The same for the same part, whenever and however often it is sent.

    The number of a version is given once, so another part never has it.
    """
    name = f"{route.name}|{version}|{part.number}|{part.sha256}"
    return hashlib.sha256(name.encode()).hexdigest()


def secret(home: Home, name: str, route: Route) -> str:
    """The environment variable of that name, or else the file of that name in YUTANG_SECRETS.

    Raises:
        ExportError: If there is neither.
    """
    path = home.secrets / name
    found = os.environ.get(name) or (path.read_text(encoding="utf-8") if path.is_file() else "")
    if not found.strip():
        raise ExportError(
            f"{route.name}: the secret {name} is not set; set the environment variable {name}, or "
            f"write it to {path}"
        )
    return found.strip()


def _config(
    home: Home, route: Route, part: Part, context: FileContext
) -> "RestApiDestinationConfig":
    options = route.destination.options
    url = secret(home, options["url"], route)
    address = urlsplit(url)
    if address.scheme != "https" and address.hostname not in _LOCAL:
        raise ExportError(
            f"{route.name}: the address in the secret {options['url']} must begin with https://, "
            "because people's identifiers go there"
        )
    from drt.config.models import (
        ApiKeyAuth,
        BearerAuth,
        RateLimitConfig,
        RestApiDestinationConfig,
        RetryConfig,
    )

    auth: ApiKeyAuth | BearerAuth | None = None
    said = options.get("auth") or {}
    if "bearer" in said:
        auth = BearerAuth(type="bearer", token=secret(home, said["bearer"], route))
    elif said:
        value = secret(home, said["value"], route)
        auth = ApiKeyAuth(type="api_key", header=said["header"], value=value)
    head, tail = frame(context)
    return RestApiDestinationConfig(
        type="rest_api",
        url=url,
        method="POST",
        headers={"Content-Type": "application/json"},
        auth=auth,
        body_mode="batch",
        # The body is put together by drt's template; what is ours in it stands between raw marks.
        batch_template=(
            "{% raw %}" + head + "{% endraw %}"
            "{{ rows | map(attribute='line') | join(',\\n') }}"
            "{% raw %}" + tail + "{% endraw %}"
        ),
        error_path="errors",
        native_idempotency_key=idempotency_key(route, context.version, part),
        native_idempotency_header=KEY_HEADER,
        retry=RetryConfig(
            max_attempts=ATTEMPTS, initial_backoff=FIRST_WAIT_S, max_backoff=LONGEST_WAIT_S
        ),
        rate_limit=RateLimitConfig(
            requests_per_second=options.get("requests_per_second", REQUESTS_PER_SECOND)
        ),
    )
