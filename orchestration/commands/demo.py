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
        task = display.add_task(f"simulating a brand of {people:,} people", total=None, detail="")
        write_demo(home, people=people, days=days, seed=seed)
        display.update(task, total=1, completed=1)
    files = [path for path in home.landing.glob("*/*/dt=*/*") if path.is_file()]
    size_mib = sum(path.stat().st_size for path in files) / 2**20
    out = console()
    out.print(
        f"Wrote {len(files)} landing files ({size_mib:,.1f} MiB) of {people:,} people and "
        f"{days} days to {shown(home.landing)}; who is who is in {shown(home.truth)}."
    )
    if not if_empty:
        out.print("Next: yutang run")
