"""The report of lists, from the state of the exports.

Belongs here: turning versions into the parts of a page. Does not belong here: texts (texts.yml), the
state (lib/exports) or HTML (page.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.lib.exports.destinations import load_destinations
from orchestration.lib.exports.errors import DestinationError
from orchestration.lib.exports.log import export_log_table
from orchestration.lib.exports.routes import audiences_dir
from orchestration.lib.home import Home
from orchestration.lib.reports.asking import assemble
from orchestration.lib.reports.page import write
from orchestration.lib.reports.parts import Figure, Figures, Page, Part, Table
from orchestration.lib.reports.said import Said, Texts, number, same

NAME = "exports"
TEXTS = Path(__file__).with_name("texts.yml")
MOST = 60  # rows of the table of match rates

Row = Mapping[str, Any]


def make_report(home: Home) -> Path:
    """Write reports/exports.html.

    Returns:
        The file.
    """
    return write(home, build_page(home))


def build_page(home: Home) -> Page:
    """The page of all lists of a home; without any, it says how to get one."""
    say = Texts(TEXTS)
    rows: list[Row] = export_log_table(home).to_pylist()
    names = _Names()
    sections: dict[str, tuple[Part, ...]] = {
        "headlines": (_headlines(rows, say),),
        "waiting": (_held(rows, say, names),),
        "newest": (_newest(rows, say, names),),
        "matches": (_matches(rows, say, names),),
    }
    as_of = max((row["as_of_date"] for row in rows), default=None)
    return assemble(say, NAME, sections, as_of=as_of)


class _Names:
    """What people call destinations and audiences; the key where nobody says."""

    def __init__(self) -> None:
        try:
            self._destinations = load_destinations()
        except DestinationError:
            self._destinations = {}

    def route(self, row: Row) -> Said:
        found = self._destinations.get(row["destination"])
        to = Said(found.name.zh, found.name.en) if found else same(row["destination"])
        return Said("{what} → {to}", "{what} → {to}").filled(
            what=self._audience(row["audience"]), to=to
        )

    def _audience(self, name: str) -> Said:
        path = audiences_dir() / f"{name}.yml"
        try:
            body = yaml.safe_load(path.read_text(encoding="utf-8"))
            return Said(str(body["name_zh"]), str(body["name_en"]))
        except (OSError, yaml.YAMLError, KeyError, TypeError):
            return same(name)


def _headlines(rows: list[Row], say: Texts) -> Figures:
    values = {
        "lists": len({(row["destination"], row["audience"]) for row in rows}),
        "held": sum(row["status"] == "held" for row in rows),
        "open": sum(
            row["files"] - row["files_acknowledged"]
            for row in rows
            if row["status"] in ("prepared", "sent")
        ),
        "lines": sum(row["lines"] for row in rows if row["status"] == "acknowledged"),
    }
    return Figures(
        tuple(
            Figure(say("figures", name), same(number(value)), say("figures", f"{name}_meaning"))
            for name, value in values.items()
        )
    )


def _held(rows: list[Row], say: Texts, names: _Names) -> Table:
    held = [row for row in rows if row["status"] == "held"]
    return Table(
        question=say("held", "question"),
        definition=say("held", "definition"),
        headers=tuple(
            say("held", one) for one in ("list", "version", "lines", "reason", "command")
        ),
        rows=tuple(
            (
                names.route(row),
                same(str(row["version"])),
                same(number(row["lines"])),
                Said(row["hold_reason_zh"] or "", row["hold_reason"] or ""),
                same(
                    f"yutang export approve {row['destination']} {row['audience']} "
                    f'{row["version"]} --reason "…"'
                ),
            )
            for row in held
        ),
        empty=say("held", "none"),
        shown=say("held", "shown", n=number(len(held))),
        numeric=(1, 2),
    )


def _newest(rows: list[Row], say: Texts, names: _Names) -> Table:
    sent = [row for row in rows if row["status"] != "held"]
    newest: dict[tuple[str, str], int] = {}
    for row in sent:
        key = (row["destination"], row["audience"])
        newest[key] = max(newest.get(key, 0), row["version"])
    shown = [row for row in sent if newest[(row["destination"], row["audience"])] == row["version"]]
    return _versions(shown, say, names, "newest", say("newest", "definition"))


def _matches(rows: list[Row], say: Texts, names: _Names) -> Table:
    known = [row for row in rows if row["match_rate_pct"] is not None]
    known.sort(key=lambda row: (row["as_of_date"], row["version"]), reverse=True)
    definition = say("matches", "definition", most=str(MOST))
    return _versions(known[:MOST], say, names, "matches", definition)


def _versions(rows: list[Row], say: Texts, names: _Names, part: str, definition: Said) -> Table:
    heads = ("list", "version", "day", "status", "operation", "type", "lines", "files", "match")
    return Table(
        question=say(part, "question"),
        definition=definition,
        headers=tuple(say("newest", head) for head in heads),
        rows=tuple(
            (
                names.route(row),
                same(str(row["version"])),
                same(row["as_of_date"].isoformat()),
                say("status", row["status"]),
                say("operation", row["operation"]),
                same(row["id_type"]),
                same(number(row["lines"])),
                same(f"{row['files_acknowledged']} / {row['files']}"),
                same("–" if row["match_rate_pct"] is None else f"{row['match_rate_pct']}%"),
            )
            for row in rows
        ),
        empty=say(part, "none"),
        shown=say("newest", "shown", n=number(len(rows))),
        numeric=(1, 6, 7, 8),
    )
