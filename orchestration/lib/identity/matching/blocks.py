"""Which pairs are compared at all: those that share the key of a block.

Belongs here: keys and candidate pairs in SQL. Does not belong here: how alike a pair is.
"""

from dataclasses import dataclass

import duckdb

from orchestration.lib.identity.matching.definition import Block, Term

_SEPARATOR = "chr(31)"


@dataclass(frozen=True)
class Candidates:
    """Pairs that blocks found, in the table of the given name.

    Args:
        pairs: Distinct pairs.
        skipped_keys: Values that were not used because more records than allowed have them.
    """

    table: str
    pairs: int
    skipped_keys: int


def find_candidates(
    connection: duckdb.DuckDBPyConnection,
    blocks: tuple[Block, ...],
    *,
    table: str,
    largest_block: int,
    is_link: bool,
) -> Candidates:
    """Write the distinct pairs (row_l < row_r) that agree on a block into ``table``.

    A record with a blank in a block has no key there. Pairs of one group are left out, and in a
    link job pairs of one side.
    """
    keys = " union all ".join(_keys(number, block) for number, block in enumerate(blocks))
    connection.execute(f"create or replace temp table block_keys as {keys}")
    connection.execute(
        "create or replace temp table block_sizes as "
        "select block_no, block_key, count(*) as records from block_keys group by all "
        "having count(*) > 1"
    )
    sides = "and l.side <> r.side" if is_link else ""
    connection.execute(
        f"""
        create or replace table {table} as
        select distinct l.row_no as row_l, r.row_no as row_r
        from block_sizes as sizes
        join block_keys as l using (block_no, block_key)
        join block_keys as r using (block_no, block_key)
        where sizes.records <= $largest
            and l.row_no < r.row_no
            and (l.group_no is null or l.group_no <> r.group_no) {sides}
            and (
                l.near_value is null
                or (
                    l.near_value <> r.near_value
                    and damerau_levenshtein(l.near_value, r.near_value) <= 1
                )
            )
        """,
        {"largest": largest_block},
    )
    pairs, skipped = connection.execute(
        f"select (select count(*) from {table}), "
        "(select count(*) from block_sizes where records > $largest)",
        {"largest": largest_block},
    ).fetchall()[0]
    connection.execute("drop table block_keys; drop table block_sizes")
    return Candidates(table, pairs, skipped)


def _keys(number: int, block: Block) -> str:
    """One row per record and key. `||` gives null where any part is blank."""
    near = next((term.field for term in block if term.is_near), None)
    parts = [_text(term) for term in block if not term.is_near]
    key = f" || {_SEPARATOR} || ".join([*parts, *(["variant"] if near else [])])
    variants = f", unnest({_deletions(near)}) as variant" if near else ""
    return (
        f"select distinct {number} as block_no, row_no, side, group_no, {key} as block_key, "
        f"{near or 'null'}::varchar as near_value "
        f"from (select *{variants} from records) where {key} is not null"
    )


def _text(term: Term) -> str:
    if term.prefix:
        return f"case when length({term.field}) >= {term.prefix} then left({term.field}, {term.prefix}) end"
    if term.other:
        return (
            f"(case when {term.field} <= {term.other} then {term.field} || chr(30) || {term.other} "
            f"when {term.other} < {term.field} then {term.other} || chr(30) || {term.field} end)"
        )
    return term.field


def _deletions(field: str) -> str:
    """The value and all forms of it with one character left out.

    Two values share one if they differ in one character, one swap of neighbours, or one character
    more: a join on equality instead of comparing everything with everything.
    """
    shortened = f"[{field}[:i - 1] || {field}[i + 1:] for i in range(1, length({field}) + 1)]"
    return f"list_append({shortened}, {field})"
