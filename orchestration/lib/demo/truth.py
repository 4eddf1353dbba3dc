"""Truth of the simulated brand: whose every identifier is, what caused each order, what to expect.

Belongs here: truth/*.parquet and truth/expected.json. Does not belong here: native records.
"""

import json
from dataclasses import asdict
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.landing import Counts


def evidence_groups(register: Register) -> np.ndarray:
    """Group per node that a perfect resolver reaches: linked by strong evidence, one owner only.

    A weak identifier joins its person's group when it met one group of that person only.
    """
    person = register.concatenated("person")
    usable = ~register.concatenated("shared") & ~register.concatenated("recycled")
    pairs = _stack(register.strong_pairs)
    pairs = pairs[usable[pairs[:, 0]] & usable[pairs[:, 1]]]
    pairs = pairs[person[pairs[:, 0]] == person[pairs[:, 1]]]
    label = components(register.size, pairs)

    verified = register.concatenated("verified")
    weak = _stack(register.weak_pairs)
    weak = weak[usable[weak[:, 1]] & ~verified[weak[:, 1]]]
    weak = weak[person[weak[:, 0]] == person[weak[:, 1]]]
    met = np.unique(np.stack([weak[:, 1], label[weak[:, 0]]], axis=1), axis=0)
    node, first, times = np.unique(met[:, 0], return_index=True, return_counts=True)
    once = times == 1
    label[node[once]] = met[first[once], 1]
    return label


def components(size: int, pairs: np.ndarray) -> np.ndarray:
    """Smallest node of each node's connected component."""
    label = np.arange(size)
    a, b = pairs[:, 0], pairs[:, 1]
    while len(a):
        low = np.minimum(label[a], label[b])
        np.minimum.at(label, label[a], low)
        np.minimum.at(label, label[b], low)
        while True:
            shorter = label[label]
            if np.array_equal(shorter, label):
                break
            label = shorter
        open_ = label[a] != label[b]
        a, b = a[open_], b[open_]
    return label


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _stack(pairs: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.zeros((0, 2), np.int64), *pairs])


def linkable_share(register: Register, groups: np.ndarray) -> float:
    """Share of all pairs of a person's identifiers that the evidence links."""
    counted = register.concatenated("seen") & (register.concatenated("person") >= 0)
    counted &= ~register.concatenated("recycled") & ~register.concatenated("shared")
    person, group = register.concatenated("person")[counted], groups[counted]
    _, all_sizes = np.unique(person, return_counts=True)
    _, sizes = np.unique(person * (register.size + 1) + group, return_counts=True)
    every = (all_sizes * (all_sizes - 1)).sum()
    return float((sizes * (sizes - 1)).sum() / every) if every else 1.0


def write_identifiers(
    folder: Path, con: duckdb.DuckDBPyConnection, register: Register, groups: np.ndarray
) -> int:
    """Write truth/identifiers.parquet: one row per identifier that occurs in landing."""
    tables = []
    for kind in register.kinds.values():
        rows = np.flatnonzero(kind.seen)
        tables.append(pa.table({
            "identifier_type": pa.array([kind.type]).take(pa.array(np.zeros(len(rows), int))),
            "identifier_scope": pa.array([kind.scope], pa.string()).take(
                pa.array(np.zeros(len(rows), int))),
            "identifier_value": kind.values.take(pa.array(rows)),
            "person": pa.array(kind.person[rows], mask=kind.person[rows] < 0),
            "is_shared": kind.shared[rows],
            "is_recycled": kind.recycled[rows],
            "evidence_group": groups[kind.base + rows],
        }))  # fmt: skip
    con.register("identifiers", pa.concat_tables(tables))
    con.execute(f"""
        copy (
            select
                identifier_type, identifier_scope, identifier_value,
                'P' || lpad(person::varchar, 8, '0') as person_id,
                is_shared, is_recycled, evidence_group
            from identifiers
        ) to '{_quoted(folder / "identifiers.parquet")}' (format parquet, compression zstd)
    """)
    return sum(len(table) for table in tables)


def write_table(
    folder: Path, con: duckdb.DuckDBPyConnection, name: str, columns: dict[str, object], sql: str
) -> None:
    """Write truth/<name>.parquet, shaped by ``sql`` over the columns as table ``rows``."""
    con.register("rows", pa.table(columns))
    con.execute(
        f"copy ({sql}) to '{_quoted(folder / name)}.parquet' (format parquet, compression zstd)"
    )


def write_expected(
    folder: Path, counts: dict[str, dict[str, Counts]], figures: dict[str, object]
) -> None:
    """Write truth/expected.json: lines, rejects and duplicates per entity, and the figures."""
    entities = {
        entity: {
            "rows": sum(day.rows for day in days.values()),
            "rejected": sum(day.rejected for day in days.values()),
            "duplicates": sum(day.duplicates for day in days.values()),
            "deliveries": {day: asdict(value) for day, value in sorted(days.items())},
        }
        for entity, days in sorted(counts.items())
    }
    text = json.dumps({**figures, "entities": entities}, ensure_ascii=False, indent=2)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
