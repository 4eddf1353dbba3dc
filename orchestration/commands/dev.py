"""`yutang dev`: the Dagster UI on this home."""

import os
import sys
from pathlib import Path

from orchestration.commands.terminal import console
from orchestration.lib.home import PROJECT_DIR, Home


def serve(*, port: int) -> None:
    """Replace this process by `dg dev`, which serves the UI on the loopback address."""
    from orchestration.instance import prepare_instance

    home = Home.from_environment()
    prepare_instance(home)
    os.environ.update(home.environment())
    os.chdir(PROJECT_DIR)
    console().print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl-C stops it)")
    dg = Path(sys.executable).parent / "dg"
    os.execv(dg, [str(dg), "dev", "--host", "127.0.0.1", "--port", str(port)])
