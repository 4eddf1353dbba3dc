"""Removal effects against published vectors and against taking every channel out by hand."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

import duckdb
import pytest

from tests.unit.attribution.attribution_lab import START, Lab, Order, Touch, World
from tests.unit.attribution.attribution_oracle import removal_effects

Paths = Mapping[tuple[str, ...], tuple[int, int]]  # path: conversions, nulls

P: Paths = {
    ("A", "B", "C"): (1, 0), ("B",): (0, 1), ("C", "B"): (1, 0), ("A", "B"): (0, 1),
}  # fmt: skip
P2: Paths = {
    ("ad", "mp", "sms"): (3, 5), ("ad",): (1, 20), ("oa", "mp"): (4, 6), ("sms",): (2, 10),
    ("ad", "oa"): (2, 8), ("mp",): (5, 15),
}  # fmt: skip
VECTORS = [
    (P, 0.5, {"A": 0.428571, "B": 0.75, "C": 0.625}, {"A": 0.475248, "B": 0.831683, "C": 0.693069},
     {"A": 0.333333, "B": 0.833333, "C": 0.833333}),
    (P2, 0.209877, {"ad": 0.339009, "mp": 0.647059, "oa": 0.287926, "sms": 0.294118},
     {"ad": 3.675222, "mp": 7.014808, "oa": 3.121422, "sms": 3.188549},
     {"ad": 3, "mp": 8, "oa": 3, "sms": 3}),
]  # fmt: skip


def world_of(paths: Paths) -> World:
    world = World()
    for path, (conversions, nulls) in paths.items():
        for copy in range(conversions + nulls):
            person = f"{'-'.join(path)}-{copy}"
            world.touches += [
                Touch(f"{person}-{i}", person, START + timedelta(hours=i), channel)
                for i, channel in enumerate(path)
            ]
            if copy < conversions:
                paid = START + timedelta(hours=len(path))
                world.orders.append(Order(f"o{person}", person, paid, 10_000))
    return world


@pytest.mark.parametrize("vector", VECTORS, ids=["P", "P2"])
def test_vectors(lab: Lab, vector: tuple[Paths, float, *tuple[dict[str, float], ...]]) -> None:
    paths, base, effects, markov, shapley = vector
    lab.build(world_of(paths))
    rows = lab.rows(
        "select channel, removal_effect::double, conversions::double, "
        "(reach_ratio * conversion_ratio / removal_effect)::double "
        "from attribution.rpt_model_effects where effect_level = 'channel'"
    )
    assert {row[0]: row[1] for row in rows} == pytest.approx(effects, abs=1e-6)
    assert {row[0]: row[2] for row in rows} == pytest.approx(markov, abs=5.1e-5)  # four decimals
    assert [row[3] for row in rows] == pytest.approx([base] * len(rows), abs=1e-6)
    rows = lab.rows(
        "select channel, conversions::double from attribution.rpt_channel_attribution "
        "where model = 'shapley'"
    )
    assert dict(rows) == pytest.approx(shapley, abs=1e-4)


def random_paths(seed: int) -> Paths:
    rng = random.Random(seed)
    channels = [f"c{i}" for i in range(rng.randint(1, 14))]
    return {
        tuple(rng.choices(channels, k=rng.randint(1, 8))): (rng.randint(0, 4), rng.randint(0, 9))
        for _ in range(rng.randint(1, 60))
    }


def write_steps(lab: Lab, table: str, paths: Paths) -> None:
    rows = [
        (str(number), step, channel, *counts)
        for number, (path, counts) in enumerate(paths.items())
        for step, channel in enumerate(path)
    ]
    random.Random(1).shuffle(rows)
    with duckdb.connect(str(lab.path)) as con:
        con.execute(
            f"create or replace table {table} "
            "(path_id varchar, step_no int, node varchar, converted_count bigint, other_count bigint)"
        )
        if rows:
            con.executemany(f"insert into {table} values (?, ?, ?, ?, ?)", rows)


def test_random_chains_equal_removal_by_hand_and_repeats_change_nothing(lab: Lab) -> None:
    worlds = {seed: random_paths(seed) for seed in range(12)}
    for seed, paths in worlds.items():
        doubled: Paths = {
            tuple(c for c in path for _ in range(1 + (i % 3))): counts
            for i, (path, counts) in enumerate(paths.items())
        }
        write_steps(lab, f"steps_{seed}", paths)
        if len(doubled) == len(paths):
            write_steps(lab, f"loops_{seed}", doubled)
        else:
            write_steps(lab, f"loops_{seed}", paths)
    names = {
        f"{kind}_{seed}": f"found_{kind}_{seed}" for seed in worlds for kind in ("steps", "loops")
    }
    lab.dbt("run-operation", "markov_effects_into", "--args", str({"tables": names}))
    for seed, paths in worlds.items():
        won = [path for path, (count, _) in paths.items() for _ in range(count)]
        lost = [path for path, (_, count) in paths.items() for _ in range(count)]
        _, expected = removal_effects(won, lost)
        for kind in ("steps", "loops"):
            found = _effects(lab, f"found_{kind}_{seed}")
            assert found == pytest.approx(expected, abs=1e-12), f"{kind} {seed}"


def test_without_paths_or_conversions_there_is_no_effect(lab: Lab) -> None:
    write_steps(lab, "nothing", {})
    write_steps(lab, "no_conversion", {("A", "B"): (0, 3)})
    tables = {"nothing": "found_nothing", "no_conversion": "found_none"}
    lab.dbt("run-operation", "markov_effects_into", "--args", str({"tables": tables}))
    assert _effects(lab, "found_nothing") == {}
    assert _effects(lab, "found_none") == {"A": 0, "B": 0}


def _effects(lab: Lab, table: str) -> dict[str, float]:
    rows: Sequence[tuple[str, float]] = lab.rows(f"select node, removal_effect from {table}")
    return dict(rows)
