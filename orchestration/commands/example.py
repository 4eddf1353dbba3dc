"""`yutang example NAME`: landing files from a public data set."""

from orchestration.commands.terminal import console, progress, shown
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home


def write(name: str | None) -> None:
    """Write the landing files of an example, or list the examples when no name is given.

    Raises:
        YutangError: If there is no example of that name.
    """
    from orchestration.lib.examples import EXAMPLES

    out = console()
    if name is None:
        for example in EXAMPLES.values():
            out.print(f"[bold]{example.name}[/bold]  {example.description}", soft_wrap=True)
        return
    if name not in EXAMPLES:
        raise YutangError(f"there is no example '{name}'; there is: {', '.join(EXAMPLES)}")
    home = Home.from_environment()
    with progress() as display:
        task = display.add_task(f"writing {name}", total=None, detail="")

        def advance(label: str, done: int, total: int) -> None:
            display.update(task, completed=done, total=total, detail=label)

        written = EXAMPLES[name].write(home, progress=advance)
    rows = sum(file.rows for file in written)
    out.print(
        f"Wrote {len(written)} landing files with {rows:,} rows to {shown(home.landing)}.\n"
        "Next: yutang run",
        soft_wrap=True,
    )
