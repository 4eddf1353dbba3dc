"""The CSV files below seeds/identity/ that people edit: their lines with numbers, for clear errors.

Belongs here: reading a seed and saying where something is wrong. Does not belong here: what a
line means (rules.py, links.py, blocked.py).
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orchestration.lib.errors import YutangError


class IdentityRulesError(YutangError):
    """A line of seeds/identity/ cannot be used; names file and line, never a personal value."""


@dataclass(frozen=True)
class SeedLine:
    """One line of a seed; ``number`` counts from 1, the header is line 1."""

    path: Path
    number: int
    cells: dict[str, str] = field(repr=False)  # may hold clear values

    def error(self, found: str) -> IdentityRulesError:
        return IdentityRulesError(f"{self.path}, line {self.number}: {found}")

    def text(self, column: str) -> str:
        """The cell without blanks around it; empty if the file has no such column."""
        return self.cells.get(column, "")

    def required(self, column: str) -> str:
        if not (found := self.text(column)):
            raise self.error(f"{column} is empty")
        return found

    def one_of(self, column: str, known: Sequence[str]) -> str:
        if (found := self.text(column)) not in known:
            raise self.error(f"{column} '{found}' is not one of {', '.join(known)}")
        return found

    def positive_integer(self, column: str) -> int | None:
        """None where the cell is empty."""
        if not (found := self.text(column)):
            return None
        if not re.fullmatch(r"[0-9]{1,9}", found) or int(found) == 0:
            raise self.error(f"{column} '{found}' is not a whole number above 0")
        return int(found)

    def positive_decimal(self, column: str) -> Decimal | None:
        """None where the cell is empty."""
        if not (found := self.text(column)):
            return None
        try:
            number = Decimal(found)
        except InvalidOperation:
            number = Decimal(0)
        if not number.is_finite() or number <= 0:
            raise self.error(f"{column} '{found}' is not a number above 0")
        return number

    def day(self, column: str) -> date:
        found = self.required(column)
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", found):
                raise ValueError
            return date.fromisoformat(found)
        except ValueError:
            raise self.error(f"{column} '{found}' is not a day (YYYY-MM-DD)") from None


def read_seed(
    path: Path, *, columns: Sequence[str], optional: Sequence[str] = ()
) -> list[SeedLine]:
    """The lines of a seed, blank ones left out; none if there is no such file.

    Args:
        columns: What the header must name.
        optional: What it may name besides.

    Raises:
        IdentityRulesError: If the header or the number of cells of a line is wrong.
    """
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in columns if name not in header]
        unknown = [name for name in header if name not in (*columns, *optional)]
        if missing or unknown or len(set(header)) < len(header):
            said = [f"lacks {', '.join(missing)}"] if missing else []
            said += [f"does not know {', '.join(unknown)}"] if unknown else []
            said = said or ["names a column twice"]
            raise IdentityRulesError(
                f"{path}, line 1: the header {' and '.join(said)}; columns are "
                f"{', '.join((*columns, *optional))}"
            )
        lines = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            line = SeedLine(
                path, reader.line_num, dict(zip(header, map(str.strip, cells), strict=False))
            )
            if len(cells) != len(header):
                raise line.error(f"{len(cells)} cells, but the header names {len(header)} columns")
            lines.append(line)
        return lines
