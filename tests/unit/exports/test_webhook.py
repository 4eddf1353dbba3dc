"""A list that goes to an HTTP endpoint: requests, answers, faults, crashes, secrets."""

import hashlib
import json
import subprocess
import sys

import pytest

from orchestration.lib.exports import sending
from orchestration.lib.exports.errors import DestinationError
from orchestration.lib.exports.log import export_log_table
from orchestration.lib.exports.outbox import version_folder
from orchestration.lib.exports.run import approve, dry_run, export
from orchestration.lib.exports.state import Store
from orchestration.lib.landing.tokens import Keys
from tests.unit.exports.endpoint import serving
from tests.unit.exports.platform import Crash
from tests.unit.exports.small_brand import PURPOSE, Brand, brand, destination, phone, route

pytest.importorskip("drt.destinations.rest_api", reason="drt-core is in requirements.lock")
OPTIONS = {"url": "LIST_URL", "auth": {"bearer": "LIST_TOKEN"}, "batch_size": 4}
TOKEN = "correct-horse-battery"


@pytest.fixture
def endpoint(monkeypatch):
    monkeypatch.setattr(sending, "FIRST_WAIT_S", 0.01)
    with serving() as found:
        monkeypatch.setenv("LIST_URL", found.url)
        monkeypatch.setenv("LIST_TOKEN", TOKEN)
        yield found


def way_to(folder, **changes):
    options = {**OPTIONS, "requests_per_second": 1000, **changes.pop("options", {})}
    return route(folder, adapter="webhook", options=options, **changes)


def sha(number: int) -> str:
    return hashlib.sha256(phone(number)[3:].encode()).hexdigest()


def run(made: Brand, way):
    return export(made.home, [way])[0]


def log(made: Brand) -> list[dict]:
    return export_log_table(made.home).to_pylist()


def test_parts_go_out_as_the_files_in_the_outbox_and_answers_are_receipts(tmp_path, endpoint):
    made, way = brand(tmp_path, 10), way_to(tmp_path)
    outcome = run(made, way)
    assert (outcome.status, outcome.added) == ("acknowledged", 10)
    assert sorted(endpoint.values) == sorted(sha(n) for n in range(10))
    folder = version_folder(made.home, way, 1)
    parts = json.loads((folder / "manifest.json").read_text())["parts"]
    assert [part["lines"] for part in parts] == [4, 4, 2]
    assert [(folder / part["file"]).read_bytes() for part in parts] == [
        request.body for request in endpoint.requests
    ]
    assert {r.headers["Authorization"] for r in endpoint.requests} == {f"Bearer {TOKEN}"}
    assert len({r.key for r in endpoint.requests}) == 3
    first = endpoint.requests[0].said
    assert (first["event"], first["audience"], first["part"], first["parts"]) == (
        "added", "vip", 1, 3,
    )  # fmt: skip
    assert log(made)[0]["files_acknowledged"] == 3
    assert run(made, way).status == "unchanged"
    assert len(endpoint.requests) == 3
    # The secret and the address are nowhere at rest.
    for path in made.home.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert TOKEN.encode() not in content
            assert endpoint.url.encode() not in content


def test_who_leaves_is_removed(tmp_path, endpoint):
    made, way = brand(tmp_path, 5), way_to(tmp_path)
    run(made, way)
    made.say(0, PURPOSE, granted=False)
    made.publish()
    made.members([0, 1, 2, 3])
    assert run(made, way).status == "acknowledged"
    assert endpoint.requests[-1].said["event"] == "removed"
    assert sorted(endpoint.values) == sorted(sha(n) for n in (1, 2, 3))


def test_a_server_in_trouble_is_asked_again_and_then_in_the_next_run(tmp_path, endpoint):
    made, way = brand(tmp_path, 6), way_to(tmp_path)
    endpoint.reply = lambda n, _: (503, {"later": True}) if n <= 2 else None
    assert run(made, way).status == "acknowledged"  # the third attempt of the first part
    assert len(endpoint.requests) == 4
    made.person(20)
    made.publish()
    made.members([*range(6), 20])
    endpoint.reply = lambda _n, _: (500, {"error": "broken"})
    outcome = run(made, way)
    assert outcome.status == "sent"
    assert "1 wait for the endpoint (http_500)" in outcome.sentence
    assert len(endpoint.requests) == 4 + sending.ATTEMPTS
    keys = {request.key for request in endpoint.requests[4:]}
    endpoint.reply = lambda _n, _: None
    assert run(made, way).status == "acknowledged"
    assert {endpoint.requests[-1].key} == keys
    assert sorted(endpoint.values) == sorted(sha(n) for n in [*range(6), 20])


def test_after_a_part_without_an_answer_the_others_wait(tmp_path, endpoint):
    made, way = brand(tmp_path, 12), way_to(tmp_path)
    endpoint.reply = lambda _n, request: (502, {}) if request.said["part"] == 2 else None
    outcome = run(made, way)
    assert "2 wait for the endpoint (http_502)" in outcome.sentence
    assert {request.said["part"] for request in endpoint.requests} == {1, 2}
    endpoint.reply = lambda _n, _: None
    assert run(made, way).status == "acknowledged"
    assert len(endpoint.values) == len(set(endpoint.values)) == 12


def test_one_refused_row_rejects_itself(tmp_path, endpoint):
    made, way = brand(tmp_path, 4), way_to(tmp_path)
    endpoint.reply = lambda _n, _: (422, {"errors": [None, "phone 138... is unknown", None, None]})
    assert run(made, way).status == "acknowledged"
    assert len(endpoint.values) == 3
    [row] = log(made)
    assert (row["lines"], row["accepted"], row["valid"]) == (4, 4, 3)
    assert row["errors"] == "row_refused:1"
    folder = version_folder(made.home, way, 1)
    [header, line] = (folder / "refused.csv").read_text().splitlines()
    assert header == "one_id,identifier_type,id_type,reason"
    assert line.endswith(",,phone_sha256,row_refused")
    assert b"unknown" not in b"".join(p.read_bytes() for p in made.home.root.rglob("*.json"))
    assert run(made, way).status == "unchanged"


def test_a_part_that_is_refused_whole_is_given_up_after_three_runs(tmp_path, endpoint):
    made, way = brand(tmp_path, 3), way_to(tmp_path)
    endpoint.reply = lambda _n, _: (400, {"error": "I do not like it"})
    for _ in range(3):
        run(made, way)
    assert len(endpoint.requests) == 3
    endpoint.reply = lambda _n, _: None
    assert run(made, way).status == "acknowledged"
    assert len(endpoint.values) == len(set(endpoint.values)) == 3


@pytest.mark.parametrize("status", [401, 404, 302])
def test_an_address_or_a_key_that_is_wrong_changes_nothing(tmp_path, endpoint, status):
    made, way = brand(tmp_path, 3), way_to(tmp_path)
    endpoint.reply = lambda _n, _: (status, {})
    for _ in range(5):
        assert f"http_{status}" in run(made, way).sentence
    endpoint.reply = lambda _n, _: None
    outcome = run(made, way)
    assert (outcome.status, outcome.version) == ("acknowledged", 1)
    assert len(endpoint.values) == 3


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_a_part_doubles_nothing(tmp_path, endpoint, monkeypatch, moment):
    """The process ends when the second part is sent, before or after the endpoint took it."""
    made, way = brand(tmp_path, 10), way_to(tmp_path)
    original, sent = sending.send_part, []

    def send(home, way_, part, rows, context):
        sent.append(part.number)
        if len(sent) == 2 and moment == "before":
            raise Crash
        said = original(home, way_, part, rows, context)
        if len(sent) == 2:
            raise Crash
        return said

    monkeypatch.setattr(sending, "send_part", send)
    with pytest.raises(Crash):
        run(made, way)
    state = Store(made.home, way, Keys.load_or_create(made.home).vault_key).load()
    assert [part.status for part in state.pending.parts] == ["acknowledged", "sent", "sent"]
    assert run(made, way).status == "acknowledged"
    assert sent == [1, 2, 2, 3]
    assert sorted(endpoint.values) == sorted(sha(n) for n in range(10))
    keys = [request.key for request in endpoint.requests]
    assert len(set(keys)) == 3
    assert len(keys) == (3 if moment == "before" else 4)


def test_the_brake_holds_and_a_dry_run_sends_nothing(tmp_path, endpoint):
    made, way = brand(tmp_path, 5), way_to(tmp_path, min_people=100)
    plan, _ = dry_run(made.home, way)
    assert len(plan.added) == 5
    assert run(made, way).status == "held"
    assert endpoint.requests == []
    assert approve(made.home, way, 1, reason="a test").status == "acknowledged"
    assert len(endpoint.values) == 5


def test_secrets_are_named_and_missing_ones_are_said(tmp_path, endpoint, monkeypatch):
    made, way = brand(tmp_path, 2), way_to(tmp_path)
    monkeypatch.delenv("LIST_TOKEN")
    outcome = run(made, way)
    assert outcome.status == "failed"
    assert "the secret LIST_TOKEN is not set" in outcome.sentence
    (made.home.secrets / "LIST_TOKEN").write_text(f"{TOKEN}\n")
    assert run(made, way).status == "acknowledged"
    assert endpoint.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


def test_identifiers_go_nowhere_in_the_clear(tmp_path, endpoint, monkeypatch):
    made, way = brand(tmp_path, 2), way_to(tmp_path)
    monkeypatch.setenv("LIST_URL", "http://lists.example/in")
    assert "must begin with https://" in run(made, way).sentence
    assert endpoint.requests == []


def test_another_way_to_name_the_key(tmp_path, endpoint):
    made = brand(tmp_path, 2)
    auth = {"header": "X-Api-Key", "value": "LIST_TOKEN"}
    assert run(made, way_to(tmp_path, options={"auth": auth})).status == "acknowledged"
    assert endpoint.requests[0].headers["X-Api-Key"] == TOKEN


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"url": "https://lists.example/in"}, "never the secret itself"),
        ({"url": "A", "auth": {"bearer": "s3cret"}}, "never the secret itself"),
        ({"url": "A", "auth": {"basic": "B"}}, "{bearer: NAME}"),
        ({"url": "A", "batch_size": 0}, "batch_size must be"),
        ({"url": "A", "requests_per_second": "many"}, "requests_per_second must be"),
        ({"url": "A", "batchsize": 5}, "did you mean batch_size?"),
    ],
)
def test_wrong_options_are_one_sentence_with_a_line(tmp_path, options, sentence):
    with pytest.raises(DestinationError) as error:
        destination(tmp_path, adapter="webhook", options=options)
    assert sentence in str(error.value)
    assert "destinations.yml:" in str(error.value)


def test_an_endpoint_is_acknowledged_by_its_answers(tmp_path):
    with pytest.raises(DestinationError, match="must be receipt"):
        destination(tmp_path, adapter="webhook", options=OPTIONS, acknowledged_by="delivery")


def test_the_library_is_imported_only_where_something_is_sent():
    """Its import takes a second, which no run without a webhook may pay."""
    code = (
        "import sys; import orchestration.lib.exports.run, orchestration.lib.exports.sending; "
        "sys.exit(any(name == 'drt' or name.startswith('drt.') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
