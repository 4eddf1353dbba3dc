"""Texts of native records that SQL makes faster than Python: long ids and amounts.

Belongs here: id and amount texts that several channels share.
"""

import duckdb
import numpy as np
import pyarrow as pa


def octal_ids(con: duckdb.DuckDBPyConnection, index: np.ndarray, prefix: str) -> pa.Array:
    """Ids of 19 digits, unique per index. No digit 1 in them, so none contains a phone number."""
    mixed = (index.astype(np.int64) * 1_000_003 + 86_028_121) % 8**17
    con.register("numbers", pa.table({"n": mixed}))
    digits = "translate(lpad(format('{:o}', n), 17, '0'), '1', '9')"
    query = f"select '{prefix}' || {digits} as id from numbers"
    return con.sql(query).to_arrow_table()["id"].combine_chunks()


def yuan(con: duckdb.DuckDBPyConnection, fen: np.ndarray) -> pa.Array:
    con.register("amounts", pa.table({"fen": fen.astype(np.int64)}))
    query = "select (fen::decimal(18, 2) / 100)::decimal(18, 2)::varchar as yuan from amounts"
    return con.sql(query).to_arrow_table()["yuan"].combine_chunks()


def tokens(
    con: duckdb.DuckDBPyConnection, index: np.ndarray, expression: str, *, salt: str
) -> pa.Array:
    """One text per index by a SQL expression over ``h`` (a sha256 in hex) and ``n``."""
    con.register("numbers", pa.table({"n": index.astype(np.int64)}))
    query = f"""
        select {expression} as value
        from (select n, sha256('{salt}:' || n::varchar) as h from numbers)
    """
    return con.sql(query).to_arrow_table()["value"].combine_chunks()


BASE64 = "translate(to_base64(unhex(h)), '+/=', '-_')"
UUID = "concat_ws('-', h[1:8], h[9:12], h[13:16], h[17:20], h[21:32])"
