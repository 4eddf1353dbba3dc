"""A home to try rules in: the deliveries and the memory of the real one, and nothing that is written back.

Belongs here: what is shared (by symbolic link, read only) and what is the scratch home's own. Does not
belong here: building in it.
"""

import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.identity.planning.errors import PlanError
from orchestration.lib.landing.reference import prepare_home
from orchestration.lib.landing.tokens import Keys

PREFIX = "plan-"
OWN = "_reference"  # what people write, as tokens: made again from the seeds that are planned


def require_secrets(home: Home) -> None:
    """Raise PlanError unless the secrets of ``home`` exist: new ones would fit no token."""
    if not (home.secrets / "vault.key").exists():
        raise PlanError(f"{home.secrets} holds no secrets: set YUTANG_SECRETS")


@contextmanager
def scratch_home(home: Home, *, project_dir: Path) -> Generator[Home]:
    """A home beside ``home`` with its raw/ and state/, and the seeds of ``project_dir``.

    It is on the same disk and gone when the block ends. No partition is copied: every entry of raw/
    but the reference lists is a link, and so is every file of state/identity. Nothing writes through
    a link: dbt only reads them, and the lists are the scratch home's own.

    Raises:
        PlanError: If the home has no deliveries or no secrets.
        YutangError: If a line of a seed is wrong; says which.
    """
    if not home.raw.exists():
        raise PlanError(f"{home.raw} does not exist: run `yutang run` first")
    require_secrets(home)
    home.tmp.mkdir(parents=True, exist_ok=True)
    _remove_left_behind(home.tmp)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=home.tmp))
    try:
        scratch = Home(root=folder, secrets=home.secrets)
        scratch.tmp.mkdir()
        scratch.raw.mkdir()
        for entry in home.raw.iterdir():
            if entry.name != OWN:
                (scratch.raw / entry.name).symlink_to(entry.resolve())
        if (home.raw / OWN).exists():
            shutil.copytree(home.raw / OWN, scratch.raw / OWN)
        # File by file: what is missing in state/ is written in the scratch home. Not the vault.
        remembered = home.state / "identity"
        if remembered.exists():
            (scratch.state / "identity").mkdir(parents=True)
            for entry in remembered.iterdir():
                (scratch.state / "identity" / entry.name).symlink_to(entry.resolve())
        if (home.root / "brand.yml").exists():
            shutil.copy2(home.root / "brand.yml", scratch.root / "brand.yml")
        # Without contracts: the empty files of silent entities are there already.
        prepare_home(scratch, (), Keys.load_or_create(scratch), project_dir=project_dir)
        yield scratch
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind(folder: Path) -> None:
    """Remove scratch homes of processes that were killed."""
    for left in folder.glob(f"{PREFIX}*"):
        process = left.name.removeprefix(PREFIX).split("-")[0]
        if not Path(f"/proc/{process}").exists():
            shutil.rmtree(left, ignore_errors=True)
