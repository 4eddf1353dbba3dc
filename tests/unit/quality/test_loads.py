"""The books of the raw load: what reconciles, in words."""

from dataclasses import replace
from datetime import date

from orchestration.lib.home import Home
from orchestration.lib.quality.loads import LoadCounts, newest_delivery_day, read_loads

GOOD = LoadCounts("pos", "receipts", date(2026, 6, 1), "id", 3, 900, 10, 7, 2, 1, 0, "")


def test_read_is_loaded_plus_rejected_plus_duplicates():
    assert GOOD.reconciles
    assert GOOD.sentence == "pos.receipts dt=2026-06-01: reconciles"


def test_rows_that_vanished_are_counted():
    lost = replace(GOOD, rows_loaded=5)
    assert not lost.reconciles
    assert lost.rows_missing == 2
    assert "2 of 10 rows are unaccounted for" in lost.sentence


def test_a_quarantined_file_does_not_reconcile():
    quarantined = replace(GOOD, files_quarantined=1)
    assert not quarantined.reconciles
    assert "1 of 3 files could not be read" in quarantined.sentence


def test_a_home_without_loads_has_no_books(tmp_path):
    home = Home(root=tmp_path, secrets=tmp_path)
    assert read_loads(home) == []
    assert newest_delivery_day(home) is None
