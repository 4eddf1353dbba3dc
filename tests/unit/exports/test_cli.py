"""`yutang export`: what is typed and what is answered."""

import json

import pytest
import yaml
from typer.testing import CliRunner

from orchestration.commands.exports import export_app
from orchestration.lib.errors import YutangError
from orchestration.lib.exports import destinations, routes
from tests.unit.exports.small_brand import AUDIENCE, PURPOSE, brand, one_id


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A brand whose audience goes to one destination, as files say."""
    made = brand(tmp_path)
    body = {
        "name": {"en": "Ads", "zh": "广告"}, "adapter": "csv", "id_types": ["phone_sha256"],
        "consent": {"purpose": PURPOSE},
    }  # fmt: skip
    path = tmp_path / "destinations.yml"
    path.write_text(yaml.safe_dump({"ads": body}, allow_unicode=True))
    folder = tmp_path / "audiences"
    folder.mkdir()
    (folder / f"{AUDIENCE}.yml").write_text(f"name: {AUDIENCE}\ndestinations: [ads]\n")
    monkeypatch.setattr(destinations, "destinations_path", lambda: path)
    monkeypatch.setattr(routes, "audiences_dir", lambda: folder)
    monkeypatch.setenv("YUTANG_HOME", str(made.home.root))
    monkeypatch.setenv("YUTANG_SECRETS", str(made.home.secrets))
    monkeypatch.setenv("COLUMNS", "200")
    return made


def ask(*arguments: str) -> str:
    result = CliRunner().invoke(export_app, list(arguments))
    if result.exception:
        raise result.exception
    return result.stdout


def test_a_list_from_dry_run_to_match_rate(made, tmp_path):
    assert "would add: phone_sha256 10" in ask("dry-run")
    assert "Nothing was exported yet" in ask("status")
    assert "version 1: 10 lines in, 0 out, 1 files" in ask("run")
    assert "0 of 1 files are acknowledged" in ask("run", "--destination", "ads")
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps({
        "destination": "ads", "audience": AUDIENCE, "version": 1, "part": 1, "accepted": 10,
        "matched": 7,
    }))  # fmt: skip
    assert "nothing changed" in ask("receipt", str(receipt))
    assert "nothing changed" in ask("receipt", str(receipt))
    assert "70.00 %" in ask("status")
    made.members(range(9))
    said = json.loads(ask("dry-run", "--json", "--people"))[0]
    assert said["people_out"] == [one_id(9)]
    assert said["remove"] == {"phone_sha256": 1}
    assert f"- {one_id(9)}" in ask("dry-run", "--people")


def test_what_waits_is_named_and_released(made):
    ask("run")
    state = made.home.root / "outbox" / "ads" / AUDIENCE / "1"
    (state / "receipts").mkdir()
    (state / "receipts" / "1.json").write_text(json.dumps(
        {"destination": "ads", "audience": AUDIENCE, "version": 1, "accepted": 10}
    ))  # fmt: skip
    made.members(range(2))
    assert "80.0 % of the 10 lines there would be removed" in ask("run")
    assert "version 2 waits" in ask("status")
    assert "would wait" in ask("dry-run")
    assert "version 2: 0 lines in, 8 out" in ask("approve", "ads", AUDIENCE, "2", "--reason", "ok")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run", "--destination", "adds"), "there is no destination adds; did you mean ads?"),
        (("run", "--audience", "vap"), "no audience goes to vap; routes are: ads/vip"),
        (
            ("approve", "ads", AUDIENCE, "1", "--reason", "x"),
            "version 1 does not wait; nothing waits",
        ),
        (("receipt", "/nowhere.json"), "/nowhere.json cannot be read"),
    ],
)
def test_bad_input_is_one_sentence(made, arguments, sentence):
    with pytest.raises(YutangError, match=sentence.replace("?", r"\?")):
        ask(*arguments)


def test_a_receipt_of_a_version_that_never_was_is_refused(made, tmp_path):
    receipt = tmp_path / "receipt.json"
    receipt.write_text('{"destination": "ads", "audience": "vip", "version": 4, "accepted": 1}')
    with pytest.raises(YutangError, match="ads/vip has no version 4"):
        ask("receipt", str(receipt))


def test_without_routes_nothing_happens(made, tmp_path):
    (tmp_path / "audiences" / f"{AUDIENCE}.yml").write_text(f"name: {AUDIENCE}\n")
    assert "nothing to export" in ask("run")
    assert "nothing would be exported" in ask("dry-run")
