"""Lifecycle and AIPL of every person on every day, computed a second time without SQL.

The oracle lives through a brand's days one after the other and keeps what a person knows on that
day: orders paid, money sent back, the pause, the stage they were in yesterday. The models know no
days, only change points. Both must say the same on every single day, and the flow tables, the
present stage and its first day must be what those days say. Within a brand of a group, the same with
the orders of that brand alone.
"""

import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tests.integration.finished_runs import Finished, Purchase, days_between
from tests.integration.homes import yutang

pytestmark = pytest.mark.slow

FOUR = {"introduction": "new", "growth": "active", "maturity": "active"}
BRAND = ZoneInfo("Asia/Shanghai")


# ---------------------------------------------------------------- the stages of one person


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves up."""
    return (2 * numerator + denominator) // (2 * denominator)


def limits_after(days: list[date], cycle: int | None, rules: dict) -> tuple[int, int]:
    """(active days, dormant days) of a pause after the last of ``days``."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    newest = gaps[-rules["lifecycle_rhythm_max_gaps"] :]
    if len(gaps) >= rules["lifecycle_rhythm_min_gaps"]:
        rhythm = half_up(sum(newest), len(newest))
    elif cycle is not None:
        rhythm = cycle
    else:
        return rules["lifecycle_active_days"], rules["lifecycle_dormant_days"]
    rhythm = max(
        rules["lifecycle_rhythm_min_days"], min(rules["lifecycle_rhythm_max_days"], rhythm)
    )
    return (
        int(rules["lifecycle_dormant_rhythms"] * rhythm),
        int(rules["lifecycle_churned_rhythms"] * rhythm),
    )


def live_through(
    orders: list[Purchase],
    *,
    refunds: dict[str, list[tuple[date, Decimal]]],
    cycles: dict[str, int],
    as_of: date,
    rules: dict,
) -> dict[date, str]:
    """Lifecycle stage at the end of each day from the first order to ``as_of``."""
    stages: dict[date, str] = {}
    days: list[date] = []
    limits = (0, 0)
    grown = mature = False
    away = False  # was dormant or churned yesterday
    orders_since_return: int | None = None
    for today in days_between(orders[0].paid_date, as_of):
        paid = [order for order in orders if order.paid_date == today]
        if paid:
            if away:
                orders_since_return = 0
            if orders_since_return is not None:
                orders_since_return += 1
            days.append(today)
            known = [cycles[order.order_id] for order in paid if order.order_id in cycles]
            limits = limits_after(days, min(known, default=None), rules)
        kept = sum(
            order.paid_cny > sum(money for day, money in refunds[order.order_id] if day <= today)
            for order in orders
            if order.paid_date <= today
        )
        if kept >= rules["lifecycle_growth_min_orders"]:
            grown = True
        elif kept < rules["lifecycle_growth_keep_orders"]:
            grown = False
        if kept >= rules["lifecycle_maturity_min_orders"]:
            mature = True
        elif kept < rules["lifecycle_maturity_keep_orders"]:
            mature = False
        pause = (today - days[-1]).days
        away = pause > limits[0]
        if away:
            stages[today] = "churned" if pause > limits[1] else "dormant"
        elif mature and orders_since_return != 1:
            stages[today] = "maturity"
        else:
            stages[today] = "growth" if grown else "introduction"
    return stages


# ---------------------------------------------------------------- what the brand knows


def read_refunds(run: Finished) -> dict[str, list[tuple[date, Decimal]]]:
    refunds: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for order_id, refunded_at, money in run.query(
        "select order_id, refunded_at, refunded_cny from core.fct_refunds"
        " where order_id is not null and refund_state = 'succeeded'"
    ):
        refunds[order_id].append((run.day(refunded_at), money))
    return refunds


def read_cycles(run: Finished) -> dict[str, int]:
    """Shortest stated repurchase cycle among the goods of an order, by order_id."""
    stated = {
        sku: days
        for sku, days in run.query("select sku, repurchase_cycle_days from core.dim_products")
        if days
    }
    cycles: dict[str, int] = {}
    for order_id, sku in run.query("select order_id, sku from core.fct_order_lines"):
        if sku in stated:
            cycles[order_id] = min(stated[sku], cycles.get(order_id, stated[sku]))
    return cycles


def read_relations(run: Finished) -> dict[str, list[set[date]]]:
    """Per person, the days on which each membership, follow or contact held at the day's end."""
    owners = dict(
        run.query("select identifier_token, one_id from core.bridge_customer_identifiers")
    )
    statements: dict[tuple, list[tuple[datetime, bool]]] = defaultdict(list)
    registered: dict[str, datetime] = {}
    for member, status, registered_at, updated_at in run.raw(
        "crm/members", "member_id, status, register_time, updated_at"
    ):
        statements["member", member].append(
            (updated_at.replace(tzinfo=BRAND), status.strip().lower() != "cancelled")
        )
        if registered_at:
            registered[member] = registered_at.replace(tzinfo=BRAND)
    for openid, subscribe, seconds, dt in run.raw(
        "wechat_oa/users", "openid, subscribe, subscribe_time, dt"
    ):
        delivered = datetime(dt.year, dt.month, dt.day, tzinfo=BRAND)
        since = datetime.fromtimestamp(seconds, UTC) if seconds else delivered
        statements["fan", openid].append((max(delivered, since), subscribe == 1))
        if subscribe == 1:
            statements["fan", openid].append((since, True))
    for openid, seconds, event in run.raw("wechat_oa/events", "FromUserName, CreateTime, Event"):
        if event.lower() in ("subscribe", "unsubscribe"):
            at = datetime.fromtimestamp(seconds, UTC)
            statements["fan", openid].append((at, event.lower() == "subscribe"))
    found: dict[str, list[set[date]]] = defaultdict(list)
    for (kind, token), said in statements.items():
        if token not in owners:
            continue
        said.sort(key=lambda statement: (statement[0], not statement[1]))
        if kind == "member" and token in registered:
            said[0] = (min(said[0][0], registered[token]), said[0][1])
        found[owners[token]].append(_days_it_held(said, run))
    for one_id, days in _contacts(run, owners):
        found[one_id].append(days)
    return found


def _days_it_held(said: list[tuple[datetime, bool]], run: Finished) -> set[date]:
    held = set()
    for day in days_between(said[0][0].astimezone(BRAND).date(), run.as_of):
        midnight = datetime(day.year, day.month, day.day, tzinfo=BRAND) + timedelta(1)
        if [holds for at, holds in said if at < midnight][-1]:
            held.add(day)
    return held


def _contacts(run: Finished, owners: dict) -> list[tuple[str, set[date]]]:
    deliveries: dict[str, dict[date, set[tuple[str, int]]]] = defaultdict(dict)
    for contact, staff, dt in run.raw("wecom/contacts", "external_userid, follow_user, dt"):
        listed = {(one["userid"], int(one["createtime"])) for one in json.loads(staff)}
        deliveries[contact].setdefault(dt, set()).update(listed)
    found = []
    for contact, by_day in deliveries.items():
        if contact not in owners:
            continue
        ordered = sorted(by_day)
        for number, dt in enumerate(ordered):
            end = ordered[number + 1] - timedelta(1) if number + 1 < len(ordered) else run.as_of
            for _, seconds in by_day[dt]:
                since = datetime.fromtimestamp(seconds, UTC).astimezone(BRAND).date()
                found.append((owners[contact], set(days_between(since, end))))
    return found


def aipl_of_days(
    first: date,
    *,
    orders: list[Purchase],
    acts: set[date],
    relations: list[set[date]],
    refunds: dict[str, list[tuple[date, Decimal]]],
    as_of: date,
    rules: dict,
) -> dict[date, str]:
    """AIPL stage at the end of each day from the first one on which the person is known."""
    starts = [first, *acts, *(order.paid_date for order in orders)]
    starts += [day for held in relations for day in held]
    stages = {}
    for today in days_between(min(starts), as_of):
        recent = sum(
            0 <= (today - order.paid_date).days < rules["aipl_loyal_days"]
            and order.paid_cny
            > sum(money for day, money in refunds[order.order_id] if day <= today)
            for order in orders
        )
        if recent >= rules["aipl_loyal_min_orders"]:
            stages[today] = "loyal"
        elif any(order.paid_date <= today for order in orders):
            stages[today] = "purchase"
        elif any(
            today - timedelta(back) in acts for back in range(rules["aipl_interest_days"])
        ) or any(today in held for held in relations):
            stages[today] = "interest"
        else:
            stages[today] = "aware"
    return stages


# ---------------------------------------------------------------- both, day by day


@pytest.fixture(scope="module")
def recomputed() -> dict[str, dict[str, dict[str, dict[date, str]]]]:
    """What was computed for a run, by database and stage_kind; filled by `oracle`."""
    return {}


@pytest.fixture
def oracle(finished: Finished, recomputed: dict) -> dict[str, dict[str, dict[date, str]]]:
    """Stage by stage_kind, one_id and day."""
    key = str(finished.database)
    if key not in recomputed:
        recomputed[key] = {
            "lifecycle": recompute_lifecycle(finished),
            "aipl": recompute_aipl(finished),
        }
        recomputed[key]["lifecycle_4"] = {
            one_id: {day: FOUR.get(stage, stage) for day, stage in stages.items()}
            for one_id, stages in recomputed[key]["lifecycle"].items()
        }
    return recomputed[key]


def recompute_lifecycle(run: Finished) -> dict[str, dict[date, str]]:
    refunds, cycles = read_refunds(run), read_cycles(run)
    return {
        one_id: live_through(
            orders, refunds=refunds, cycles=cycles, as_of=run.as_of, rules=run.definitions
        )
        for one_id, orders in run.purchases.items()
    }


def recompute_aipl(run: Finished) -> dict[str, dict[date, str]]:
    refunds, relations = read_refunds(run), read_relations(run)
    acts: dict[str, set[date]] = defaultdict(set)
    for one_id, touched_at in run.query(
        "select one_id, touched_at from core.fct_touchpoints"
        " where one_id is not null and activity_type = 'interest'"
    ):
        acts[one_id].add(run.day(touched_at))
    return {
        one_id: aipl_of_days(
            min(run.day(first_seen_at), run.as_of) if first_seen_at else run.as_of,
            orders=run.purchases.get(one_id, []),
            acts=acts[one_id],
            relations=relations[one_id],
            refunds=refunds,
            as_of=run.as_of,
            rules=run.definitions,
        )
        for one_id, first_seen_at in run.query(
            "select one_id, first_seen_at from core.dim_customers"
        )
    }


def read_history(run: Finished, kind: str) -> dict[str, dict[date, str]]:
    """The spells of customer_lifecycle_history, written out day by day."""
    history: dict[str, dict[date, str]] = defaultdict(dict)
    for one_id, stage, begins, ends in run.query(
        "select one_id, stage, valid_from_date, valid_to_date"
        " from profile.customer_lifecycle_history where stage_kind = $kind",
        kind=kind,
    ):
        for day in days_between(begins, ends - timedelta(1) if ends else run.as_of):
            assert day not in history[one_id], f"{one_id} is in two stages on {day}"
            history[one_id][day] = stage
    return history


@pytest.mark.parametrize("kind", ["lifecycle", "lifecycle_4", "aipl"])
def test_the_history_says_of_every_day_what_that_day_said(finished: Finished, oracle, kind: str):
    history = read_history(finished, kind)
    wrong = {
        one_id: [day for day in stages if stages[day] != history[one_id].get(day)]
        for one_id, stages in oracle[kind].items()
        if stages != history[one_id]
    }
    assert not wrong
    assert history.keys() == oracle[kind].keys()


def test_a_spell_is_as_long_as_it_lasts(finished: Finished):
    touching = finished.query(
        "select count(*) from profile.customer_lifecycle_history as earlier"
        " inner join profile.customer_lifecycle_history as later"
        " on earlier.one_id = later.one_id and earlier.stage_kind = later.stage_kind"
        " and earlier.stage = later.stage and earlier.valid_to_date = later.valid_from_date"
    )
    assert touching == [(0,)]


def since(stages: dict[date, str]) -> date:
    """First day of the unbroken spell that the last day belongs to."""
    day = max(stages)
    while stages.get(day - timedelta(1)) == stages[day]:
        day -= timedelta(1)
    return day


def test_the_present_is_the_last_day(finished: Finished, oracle):
    for one_id, stage, stage_4, aipl, stage_since, aipl_since in finished.query(
        "select one_id, lifecycle_stage, lifecycle_stage_4, aipl_stage, stage_since_date,"
        " aipl_since_date from profile.customer_lifecycle"
    ):
        days = oracle["lifecycle"].get(one_id)
        if days is None:
            assert (stage, stage_4, stage_since) == (None, None, None)
        else:
            assert (stage, stage_since) == (days[finished.as_of], since(days))
            assert stage_4 == oracle["lifecycle_4"][one_id][finished.as_of]
        assert aipl == oracle["aipl"][one_id][finished.as_of]
        assert aipl_since == since(oracle["aipl"][one_id])


def test_a_brand_sees_a_person_who_knows_no_other_brand(finished: Finished, oracle):
    """Each brand's stage, recomputed from the orders of that brand alone."""
    brands = dict(finished.query("select order_id, brand from core.fct_orders"))
    orders_of: dict[tuple[str, str], list[Purchase]] = defaultdict(list)
    for one_id, orders in finished.purchases.items():
        for order in orders:
            orders_of[one_id, brands[order.order_id]].append(order)
    refunds, cycles = read_refunds(finished), read_cycles(finished)
    expected = {}
    for key, orders in orders_of.items():
        days = live_through(
            orders,
            refunds=refunds,
            cycles=cycles,
            as_of=finished.as_of,
            rules=finished.definitions,
        )
        stage = days[finished.as_of]
        expected[key] = (stage, FOUR.get(stage, stage), since(days))
    found = {
        (one_id, brand): tuple(said)
        for one_id, brand, *said in finished.query(
            "select one_id, brand, lifecycle_stage, lifecycle_stage_4, stage_since_date"
            " from profile.customer_brand_profiles where lifecycle_stage is not null"
        )
    }
    assert found == expected
    assert {brand for _, brand in expected} == {"yutang", "hetang"}
    apart = [
        key
        for key, (stage, _, _) in expected.items()
        if stage != oracle["lifecycle"][key[0]][finished.as_of]
    ]
    assert apart, "nobody is in another stage in a brand than in the group: nothing was kept apart"


@pytest.mark.parametrize("kind", ["lifecycle", "aipl"])
def test_flows_are_the_days_put_side_by_side(finished: Finished, oracle, kind: str):
    published: dict[tuple, Counter] = defaultdict(Counter)
    for period, source, target, people, begins, ends in finished.query(
        f"select period_type, from_stage, to_stage, people, from_date, to_date"
        f" from profile.rpt_{kind}_flow"
    ):
        published[period, begins, ends][source, target] = people
    assert {"1_day", "7_days", "30_days", "month"} <= {period for period, _, _ in published}
    for (_, begins, ends), flows in published.items():
        assert flows == flow_of(oracle[kind], begins, ends)


def flow_of(days: dict[str, dict[date, str]], begins: date, ends: date) -> Counter:
    """People by (stage at the end of ``begins`` or none, stage at the end of ``ends``)."""
    return Counter(
        (stages.get(begins, "none"), stages[ends]) for stages in days.values() if ends in stages
    )


def test_any_two_days_flow_from_the_command(as_defined: Finished):
    begins, ends = as_defined.as_of - timedelta(23), as_defined.as_of - timedelta(4)
    days = recompute_lifecycle(as_defined)
    done = yutang(
        as_defined.home,
        "flow",
        "--from",
        str(begins),
        "--to",
        str(ends),
        "--kind",
        "lifecycle",
        "--json",
    )
    told = json.loads(done.stdout)
    assert {
        (row["from_stage"], row["to_stage"]): row["people"] for row in told["flows"]
    } == flow_of(days, begins, ends)
    assert told["people_to"] == sum(ends in stages for stages in days.values())
    assert told["people_to"] == told["people_from"] + told["new_people"]


def test_short_definitions_reach_every_stage_and_every_reason(with_short_definitions: Finished):
    stages = {
        stage
        for days in recompute_lifecycle(with_short_definitions).values()
        for stage in days.values()
    }
    assert stages == {"introduction", "growth", "maturity", "dormant", "churned"}
    reasons = with_short_definitions.query(
        "select distinct stage_kind, reason from profile.customer_lifecycle_history"
        " where stage_kind <> 'lifecycle_4'"
    )
    assert {
        ("lifecycle", "first_order"), ("lifecycle", "order"), ("lifecycle", "return"),
        ("lifecycle", "pause"), ("aipl", "first_known"), ("aipl", "interest"),
        ("aipl", "interest_ended"), ("aipl", "order"), ("aipl", "loyal_orders"),
        ("aipl", "loyal_ended"),
    } <= set(reasons)  # fmt: skip
