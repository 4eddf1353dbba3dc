"""The guide "Add a channel", followed to the letter on a copy of the checkout."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.lib.home import PROJECT_DIR, Home

GUIDE = PROJECT_DIR / "docs" / "guides" / "add-a-channel.md"
STEP = re.compile(r"^(Write|Add to) `([^`]+)`[^\n]*\n\n```\w*\n(.*?)^```$", re.M | re.S)
QUERY = re.compile(r"^(select .*?;)\n((?:-- [^\n]*\n)+)", re.M | re.S)


def copy_of_the_checkout(folder: Path) -> Path:
    """What git tracks, without data and environment."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT_DIR, capture_output=True, check=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = PROJECT_DIR / name
        if source.exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, folder / name)
    return folder


def follow(guide: str, *, checkout: Path, home: Home) -> list[str]:
    """Do what the guide says; returns the files it wrote or added to."""
    done = []
    for action, name, block in STEP.findall(guide):
        path = (
            home.root / name.removeprefix("data/") if name.startswith("data/") else checkout / name
        )
        if action == "Write":
            assert not path.exists(), f"the guide writes {name}, which exists already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block, encoding="utf-8")
        elif name == "dbt_project.yml":
            text = path.read_text(encoding="utf-8")
            assert text.count("  channel_map:\n") == 1
            path.write_text(text.replace("  channel_map:\n", f"  channel_map:\n{block}"), "utf-8")
        else:
            path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + "\n" + block, "utf-8")
        done.append(name)
    return done


@pytest.mark.slow
def test_a_channel_added_by_the_guide_gives_the_orders_the_guide_promises(tmp_path: Path) -> None:
    home = Home(root=tmp_path / "home", secrets=tmp_path / "secrets")
    checkout = copy_of_the_checkout(tmp_path / "checkout")
    guide = GUIDE.read_text(encoding="utf-8")
    assert len(follow(guide, checkout=checkout, home=home)) >= 8

    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "run"],
        cwd=checkout,
        env={
            **os.environ,
            **home.environment(),
            "PYTHONPATH": str(checkout),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]

    promised = QUERY.findall(guide.split("Run and look")[1])
    assert len(promised) >= 2
    with duckdb.connect(str(home.published), read_only=True) as connection:
        for query, comments in promised:
            expected = [line.removeprefix("-- ").split() for line in comments.strip().splitlines()]
            found = [[str(cell) for cell in row] for row in connection.execute(query).fetchall()]
            assert sorted(found) == sorted(expected), query
        unresolved = connection.execute(
            "select count(*) from core.fct_orders where channel = 'weimob' and one_id is null"
        ).fetchall()
    assert unresolved == [(0,)]
