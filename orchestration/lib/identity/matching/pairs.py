"""Scored pairs as a result: one per pair of groups, best matches only where asked, in id order.

Belongs here: choosing among scored pairs. Does not belong here: scores.
"""

import duckdb
import pyarrow as pa


def collect_pairs(
    connection: duckdb.DuckDBPyConnection, *, min_probability: float, one_to_one: bool
) -> pa.Table:
    """Pairs of ``scored`` with id_a < id_b, match_probability and agreeing_fields.

    Of a pair of groups the best pair of records stays. With ``one_to_one`` a pair stays if it is
    strictly the best of both its sides: where two are equally good, neither is known to be right.
    """
    connection.execute(
        """
        create temp table chosen as
        select
            least(l.record_id, r.record_id) as id_a,
            greatest(l.record_id, r.record_id) as id_b,
            coalesce(l.group_no, -l.row_no) as unit_l,
            coalesce(r.group_no, -r.row_no) as unit_r,
            scored.weight,
            scored.probability,
            scored.agreeing_fields
        from scored
        join records as l on scored.row_l = l.row_no
        join records as r on scored.row_r = r.row_no
        where scored.probability >= $least
        qualify row_number() over (
            partition by least(unit_l, unit_r), greatest(unit_l, unit_r)
            order by scored.weight desc, id_a, id_b
        ) = 1
        """,
        {"least": min_probability},
    )
    best = ""
    if one_to_one:
        connection.execute(
            """
            create temp table bests as
            select unit, max(weight) as weight, count(*) as pairs
            from (
                select unit_l as unit, weight from chosen
                union all
                select unit_r, weight from chosen
            )
            group by unit, weight
            qualify row_number() over (partition by unit order by weight desc) = 1
            """
        )
        best = """
            join bests as l on chosen.unit_l = l.unit and chosen.weight = l.weight and l.pairs = 1
            join bests as r on chosen.unit_r = r.unit and chosen.weight = r.weight and r.pairs = 1
        """
    return connection.sql(
        f"""
        select id_a, id_b, round(probability, 6) as match_probability, agreeing_fields
        from chosen {best}
        order by id_a, id_b
        """
    ).to_arrow_table()
