"""Matching on records made up by hand: blanks, blocks, choices, and every wrong input."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from orchestration.lib.identity.matching.blocks import Candidates, find_candidates
from orchestration.lib.identity.matching.definition import MatchField, MatchModel, parse_block
from orchestration.lib.identity.matching.errors import (
    MatchModelError,
    MatchRecordsError,
    TooLittleDataError,
)
from orchestration.lib.identity.matching.files import read_model
from orchestration.lib.identity.matching.records import open_database, prepare_records
from orchestration.lib.identity.matching.scoring import score_pairs
from orchestration.lib.identity.suggestions.suggest import DEFAULT_MODEL

BLANKS = [None, "", "   ", "\t", "\u3000", "\u00a0 \u200b"]
MODEL = MatchModel(
    fields=(
        MatchField("name", "name", agreement=(0.8, 0.1, 0.03, 0.02)),
        MatchField("phone", "digits", within=1, agreement=(0.1, 0.5)),
        MatchField("city", "exact", agreement=(0.9,)),
    ),
    blocks=(parse_block(["name"]), parse_block(["phone~"])),
    certain=(parse_block(["name", "phone~"]),),
    certain_recall=0.8,
    sample_pairs=50_000,
)


def table(*rows: tuple, columns: str = "record_id name phone city") -> pa.Table:
    names = columns.split()
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def candidates(records: pa.Table, *blocks: list[str], largest: int = 100) -> set[tuple[str, str]]:
    with open_database(threads=1, memory_limit="500MB") as connection:
        prepare_records(connection, MODEL, [records], id_column="record_id", group_column=None)
        found: Candidates = find_candidates(
            connection, tuple(map(parse_block, blocks)),
            table="pairs", largest_block=largest, is_link=False,
        )  # fmt: skip
        rows = connection.execute(
            "select l.record_id, r.record_id from pairs "
            "join records as l on l.row_no = row_l join records as r on r.row_no = row_r"
        ).fetchall()
    assert found.pairs == len(rows)
    return set(rows)


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("block", [["name"], ["phone"], ["phone~"], ["city[:1]"], ["name|city"]])
def test_a_blank_blocks_with_nothing(blank, block):
    records = table(
        ("a", blank, blank, blank), ("b", blank, blank, blank), ("c", "王", "1", "上海")
    )
    assert candidates(records, block) == set()


@pytest.mark.parametrize(
    ("left", "right", "is_near"),
    [
        ("13800138000", "13800138001", True),  # another digit
        ("13800138000", "13800183000", True),  # two neighbours swapped
        ("13800138000", "1380013800", True),  # a digit forgotten
        ("13800138000", "138001380001", True),  # a digit too many
        ("13800138000", "13800138000", False),  # equal: not a typing error
        ("13800138000", "13800138011", False),  # two digits
        ("13800138000", "03800138001", False),
        ("+86 138-0013-8000", "13800138000", False),  # the country code makes two more digits
    ],
)
def test_near_is_one_typing_error(left, right, is_near):
    records = table(("a", "x", left, "y"), ("b", "z", right, "w"))
    assert candidates(records, ["phone~"]) == ({("a", "b")} if is_near else set())


def test_blocks_find_prefixes_swaps_and_combinations():
    records = table(
        ("a", "Li Wei", "1", "Hangzhou"), ("b", "hangzhou", "2", "LI  WEI"), ("c", "li wei", "3", "Han")
    )  # fmt: skip
    assert candidates(records, ["name"]) == {("a", "c")}
    assert candidates(records, ["name|city"]) == {("a", "b")}
    assert candidates(records, ["city[:3]"]) == {("a", "c")}
    assert candidates(records, ["name", "phone"]) == set()
    assert candidates(records, ["name", "city[:3]"], ["name|city"]) == {("a", "b"), ("a", "c")}


def test_a_value_of_too_many_records_does_not_block():
    records = table(*((f"r{n}", "same", str(n), "y") for n in range(6)))
    assert len(candidates(records, ["name"], largest=6)) == 15
    assert candidates(records, ["name"], largest=5) == set()


def people(count: int = 400, seconds: int = 40) -> list[tuple]:
    """``count`` people with names and numbers of their own, and second accounts of some."""
    first = [(f"p{n:04d}", f"name {n * 7919 % 10007:05d}", f"138{n * 104729 % 10**8:08d}", f"c{n % 9}")
             for n in range(count)]  # fmt: skip
    second = [
        (f"s{n:04d}", name, phone[:-1] + str((int(phone[-1]) + 1) % 10), city)
        for n, (_, name, phone, city) in enumerate(first[:seconds])
    ]
    return first + second


def test_second_accounts_are_found_and_say_what_agrees():
    found = score_pairs(table(*people()), MODEL, min_probability=0.9)
    rows = found.pairs.to_pylist()
    assert {(row["id_a"], row["id_b"]) for row in rows} == {
        (f"p{n:04d}", f"s{n:04d}") for n in range(40)
    }
    assert {tuple(row["agreeing_fields"]) for row in rows} == {("name", "~phone", "city")}
    assert found.records == 440 and found.certain == 40


def test_rows_in_another_order_give_the_same_pairs():
    records = people()
    first = score_pairs(table(*records), MODEL)
    assert score_pairs(table(*records[::-1]), MODEL).pairs.equals(first.pairs)


def test_records_of_a_group_are_not_compared_and_two_groups_give_one_pair():
    columns = "record_id name phone city person"
    records = [(*row, row[0]) for row in people()]
    _, name, phone, city, _ = records[0]
    records.append(("q0000", name, phone[:-1] + str((int(phone[-1]) + 2) % 10), city, "p0000"))
    pairs = score_pairs(
        table(*records, columns=columns), MODEL, group_column="person", min_probability=0.9
    ).pairs.to_pylist()
    ids = [(pair["id_a"], pair["id_b"]) for pair in pairs]
    assert ("p0000", "q0000") not in ids
    assert sum("s0000" in pair for pair in ids) == 1


def test_one_to_one_keeps_strictly_best_matches():
    records = people()
    _, name, phone, city = records[0]
    rival = ("t0000", name, phone[:-1] + str((int(phone[-1]) + 5) % 10), city)
    pairs = score_pairs(
        table(*records, rival), MODEL, one_to_one=True, min_probability=0.9
    ).pairs.to_pylist()
    ids = {pair["id_a"] for pair in pairs} | {pair["id_b"] for pair in pairs}
    assert len(pairs) == 39 and "p0000" not in ids  # two are equally good: neither is known right


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        (table(("a", "x", "1"), columns="record_id name phone"), "has no column city"),
        (table(("a", "x", "1", "y"), ("a", "z", "2", "y")), "1 come twice"),
        (table((" ", "x", "1", "y"), ("b", "z", "2", "y")), "1 are blank"),
    ],
)
def test_wrong_records_are_one_sentence(records, sentence):
    with pytest.raises(MatchRecordsError, match=sentence):
        score_pairs(records, MODEL)


def test_too_little_data_says_so():
    with pytest.raises(TooLittleDataError, match="0 pairs of records look alike"):
        score_pairs(table(*people(seconds=0)), MODEL)
    with pytest.raises(TooLittleDataError):
        score_pairs(table(("a", "x", "1", "y")).slice(0, 0), MODEL)


def test_the_model_that_comes_with_yutang_is_valid():
    model = read_model(DEFAULT_MODEL)
    assert model.digest == read_model(DEFAULT_MODEL).digest
    assert model.digest != replace(model, seed=8).digest


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("kind: digits", "kind: number", "field 'phone' is of kind 'number'"),
        ("agreement: [0.97]", "agreement: [0.9, 0.2]", "field 'gender' states 2 shares"),
        ("agreement: [0.97]", "agreement: [1.2]", "their sum below 1"),
        ("agreement: [0.97]", "term: 1", "field 'gender' has 'term'"),
        ("agreement: [0.97]", "", "field 'gender'"),
        ("  - [phone~]\n", "  - [phone~, phone~]\n", "more than one term with ~"),
        ("  - [phone~]\n", "  - ['phone?']\n", "block term 'phone\\?'"),
        ("  - [phone~]\n", "  - [surname]\n", "name surname, which is no field"),
        ("recall: 0.5", "recall: 2", "certain recall is 2.0"),
        ("blocks:", "block:", "the model has 'block'"),
        ("seed: 7", "seed: x", "an entry has the wrong form"),
        ("fields:", "fields: [", "cannot be read as YAML"),
    ],
)
def test_a_wrong_model_is_one_sentence_that_names_file_and_entry(
    old, new, sentence, tmp_path: Path
):
    path = tmp_path / "match_model.yml"
    content = DEFAULT_MODEL.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(MatchModelError, match=sentence) as caught:
        read_model(path)
    assert str(path) in str(caught.value)
