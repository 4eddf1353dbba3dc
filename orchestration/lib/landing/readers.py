"""Every format as the same thing: one text column `r<i>` per contract column, one row per record.

Belongs here: what a file looks like inside (its header, its JSON shape) and the SQL that reads it.
Does not belong here: what the text means (judging.py).
"""

import csv
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.lib.landing import sql
from orchestration.lib.landing.entities import Column, EntityContract
from orchestration.lib.landing.errors import LandingError
from orchestration.lib.landing.files import BOM, CHUNK, LandingFile

# Bytes of the longest JSON record; a longer one makes its file unreadable. DuckDB allocates twice
# that per file, which for small files costs more than reading them: a record of a file below 1 MiB
# may have 2 MiB. (CSV: DuckDB's own 2 MB.)
LONGEST_RECORD = 16 << 20
LONGEST_RECORD_OF_SMALL_FILE = 2 << 20
SMALL_FILE = 1 << 20
BLANKS = b" \t\r\n"


class UnreadableFile(Exception):
    """A file that cannot be read as what its name says; the message is the reason, without values."""


@dataclass(frozen=True)
class Layout:
    """What is inside a file: files of one layout are read by one scan."""

    kind: str  # csv, ndjson, array, parquet
    names: tuple[str, ...] = ()  # header of a csv, columns of a parquet
    types: tuple[str, ...] = ()  # DuckDB types of a parquet
    longest_record: int = LONGEST_RECORD  # bytes, of a JSON file


def layout_of(
    file: LandingFile, contract: EntityContract, connection: duckdb.DuckDBPyConnection
) -> Layout | None:
    """Look at the start of a file. None: there is nothing in it and that is allowed.

    Raises:
        UnreadableFile: If the file is not what its suffix says.
        LandingError: If a required column is not in the header.
    """
    if file.format is None:
        raise UnreadableFile("unknown_format")
    try:
        if file.format == "parquet":
            return _parquet_layout(file, connection)
        start = b"".join(_first_chunk(file, contract.encoding)).removeprefix(BOM)
    except (OSError, EOFError, zlib.error, duckdb.Error) as error:
        raise UnreadableFile("unreadable_file") from error
    if file.format == "csv":
        layout = _csv_layout(start, contract)
    else:
        content = start.lstrip(BLANKS)
        if not content:
            return None
        longest = LONGEST_RECORD_OF_SMALL_FILE if file.size < SMALL_FILE else LONGEST_RECORD
        kind = "array" if content.startswith(b"[") else "ndjson"
        layout = Layout(kind, longest_record=longest)
    return layout


def check_columns(layout: Layout, file: LandingFile, contract: EntityContract) -> list[str]:
    """Names the file has and the contract has not.

    Raises:
        LandingError: If the header lacks a required column or names one twice.
    """
    if layout.kind not in ("csv", "parquet"):
        return []
    for column in contract.columns:
        name = _source_name(column, layout.names)
        if name is None and column.required:
            raise LandingError(
                f"{contract.name}: file {file.name} has no column '{'.'.join(column.path)}', which "
                f"the contract requires; its columns are {', '.join(layout.names)}. Deliver the "
                "file again with the column, or change the contract"
            )
        if name is not None and layout.names.count(name) > 1:
            raise LandingError(
                f"{contract.name}: file {file.name} has column '{name}' more than once; "
                "deliver the file again with one column of that name"
            )
    known = {_source_name(column, layout.names) for column in contract.columns}
    return [name for name in layout.names if name not in known]


def source_sql(
    contract: EntityContract, layout: Layout, paths: list[Path], *, small_buffers: bool = False
) -> str:
    """A select that reads ``paths``, all of ``layout``, as columns filename, r0, r1, ... of text.

    Args:
        small_buffers: Read a CSV in pieces of 4 MiB instead of 32: slower, for little memory.
    """
    files = sql.texts([str(path) for path in paths])
    if layout.kind == "csv":
        buffers = ", buffer_size = 4194304" if small_buffers else ""
        return _csv_sql(contract, layout, files, buffers)
    if layout.kind == "parquet":
        return _parquet_sql(contract, layout, files)
    return _json_sql(contract, layout, files)


def _first_chunk(file: LandingFile, encoding: str) -> list[bytes]:
    for chunk in file.open_utf8(encoding):
        return [chunk]
    return []


def _csv_layout(start: bytes, contract: EntityContract) -> Layout:
    text = io.StringIO(start.decode("utf-8", "replace"), newline="")
    header = next(csv.reader(text, delimiter=contract.delimiter), [])
    if not header or (len(start) == CHUNK and b"\n" not in start):
        raise UnreadableFile("no_header")
    return Layout("csv", tuple(name.strip() for name in header))


def _parquet_layout(file: LandingFile, connection: duckdb.DuckDBPyConnection) -> Layout:
    described = connection.execute(
        "describe select * from read_parquet($1, hive_partitioning = false)", [str(file.path)]
    ).fetchall()
    return Layout("parquet", tuple(row[0] for row in described), tuple(row[1] for row in described))


def _source_name(column: Column, names: tuple[str, ...]) -> str | None:
    """The column of a flat file that feeds ``column``: by its path, else by its own name."""
    for name in (".".join(column.path), column.path[0], column.name):
        if name in names:
            return name
    return None


def _texts(contract: EntityContract, sources: list[str]) -> str:
    """The select list r0, r1, ... from the text of every column, null where its condition fails."""
    numbers = {column.name: i for i, column in enumerate(contract.columns)}
    selected = []
    for i, column in enumerate(contract.columns):
        text = sources[i]
        if column.when:
            tested = sources[numbers[column.when.column]]
            values = ", ".join(sql.text(value) for value in column.when.values)
            text = f"case when {tested} in ({values}) then {text} end"
        selected.append(f"{text} as r{i}")
    return ", ".join(selected)


def _csv_sql(contract: EntityContract, layout: Layout, files: str, buffers: str) -> str:
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(layout.names)))
    selected = []
    for column in contract.columns:
        name = _source_name(column, layout.names)
        selected.append("null::varchar" if name is None else f"c{layout.names.index(name)}")
    quote = sql.text('"')
    return (
        f"select filename, {_texts(contract, selected)} "
        f"from read_csv({files}, auto_detect = false, header = true, "
        f"delim = {sql.text(contract.delimiter)}, quote = {quote}, escape = {quote}, "
        f"columns = {{{columns}}}, store_rejects = true, filename = true{buffers}, "
        " hive_partitioning = false)"
    )


def _json_sql(contract: EntityContract, layout: Layout, files: str) -> str:
    tree: dict = {}
    for column in contract.columns:
        node = tree
        for key in column.path[:-1]:
            node = node.setdefault(key, {})
        # A value is kept as text: JSON numbers with all their digits, objects as JSON.
        node[column.path[-1]] = "JSON" if column.data_type == "json" else "VARCHAR"
    columns = ", ".join(f"{sql.text(key)}: {sql.text(_json_type(tree[key]))}" for key in tree)
    selected = [
        f"{'.'.join(sql.name(key) for key in column.path)}::varchar" for column in contract.columns
    ]
    # A broken line becomes a row of nulls, which lacks what is required and so is refused.
    how = "format = 'array'" if layout.kind == "array" else "format = 'newline_delimited'"
    tolerant = "" if layout.kind == "array" else ", ignore_errors = true"
    return (
        f"select filename, {_texts(contract, selected)} from read_json({files}, {how}{tolerant}, "
        f"columns = {{{columns}}}, maximum_object_size = {layout.longest_record}, filename = true, "
        "hive_partitioning = false)"
    )


def _json_type(node: dict | str) -> str:
    if isinstance(node, str):
        return node
    return f"STRUCT({', '.join(f'{sql.name(key)} {_json_type(node[key])}' for key in node)})"


def _parquet_sql(contract: EntityContract, layout: Layout, files: str) -> str:
    selected = []
    for column in contract.columns:
        name = _source_name(column, layout.names)
        if name is None:
            selected.append("null::varchar")
            continue
        source, kind = sql.name(name), layout.types[layout.names.index(name)]
        if name == column.path[0] and len(column.path) > 1 and kind.startswith("STRUCT"):
            source = ".".join(sql.name(key) for key in column.path)
        nested = kind.endswith("]") or kind.startswith(("STRUCT", "MAP"))
        as_text = (
            f"to_json({source})::varchar"
            if nested and source == sql.name(name)
            else (f"{source}::varchar")
        )
        selected.append(as_text)
    return (
        f"select filename, {_texts(contract, selected)} "
        f"from read_parquet({files}, filename = true, hive_partitioning = false)"
    )


def keys_sql(layout: Layout, paths: list[Path]) -> str:
    """A select of the distinct top-level keys of JSON files, by filename."""
    how = "array" if layout.kind == "array" else "newline_delimited"
    tolerant = "" if layout.kind == "array" else ", ignore_errors = true"
    files = sql.texts([str(path) for path in paths])
    return (
        "select distinct filename, unnest(json_keys(json)) as key from read_json_objects("
        f"{files}, format = '{how}'{tolerant}, "
        f"maximum_object_size = {layout.longest_record}, filename = true)"
    )
