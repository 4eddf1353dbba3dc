"""Comparing the published file with what the planned rules gave.

Belongs here: reading the difference (comparison.sql) into values. Does not belong here: building
either side.
"""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.lib.home import Home
from orchestration.lib.identity.planning.result import (
    Audience,
    Conflicts,
    Example,
    Identifiers,
    Orders,
    Part,
    People,
)

SQL = Path(__file__).with_name("comparison.sql")
EXAMPLES = 5
PARTS = 5

_PEOPLE = """
    select
        count(distinct old_id), count(distinct new_id),
        (select count(*) from splits), (select count(*) from merges),
        (select count(*) from (select old_id from pairs except select new_id from pairs) as t
         where old_id is not null),
        (select count(*) from (select new_id from pairs except select old_id from pairs) as t
         where new_id is not null)
    from pairs
"""
_IDENTIFIERS = """
    select
        identifier_type,
        count(old_id), count(new_id),
        count(*) filter (where old_id <> new_id),
        count(*) filter (where old_id is null),
        count(*) filter (where new_id is null)
    from pairs
"""
# Members follow their id: one that lives on keeps it, a retired one goes where most of its
# identifiers went.
_AUDIENCES = """
    with newest as (
        select audience, one_id
        from published.activation.audience_members
        qualify dense_rank() over (partition by audience order by as_of_date desc) = 1
    ),
    successors as (
        select old_id, max_by(new_id, (identifiers, new_id)) as new_id
        from common where old_id is not null and new_id is not null group by old_id
    ),
    live as (select distinct new_id from pairs where new_id is not null),
    known as (select distinct old_id from pairs where old_id is not null),
    followed as (
        select
            newest.audience, newest.one_id,
            case when live.new_id is not null then newest.one_id else successors.new_id end
                as new_id,
            splits.one_id is not null as is_split
        from newest
        inner join known on newest.one_id = known.old_id
        left join live on newest.one_id = live.new_id
        left join successors on newest.one_id = successors.old_id
        left join splits on newest.one_id = splits.one_id
    )
    select
        audience, count(*), count(distinct new_id),
        count(*) filter (where new_id <> one_id),
        count(*) filter (where new_id = one_id and is_split),
        count(*) filter (where new_id is null)
    from followed group by audience order by audience
"""


class Comparison:
    """Both sides, attached read-only; use as a context manager.

    Args:
        home: The real home; its published file is the before.
        scratch: The scratch home; its working database is the after.
    """

    def __init__(self, home: Home, scratch: Home) -> None:
        settings: dict[str, str | float | list[str]] = {
            "threads": os.environ.get("YUTANG_THREADS") or "2",
            "memory_limit": os.environ.get("YUTANG_MEMORY") or "8GB",
            "temp_directory": str(scratch.tmp),
        }
        self._connection = duckdb.connect(config=settings)
        self._connection.execute(f"attach {_text(home.published)} as published (read_only)")
        self._connection.execute(f"attach {_text(scratch.warehouse)} as planned (read_only)")
        for statement in SQL.read_text(encoding="utf-8").split(";\n"):
            self._connection.execute(statement)

    def __enter__(self) -> "Comparison":
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def people(self) -> People:
        return People(*self._rows(_PEOPLE)[0])

    def identifiers(self) -> Identifiers:
        return Identifiers(*self._rows(_IDENTIFIERS.replace("identifier_type,", "null,"))[0])

    def by_type(self) -> tuple[Identifiers, ...]:
        """Types with a change."""
        rows = self._rows(f"{_IDENTIFIERS} group by identifier_type order by identifier_type")
        return tuple(one for one in (Identifiers(*row) for row in rows) if one.changed)

    def orders(self) -> tuple[Orders, ...]:
        rows = {kind: (n, revenue) for kind, n, revenue in self._rows("from orders_moved")}
        return tuple(
            Orders(kind, *rows.get(kind, (0, Decimal(0)))) for kind in ("moved", "gained", "lost")
        )

    def conflicts(self) -> tuple[Conflicts, ...]:
        return tuple(Conflicts(*row) for row in self._rows("from conflict_counts order by rule"))

    def splits(self) -> tuple[Example, ...]:
        """The people who would be split with the most identifiers."""
        return self._examples("splits", "old_id", "new_id")

    def merges(self) -> tuple[Example, ...]:
        """The people who would be merged with the most identifiers."""
        return self._examples("merges", "new_id", "old_id")

    def audiences(self) -> tuple[Audience, ...] | None:
        """None where the published file has no audiences."""
        found = self._rows(
            "select 1 from duckdb_tables() where database_name = 'published' "
            "and schema_name = 'activation' and table_name = 'audience_members'"
        )
        return tuple(Audience(*row) for row in self._rows(_AUDIENCES)) if found else None

    def _examples(self, table: str, own: str, other: str) -> tuple[Example, ...]:
        rows = self._rows(
            f"select one_id, identifiers from {table} "
            f"order by identifiers desc, one_id limit {EXAMPLES}"
        )
        return tuple(
            Example(
                one_id,
                identifiers,
                tuple(
                    Part(*part)
                    for part in self._rows(
                        f"select {other}, identifiers, identifier_type, identifier_token "
                        f"from common where {own} = $one_id "
                        f"order by identifiers desc, {other} nulls last limit {PARTS}",
                        {"one_id": one_id},
                    )
                ),
            )
            for one_id, identifiers in rows
        )

    def _rows(self, sql: str, parameters: dict | None = None) -> list[tuple]:
        return self._connection.execute(sql, parameters).fetchall()


def published_as_of(home: Home) -> date | None:
    """Day the published file describes."""
    with duckdb.connect(str(home.published), read_only=True) as connection:
        return connection.execute("select max(as_of_date) from quality.audit_results").fetchall()[
            0
        ][0]


def deliveries_since(home: Home, as_of: date) -> tuple[int, int, date | None]:
    """Partitions that the published file does not know.

    Returns:
        Those up to the as-of day that are new or have other counts now, those of later days, and
        the newest delivery day.
    """
    loads = _text(home.raw / "_loads" / "*" / "*" / "dt=*" / "*.parquet")
    with duckdb.connect() as connection:
        connection.execute(f"attach {_text(home.published)} as published (read_only)")
        return connection.execute(
            "with loaded as (select channel, entity, dt, rows_read, rows_loaded, rows_rejected, "
            f"rows_duplicate from read_parquet({loads}, hive_partitioning = true) "
            "where dt > date '1970-01-01'), known as (select channel, entity, dt, rows_read, "
            "rows_loaded, rows_rejected, rows_duplicate from published.quality.raw_loads) "
            "select count(*) filter (where dt <= $as_of), count(*) filter (where dt > $as_of), "
            "(select max(dt) from loaded) from (from loaded except from known) as unknown",
            {"as_of": as_of},
        ).fetchall()[0]


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
