"""`yutang bi`: Superset with the dashboards, on this machine."""

import os

from orchestration.commands.terminal import console, progress, shown
from orchestration.lib.bi import server
from orchestration.lib.bi.errors import BiError
from orchestration.lib.home import Home


def setup() -> None:
    """Prepare Superset for this home and import the dashboards."""
    home = Home.from_environment()
    with progress() as display:
        task = display.add_task("starting", total=None, detail="")
        server.setup(home, progress=lambda line: display.update(task, description=line))
    console().print(
        f"The dashboards are imported. Sign in as {server.USER}; the password is in "
        f"{shown(server.password_file(home))}"
    )


def start(*, host: str, port: int) -> None:
    """Replace this process by Superset.

    Raises:
        BiError: If `yutang bi setup` was not run for this home.
    """
    home = Home.from_environment()
    if not (server.home_of(home) / "superset.db").exists():
        raise BiError("Superset is not prepared for this home: run `yutang bi setup`")
    out = console()
    out.print(f"Superset: http://{host}:{port}/dashboard/list/ (Ctrl-C stops it)")
    out.print(f"Sign in as {server.USER}; the password is in {shown(server.password_file(home))}")
    command = server.command(home, host=host, port=port)
    os.chdir(server.home_of(home))
    os.execve(command[0], command, server.environment(home))
