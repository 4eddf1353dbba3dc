"""The guide "Add a destination", followed to the letter on a copy of the checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

from orchestration.lib.home import PROJECT_DIR
from tests.integration.test_add_a_channel import copy_of_the_checkout

GUIDE = PROJECT_DIR / "docs" / "guides" / "add-a-destination.md"
STEP = re.compile(r"^(Write|Add to) `([^`]+)`:\n\n```\w*\n(.*?)^```$", re.M | re.S)


def test_a_destination_added_by_the_guide_exports_and_passes_its_test(tmp_path: Path) -> None:
    checkout = copy_of_the_checkout(tmp_path)
    steps = STEP.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(steps) == 4
    for action, name, block in steps:
        path = checkout / name
        if action == "Write":
            assert not path.exists(), f"the guide writes {name}, which exists already"
            path.write_text(block, encoding="utf-8")
        else:
            path.write_text(path.read_text(encoding="utf-8") + block, encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
            "tests/unit/exports/test_agency_room.py", "tests/unit/exports/test_destinations.py",
        ],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "failed" not in done.stdout
