"""`yutang rejects`: refused rows, with their text as it stands in landing/."""

from orchestration.commands.terminal import console
from orchestration.lib.errors import YutangError
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts


def show(*, channel: str | None, entity: str | None, limit: int) -> None:
    """Print refused rows, newest delivery first.

    The text comes from landing/, so it may hold personal data: it is shown, never stored.

    Raises:
        YutangError: If there is no such channel or entity.
    """
    home = Home.from_environment()
    known = load_contracts(PROJECT_DIR, home)
    channels = sorted({name for name, _ in known})
    if channel and channel not in channels:
        raise YutangError(f"there is no channel '{channel}'; there is: {', '.join(channels)}")
    entities = sorted({name for owner, name in known if channel in (None, owner)})
    if entity and entity not in entities:
        raise YutangError(f"there is no entity '{entity}'; there is: {', '.join(entities)}")
    from orchestration.lib.landing.rejects import list_rejects

    out = console()
    found = list_rejects(home, known, channel=channel, entity=entity, limit=limit)
    for reject in found:
        column = f" [{reject.column_name}]" if reject.column_name else ""
        out.print(
            f"{reject.file}:{reject.line}{column} {reject.reason_code}: {reject.reason}",
            markup=False,
        )
        if reject.text:
            out.print(f"    {reject.text}", markup=False, style="dim")
    if not found:
        out.print("No row was refused.")
