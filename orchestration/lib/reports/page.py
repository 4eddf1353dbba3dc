"""A report as one HTML file: shell, style, language switch.

Belongs here: rendering parts.py, and replacing the file in one step. Does not belong here: content.
The file loads nothing: style, script and drawings are in it, and its security policy forbids the rest.
"""

import base64
import hashlib
import os
from functools import partial
from pathlib import Path

from orchestration.lib.home import Home
from orchestration.lib.reports.parts import Chart, Figures, Note, Page, Part, Table
from orchestration.lib.reports.said import LANGUAGES, Said, Texts

HERE = Path(__file__).parent
_KINDS: dict[type, str] = {Figures: "figures", Chart: "chart", Table: "table", Note: "note"}


def render(page: Page) -> str:
    """The HTML of a page; the same page gives the same text. Every text is escaped."""
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "shell"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (HERE / "shell" / "language.js").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        page=page,
        languages=LANGUAGES,
        kind=_kind,
        same=_is_same,
        text=partial(Texts(HERE / "shell" / "texts.yml"), "shell"),
        style=Markup((HERE / "shell" / "page.css").read_text(encoding="utf-8")),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        drawing=Markup,  # vl-convert has escaped the texts of a drawing
    )


def write(home: Home, page: Page) -> Path:
    """Write reports/<name>.html; whoever has the old file open keeps it.

    Returns:
        The file.
    """
    path = home.reports / f"{page.name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_text(render(page), encoding="utf-8")
    return beside.replace(path)


def _kind(part: Part) -> str:
    return _KINDS[type(part)]


def _is_same(said: Said) -> bool:
    return said.zh == said.en
