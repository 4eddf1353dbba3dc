"""Texts of native records that SQL makes faster than Python: ids, tokens and amounts.

Belongs here: text columns that several channels make the same way.
"""

import duckdb
import numpy as np
import pyarrow as pa

# Of the hash ``h`` that `hashed_ids` gives an expression.
BASE64 = "translate(to_base64(unhex(h)), '+/=', '-_')"
UUID = "concat_ws('-', h[1:8], h[9:12], h[13:16], h[17:20], h[21:32])"


def sql_column(con: duckdb.DuckDBPyConnection, expression: str, **columns: object) -> pa.Array:
    """One value per row by a SQL expression over equally long columns (numpy or Arrow)."""
    con.register("given", pa.table(columns))
    relation = con.sql(f"select {expression} as value from given")
    return relation.to_arrow_table()["value"].combine_chunks()


def octal_ids(con: duckdb.DuckDBPyConnection, index: np.ndarray, prefix: str) -> pa.Array:
    """Ids of 19 digits, unique per index. No digit 1 in them, so none contains a phone number."""
    mixed = (index.astype(np.int64) * 1_000_003 + 86_028_121) % 8**17
    digits = "translate(lpad(format('{:o}', n), 17, '0'), '1', '9')"
    return sql_column(con, f"'{prefix}' || {digits}", n=mixed)


def yuan(con: duckdb.DuckDBPyConnection, fen: np.ndarray) -> pa.Array:
    """Amounts as text with two decimals."""
    expression = "(fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar"
    return sql_column(con, expression, fen=fen.astype(np.int64))


def hashed_ids(
    con: duckdb.DuckDBPyConnection, index: np.ndarray, expression: str, *, salt: str
) -> pa.Array:
    """One text per index by a SQL expression over ``h`` (a salted sha256 in hex) and ``n``."""
    n = index.astype(np.int64)
    return sql_column(con, expression, n=n, h=sql_column(con, f"sha256('{salt}:' || n)", n=n))


def pick(choice: np.ndarray, *options: pa.Array) -> pa.Array:
    """Per row the value of the option its choice names (0, 1, ...)."""
    size = len(choice)
    return pa.concat_arrays(list(options)).take(
        pa.array(choice.astype(np.int64) * size + np.arange(size))
    )
