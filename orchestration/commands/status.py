"""`yutang status`: what is loaded, pending and published, and what the last audit found."""

from orchestration.commands.summary import print_summary, read_summary
from orchestration.commands.terminal import console
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.landing.contract import load_contracts
from orchestration.lib.quality.loads import read_loads


def show() -> None:
    """Print one line per channel.entity, then the published figures."""
    from rich.table import Table

    from orchestration.lib.landing.partitions import pending_days
    from orchestration.lib.landing.tokens import Keys

    home = Home.from_environment()
    keys = Keys.load_or_create(home)
    out = console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("channel.entity", "days", "newest", "rows", "rejected", "pending days", "faults"):
        table.add_column(name, justify="left" if name == "channel.entity" else "right")
    loads = read_loads(home)
    for (channel, entity), contract in load_contracts(PROJECT_DIR, home).items():
        counts = [c for c in loads if (c.channel, c.entity) == (channel, entity)]
        table.add_row(
            contract.name,
            f"{len(counts):,}",
            str(max((c.day for c in counts), default="silent")),
            f"{sum(c.rows_loaded for c in counts):,}",
            f"{sum(c.rows_rejected for c in counts):,}",
            f"{len(pending_days(home, contract, keys)):,}",
            f"{sum(not c.reconciles for c in counts):,}",
        )
    out.print(table)
    if home.published.exists():
        print_summary(out, home, read_summary(home), seconds=None)
    else:
        out.print("\nNothing is published yet: yutang run")
