"""`yutang explain`: why two identifiers are one person, or why they are not."""

import json
from zoneinfo import ZoneInfo

from orchestration.commands.terminal import console, progress
from orchestration.lib.brand import brand_vars
from orchestration.lib.home import Home
from orchestration.lib.identity.explaining.errors import ExplainError


def show(identifiers: list[str], *, as_json: bool, reveal: bool, language: str) -> None:
    """Print what is known about one identifier or person, or how two relate.

    Args:
        identifiers: One or two, as typed.
        as_json: Print the structure of docs/guides/explain-and-plan.md instead of text.
        reveal: Show clear values from the vault; the opening is logged.
        language: ``en`` or ``zh``.

    Raises:
        ExplainError: If the question cannot be answered.
    """
    from orchestration.commands.explanation import print_explanation
    from orchestration.lib.identity.explaining import revealing, serialising
    from orchestration.lib.identity.explaining.explain import explain
    from orchestration.lib.identity.explaining.texts import LANGUAGES, Texts

    if len(identifiers) > 2:
        raise ExplainError("yutang explain takes one identifier or two, not more")
    if language not in LANGUAGES:
        raise ExplainError(f"there is no language of that name; there is: {', '.join(LANGUAGES)}")
    home = Home.from_environment()
    with progress() as display:
        task = display.add_task("reading", total=None, detail="")
        found = explain(
            home, tuple(identifiers), progress=lambda line: display.update(task, description=line)
        )
        values = revealing.reveal(home, found) if reveal else None
    if as_json:
        print(json.dumps(serialising.as_json(found, values=values), ensure_ascii=False, indent=2))
        return
    zone = ZoneInfo(str(brand_vars(home)["brand_timezone"]))
    print_explanation(console(), found, Texts(language, zone, values or {}), revealed=reveal)
