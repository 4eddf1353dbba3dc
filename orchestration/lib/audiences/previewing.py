"""A look at an audience or a file, without writing anything.

Belongs here: counts, a few examples by id, the SQL. Does not belong here: the whole card (card.py).
"""

from dataclasses import dataclass
from pathlib import Path

from orchestration.lib.audiences.card import Reach
from orchestration.lib.audiences.compiling import Engine
from orchestration.lib.audiences.counting import (
    destination_reach,
    evaluate_names,
    file_name,
    with_file,
)
from orchestration.lib.audiences.evaluating import chosen
from orchestration.lib.audiences.files import AUDIENCES_DIR
from orchestration.lib.audiences.opening import Opened, open_home
from orchestration.lib.audiences.reasons import Reasons
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.home import Home
from orchestration.lib.reports.said import Said


@dataclass(frozen=True)
class Preview:
    """How many, and the first few with why; ids only."""

    name: Said
    definition: Said
    members: int
    met_conditions: int
    not_allowed: int
    examples: tuple[tuple[str, Said], ...]
    destinations: tuple[Reach, ...] = ()


def previewed(
    home: Home, name: str | Path, *, people: int = 5, folder: Path = AUDIENCES_DIR
) -> Preview:
    """Evaluate an audience or a file on what is published.

    Args:
        people: How many examples, by one_id.
    """
    opened, audience = _opened(home, name, folder)
    try:
        compiled = evaluate_names(opened, [audience.name])
        bits = compiled.bits(audience.name)
        meets, allowed = compiled.meets[audience.name], compiled.is_allowed[audience.name]
        inside = chosen(compiled, audience.name, audience)
        connection = opened.connection
        members, met, blocked = connection.execute(
            f"select (select count(*) from ({inside})), "
            f"count(*) filter (where {meets}), "
            f"count(*) filter (where ({meets}) and not {allowed}) from evaluation"
        ).fetchall()[0]
        connection.execute(f"create or replace temp table chosen_members as {inside}")
        reasons = Reasons(audience, opened.words)
        rows = connection.execute(
            f"select one_id, {bits} from evaluation semi join ({inside}) as chosen using (one_id) "
            "order by one_id limit ?",
            [people],
        ).fetchall()
        return Preview(
            name=Said(audience.name_zh, audience.name_en),
            definition=opened.words.definition(audience),
            members=members,
            met_conditions=met,
            not_allowed=blocked,
            examples=tuple((one_id, reasons.membership(found)) for one_id, found in rows),
            destinations=tuple(
                destination_reach(opened, audience, folder.parent, "chosen_members")
            ),
        )
    finally:
        opened.connection.close()


def preview_sql(
    home: Home, name: str | Path, *, engine: Engine = "duckdb", folder: Path = AUDIENCES_DIR
) -> str:
    """The SQL of one audience for an engine: a row per person, and whether it is a member."""
    opened, audience = _opened(home, name, folder)
    try:
        compiled = opened.compiled([opened.question(audience)])
        return (
            f"SELECT one_id, {compiled.meets[audience.name]} AS meets_conditions, "
            f"{compiled.is_allowed[audience.name]} AS is_allowed\nFROM (\n{compiled.sql(engine)}\n) "
            "AS evaluation"
        )
    finally:
        opened.connection.close()


def _opened(home: Home, name: str | Path, folder: Path) -> tuple[Opened, Audience]:
    opened = open_home(home, folder)
    try:
        if isinstance(name, Path):
            opened = with_file(opened, name)
            return opened, opened.files[file_name(opened.files, name)]
        return opened, opened.files[name]
    except BaseException:
        opened.connection.close()
        raise
