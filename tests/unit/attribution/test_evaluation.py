"""The error of a model's channel shares, on a truth small enough to count by hand."""

from pathlib import Path

import duckdb
import pytest

from orchestration.lib.attribution.errors import AttributionError
from orchestration.lib.attribution.evaluation import evaluate, sentence
from orchestration.lib.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(root=tmp_path, secrets=tmp_path / "secrets")
    found.truth.mkdir()
    found.published.parent.mkdir()
    return found


def write(home: Home, truth: str, credit: str) -> None:
    with duckdb.connect(str(home.published)) as con:
        con.execute(
            "copy (select * from (values " + truth + ") as t (order_id, is_paid, "
            "causing_touch_type, causing_channel)) to '" + str(home.truth / "orders.parquet") + "'"
        )
        con.execute("create schema attribution")
        con.execute(
            "create table attribution.fct_attribution as select *, 'sale' as booking_type from "
            "(values " + credit + ") as t (model, order_id, channel, credit_ratio)"
        )


def test_shares_hits_and_overstatement_are_counted(home: Home) -> None:
    """Truth: sms caused one order, the ad one, nothing the third. A says sms twice and the ad once."""
    write(
        home,
        "('o1', true, 'sms_delivered', 'sms'), ('o2', true, 'ad_click', 'tencent_ads'), "
        "('o3', true, null, null)",
        "('A', 'o1', 'sms', 1.0), ('A', 'o2', 'sms', 0.5), ('A', 'o2', 'tencent_ads', 0.5), "
        "('A', 'o3', 'sms', 0.5), ('A', 'o3', 'tencent_ads', 0.5), "
        "('B', 'o1', 'tencent_ads', 1.0), ('B', 'o2', '(unattributed)', 1.0), "
        "('B', 'o3', '(unattributed)', 1.0)",
    )
    best, worst = evaluate(home)
    assert (best.model, worst.model) == ("A", "B")
    assert best.share_error == pytest.approx(2 / 3 - 1 / 2)
    assert best.hit_ratio == pytest.approx(0.75)
    assert best.overstatement == pytest.approx(1.5)
    assert worst.share_error == pytest.approx(0.5)
    assert worst.hit_ratio == 0
    said = sentence((best, worst))
    assert "A 0.17, B 0.50" in said
    assert "75%" in said


def test_no_truth_and_no_cause_are_said(home: Home) -> None:
    with pytest.raises(AttributionError, match="the truth is not at"):
        evaluate(home)
    write(home, "('o1', true, null, null)", "('A', 'o1', 'sms', 1.0)")
    with pytest.raises(AttributionError, match="no touch caused"):
        evaluate(home)
