"""A day against its own history: what trips the landing suites and what is life."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from expectations.runner import run_suites
from expectations.suites.landing import landing_suite
from orchestration.lib.home import Home
from orchestration.lib.landing.entities import Column, EntityContract
from orchestration.lib.quality.landing_profile import measure_landing

CONTRACT = EntityContract(
    channel="pos",
    entity="receipts",
    format="csv",
    encoding="utf-8",
    key=("receipt_no",),
    columns=(
        Column(name="receipt_no", data_type="varchar", path=("receipt_no",), is_id=True),
        Column(name="paid_fen", data_type="bigint", path=("paid_fen",), unit="fen"),
        Column(name="note", data_type="varchar", path=("note",)),
    ),
)
START = date(2026, 6, 1)


@dataclass(frozen=True)
class Day:
    rows: int = 200
    paid_fen: int = 5_000
    note: str = "gift wrapped"


def failures(tmp_path: Path, *days: Day) -> dict[str, str]:
    """Failed checks of the landing suite over deliveries on consecutive days."""
    home = Home(root=tmp_path, secrets=tmp_path)
    for number, day in enumerate(days):
        folder = f"dt={START + timedelta(days=number)}"
        data = home.raw / "pos" / "receipts" / folder
        load = home.raw / "_loads" / "pos" / "receipts" / folder
        data.mkdir(parents=True)
        load.mkdir(parents=True)
        duckdb.execute(
            f"copy (select i::varchar as receipt_no, ({day.paid_fen} + i % 7)::bigint as paid_fen, "
            f"'{day.note}' as note from range({day.rows}) as r (i)) "
            f"to '{data / 'part-0.parquet'}'"
        )
        duckdb.execute(
            "copy (select 'pos' as channel, 'receipts' as entity, 'x' as load_id, 1 as files, "
            f"1 as bytes, {day.rows} as rows_read, {day.rows} as rows_loaded, "
            "0 as rows_rejected, 0 as rows_duplicate, 0 as files_quarantined, "
            f"'' as unknown_columns) to '{load / 'load.parquet'}'"
        )
    profile, judged = measure_landing(home, [CONTRACT])
    results = run_suites(profile, [landing_suite(c) for c in judged], edge="landing")
    assert results
    return {r.check_name: r.details for r in results if not r.is_passed}


USUAL = [Day(rows=200 + 20 * (n % 4)) for n in range(8)]


def test_usual_days_pass(tmp_path):
    assert failures(tmp_path, *USUAL, Day()) == {}


def test_a_day_with_ninety_percent_fewer_rows_is_named(tmp_path):
    found = failures(tmp_path, *USUAL, Day(rows=21))
    assert list(found) == ["row_count_is_usual"]
    assert "dt 2026-06-09, row_count 21" in found["row_count_is_usual"]


@pytest.mark.parametrize("factor", [100, 0.01])
def test_fen_taken_for_yuan_trips_in_both_directions(tmp_path, factor):
    found = failures(tmp_path, *USUAL, Day(paid_fen=int(5_000 * factor)))
    assert list(found) == ["amounts_are_usual"]
    assert "paid_fen" in found["amounts_are_usual"]


def test_a_shopping_festival_is_life(tmp_path):
    assert failures(tmp_path, *USUAL, Day(rows=1_800, paid_fen=12_000)) == {}


def test_a_first_delivery_of_many_months_does_not_move_the_usual(tmp_path):
    assert failures(tmp_path, Day(rows=30_000), *USUAL, Day()) == {}


def test_without_history_nothing_is_unusual(tmp_path):
    assert failures(tmp_path, Day(), Day(rows=20)) == {}


def test_an_old_bad_day_does_not_block_for_ever(tmp_path):
    assert failures(tmp_path, *USUAL, Day(rows=15), *USUAL[:4]) == {}


@pytest.mark.parametrize("note", ["call 13912345678", "li@example.com"])
def test_a_clear_phone_or_mailbox_is_counted_and_not_shown(tmp_path, note):
    found = failures(tmp_path, *USUAL, Day(note=note))
    assert list(found) == ["no_clear_phone_or_email"]
    assert found["no_clear_phone_or_email"] == "column_name note, rows_with_clear_value 200"


def test_a_longer_number_is_no_phone(tmp_path):
    assert failures(tmp_path, *USUAL, Day(note="tid 4139123456781234567")) == {}
