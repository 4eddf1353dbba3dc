"""What people call a purpose, a schedule, and the reasons that keep somebody out of a list.

Belongs here: looking names up in names.yml. Does not belong here: sentences of definitions (words.py).
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.audiences.schema import Schedule
from orchestration.lib.reports.said import Said, same

NAMES = Path(__file__).with_name("names.yml")


def purpose_words(purpose: str) -> Said:
    """A purpose of consent, as people call it."""
    if purpose.startswith("share:"):
        name = purpose.removeprefix("share:").replace("_", " ")
        return Said(f"与 {name} 共享", f"sharing with {name}")
    found = names()["purposes"].get(purpose)
    return Said(found["zh"], found["en"]) if found else same(purpose)


def schedule_words(schedule: Schedule) -> Said:
    """When the members are computed."""
    text = names()["schedules"][schedule.every]
    day = names()["days"].get(schedule.on)
    on = Said(day["zh"], day["en"]) if day else same(str(schedule.on))
    return Said(text["zh"], text["en"]).filled(on=on)


def reason_words(why: str) -> Said:
    """One reason of reachability or of an export."""
    said = names()["hindrances"].get(why.removeprefix("unreachable_"))
    return Said(said["zh"], said["en"]) if said else same(why)


def hindrances(found: Iterable[tuple[str, int]]) -> Said:
    """Why people cannot be reached, with how many, as one text."""
    named = [(reason_words(why), f"{n:,}") for why, n in found]
    return Said(
        "、".join(f"{why.zh} {n}" for why, n in named),
        ", ".join(f"{why.en} {n}" for why, n in named),
    )


@cache
def names() -> dict[str, dict[str, Any]]:
    """The whole file, by section."""
    return yaml.safe_load(NAMES.read_text(encoding="utf-8"))
