"""All credit of random brands equals an oracle to the fen, in whatever order rows were delivered."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest

from tests.unit.attribution import attribution_oracle as oracle
from tests.unit.attribution.attribution_lab import Lab, Order, Touch, World, at

CAMPAIGNS = (None, "C1", "C2")


def random_world(seed: int, people: int = 150) -> World:
    """People with touches of all classes, floods, ties in time, refunds, and orders of nobody."""
    rng = random.Random(seed)
    world = World()
    for n in range(people):
        person = f"p{n:03d}"
        for i in range(rng.randint(0, 9)):
            touch = f"t{n:03d}-{i:02d}"
            time = at(rng.randint(0, 45 * 96) / 96)
            kind = rng.choice(
                ["click", "click", "sms", "coupon", "direct", "land", "splash", "qr", "wecom"]
            )
            made = {
                "click": Touch(touch, person, time, rng.choice(["tencent_ads", "ocean_engine"]),
                               campaign_id=rng.choice(CAMPAIGNS)),
                "sms": Touch(touch, person, time, "sms", "sms_delivered"),
                "coupon": Touch(touch, person, time, "crm", "coupon_received", placement="crm"),
                "direct": Touch(touch, person, time, "miniprogram", "mp_visit", scene="1089"),
                "land": Touch(touch, person, time, "miniprogram", "mp_visit", utm_source="tencent_ads",
                              campaign_id=rng.choice(CAMPAIGNS), is_paid=True),
                "splash": Touch(touch, person, time, "miniprogram", "splash_ad"),
                "qr": Touch(touch, person, time, "wechat_oa", "qr_scan", placement="receipt"),
                "wecom": Touch(touch, person, time, "wecom", "wecom_add"),
            }[kind]  # fmt: skip
            world.touches.append(made)
        if n % 20 == 0:  # a click every half minute
            start = rng.random() * 40
            world.touches += [
                Touch(f"f{n:03d}-{i:02d}", person, at(start + i / 2880), "ocean_engine")
                for i in range(rng.choice([9, 10, 25]))
            ]
        for i in range(rng.randint(0, 3)):
            paid = rng.choice([1, 100, 9_999, 25_000, 123_457])
            time = at(rng.randint(0, 50 * 96) / 96)
            third = paid // 3
            parts = [(), (), (paid,), (third,), (third, paid - third)]
            refunds = tuple(
                (time + timedelta(days=k + 1), part)
                for k, part in enumerate(rng.choice(parts))
                if part
            )  # fmt: skip
            world.orders.append(
                Order(f"o{n:03d}-{i}", person, time, paid, refunds, is_first=i == 0)
            )
    world.orders += [Order(f"guest{i}", None, at(i), 500 + i) for i in range(5)]
    world.touches.append(Touch("nobody", None, at(1), "tencent_ads"))
    return world


def shuffled(world: World, seed: int) -> World:
    rng = random.Random(seed)
    touches, orders = world.touches[:], world.orders[:]
    rng.shuffle(touches)
    rng.shuffle(orders)
    return World(touches, orders, world.spend)


CREDITS = """
    select model, order_id, refund_id, touchpoint_id, (credit_cny * 100)::bigint
    from attribution.fct_attribution where credit_cny != 0
"""


def test_every_fen_equals_the_oracle_whatever_the_order_of_delivery(lab: Lab) -> None:
    world = random_world(11)
    expected = oracle.credits(world)
    lab.build(shuffled(world, 1))
    found = {tuple(row[:4]): row[4] for row in lab.rows(CREDITS)}
    assert len(expected) > 4_000
    assert found == expected

    converted, _ = oracle.all_paths(world)
    assert lab.rows("select count(distinct order_id) from intermediate.int_attribution__paths") == [
        (len(converted),)
    ]
    kept = lab.rows("from attribution.rpt_channel_attribution order by all")
    lab.build(shuffled(world, 2))
    assert lab.rows("from attribution.rpt_channel_attribution order by all") == kept


def test_credit_adds_up_per_model_and_day(lab: Lab) -> None:
    rows = lab.rows("""
        select credited.model, orders.paid_date, credited.cny - orders.cny
        from (select paid_date, sum(net_revenue_cny) as cny from core.fct_orders group by all) as orders
        left join (
            select model, paid_date, sum(credit_cny) as cny
            from attribution.fct_attribution group by all
        ) as credited on credited.paid_date = orders.paid_date
    """)
    assert len(rows) > 8 * 40
    assert {difference for *_, difference in rows} == {0}


def test_an_order_refunded_in_full_leaves_no_touch_a_fen(lab: Lab) -> None:
    left = lab.rows("""
        select model, order_id, touchpoint_id, sum(credit_cny)
        from attribution.fct_attribution
        where order_id in (select order_id from core.fct_orders where net_revenue_cny = 0)
        group by all
    """)
    assert len(left) > 100
    assert {amount for *_, amount in left} == {0}


def test_markov_reports_the_exact_aggregate(lab: Lab) -> None:
    world = random_world(11)
    converted, lost = oracle.all_paths(world)
    _, effects = oracle.removal_effects(
        [[s.channel for s in path] for path in converted.values()],
        [[s.channel for s in path] for path in lost],
    )
    total = sum(effects.values())
    rows = lab.rows(
        "select channel, removal_effect::double, conversions::double "
        "from attribution.rpt_model_effects where effect_level = 'channel'"
    )
    assert {channel: effect for channel, effect, _ in rows} == pytest.approx(effects, abs=2e-9)
    assert {channel: orders for channel, _, orders in rows} == pytest.approx(
        {channel: len(converted) * e / total for channel, e in effects.items()}, abs=1e-4
    )
    revenue = sum(o.net_fen for o in world.orders if o.order_id in converted)
    for level in ("channel", "campaign"):
        assert lab.rows(
            "select (sum(revenue_cny) * 100)::bigint from attribution.rpt_model_effects "
            f"where effect_level = '{level}'"
        ) == [(revenue,)]


def test_a_late_touch_and_a_merge_restate_what_was_said(lab: Lab) -> None:
    """Tables are rebuilt from what is known now, so a rebuild is what a new brand would get."""
    world = random_world(12, people=40)
    late = World(world.touches[:-30], world.orders)
    lab.build(late)
    before = lab.rows(CREDITS)
    names = {"p001": "p000", "p003": "p002"}  # two pairs turn out to be one person each
    merged = World(
        [
            Touch(**{**vars(t), "one_id": names.get(t.one_id or "", t.one_id)})
            for t in world.touches
        ],
        [Order(**{**vars(o), "one_id": names.get(o.one_id or "", o.one_id)}) for o in world.orders],
    )
    lab.build(merged)
    after = {tuple(row[:4]): row[4] for row in lab.rows(CREDITS)}
    assert after == oracle.credits(merged)
    assert after != {tuple(row[:4]): row[4] for row in before}


def test_shapley_by_orders_is_efficient_symmetric_and_gives_dummies_nothing(lab: Lab) -> None:
    """Against the definition over all subsets, for the channels' revenue of the random brand."""
    world = random_world(12, people=40)
    lab.build(world)
    worth: dict[frozenset[str], int] = defaultdict(int)
    converted, _ = oracle.all_paths(world)
    for o in world.orders:
        if o.order_id in converted:
            worth[frozenset(s.channel for s in converted[o.order_id])] += 1
    rows = lab.rows(
        "select channel, sum(credit_ratio)::double from attribution.fct_attribution "
        "where model = 'shapley' and channel != '(unattributed)' group by all"
    )
    found = dict(rows)
    assert sum(found.values()) == pytest.approx(sum(worth.values()), abs=1e-6)  # efficiency
    assert found == pytest.approx(_shapley_by_definition(worth), abs=1e-6)


def _shapley_by_definition(worth: dict[frozenset[str], int]) -> dict[str, float]:
    from itertools import combinations
    from math import factorial

    players = sorted(set().union(*worth))

    def value(coalition: frozenset[str]) -> int:
        return sum(count for path, count in worth.items() if path <= coalition)

    result = {}
    for player in players:
        others = [p for p in players if p != player]
        result[player] = sum(
            factorial(size) * factorial(len(players) - size - 1) / factorial(len(players))
            * (value(frozenset(group) | {player}) - value(frozenset(group)))
            for size in range(len(players))
            for group in combinations(others, size)
        )  # fmt: skip
    return result
