"""`yutang demo`: the simulated brand's landing files."""

from orchestration.commands.terminal import console, progress, shown
from orchestration.lib.home import Home


def write(*, people: int, days: int, seed: int, if_empty: bool) -> None:
    """Write landing files and truth of a simulated brand; say where they are.

    Args:
        people: People of the brand.
        days: Days of history, ending with the newest delivery.
        seed: Same seed, same files.
        if_empty: Leave a home alone whose landing/ holds files.
    """
    home = Home.from_environment()
    if if_empty and any(home.landing.glob("*/*/dt=*/*")):
        return
    from orchestration.lib.demo import write_demo

    with progress() as display:
        task = display.add_task("simulating a brand", total=None, detail="")
        written = write_demo(
            home,
            people=people,
            days=days,
            seed=seed,
            progress=lambda line: display.update(task, detail=line),
        )
    out = console()
    out.print(
        f"Simulated {written.people:,} people over {days} days: {written.files:,} landing files "
        f"with {written.rows:,} rows in {shown(written.landing)}, who is who in "
        f"{shown(written.truth)}.",
        soft_wrap=True,
    )
    if not if_empty:
        out.print("Next: yutang run")
