"""Parts of a report from its texts: a chart that answers a question, a table with its heads.

Belongs here: what every report does with one section of its texts.yml. Does not belong here: figures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orchestration.lib.metrics.values import shown
from orchestration.lib.reports.parts import Chart, Figure, Page, Part, Section, Table
from orchestration.lib.reports.said import Said, Texts, number, same, share

NOTHING = same("–")


@dataclass(frozen=True)
class Asking:
    """The texts of one report, by the part that says them."""

    say: Texts

    def chart(
        self,
        section: str,
        drawn: Mapping[str, str],
        *,
        is_tall: bool = False,
        **answer: Said | str,
    ) -> Chart:
        """A chart, or the sentence that there is nothing to draw."""
        return Chart(
            question=self.say(section, "question"),
            answer=self.say(section, "answer", **answer) if drawn else self.say(section, "none"),
            definition=self.say(section, "definition"),
            svg=drawn,
            is_tall=is_tall and bool(drawn),
        )

    def table(
        self,
        section: str,
        columns: Sequence[str],
        rows: Sequence[tuple[Said, ...]],
        *,
        numeric: Sequence[int] = (),
        of: int | None = None,
        **definition: Said | str,
    ) -> Table:
        """A table whose heads are texts of its section; ``of`` is how many rows there are in all."""
        return Table(
            question=self.say(section, "question"),
            definition=self.say(section, "definition", **definition),
            headers=tuple(self.say(section, name) for name in columns),
            rows=tuple(rows),
            empty=self.say(section, "none"),
            shown=self.say("page", "shown", n=number(len(rows)), of=number(of or len(rows))),
            numeric=tuple(numeric),
        )

    def figure(self, name: str, value: Said, **meaning: Said | str) -> Figure:
        return Figure(
            self.say("figures", name), value, self.say("figures", f"{name}_meaning", **meaning)
        )


def assemble(
    say: Texts, name: str, sections: Mapping[str, tuple[Part, ...]], *, as_of: date | None
) -> Page:
    """A page of sections in their order, each under the heading that its texts give it."""
    return Page(
        name=name,
        title=say("page", "title"),
        lead=say("page", "lead"),
        as_of=as_of,
        sections=tuple(Section(say("sections", key), parts) for key, parts in sections.items()),
    )


def count(value: float | Decimal | None, decimals: int = 0) -> Said:
    """A number; a dash where it is not known."""
    return NOTHING if value is None else same(number(float(value), decimals))


def cny(value: float | Decimal | None) -> Said:
    """Yuan; a dash where they are not known."""
    return shown(value, "CNY")


def part(some: float | Decimal | None, whole: float | Decimal | None) -> Said:
    """A share of a whole in percent; what is less than nothing is written as it is."""
    if some is None or not whole:
        return NOTHING
    ratio = float(some) / float(whole)
    return same(share(float(some), float(whole)) if 0 <= ratio <= 1 else f"{ratio:.1%}")
