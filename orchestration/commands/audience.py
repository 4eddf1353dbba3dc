"""`yutang audience` and `yutang plan audience`: what people ask about audiences, in a terminal."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from orchestration.commands.terminal import console, shown, table_lines
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home
from orchestration.lib.reports.said import LANGUAGES, Said

CHANGES = 2  # exit code, as `yutang plan identity --detailed-exitcode`


def list_audiences(*, as_json: bool, language: str) -> None:
    """Print every audience with the members of its newest run."""
    from orchestration.lib.audiences.files import read_audiences
    from orchestration.lib.audiences.published import published_runs
    from orchestration.lib.audiences.tree import evaluation_order

    _check_language(language)
    files = read_audiences()
    evaluation_order(files)
    runs = published_runs(Home.from_environment())
    rows = [(one, runs.get(name)) for name, one in files.audiences.items()]
    if as_json:
        print(
            json.dumps(
                [
                    {
                        "audience": one.name, "name": {"zh": one.name_zh, "en": one.name_en},
                        "owner": one.owner, "as_of_date": str(run.as_of) if run else None,
                        "members": run.members if run else None,
                        "joined": run.joined if run else None, "left": run.left if run else None,
                    }
                    for one, run in rows
                ],
                ensure_ascii=False, indent=2,
            )
        )  # fmt: skip
        return
    table = _table(
        *(
            _say(language, *name)
            for name in (
                ("人群", "audience"), ("名称", "name"), ("人数", "members"), ("进入", "joined"),
                ("离开", "left"), ("数据日", "as of"),
            )
        )
    )  # fmt: skip
    for one, run in rows:
        name = Said(one.name_zh, one.name_en)[language]
        figures = (
            (f"{run.members:,}", f"{run.joined:,}", f"{run.left:,}", str(run.as_of))
            if run
            else ("–", "–", "–", _say(language, "尚未计算", "never ran"))
        )
        table.add_row(one.name, name, *figures)
    console().print(table)


def preview(what: str, *, engine: str | None, people: int, language: str) -> None:
    """Evaluate an audience or a file without writing anything; or print its SQL."""
    from orchestration.lib.audiences.card_page import TEXTS, hindered
    from orchestration.lib.audiences.previewing import preview_sql, previewed
    from orchestration.lib.reports.said import Texts

    _check_language(language)
    home = Home.from_environment()
    if engine is not None:
        if engine not in ("duckdb", "spark"):
            raise YutangError(f"there is no engine '{engine}'; use one of duckdb, spark")
        print(preview_sql(home, _named(what), engine="pyspark" if engine == "spark" else "duckdb"))
        return
    found = previewed(home, _named(what), people=people)
    out = console()
    _line(out, found.name[language], "bold")
    _line(out, found.definition[language])
    for line in table_lines(
        [
            (_say(language, "成员", "members"), f"{found.members:,}"),
            (
                _say(language, "符合条件", "meet the conditions"),
                f"{found.met_conditions:,}",
            ),
            (_say(language, "不可触达", "not allowed"), f"{found.not_allowed:,}"),
        ]
    ):
        _line(out, line)
    texts = Texts(TEXTS)
    for one in found.destinations:
        why = hindered(one, texts)[language]
        goes = _say(language, "可外发至", "could go to")
        _line(out, f"{goes} {one.name[language]}: {one.people:,}{f' ({why})' if why else ''}")
    for one_id, reason in found.examples:
        _line(out, f"  {one_id[:8]}  {reason[language]}", "dim")


def card(name: str, *, as_json: bool, html: bool, language: str) -> None:
    """Print the card of an audience, as text, JSON or a page in reports/."""
    from orchestration.lib.audiences.card_page import write_card
    from orchestration.lib.audiences.counting import make_card
    from orchestration.lib.audiences.serialising import plain

    _check_language(language)
    home = Home.from_environment()
    made = make_card(home, _named(name))
    if as_json:
        print(json.dumps(plain(made), ensure_ascii=False, indent=2))
    elif html:
        console().print(shown(write_card(home, made)), soft_wrap=True)
    else:
        from orchestration.commands.audience_card import print_card

        print_card(console(), made, language)


def plan(path: Path, *, as_json: bool, detailed_exitcode: bool, language: str) -> int:
    """Print what a file would change.

    Returns:
        The exit code: 0, or 2 with ``detailed_exitcode`` if anybody or anything would change.
    """
    from orchestration.commands.audience_card import print_plan
    from orchestration.lib.audiences.planning import plan_audience
    from orchestration.lib.audiences.serialising import plain

    _check_language(language)
    if not path.exists():
        raise YutangError(f"there is no file {path}: give the audience file that was edited")
    found = plan_audience(Home.from_environment(), path)
    if as_json:
        print(json.dumps(plain(found), ensure_ascii=False, indent=2))
    else:
        print_plan(console(), found, language)
    return CHANGES if detailed_exitcode and found.has_changes else 0


def _named(what: str) -> str | Path:
    """A name of an audience, or a path if it looks like one."""
    path = Path(what)
    if path.suffix in (".yml", ".yaml"):
        if not path.exists():
            raise YutangError(f"there is no file {path}: give a file, or the name of an audience")
        return path
    return what


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise YutangError(f"there is no text in '{language}'; use one of {', '.join(LANGUAGES)}")


def _say(language: str, zh: str, en: str) -> str:
    return Said(zh, en)[language]


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for n, name in enumerate(names):
        right = n in (2, 3, 4)  # members, joined, left
        table.add_column(
            name, justify="right" if right else "left", no_wrap=n != 1, overflow="fold"
        )
    return table


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(text, style=style, markup=False, emoji=False, soft_wrap=True)
