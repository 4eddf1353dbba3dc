"""The command line: help everywhere, bad input is one sentence and a non-zero exit."""

import os
import subprocess
import sys

import pytest

from orchestration.lib.home import PROJECT_DIR

COMMANDS = (
    "demo",
    "example",
    "run",
    "status",
    "rejects",
    "suggest",
    "explain",
    "plan",
    "metrics",
    "app",
    "bi",
    "budget",
    "dev",
)


def yutang(*arguments: str, home: str = "/nonexistent/yutang") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchestration.cli", *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, "YUTANG_HOME": home, "YUTANG_SECRETS": home, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_every_command():
    done = yutang("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str):
    done = yutang(command, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("run",), "holds no delivery"),
        (("run", "--target", "oracle"), "there is no engine 'oracle'"),
        (("run", "--as-of", "yesterday"), "does not match the format"),
        (("suggest",), "run `yutang run` first"),
        (("suggest", "--min-probability", "2"), "is not in the range 0.0<=x<=1.0"),
        (("example", "nothing"), "there is no example 'nothing'"),
        (("rejects", "--channel", "fax"), "there is no channel 'fax'"),
        (("demo", "--people", "3"), "at least 50 people"),
        (("explain", "phone:13911112222"), "does not exist yet: run `yutang run`"),
        (("explain", "a", "b", "c"), "takes one identifier or two"),
        (("metrics",), "does not exist yet: run `yutang run`"),
        (("app",), "does not exist yet: run `yutang run`"),
        (("bi", "setup"), "does not exist yet: run `yutang run`"),
        (("bi", "start"), "run `yutang bi setup`"),
        (("metrics", "--lang", "fr"), "there is no language 'fr'"),
    ],
)
def test_bad_input_is_one_sentence_without_a_traceback(arguments, sentence, tmp_path):
    done = yutang(*arguments, home=str(tmp_path))
    assert done.returncode != 0
    assert sentence in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
