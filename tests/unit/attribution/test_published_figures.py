"""PathData: 10,000 published paths, their heuristics exactly and Markov to the exact solution.

Every path becomes people with touches an hour apart, and orders, so the figures come out of the
models that a brand's run builds, not out of a formula beside them.
"""

import importlib.util
import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.unit.attribution.attribution_lab import START, Lab, Order, Touch, World

FIRST = {"alpha": 6308, "iota": 4606, "eta": 3164}
LAST = {"alpha": 8447, "iota": 3355, "eta": 4167}
LINEAR = {"alpha": 7574.7186, "iota": 3857.0962, "eta": 3539.9512}
MARKOV = {
    "alpha": 5344.95, "iota": 3884.61, "eta": 3340.85, "beta": 2527.35, "theta": 1971.91,
    "lambda": 1282.85, "epsilon": 599.57, "zeta": 381.06, "kappa": 274.36, "gamma": 171.15,
    "delta": 4.61, "mi": 1.72,
}  # fmt: skip
CONVERSIONS, NULLS, VALUE = 19_785, 68_602, Decimal("74802.97")


def path_data() -> list[tuple[list[str], int, float, int]]:
    package = importlib.util.find_spec("mta")
    assert package and package.submodule_search_locations
    file = Path(package.submodule_search_locations[0]) / "data" / "data.csv.gz"
    rows = duckdb.execute(
        "select path, total_conversions, total_conversion_value, total_null "
        "from read_csv(?, header = true)", [str(file)]
    ).fetchall()  # fmt: skip
    return [
        ([s.strip() for s in path.split(">")], int(c), float(v), int(n)) for path, c, v, n in rows
    ]


@pytest.fixture(scope="module")
def built(lab: Lab) -> Lab:
    """All paths as people; values are spread over the orders in whole fen, the rest carried on."""
    world = World()
    until_here = 0.0
    for number, (path, conversions, value, nulls) in enumerate(path_data()):
        total = round((until_here + value) * 100) - round(until_here * 100)
        until_here += value
        for copy in range(conversions + nulls):
            person = f"p{number}-{copy}"
            for step, channel in enumerate(path):
                world.touches.append(
                    Touch(f"{person}-{step:03d}", person, START + timedelta(hours=step), channel)
                )
            if copy < conversions:
                share = (total * (copy + 1)) // conversions - (total * copy) // conversions
                world.orders.append(
                    Order(f"o{person}", person, START + timedelta(hours=len(path)), share)
                )
    random.Random(4).shuffle(world.touches)
    lab.build(world, "int_attribution__touches", "int_attribution__paths",
              "int_attribution__bookings", "int_attribution__removal_effects",
              "int_attribution__weights", "int_attribution__credits", "fct_attribution",
              "rpt_model_effects", "rpt_paths")  # fmt: skip
    return lab


@pytest.fixture(scope="module")
def by_model(built: Lab) -> Iterator[dict[tuple[str, str], float]]:
    rows = built.rows(
        "select model, channel, sum(credit_ratio)::double from attribution.fct_attribution group by all"
    )
    yield {(model, channel): ratio for model, channel, ratio in rows}


def test_all_conversions_nulls_and_value_arrive(built: Lab) -> None:
    totals = built.rows(
        "select sum(conversions), sum(open_paths), sum(revenue_cny) from attribution.rpt_paths"
    )
    assert totals == [(CONVERSIONS, NULLS, VALUE)]
    per_model = built.rows(
        "select model, sum(credit_cny) from attribution.fct_attribution group by all"
    )
    assert len(per_model) == 8
    assert {amount for _, amount in per_model} == {VALUE}


def test_heuristics_are_exact(by_model: dict[tuple[str, str], float]) -> None:
    for channel, conversions in FIRST.items():
        assert by_model["first", channel] == conversions
        assert by_model["last", channel] == LAST[channel]
        assert by_model["linear", channel] == pytest.approx(LINEAR[channel], abs=1e-4)


def test_markov_is_the_exact_solution_for_small_channels_too(built: Lab) -> None:
    rows = built.rows(
        "select channel, conversions::double from attribution.rpt_model_effects "
        "where effect_level = 'channel'"
    )
    assert dict(rows) == pytest.approx(MARKOV, abs=0.0051)  # published with two decimals
    assert sum(dict(rows).values()) == pytest.approx(CONVERSIONS, abs=1e-3)


def test_chance_to_convert_is_the_published_one(built: Lab) -> None:
    """reach x convert / removal effect is the chance to convert, whichever channel one asks."""
    rows = built.rows(
        "select (reach_ratio * conversion_ratio / removal_effect)::double "
        "from attribution.rpt_model_effects where channel in ('alpha', 'iota') "
        "and effect_level = 'channel'"
    )
    assert [row[0] for row in rows] == pytest.approx([0.2238451356] * 2, abs=1e-7)


def test_shapley_is_linear_over_distinct_channels(
    by_model: dict[tuple[str, str], float],
) -> None:
    expected: Counter[str] = Counter()
    for path, conversions, _, _ in path_data():
        for channel in set(path):
            expected[channel] += conversions / len(set(path))
    for channel, value in expected.items():
        assert by_model.get(("shapley", channel), 0) == pytest.approx(value, abs=1e-4)
