"""Attribution of a finished run: it adds up, equals what its own paths say, and meets the truth."""

import json
from collections import defaultdict

import pytest

from orchestration.lib.attribution.evaluation import evaluate
from tests.integration.homes import DemoRun, yutang
from tests.unit.attribution.attribution_oracle import removal_effects

pytestmark = pytest.mark.slow

MODELS = {"first", "last", "last_non_direct", "linear", "position_based", "time_decay", "markov",
          "shapley"}  # fmt: skip


@pytest.fixture(scope="module")
def paths(demo_run: DemoRun) -> list[tuple[list[str], int, int]]:
    """Channels, orders and open paths of every published path."""
    rows = demo_run.query("select path, conversions, open_paths from attribution.rpt_paths")
    return [(path.split(" > "), conversions, opened) for path, conversions, opened in rows]


@pytest.fixture(scope="module")
def conversions(demo_run: DemoRun) -> dict[str, dict[str, float]]:
    """Orders per model and channel, without those that no touch came before."""
    rows = demo_run.query(
        "select model, channel, sum(credit_ratio)::double from attribution.fct_attribution "
        "where channel != '(unattributed)' group by all"
    )
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for model, channel, orders in rows:
        found[model][channel] = orders
    return found


def test_every_model_credits_the_net_revenue_of_every_day(demo_run: DemoRun):
    rows = demo_run.query("""
        select models.model, orders.paid_date,
            (
                select coalesce(sum(credit_cny), 0) from attribution.fct_attribution as credited
                where credited.model = models.model and credited.paid_date = orders.paid_date
            ) - orders.net_cny
        from (
            select paid_date, sum(net_revenue_cny) as net_cny from core.fct_orders group by all
        ) as orders
        cross join (select distinct model from attribution.fct_attribution) as models
    """)
    assert {model for model, *_ in rows} == MODELS
    assert {difference for *_, difference in rows} == {0}


def test_reports_add_up_to_the_credits(demo_run: DemoRun):
    sums = [
        demo_run.query(f"select model, sum(revenue_cny) from attribution.{table} group by all order by 1")
        for table in ("rpt_channel_attribution", "rpt_campaign_attribution",
                      "rpt_channel_attribution_days")
    ]  # fmt: skip
    expected = demo_run.query("select sum(net_revenue_cny) from core.fct_orders")[0][0]
    assert all(dict(found) == dict.fromkeys(MODELS, expected) for found in sums)
    aggregate = demo_run.query(
        "select model, sum(aggregate_revenue_cny) from attribution.rpt_channel_attribution group by all"
    )
    assert dict(aggregate) == dict.fromkeys(MODELS, expected)


def test_heuristics_and_shapley_equal_what_the_paths_say(paths, conversions):
    expected: dict[str, dict[str, float]] = {
        model: defaultdict(float)
        for model in ("first", "last", "linear", "position_based", "shapley")
    }
    for path, orders, _ in paths:
        if not orders:
            continue
        n = len(path)
        expected["first"][path[0]] += orders
        expected["last"][path[-1]] += orders
        shares = [1 / n] * n if n < 3 else [0.4, *[0.2 / (n - 2)] * (n - 2), 0.4]
        for channel, share in zip(path, shares, strict=True):
            expected["linear"][channel] += orders / n
            expected["position_based"][channel] += orders * share
        for channel in set(path):
            expected["shapley"][channel] += orders / len(set(path))
    for model, channels in expected.items():
        assert conversions[model] == pytest.approx(dict(channels), abs=1e-5), model


def test_markov_equals_taking_each_channel_out(demo_run: DemoRun, paths):
    won = [path for path, orders, _ in paths for _ in range(orders)]
    lost = [path for path, _, opened in paths for _ in range(opened)]
    _, effects = removal_effects(won, lost)
    rows = demo_run.query(
        "select channel, removal_effect::double, conversions::double "
        "from attribution.rpt_model_effects where effect_level = 'channel'"
    )
    assert {row[0]: row[1] for row in rows} == pytest.approx(effects, abs=2e-9)
    total = sum(effects.values())
    assert {row[0]: row[2] for row in rows} == pytest.approx(
        {channel: len(won) * effect / total for channel, effect in effects.items()}, abs=1e-3
    )


def test_spend_stays_whole_and_campaigns_without_sales_stay_visible(demo_run: DemoRun):
    billed = demo_run.query("select sum(cost_cny) from core.fct_ad_spend")[0][0]
    for period in ("day", "week", "total"):
        shown = demo_run.query(
            f"select sum(cost_cny) from attribution.rpt_ad_performance where period_type = '{period}'"
        )
        assert shown == [(billed,)]
    silent = demo_run.query(
        "select platform, conversions, roas from attribution.rpt_ad_performance "
        "where period_type = 'total' and platform in ('kuaishou_ads', 'baidu_ads')"
    )
    assert len(silent) == 4  # no click of theirs is forwarded, so nothing can be credited
    assert all(orders == 0 and roas == 0 for _, orders, roas in silent)


def test_models_are_measured_against_the_truth(demo_run: DemoRun):
    found = {one.model: one for one in evaluate(demo_run.home)}
    assert set(found) == MODELS
    assert found["last_non_direct"].hit_ratio > 0.5
    assert all(one.share_error < 0.7 for one in found.values())
    assert all(one.overstatement > 1 for one in found.values())  # base sales exist
    assert "error of channel shares" in demo_run.output


def test_budget_answers_in_numbers_or_says_why_not(demo_run: DemoRun):
    said = json.loads(yutang(demo_run.home, "budget", "--json").stdout)
    assert {one["channel"] for one in said["channels"]} >= {"tencent_ads", "ocean_engine"}
    for one in said["channels"]:  # 60 days are fewer than twelve weeks
        assert one["marginal_return"] is None
        assert "full weeks" in one["cannot_tell_because"]
    refused = yutang(demo_run.home, "budget", "--model", "guess", check=False)
    assert refused.returncode == 1
    assert "there is no model 'guess'" in refused.stderr
