"""Attribution a second time, without SQL and without floats where it counts.

Belongs here: rules as docs/reference/attribution.md states them, person by person, in exact
numbers; Markov by taking each channel out and solving again. Does not belong here: the tests.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import numpy as np

from tests.unit.attribution.attribution_lab import Order, Touch, World

# What seed touch_kinds says of the touches that the tests use: lookback days, channel.
LOOKBACK = {
    "ad_click": 30, "ad_landing": 30, "sms_delivered": 7, "coupon_received": 30, "direct": 1,
    "splash_ad": 1, "qr_scan": 30, "wecom_add": 30,
}  # fmt: skip
CHANNEL = {"coupon_received": "coupon", "direct": "direct", "splash_ad": "splash", "qr_scan": "qr"}
SESSION = timedelta(minutes=30)
FLOOD, FLOOD_CLICKS = timedelta(minutes=10), 10
SPECIAL = ("(start)", "(conversion)", "(null)")


@dataclass(frozen=True)
class Step:
    touchpoint_id: str
    channel: str
    campaign_id: str | None
    kind: str
    touched_at: datetime


def kind_of(touch: Touch) -> str:
    if not touch.touch_type.endswith("_visit"):
        return touch.touch_type
    return "ad_landing" if touch.utm_source in ("tencent_ads", "ocean_engine") else "direct"


def counted(touches: Iterable[Touch]) -> dict[str, list[Step]]:
    """Per person the touches that count, in order of time."""
    steps: dict[str, list[Step]] = defaultdict(list)
    for t in touches:
        if t.one_id is None:
            continue
        kind = kind_of(t)
        channel = t.utm_source if kind == "ad_landing" else CHANNEL.get(kind, t.channel)
        assert channel
        steps[t.one_id].append(Step(t.touchpoint_id, channel, t.campaign_id, kind, t.touched_at))
    return {person: _judged(mine) for person, mine in steps.items()}


def _judged(steps: list[Step]) -> list[Step]:
    flooded = set()
    for first in steps:
        if first.kind == "ad_click":
            burst = [s for s in steps if s.kind == "ad_click" and s.channel == first.channel
                     and first.touched_at <= s.touched_at <= first.touched_at + FLOOD]  # fmt: skip
            if len(burst) >= FLOOD_CLICKS:
                flooded |= {s.touchpoint_id for s in burst}
    left = sorted(
        (s for s in steps if s.touchpoint_id not in flooded),
        key=lambda s: (s.touched_at, s.touchpoint_id),
    )
    kept, before = [], None
    for step in left:
        again = (
            before is not None
            and (before.channel, before.campaign_id) == (step.channel, step.campaign_id)
            and step.touched_at - before.touched_at < SESSION
        )
        if not again:
            kept.append(step)
        before = step
    return kept


def path_of(order: Order, steps: dict[str, list[Step]]) -> list[Step]:
    path = [
        s for s in steps.get(order.one_id or "", [])
        if s.touched_at < order.paid_at
        and order.paid_at - s.touched_at <= timedelta(days=LOOKBACK[s.kind])
    ]  # fmt: skip
    if any(s.kind in ("ad_click", "ad_landing") for s in path):
        path = [s for s in path if s.kind != "splash_ad"]
    return path


def all_paths(world: World) -> tuple[dict[str, list[Step]], list[list[Step]]]:
    """Path per order that has one, and the open paths."""
    steps = counted(world.touches)
    paths = {o.order_id: path_of(o, steps) for o in world.orders}
    used = {s.touchpoint_id for path in paths.values() for s in path}
    bought: dict[str, list[datetime]] = defaultdict(list)
    for o in world.orders:
        bought[o.one_id or ""].append(o.paid_at)
    opened: dict[tuple[str, datetime | None], list[Step]] = defaultdict(list)
    for person, mine in steps.items():
        for s in mine:
            if s.touchpoint_id not in used:
                later = [t for t in bought[person] if t > s.touched_at]
                opened[person, min(later) if later else None].append(s)
    return {key: path for key, path in paths.items() if path}, list(opened.values())


def removal_effects(
    converted: Iterable[Sequence[str]], lost: Iterable[Sequence[str]]
) -> tuple[float, dict[str, float]]:
    """Chance to convert, and per channel what is lost when all ways into it lead nowhere."""
    ways: dict[tuple[str, str], int] = defaultdict(int)
    for paths, end in ((converted, "(conversion)"), (lost, "(null)")):
        for path in paths:
            nodes = ["(start)", *path, end]
            for pair in pairwise(nodes):
                ways[pair] += 1
    channels = sorted({n for pair in ways for n in pair} - set(SPECIAL))
    base = _chance(ways, channels, None)
    return base, {c: 1 - _chance(ways, channels, c) / base if base else 0.0 for c in channels}


def _chance(ways: dict[tuple[str, str], int], channels: list[str], without: str | None) -> float:
    nodes = ["(start)", *(c for c in channels if c != without)]
    place = {n: i for i, n in enumerate(nodes)}
    total: dict[str, int] = defaultdict(int)
    for (a, _), count in ways.items():
        total[a] += count
    matrix, out = np.eye(len(nodes)), np.zeros(len(nodes))
    for (a, b), count in ways.items():
        if a in place and b in place:
            matrix[place[a], place[b]] -= count / total[a]
        elif a in place and b == "(conversion)":
            out[place[a]] += count / total[a]
    return float(np.linalg.solve(matrix, out)[0])


Weights = list[Fraction] | list[Decimal] | list[float]


def weights(path: list[Step], order: Order, effects: dict[str, float]) -> dict[str, Weights]:
    """Unscaled weights of the eight models, one per step."""
    n = len(path)
    one = [Fraction(i == 0) for i in range(n)]
    last = [Fraction(i == n - 1) for i in range(n)]
    not_direct = [i for i, s in enumerate(path) if s.kind != "direct"] or [n - 1]
    per_channel = defaultdict(int)
    for s in path:
        per_channel[s.channel] += 1
    if n <= 2:
        position = [Fraction(1, n)] * n
    else:
        position = [Fraction(2, 5), *[Fraction(1, 5) / (n - 2)] * (n - 2), Fraction(2, 5)]
    with localcontext() as context:
        context.prec = 40
        decay = [
            Decimal(2) ** (-Decimal((order.paid_at - s.touched_at) / timedelta(microseconds=1))
                           / Decimal(7 * 86_400_000_000))
            for s in path
        ]  # fmt: skip
    shapley = [Fraction(1, per_channel[s.channel]) for s in path]
    markov: Weights = [effects[s.channel] / per_channel[s.channel] for s in path]
    return {
        "first": one, "last": last,
        "last_non_direct": [Fraction(i == not_direct[-1]) for i in range(n)],
        "linear": [Fraction(1)] * n, "position_based": position, "time_decay": decay,
        "markov": markov if sum(markov) > 0 else shapley, "shapley": shapley,
    }  # fmt: skip


def largest_remainder(amount: int, parts: Weights) -> list[int]:
    """Whole parts of ``amount`` in proportion to ``parts``; ties go to the earlier step."""
    with localcontext() as context:
        context.prec = 40
        total = sum(parts)
        exact = [amount * p / total for p in parts]
        whole = [int(x) for x in exact]
        rest = [round(Decimal(float(x - w)), 6) for x, w in zip(exact, whole, strict=True)]
    order = sorted(range(len(parts)), key=lambda i: (-rest[i], i))
    for i in order[: amount - sum(whole)]:
        whole[i] += 1
    return whole


Credit = dict[tuple[str, str, str | None, str | None], int]


def credits(world: World) -> Credit:
    """Fen per model, order, refund (None: the sale) and touch (None: unattributed)."""
    converted, lost = all_paths(world)
    _, effects = removal_effects(
        [[s.channel for s in path] for path in converted.values()],
        [[s.channel for s in path] for path in lost],
    )
    models = ("first", "last", "last_non_direct", "linear", "position_based", "time_decay",
              "markov", "shapley")  # fmt: skip
    result: Credit = {}
    for o in world.orders:
        path = converted.get(o.order_id, [])
        numbered = [
            (time, f"{o.order_id}#{i}", amount) for i, (time, amount) in enumerate(o.refunds)
        ]
        for model in models:
            if not path:
                result[model, o.order_id, None, None] = o.paid_fen
                for _, refund, amount in numbered:
                    result[model, o.order_id, refund, None] = -amount
                continue
            share = weights(path, o, effects)[model]
            for s, fen in zip(path, largest_remainder(o.paid_fen, share), strict=True):
                result[model, o.order_id, None, s.touchpoint_id] = fen
            before, so_far = [0] * len(path), 0
            for _, refund, amount in sorted(numbered):
                so_far += amount
                taken = largest_remainder(so_far, share)
                for s, now, then in zip(path, taken, before, strict=True):
                    result[model, o.order_id, refund, s.touchpoint_id] = then - now
                before = taken
    return {key: fen for key, fen in result.items() if fen}
