"""A trained Splink model over ``records``: what agreement is worth, learned the same way every time.

Belongs here: the calls of Splink up to scoring. Does not belong here: candidate pairs (blocks.py)
or what is done with scores (scoring.py).
"""

import logging
from collections.abc import Generator
from contextlib import contextmanager

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from orchestration.lib.identity.matching.comparisons import KnownChance, comparison
from orchestration.lib.identity.matching.definition import MatchModel

# Pairs of one round of training; more do not change the second digit of a share.
_TRAINING_PAIRS = 2_000_000


def train(
    connection: duckdb.DuckDBPyConnection,
    api: DuckDBAPI,
    model: MatchModel,
    *,
    chances: tuple[KnownChance, ...],
    prior: float,
) -> Linker:
    """Estimate how often strangers and the same person agree on each field.

    The same records must give the same bytes: the pairs that are sampled depend on row numbers and
    the seed alone, and shares are summed on one thread, because fractions added in another order
    differ in their last digit.

    Args:
        connection: Holds ``records``; ``api`` is Splink's view of it.
        prior: Chance that two records picked at random are of one person, 0-1.
    """
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="row_no",
        comparisons=[comparison(field, chances) for field in model.fields],
        blocking_rules_to_generate_predictions=[],
        probability_two_random_records_match=prior,
        retain_matching_columns=True,  # keeps each pair's level of every field
        linker_uid="yutang",
    )
    linker = Linker(api.register("records", table_name="compared"), settings, log_level=None)
    linker.training.estimate_u_using_random_sampling(max_pairs=model.sample_pairs, seed=model.seed)
    threads = connection.execute("select current_setting('threads')").fetchall()[0][0]
    connection.execute("set threads = 1")
    try:
        for names in model.training:
            linker.training.estimate_parameters_using_expectation_maximisation(
                _strangers_equal_in(names),
                estimate_without_term_frequencies=True,
                max_pairs=_TRAINING_PAIRS,
                record_sample_proportion=1.0,
            )
    finally:
        connection.execute(f"set threads = {int(threads)}")
    return linker


def _strangers_equal_in(names: tuple[str, ...]) -> CustomRule:
    """Pairs of a round; records of one group are one person by other evidence and teach nothing."""
    equal = " and ".join(f'l."{name}" = r."{name}"' for name in names)
    return CustomRule(
        f"{equal} and (l.group_no is null or l.group_no <> r.group_no)", sql_dialect="duckdb"
    )


@contextmanager
def quiet() -> Generator[None]:
    """Keep Splink's remarks on its progress to itself while the block runs."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
