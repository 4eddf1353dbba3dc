"""`yutang timeline`: everything one person did and received."""

import json
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from rich.table import Table
from rich.text import Text

from orchestration.commands.terminal import console
from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.profile import timeline as timeline_lib
from orchestration.lib.profile.errors import TimelineError
from orchestration.lib.profile.timeline import Event, Timeline, read_timeline

TEXTS = Path(timeline_lib.__file__).with_name("timeline_texts.yml")
LANGUAGES = ("en", "zh")
STYLES = {"order": "bold green", "relation": "cyan", "message": "magenta", "coupon": "yellow",
          "points": "blue", "consent": "red", "behaviour": ""}  # fmt: skip


def show(one_id: str, *, days: int | None, as_json: bool, language: str) -> None:
    """Print the timeline of a person, a block per day.

    Args:
        one_id: Live or retired, or its first digits.
        days: Only the last so many days; None for all.
        language: ``en`` or ``zh``.

    Raises:
        TimelineError: If the question cannot be answered.
    """
    if language not in LANGUAGES:
        raise TimelineError(f"there is no such language; there is: {', '.join(LANGUAGES)}")
    home = Home.from_environment()
    timeline = read_timeline(home, one_id, days=days)
    if as_json:
        print(json.dumps(timeline.as_dict(), ensure_ascii=False, indent=2))
        return
    said = Said(language, brand_vars(home))
    out = console()
    for line in _head(timeline, said):
        out.print(line)
    out.print(_table(timeline, said) if timeline.events else said.word("none"))


class Said:
    """Words, codes and channels in one language, and times in the brand's zone."""

    def __init__(self, language: str, variables: dict):
        self.language = language
        self.zone = ZoneInfo(str(variables["brand_timezone"]))
        self._texts = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
        name = "name_zh" if language == "zh" else "name"
        self._channels = {key: known[name] for key, known in variables["channel_map"].items()}

    def word(self, name: str, *filled: object) -> str:
        return self._texts["words"][name][self.language].format(*filled)

    def code(self, text: str | None, group: str = "codes") -> str | None:
        """A state in words; `failed: reason` keeps its reason."""
        head, _, reason = (text or "").partition(": ")
        known = self._texts[group].get(head)
        if known is None:
            return text
        return f"{known[self.language]}: {reason}" if reason else known[self.language]

    def channel(self, name: str) -> str:
        return self._channels.get(name, name)

    def event(self, event: Event) -> str:
        return event.event_name_zh if self.language == "zh" else event.event_name_en

    def time(self, event: Event) -> str:
        at = event.occurred_at.replace(tzinfo=ZoneInfo("UTC")).astimezone(self.zone)
        return f"{at:%H:%M}"


def _head(timeline: Timeline, said: Said) -> list[Text]:
    lines = []
    if timeline.retired_on:
        merged = said.word("retired", timeline.asked, timeline.one_id, timeline.retired_on)
        lines.append(Text(merged, style="yellow"))
    who = timeline.person
    facts = [
        said.code(str(who[name]), "person") or ""
        for name in ("member_level", "customer_status", "aipl_stage", "value_tier")
        if who.get(name)
    ]
    facts.append(said.word("orders", who.get("order_count", 0)))
    facts.append(said.word("as_of", timeline.as_of_date))
    span = said.word("last", timeline.days) if timeline.days else said.word("all")
    count = said.word("events", len(timeline.events))
    return [
        *lines,
        Text(f"{said.word('person')} {timeline.one_id}", style="bold"),
        Text(" · ".join(facts)),
        Text(f"{count}{said.word('separator')}{span}\n"),
    ]


def _table(timeline: Timeline, said: Said) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("time", "event", "channel", "what"):
        table.add_column(said.word(name), no_wrap=name != "what", overflow="fold")
    table.add_column(said.word("amount"), justify="right", no_wrap=True)
    for day, group in groupby(timeline.events, key=lambda event: event.occurred_date):
        table.add_row(Text(str(day), style="bold underline"))
        for event in group:
            table.add_row(
                f"  {said.time(event)}",
                Text(said.event(event), style=STYLES.get(event.event_group, "")),
                said.channel(event.channel),
                Text(_what(event, timeline.names, said)),
                "" if event.amount_cny is None else f"{event.amount_cny:,.2f}",
            )
    return table


def _what(event: Event, names: dict[str, str], said: Said) -> str:
    """The rest of an event in one line: what it is about, where, and how it stands."""
    change = f"{event.quantity:+d}" if event.event_group == "points" and event.quantity else None
    ids = [event.title, event.store_id, event.campaign_id]
    named = [f"{names[text]} ({text})" if text in names else said.code(text) for text in ids]
    parts = [change, *named, event.page, event.placement, event.order_id, said.code(event.state)]
    return " · ".join(dict.fromkeys(part for part in parts if part))
