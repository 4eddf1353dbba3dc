"""An explanation on a terminal.

Belongs here: layout. Does not belong here: sentences (lib/identity/explaining/texts.yml) or facts.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from orchestration.lib.identity.explaining.answer import (
    Evidence,
    Explanation,
    Finding,
    Hop,
    Identifier,
    Person,
    Span,
    Subject,
)
from orchestration.lib.identity.explaining.texts import SHORT, Texts

MOST_ROWS = 30


def print_explanation(
    out: Console, explanation: Explanation, texts: Texts, *, revealed: bool
) -> None:
    """Print everything the explanation says.

    Args:
        revealed: Whether clear values are shown; ``texts`` then holds them.
    """
    _line(out, f"{texts.word('as_of')} {explanation.as_of_date}", "dim")
    for subject in explanation.subjects:
        _heading(out, subject, texts)
    if len(explanation.subjects) == 2:
        _comparison(out, explanation, texts)
        return
    subject = explanation.subjects[0]
    if subject.person:
        _identifiers(out, subject.person, texts, revealed=revealed)
    _history(out, subject, texts)
    told = {finding.rule for finding in subject.why_nobody}
    conflicts = [one for one in subject.conflicts if one.other or one.rule not in told]
    _findings(out, texts.word("conflicts"), conflicts, texts)
    _findings(out, texts.word("ended"), subject.ended, texts)
    _findings(out, texts.word("suggestions"), subject.suggestions, texts)


def _heading(out: Console, subject: Subject, texts: Texts) -> None:
    one = subject.identifier
    if one is not None:
        parts = [texts.identifier(one)]
        if one.identifier_class:
            parts.append(f"{texts.word('class')} {texts.identifier_class(one.identifier_class)}")
        parts.append(_seen(one, texts))
        _line(out, " · ".join(parts), "bold")
        if subject.hashed_form:
            _line(out, f"  {texts.word('hashed_form')}")
    if subject.person is None:
        _line(out, f"  {texts.word('nobody')}")
        for finding in subject.why_nobody:
            _finding(out, finding, texts)
        return
    was = subject.person.retired_one_ids
    since = f", {texts.word('since')} {subject.since_date}" if subject.since_date else ""
    retired = f", {texts.word('was')}: {', '.join(was)}" if was else ""
    _line(out, f"  {texts.word('person')} {subject.person.one_id}{since}{retired}")


def _seen(one: Identifier, texts: Texts) -> str:
    channels = ", ".join(one.channels) or "?"
    return (
        f"{texts.word('seen')} {texts.day(one.first_seen_at)} – {texts.day(one.last_seen_at)} "
        f"{texts.word('in')} {channels}"
    )


def _comparison(out: Console, explanation: Explanation, texts: Texts) -> None:
    end = ":" if explanation.path or explanation.verdict in ("two_people", "no_person") else "."
    verdict = texts.verdict(explanation.verdict).rstrip(".。")
    _line(out, f"\n{verdict}{end}", "bold")
    for number, hop in enumerate(explanation.path, start=1):
        _hop(out, number, hop, texts)
    for finding in explanation.reasons:
        _finding(out, finding, texts)


def _hop(out: Console, number: int, hop: Hop, texts: Texts) -> None:
    _line(out, f"{number}. {texts.identifier(hop.start)} — {texts.identifier(hop.end)}")
    _line(out, f"   {texts.hop(hop)}")
    for evidence in hop.evidence:
        _line(out, f"   {_evidence(evidence, texts)}")
        stood = ", ".join(texts.identifier(one) for one in evidence.identifiers)
        _line(out, f"   {texts.word('stood_on')}: {stood}", "dim")


def _evidence(evidence: Evidence, texts: Texts) -> str:
    n = evidence.record_count
    records = texts.word("record") if n == 1 else texts.word("records", n=f"{n:,}")
    parts = [f"{evidence.channel}.{evidence.entity}", records]
    if evidence.first_at:
        first, last = texts.day(evidence.first_at), texts.day(evidence.last_at)
        parts.append(first if first == last else f"{first} – {last}")
    if evidence.days:
        shown = ", ".join(day.isoformat() for day in evidence.days[:3])
        rest = len(evidence.days) - 3
        more = f" {texts.word('more', n=rest)}" if rest > 0 else ""
        parts.append(f"{texts.word('delivered')} {shown}{more}")
    return " · ".join(parts)


def _identifiers(out: Console, person: Person, texts: Texts, *, revealed: bool) -> None:
    _line(out, f"\n{texts.word('identifiers')}", "bold")
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    names = ["type", "token", "class", "first_seen", "last_seen", "channels"]
    for name in [*names[:2], *(["value"] if revealed else []), *names[2:]]:
        table.add_column(texts.word(name), overflow="fold")
    for one in person.identifiers[:MOST_ROWS]:
        value = texts.values.get(one.identifier_token) or texts.word("not_in_vault")
        table.add_row(
            f"  {texts.type(one.identifier_type)}",
            one.identifier_token[:SHORT],
            *([value] if revealed else []),
            texts.identifier_class(one.identifier_class),
            texts.day(one.first_seen_at),
            texts.day(one.last_seen_at),
            ", ".join(one.channels),
        )
    out.print(table)
    _more(out, len(person.identifiers), texts)


def _history(out: Console, subject: Subject, texts: Texts) -> None:
    if not subject.history:
        return
    _line(out, f"\n{texts.word('history')}", "bold")
    together: dict[str, list[str]] = {}
    for span in subject.history:
        one = f"{texts.type(span.identifier_type)} {span.identifier_token[:SHORT]}"
        together.setdefault(_span(span, texts), []).append(one)
    for told, identifiers in list(together.items())[:MOST_ROWS]:
        shown = ", ".join(identifiers[:MOST_ROWS])
        more = (
            f" {texts.word('more', n=len(identifiers) - MOST_ROWS)}"
            if identifiers[MOST_ROWS:]
            else ""
        )
        _line(out, f"  {told}: {shown}{more}")
    _more(out, len(together), texts)


def _span(span: Span, texts: Texts) -> str:
    until = str(span.valid_to_date) if span.valid_to_date else texts.word("until_now")
    why = texts.reason(span.reason)
    if span.ended_reason:
        why += f" → {texts.reason(span.ended_reason)}"
    return f"{span.valid_from_date} – {until}  {texts.word('person')} {span.one_id}  {why}"


def _findings(out: Console, title: str, findings: Iterable[Finding], texts: Texts) -> None:
    found = list(findings)
    if not found:
        return
    _line(out, f"\n{title}", "bold")
    for finding in found[:MOST_ROWS]:
        _finding(out, finding, texts)
    _more(out, len(found), texts)


def _finding(out: Console, finding: Finding, texts: Texts) -> None:
    _line(out, f"  - {texts.finding(finding)}")
    if finding.one_ids and not finding.rule.startswith("was_theirs"):
        rest = (finding.person_count or 0) - len(finding.one_ids)
        more = f" {texts.word('more', n=rest)}" if rest > 0 else ""
        label = "others_there" if finding.rule.startswith("ended") else "seen_with"
        _line(out, f"    {texts.word(label)}: {', '.join(finding.one_ids)}{more}", "dim")


def _more(out: Console, count: int, texts: Texts) -> None:
    if count > MOST_ROWS:
        _line(out, f"  {texts.word('more', n=count - MOST_ROWS)}", "dim")


def _line(out: Console, text: str, style: str = "") -> None:
    out.print(text, style=style, markup=False, emoji=False, soft_wrap=True)
