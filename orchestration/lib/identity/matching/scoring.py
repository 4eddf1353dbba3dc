"""The one call: records and a model in, scored pairs out.

Belongs here: the order of the steps and the form of the result. Does not belong here: any step.
"""

import os
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.lib.errors import YutangError
from orchestration.lib.identity.matching.blocks import find_candidates
from orchestration.lib.identity.matching.chance import expected_strangers, measure_chances
from orchestration.lib.identity.matching.comparisons import KnownChance, agreeing_fields_sql
from orchestration.lib.identity.matching.definition import MatchModel
from orchestration.lib.identity.matching.errors import MatchingError, TooLittleDataError
from orchestration.lib.identity.matching.pairs import collect_pairs
from orchestration.lib.identity.matching.records import open_database, prepare_records


@dataclass(frozen=True)
class ScoredPairs:
    """What a job found.

    Args:
        pairs: id_a < id_b, match_probability (0-1, six decimals), agreeing_fields (a list: the name
            of a field that is equal, ``~name`` of one that is alike); ordered by the ids.
        records: Records compared.
        compared: Pairs that blocks found and the model scored.
        certain: Pairs that the certain blocks found.
        skipped_keys: Values too frequent to block on.
    """

    pairs: pa.Table
    records: int
    compared: int
    certain: int
    skipped_keys: int


def score_pairs(
    records: Any,
    model: MatchModel,
    *,
    link_to: Any = None,
    id_column: str = "record_id",
    group_column: str | None = None,
    one_to_one: bool = False,
    min_probability: float = 0.5,
) -> ScoredPairs:
    """Compare records that may be of one person, and say how probable that is.

    Pure: reads the tables, writes nothing, and gives the same pairs for the same records in any
    order. Blank values (null, empty, white space) are unknown: they agree with nothing.

    Args:
        records: Arrow table, pandas frame or DuckDB relation with the id and the model's fields.
        link_to: A second table; then only pairs of one record of each are compared.
        group_column: Records of one group are known to be one person and not compared; a pair of
            groups gives one pair of ids, its best.
        one_to_one: Keep a pair only if each is the other's best match and no other is as good.
        min_probability: Pairs below are left out, 0-1.

    Raises:
        MatchRecordsError: If a column or an id is missing, or an id comes twice.
        TooLittleDataError: If too few pairs look like one person to start from.
        MatchingError: If the comparison fails.

    Empty input gives TooLittleDataError, because nothing can be learned from it.
    """
    memory = os.environ.get("YUTANG_MEMORY") or "4GB"
    threads = int(os.environ.get("YUTANG_THREADS") or os.cpu_count() or 1)
    tables = [records] if link_to is None else [records, link_to]
    with open_database(threads=threads, memory_limit=memory) as connection:
        count = prepare_records(
            connection, model, tables, id_column=id_column, group_column=group_column
        )
        is_link = link_to is not None
        try:
            chances = measure_chances(connection, model)
            matches, certain = _matches(connection, model, chances, is_link=is_link)
            candidates = find_candidates(
                connection,
                model.blocks,
                table="candidates",
                largest_block=model.largest_block,
                is_link=is_link,
            )
            _score(connection, model, chances, prior=matches / _possible_pairs(connection))
        except YutangError:
            raise
        except Exception as error:
            # Without the error's own words, and without the error: they may quote a value.
            raise MatchingError(
                f"comparing {count} records failed with {type(error).__name__}; if memory is "
                "short, raise YUTANG_MEMORY or lower largest_block in the model"
            ) from None
        pairs = collect_pairs(connection, min_probability=min_probability, one_to_one=one_to_one)
    return ScoredPairs(pairs, count, candidates.pairs, certain, candidates.skipped_keys)


def _matches(
    connection: duckdb.DuckDBPyConnection,
    model: MatchModel,
    chances: tuple[KnownChance, ...],
    *,
    is_link: bool,
) -> tuple[float, int]:
    """Matches to expect, and certain pairs: the certain ones beyond chance, and those they miss.

    Raises:
        TooLittleDataError: If the certain pairs are too few, or no more than chance gives.
    """
    certain = find_candidates(
        connection,
        model.certain,
        table="certain",
        largest_block=model.largest_block,
        is_link=is_link,
    )
    by_chance = expected_strangers(connection, model, chances)
    # Three standard deviations: what chance alone gives once in a thousand brands.
    if certain.pairs - by_chance < max(model.certain_minimum, 3 * by_chance**0.5):
        raise TooLittleDataError(
            f"too little data to learn from: {certain.pairs} pairs of records look alike and "
            f"{by_chance:.1f} would by chance, at least {model.certain_minimum} more are needed; "
            "nothing was suggested"
        )
    return (certain.pairs - by_chance) / model.certain_recall, certain.pairs


def _possible_pairs(connection: duckdb.DuckDBPyConnection) -> float:
    sides = connection.execute("select count(*) from records group by side").fetchall()
    counts = [row[0] for row in sides]
    return counts[0] * counts[1] if len(counts) == 2 else counts[0] * (counts[0] - 1) / 2


def _score(
    connection: duckdb.DuckDBPyConnection,
    model: MatchModel,
    chances: tuple[KnownChance, ...],
    *,
    prior: float,
) -> None:
    """Make ``scored``: row_l, row_r, weight, probability, agreeing_fields per candidate pair."""
    from splink import DuckDBAPI

    from orchestration.lib.identity.matching.training import quiet, train

    with quiet():
        api = DuckDBAPI(connection)
        linker = train(connection, api, model, chances=chances, prior=min(prior, 0.5))
        connection.execute(
            "create table blocked as select row_l as join_key_l, row_r as join_key_r, "
            "'0' as match_key from candidates"
        )
        blocked = api.register("blocked", table_name="blocked_pairs")
        linker.table_management.register_blocked_pairs_for_predict(blocked)
        scored = linker.inference.predict(warning_mode="never")
        connection.execute(
            "create table scored as select row_no_l as row_l, row_no_r as row_r, "
            "match_weight as weight, match_probability as probability, "
            f"{agreeing_fields_sql(model.fields)} as agreeing_fields from {scored.physical_name}"
        )
