"""How many people moved from stage to stage between any two days, from the published history.

Belongs here: the question and its answer as numbers. Does not belong here: printing (commands/)
or the rules of a stage (models/intermediate/lifecycle).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

NONE = "none"  # not known, or had not bought, on the earlier day
STAGES = {
    "lifecycle": ("introduction", "growth", "maturity", "dormant", "churned"),
    "lifecycle_4": ("new", "active", "dormant", "churned"),
    "aipl": ("aware", "interest", "purchase", "loyal"),
}


class FlowError(YutangError):
    """A flow that cannot be told; the message says which days or kinds can."""


@dataclass(frozen=True)
class StageFlow:
    """People by stage on two days: ``people[from_stage, to_stage]``."""

    kind: str
    from_date: date
    to_date: date
    people: dict[tuple[str, str], int]

    @property
    def people_to(self) -> int:
        """Everybody who has a stage at the end of the later day."""
        return sum(self.people.values())

    @property
    def new_people(self) -> int:
        """Those of them who had none at the end of the earlier day."""
        return sum(count for (source, _), count in self.people.items() if source == NONE)

    def as_json(self) -> dict[str, object]:
        """The documented structure of `yutang flow --json`."""
        return {
            "kind": self.kind,
            "from_date": self.from_date.isoformat(),
            "to_date": self.to_date.isoformat(),
            "people_from": self.people_to - self.new_people,
            "new_people": self.new_people,
            "people_to": self.people_to,
            "flows": [
                {"from_stage": source, "to_stage": target, "people": count}
                for (source, target), count in self.people.items()
            ],
        }


def read_flow(home: Home, kind: str, *, from_date: date, to_date: date) -> StageFlow:
    """Count the moves between the ends of two days.

    Args:
        home: The brand's home; the published file is read.
        kind: One of STAGES.
        from_date: The earlier day.
        to_date: The later day, up to the as-of day of the published file.

    Raises:
        FlowError: If nothing is published, the kind is unknown, or the days are not in order.
    """
    if kind not in STAGES:
        raise FlowError(f"there is no kind '{kind}'; there is: {', '.join(STAGES)}")
    if from_date >= to_date:
        raise FlowError(
            f"a flow from {from_date} to {to_date} has no time in between: give an earlier --from"
        )
    if not home.published.exists():
        raise FlowError(f"{home.published} does not exist: run `yutang run` first")
    with duckdb.connect(str(home.published), read_only=True) as published:
        try:
            rows = published.execute(
                "select max(as_of_date) from profile.customer_lifecycle"
            ).fetchall()
            as_of = rows[0][0]
            if as_of is None or to_date > as_of:
                raise FlowError(
                    f"the published tables describe {as_of or 'no day'}: give a --to up to that day"
                )
            found = published.execute(
                Path(__file__).with_name("flows.sql").read_text(encoding="utf-8"),
                {"kind": kind, "from_date": from_date, "to_date": to_date},
            ).fetchall()
        except duckdb.CatalogException as error:
            raise FlowError(
                f"{home.published} was made before stages had a history: run `yutang run` first"
            ) from error
    people = {(source, target): count for source, target, count in found}
    return StageFlow(kind, from_date, to_date, people)
