"""The difference of two OneIDs against the same figures counted one by one in Python."""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import Home
from orchestration.lib.identity.planning.comparison import (
    Comparison,
    deliveries_since,
    published_as_of,
)

TYPES = ("phone", "member_id", "oaid")
START = datetime(2026, 1, 1)
Owners = dict[str, str | None]  # identifier or order -> person


def write(
    path: Path,
    owners: Owners,
    orders: Owners,
    *,
    conflicts: tuple[str, ...] = (),
    audience: dict[str, tuple[str, ...]] | None = None,
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema core; create schema quality; "
            "create table core.bridge_customer_identifiers (identifier_type text, "
            "identifier_token text, one_id text, first_seen_at timestamp); "
            "create table core.fct_orders (order_id text, one_id text, net_revenue_cny decimal(18,2));"
            "create table quality.identity_conflicts (rule text);"
            "create table quality.audit_results (as_of_date date);"
        )
        for token, one_id in owners.items():
            if one_id is not None:
                number = int(token[1:])
                connection.execute(
                    "insert into core.bridge_customer_identifiers values (?, ?, ?, ?)",
                    [TYPES[number % 3], token, one_id, START + timedelta(days=number)],
                )
        for order, one_id in orders.items():
            connection.execute(
                "insert into core.fct_orders values (?, ?, ?)", [order, one_id, int(order[1:])]
            )
        for rule in conflicts:
            connection.execute("insert into quality.identity_conflicts values (?)", [rule])
        if audience is not None:
            connection.execute(
                "create schema activation; create table activation.audience_members "
                "(audience text, as_of_date date, one_id text)"
            )
            for day, members in audience.items():
                for member in members:
                    connection.execute(
                        "insert into activation.audience_members values ('vip', ?, ?)",
                        [day, member],
                    )


def compare(folder: Path, before: tuple[Owners, Owners], after: tuple[Owners, Owners], **more):
    home = Home(root=folder / "home", secrets=folder / "secrets")
    scratch = Home(root=folder / "scratch", secrets=folder / "secrets")
    write(home.published, *before, **more)
    write(scratch.warehouse, *after, conflicts=("shared", "shared"))
    return Comparison(home, scratch)


@pytest.mark.parametrize("seed", range(8))
def test_every_count_equals_one_by_one(seed: int, tmp_path: Path):
    chance = random.Random(seed)
    people = [f"P{n}" for n in range(12)]

    def owners(of: list[str]) -> Owners:
        return {one: chance.choice([*people, None]) for one in of}

    tokens = [f"t{n}" for n in range(60)]
    old, orders = owners(tokens), owners([f"o{n}" for n in range(80)])
    new, orders_after = dict(old), dict(orders)
    new.update(owners(chance.sample(tokens, 15)))
    orders_after.update(owners(chance.sample(list(orders), 20)))
    parts, sources = defaultdict(set), defaultdict(set)
    for token in tokens:
        if old[token] and new[token]:
            parts[old[token]].add(new[token])
            sources[new[token]].add(old[token])
    before, after = set(old.values()) - {None}, set(new.values()) - {None}
    with compare(tmp_path, (old, orders), (new, orders_after)) as difference:
        found = difference.people()
        assert (found.before, found.after) == (len(before), len(after))
        assert found.split == sum(len(ids) > 1 for ids in parts.values())
        assert found.merged == sum(len(ids) > 1 for ids in sources.values())
        assert (found.retired_ids, found.minted_ids) == (len(before - after), len(after - before))
        counts = difference.identifiers()
        assert counts.moved == sum(bool(old[t] and new[t] and old[t] != new[t]) for t in tokens)
        assert counts.gained == sum(old[t] is None and new[t] is not None for t in tokens)
        assert counts.lost == sum(old[t] is not None and new[t] is None for t in tokens)
        assert sum(one.changed for one in difference.by_type()) == counts.changed
        for kind in difference.orders():
            moved = [
                int(order[1:])
                for order in orders
                if orders[order] != orders_after[order]
                and kind.kind
                == (
                    "gained" if orders[order] is None
                    else "lost" if orders_after[order] is None else "moved"
                )
            ]  # fmt: skip
            assert (kind.orders, kind.net_revenue_cny) == (len(moved), Decimal(sum(moved)))
        for example in difference.splits():
            assert len(parts[example.one_id]) > 1
            assert example.identifiers == sum(one == example.one_id for one in old.values())
        for example in difference.merges():
            assert len(sources[example.one_id]) > 1


def test_the_same_on_both_sides_is_no_difference(tmp_path: Path):
    same = ({"t1": "A", "t2": "A", "t3": "B"}, {"o1": "A", "o2": None})
    with compare(tmp_path, same, same, conflicts=("shared", "shared")) as difference:
        assert difference.identifiers().changed == 0
        assert difference.by_type() == () == difference.splits() == difference.merges()
        assert [one.orders for one in difference.orders()] == [0, 0, 0]
        assert [(c.rule, c.before, c.after) for c in difference.conflicts()] == [("shared", 2, 2)]
        assert difference.audiences() is None


def test_members_follow_their_one_id(tmp_path: Path):
    """A is split, B goes into C, D dissolves; an older list and a stranger do not count."""
    before: Owners = {"t1": "A", "t2": "A", "t3": "B", "t4": "C", "t5": "D", "t6": "E"}
    after: Owners = {**before, "t2": "N", "t3": "C", "t5": None}
    lists = {"2026-06-29": ("E",), "2026-06-30": ("A", "B", "C", "D", "stranger")}
    with compare(tmp_path, (before, {}), (after, {}), audience=lists) as difference:
        (vip,) = difference.audiences() or ()
        assert (vip.members_before, vip.members_after) == (4, 2)
        assert (vip.merged, vip.split, vip.lost) == (1, 1, 1)


def test_deliveries_the_publish_does_not_know_are_counted(tmp_path: Path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    write(home.published, {}, {})
    with duckdb.connect(str(home.published)) as connection:
        connection.execute("insert into quality.audit_results values (date '2026-06-30')")
        connection.execute(
            "create table quality.raw_loads as select 'crm' as channel, 'members' as entity, "
            "date '2026-06-29' + i::integer as dt, 5 as rows_read, 5 as rows_loaded, "
            "0 as rows_rejected, 0 as rows_duplicate from range(2) as t(i)"
        )
    for day, rows in (("2026-06-29", 6), ("2026-06-30", 5), ("2026-07-01", 5), ("1970-01-01", 0)):
        folder = home.raw / "_loads" / "crm" / "members" / f"dt={day}"
        folder.mkdir(parents=True)
        duckdb.sql(
            f"copy (select 'crm' as channel, 'members' as entity, {rows} as rows_read, "
            f"{rows} as rows_loaded, 0 as rows_rejected, 0 as rows_duplicate) "
            f"to '{folder / 'load.parquet'}'"
        )
    assert published_as_of(home) == date(2026, 6, 30)
    assert deliveries_since(home, date(2026, 6, 30)) == (1, 1, date(2026, 7, 1))
