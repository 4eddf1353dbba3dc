"""What exports read from the published file, and nothing else of the warehouse.

Belongs here: queries. Does not belong here: judging what they find (gate.py, brake.py).
"""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from orchestration.lib.exports.errors import ExportError
from orchestration.lib.home import Home
from orchestration.lib.quality.trail import EDGES

REACHABILITY = "profile.customer_reachability"
BRAND_REACHABILITY = "profile.customer_brand_reachability"
SENDERS = "profile.customer_wecom_senders"
STATEMENTS = "core.privacy_statements"


@dataclass(frozen=True, slots=True)
class Identifier:
    """One identifier of a person, as the bridge has it."""

    one_id: str
    identifier_type: str
    token: str
    is_weak: bool
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Statement:
    """What an identifier and its person allow for one purpose and channel."""

    token: str
    one_id: str | None
    purpose: str
    channel: str
    brand: str
    is_granted: bool
    is_granted_by_person: bool | None
    stated_by_person_at: datetime | None


class Published:
    """The published file, open for reading; made by `open_published`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, as_of: date) -> None:
        self._connection = connection
        self.as_of = as_of

    def identifiers(self, one_ids: Iterable[str], types: Iterable[str]) -> list[Identifier]:
        """Identifiers of people, the most recently seen first."""
        rows = self._connection.execute(
            "select one_id, identifier_type, identifier_token, identifier_class = 'weak', "
            "last_seen_at from core.bridge_customer_identifiers "
            "where one_id in (select unnest($people)) and identifier_type in (select unnest($types)) "
            "order by one_id, last_seen_at desc nulls last, identifier_token",
            {"people": sorted(set(one_ids)), "types": sorted(set(types))},
        ).fetchall()
        return [Identifier(*row) for row in rows]

    def owners(self, tokens: Iterable[str]) -> dict[str, str]:
        """Person of today by token; an identifier that is nobody's any more is left out."""
        rows = self._connection.execute(
            "select identifier_token, one_id from core.bridge_customer_identifiers "
            "where identifier_token in (select unnest($tokens))",
            {"tokens": sorted(set(tokens))},
        ).fetchall()
        return dict(rows)

    def live(self, one_ids: Iterable[str]) -> set[str]:
        """Those of the people who have an identifier."""
        rows = self._connection.execute(
            "select distinct one_id from core.bridge_customer_identifiers "
            "where one_id in (select unnest($people))",
            {"people": sorted(set(one_ids))},
        ).fetchall()
        return {row[0] for row in rows}

    def statements(self, purposes: Iterable[str]) -> list[Statement]:
        """Everything said about the purposes.

        Raises:
            ExportError: If an older version published the file, without the brand it was said to.
        """
        try:
            rows = self._connection.execute(
                "select identifier_token, one_id, purpose, channel, brand, is_granted, "
                f"is_granted_by_person, stated_by_person_at from {STATEMENTS} "
                "where purpose in (select unnest($purposes))",
                {"purposes": sorted(set(purposes))},
            ).fetchall()
        except duckdb.BinderException as error:
            raise ExportError(
                f"{STATEMENTS} of the published file does not say to which brand a consent was given, "
                "because an older version published it: run `yutang run`"
            ) from error
        return [Statement(*row) for row in rows]

    def refusing(self, one_ids: Iterable[str], purpose: str, channel: str, brand: str) -> int:
        """People among them who took the purpose back: the last look, apart from the gate."""
        rows = self._connection.execute(
            "select count(distinct one_id) from core.privacy_statements "
            "where one_id in (select unnest($people)) and purpose = $purpose "
            "and channel in ($channel, 'all') and not is_granted_by_person "
            "and ($brand = 'all' or brand in ($brand, 'all'))",
            {
                "people": sorted(set(one_ids)),
                "purpose": purpose,
                "channel": channel,
                "brand": brand,
            },
        ).fetchall()
        return rows[0][0]

    def unreachable(self, channel: str, brand: str) -> dict[str, str] | None:
        """Reason by person who cannot be reached there by the brand; None if reach is not published.

        Whoever said nothing to one brand is answered for by the group. A list is used on the day
        after the as-of day, so a cap that opens by then closes nobody.
        """
        if not self._has(REACHABILITY) or not self._has(BRAND_REACHABILITY):
            return None
        rows = self._connection.execute(
            "with of_brand as (select one_id, next_possible_date, reason "
            f"from {BRAND_REACHABILITY} where channel = $channel and brand = $brand), "
            f"of_group as (select one_id, next_possible_date, reason from {REACHABILITY} "
            "where channel = $channel) "
            "select one_id, reason from ("
            "from of_brand union all from of_group anti join of_brand using (one_id)) "
            "where next_possible_date is null or next_possible_date > $tomorrow",
            {"channel": channel, "brand": brand, "tomorrow": self.as_of + timedelta(days=1)},
        ).fetchall()
        return dict(rows)

    def senders(self, tokens: Iterable[str]) -> dict[str, str]:
        """Member of staff who writes to a WeCom contact, by its token; without a relation left out.

        Raises:
            ExportError: If the published file does not say who has which contact.
        """
        if not self._has(SENDERS):
            raise ExportError(
                f"who writes to a contact is in {SENDERS}, and the published file does not have it: "
                "run `yutang run`, or give `options: {sender: ...}`"
            )
        rows = self._connection.execute(
            f"select wecom_external_userid_token, staff_id from {SENDERS} "
            "where wecom_external_userid_token in (select unnest($tokens))",
            {"tokens": sorted(set(tokens))},
        ).fetchall()
        return dict(rows)

    def _has(self, name: str) -> bool:
        schema, table = name.split(".")
        known = self._connection.execute(
            "select count(*) from information_schema.tables "
            "where table_schema = $schema and table_name = $table",
            {"schema": schema, "table": table},
        ).fetchall()
        return bool(known[0][0])


@contextmanager
def open_published(home: Home) -> Generator[Published]:
    """Open the published file, if it was published after a complete and passed audit.

    Raises:
        ExportError: If there is none, or its own audit trail is missing, incomplete or failed.
    """
    if not home.published.exists():
        raise ExportError("nothing is published yet, so nothing can leave: run `yutang run`")
    try:
        connection = duckdb.connect(str(home.published), read_only=True)
    except duckdb.Error as error:
        raise ExportError(f"{home.published} cannot be read as a published file") from error
    with connection:
        yield Published(connection, _audited_day(connection, home))


def _audited_day(connection: duckdb.DuckDBPyConnection, home: Home) -> date:
    try:
        rows = connection.execute(
            "select edge, count(*) filter (where is_blocking and not is_passed), max(as_of_date) "
            "from quality.audit_results group by edge"
        ).fetchall()
    except duckdb.Error as error:
        raise ExportError(
            f"{home.published} has no audit trail (quality.audit_results), so nothing leaves: "
            "publish it with `yutang run`"
        ) from error
    missing = sorted(set(EDGES) - {edge for edge, _, _ in rows})
    failed = sorted(edge for edge, number, _ in rows if number)
    days = {day for _, _, day in rows}
    if missing or failed or len(days) != 1 or None in days:
        found = f"missing {', '.join(missing)}" if missing else f"failed {', '.join(failed)}"
        raise ExportError(
            f"the audit of {home.published} is not complete and passed ({found}), so nothing "
            "leaves: publish with `yutang run`"
        )
    return days.pop()
