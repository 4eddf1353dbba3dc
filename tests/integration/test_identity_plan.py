"""`yutang plan identity` on a demo brand: what an edit would do, and that nothing was done."""

import csv
import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.tokens import Keys, namespace
from tests.integration.homes import DemoRun, yutang

pytestmark = pytest.mark.slow


def digest(home: Home) -> dict[str, str]:
    """Every file of the home but what is scratch, by its content."""
    return {
        str(path.relative_to(home.root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and home.tmp not in path.parents
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the project whose rules can be edited."""
    folder = tmp_path / "checkout"
    for name in ("models", "macros", "seeds", "tests/data_tests"):
        shutil.copytree(PROJECT_DIR / name, folder / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(PROJECT_DIR / name, folder / name)
    return folder


def edit(checkout: Path, seed: str, change: Callable[[list[dict]], None]) -> None:
    path = checkout / "seeds" / "identity" / seed
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        rows, names = list(reader), list(reader.fieldnames or ())
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def buyers(run: DemoRun) -> list[tuple[str, str]]:
    """Clear (phone, member id) of people who bought and whom both identifiers name."""
    keys = Keys.load_or_create(run.home)
    whose = dict(
        run.query(
            "select identifier_token, one_id from core.bridge_customer_identifiers "
            "inner join core.dim_customers using (one_id) where identifier_class in "
            "('many', 'unique') and is_buyer and channel_count >= 3"
        )
    )
    people: dict[str, dict[str, str]] = {}
    for row in pq.read_table(run.home.truth / "identifiers.parquet").to_pylist():
        kind, value = row["identifier_type"], row["identifier_value"]
        one_id = whose.get(keys.token(namespace(kind, row["identifier_scope"]), value))
        if one_id and kind in ("phone", "member_id"):
            people.setdefault(one_id, {})[kind] = value
    return sorted((p["phone"], p["member_id"]) for p in people.values() if len(p) == 2)


def test_without_an_edit_nothing_would_change(demo_run: DemoRun):
    done = yutang(demo_run.home, "plan", "identity", "--detailed-exitcode")
    assert "No change" in done.stdout


def test_an_edit_is_told_and_nothing_is_touched(demo_run: DemoRun, checkout: Path):
    (phone, _), (kept_phone, member), *_ = buyers(demo_run)
    edit(
        checkout,
        "blocked_identifiers.csv",
        lambda rows: rows.append(
            dict.fromkeys(rows[0], "")
            | {"identifier_type": "phone", "value": phone, "reason": "ours"}
        ),
    )
    edit(
        checkout,
        "identifier_types.csv",
        lambda rows: next(r for r in rows if r["identifier_type"] == "phone").update(
            max_values_per_person="1"
        ),
    )
    edit(
        checkout,
        "manual_links.csv",
        lambda rows: rows.append(
            {
                "link": "cannot", "type_a": "phone", "value_a": kept_phone, "type_b": "member_id",
                "value_b": member, "author": "li.na", "reason": "twins",
                "decided_on": "2026-06-01",
            }
        ),
    )  # fmt: skip
    before = digest(demo_run.home)
    arguments = ("plan", "identity", "--project-dir", str(checkout), "--json")
    done = yutang(demo_run.home, *arguments, "--detailed-exitcode", check=False)
    assert done.returncode == 2, done.stderr[-2000:]
    assert digest(demo_run.home) == before
    assert not list(demo_run.home.tmp.glob("plan-*"))
    for clear in (phone.removeprefix("+86"), kept_phone.removeprefix("+86"), member):
        assert clear not in done.stdout + done.stderr
    plan = json.loads(done.stdout)
    assert plan["version"] == 1
    assert plan["has_changes"]
    assert plan["people"]["split"] >= 1
    assert plan["people"]["after"] > plan["people"]["before"]
    assert plan["identifiers"]["lost"] >= 1
    rules = {one["rule"]: (one["before"], one["after"]) for one in plan["conflicts"]}
    assert rules["blocked_list:ours"] == (0, 1)
    assert rules["cannot_link"][1] >= 1
    assert plan["splits"]
    assert (plan["loaded_since"], plan["newer_days"], plan["pending_days"]) == (0, 0, 0)
    lists = plan["audiences"]
    assert lists
    assert all(one["members_after"] <= one["members_before"] for one in lists)
    assert sum(one["split"] + one["merged"] + one["lost"] for one in lists) > 0
    below = yutang(demo_run.home, *arguments, "--fail-above", "90", check=False)
    assert below.returncode == 0, below.stderr[-2000:]


def test_a_rule_that_does_not_build_is_an_error(demo_run: DemoRun, checkout: Path):
    edit(
        checkout,
        "blocked_identifiers.csv",
        lambda rows: rows[0].update(identifier_type="fone"),
    )
    done = yutang(
        demo_run.home, "plan", "identity", "--project-dir", str(checkout), check=False
    )  # fmt: skip
    assert done.returncode == 1
    assert "blocked_identifiers.csv" in done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_published_is_one_sentence(tmp_path: Path):
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    done = yutang(home, "plan", "identity", check=False)
    assert done.returncode == 1
    assert "run `yutang run`, then plan a change" in " ".join(done.stderr.split())
