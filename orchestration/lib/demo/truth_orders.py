"""Truth about orders and people: what was really paid and what caused it.

Belongs here: truth/orders.parquet, truth/people.parquet and the figures per channel. Does not
belong here: identifiers (`truth`).
"""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.landing import texts, timestamps
from orchestration.lib.demo.orders import CHANNELS, POS
from orchestration.lib.demo.people import PERSONAS
from orchestration.lib.demo.touches import TOUCH_KINDS
from orchestration.lib.demo.truth import write_table
from orchestration.lib.demo.world import World


def money(world: World) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per order: reached landing, paid fen, refunded fen, refunded without its receipt (fen)."""
    orders, receipts, end = world.orders, world.receipts, world.clock.end_s
    size = len(orders.at)
    paid, refunded, unlinked = orders.order_paid_fen, np.zeros(size), np.zeros(size)
    arrived = np.ones(size, bool)
    here = receipts.drop < world.clock.drops
    sale = world.sale_receipts()
    arrived[receipts.order[sale]] = here[sale]
    returned = world.returned_fen()
    knows = receipts.is_return & here & receipts.linked & arrived[receipts.order]
    refunded += np.bincount(receipts.order[knows], returned[knows], size)
    lost = receipts.is_return & here & ~knows
    unlinked += np.bincount(receipts.order[lost], returned[lost], size)
    for trades in world.trades:
        total = np.where(trades.is_paid(end), trades.goods_fen + trades.post_fen, 0)
        paid[trades.order] = total
        refunded[trades.order] = trades.refunded_fen(end)
    return arrived, paid, refunded.astype(np.int64), unlinked.astype(np.int64)


def order_figures(world: World) -> dict[str, dict[str, float]]:
    """What a correct pipeline must find per channel; amounts in yuan.

    ``unlinked_refund_cny`` are returns without a receipt: they lower the channel's revenue but
    no order's. ``net_revenue_cny`` = paid - refunded - unlinked refunds.
    """
    arrived, paid, refunded, unlinked = money(world)
    lines = np.diff(world.orders.first_line)
    result = {}
    for number, name in enumerate(CHANNELS):
        mine = (world.orders.channel == number) & arrived
        lost = unlinked[world.orders.channel == number].sum()
        result[name] = {
            "orders": int(mine.sum()),
            "paid_orders": int((mine & (paid > 0)).sum()),
            "lines": int(lines[mine].sum()),
            "refunded_orders": int((mine & (refunded > 0)).sum()),
            "paid_cny": float(paid[mine].sum()) / 100,
            "refunded_cny": float(refunded[mine].sum()) / 100,
            "unlinked_refund_cny": float(lost) / 100,
            "net_revenue_cny": float(paid[mine].sum() - refunded[mine].sum() - lost) / 100,
        }
    return result


def write_orders(folder: Path, con: duckdb.DuckDBPyConnection, world: World) -> None:
    """Write truth/orders.parquet: one row per order that reached landing."""
    orders = world.orders
    arrived, paid, refunded, unlinked = money(world)
    row = np.flatnonzero(arrived)
    touch = orders.touch[row]
    caused = touch >= 0
    campaign = np.where(caused, world.touches.campaign[np.maximum(touch, 0)], -1)
    kind = np.where(caused, world.touches.kind[np.maximum(touch, 0)], -1)
    columns = {
        "native": world.native_id.take(pa.array(row)),
        "channel": texts(list(CHANNELS), orders.channel[row]),
        "person": pa.array(orders.person[row], mask=orders.person[row] < 0),
        "ordered_at": timestamps(orders.at[row] - UTC_OFFSET_S),
        "paid": paid[row], "refunded": refunded[row], "unlinked": unlinked[row],
        "coupon": orders.coupon[row] >= 0,
        "touch_type": texts([touch_type for touch_type, _ in TOUCH_KINDS], kind),
        "touch_channel": texts([channel for _, channel in TOUCH_KINDS], kind),
        "campaign_id": texts(brand.campaign_ids(), campaign),
        "touched_at": timestamps(world.touches.at[np.maximum(touch, 0)] - UTC_OFFSET_S, ~caused),
    }  # fmt: skip
    write_table(folder, con, "orders", columns, """
        select
            channel || ':' || native as order_id,
            channel,
            'P' || lpad(person::varchar, 8, '0') as person_id,
            ordered_at::timestamp as ordered_at,
            paid > 0 as is_paid,
            coupon as has_coupon,
            (paid::decimal(18, 2) / 100)::decimal(18, 2) as paid_cny,
            (refunded::decimal(18, 2) / 100)::decimal(18, 2) as refunded_cny,
            (unlinked::decimal(18, 2) / 100)::decimal(18, 2) as unlinked_refund_cny,
            ((paid - refunded)::decimal(18, 2) / 100)::decimal(18, 2) as net_revenue_cny,
            touch_type as causing_touch_type,
            touch_channel as causing_channel,
            campaign_id as causing_campaign_id,
            touched_at::timestamp as causing_touched_at
        from rows
    """)  # fmt: skip


def write_people(folder: Path, con: duckdb.DuckDBPyConnection, world: World) -> None:
    """Write truth/people.parquet: one row per person, personal data in the clear."""
    people, orders = world.people, world.orders
    arrived, paid, refunded, _ = money(world)
    known = (orders.person >= 0) & arrived
    net = np.bincount(orders.person[known], (paid - refunded)[known], people.count)
    bought = np.bincount(orders.person[known & (paid > 0)], minlength=people.count)
    here = _channels(world, arrived)
    columns = {
        "n": np.arange(people.count),
        **{f"in_{name}": present for name, present in here.items()},
        "segment": texts(list(PERSONAS), people.persona),
        "name": world.identities.name,
        "email": world.identities.email,
        "phone": world.register.kinds["phone"].values.take(pa.array(world.identities.phone)),
        "city": texts([c[0] for c in brand.CITIES], people.city),
        "gender": texts(["unknown", "M", "F"], people.gender),
        "birth_year": people.birth_year,
        "is_buyer": bought > 0,
        "order_count": bought,
        "net": net.astype(np.int64),
        "store_orders": np.bincount(
            orders.person[known & (orders.channel == POS)], minlength=people.count
        ),
    }
    listed = ", ".join(f"case when in_{name} then '{name}' end" for name in here)
    counted = " + ".join(f"in_{name}::integer" for name in here)
    write_table(folder, con, "people", columns, f"""
        select
            'P' || lpad(n::varchar, 8, '0') as person_id, segment, name, email, phone, city, gender,
            birth_year, concat_ws(',', {listed}) as channels,
            {counted} as channel_count, is_buyer, order_count, store_orders as store_order_count,
            (net::decimal(18, 2) / 100)::decimal(18, 2) as lifetime_revenue_cny
        from rows
    """)  # fmt: skip


def _channels(world: World, arrived: np.ndarray) -> dict[str, np.ndarray]:
    """Per channel, whether each person left a record there; both ad platforms are one channel."""
    people, orders = world.people, world.orders

    def among(person: np.ndarray) -> np.ndarray:
        return np.bincount(person[person >= 0], minlength=people.count) > 0

    bought = {
        name: among(orders.person[(orders.channel == number) & arrived])
        for number, name in enumerate(CHANNELS)
    }
    return {
        "pos": bought["pos"],
        "crm": people.member,
        "wechat_oa": people.follower,
        "miniprogram": among(world.visits.person),
        "app": among(world.app.person),
        "web": among(world.web.person),
        "calls": among(world.calls.person),
        "wecom": people.wecom,
        "tmall": bought["tmall"] | people.tmall_member,
        "youzan": bought["youzan"],
        "jd": bought["jd"],
        "douyin": bought["douyin"],
        "meituan": bought["meituan"],
        "ads": among(world.tencent.person) | among(world.ocean.person),
        "sms": among(world.sms.person),
    }
