"""`yutang suggest`: people without a shared identifier who may be one."""

from orchestration.commands.terminal import console, shown, table_lines
from orchestration.lib.home import Home


def suggest(*, min_probability: float) -> None:
    """Compare people, write the suggestions, and say what was found.

    Args:
        min_probability: Pairs below are not written, 0-1.

    Raises:
        YutangError: If nothing is published or the model is wrong.
    """
    from orchestration.lib.identity.matching.errors import TooLittleDataError
    from orchestration.lib.identity.suggestions.suggest import suggest_links
    from orchestration.lib.identity.suggestions.table import suggestions_path

    home = Home.from_environment()
    out = console()
    try:
        found = suggest_links(home, min_probability=min_probability)
    except TooLittleDataError as error:
        # Not a fault: a young brand has no look-alikes yet, and a schedule must not fail for it.
        out.print(f"{str(error)[0].upper()}{str(error)[1:]}.", soft_wrap=True)
        return
    out.print(
        f"Suggested links as of {found.as_of}, in {shown(suggestions_path(home))}", soft_wrap=True
    )
    rows = [
        ("people with a phone", f"{found.people:,}"),
        ("pairs compared", f"{found.compared:,}"),
        ("links suggested", f"{found.suggestions:,}"),
        ("kept, joined already", f"{found.kept:,}"),
    ]
    if found.skipped_keys:
        rows.append(("too frequent to use", f"{found.skipped_keys:,} values"))
    for line in table_lines(rows):
        out.print(line)
    out.print(
        "Nothing is joined by this. Next: yutang run, then look at quality.identity_suggestions",
        soft_wrap=True,
    )
