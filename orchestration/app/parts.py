"""What pages are made of: headlines, charts with a question, tables, notes.

Belongs here: the shape they share, also for the parts of a report. Does not belong here: what they say.
Texts from the data are escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import altair as alt
import streamlit as st

from orchestration.lib.reports.parts import Chart, Figures, Note, Part, Table

CARD = 155  # pixels of a headline: two beside each other on a phone, six on a wide screen

DRAWING = 480  # pixels of a report's drawing at most


@dataclass(frozen=True)
class Card:
    """A headline: what it is, the number, how it moved, and what was counted."""

    label: str
    value: str
    help: str = ""
    delta: str | None = None
    is_good: bool | None = None  # of a rise; None: neither


def cards(found: Sequence[Card]) -> None:
    """Headlines beside each other, as many as the screen has room for."""
    with st.container(horizontal=True):
        for one in found:
            colour = "off" if one.is_good is None else "normal" if one.is_good else "inverse"
            st.metric(one.label, one.value, one.delta, help=one.help or None, border=True, width=CARD,
                      delta_color=colour)  # fmt: skip


def chart(
    question: str, answer: str, drawing: alt.Chart | alt.LayerChart | None, counted: str
) -> None:
    """A chart: its question, the answer in a sentence, the drawing, and what was counted."""
    with st.container(border=True):
        st.markdown(f"#### {_plain(question)}")
        st.write(_plain(answer))
        if drawing is not None:
            st.altair_chart(drawing, theme=None, alt=question)
        st.caption(_plain(counted))


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: Sequence[int] = ()
) -> None:
    """A table; on a phone every row is a card."""
    mark = ['class="number"' if column in numeric else "" for column in range(len(headers))]
    head = "".join(f"<th {mark[i]}>{escape(name)}</th>" for i, name in enumerate(headers))
    body = "".join(
        "<tr>"
        + "".join(
            f'<td {mark[i]} data-name="{escape(headers[i])}">{escape(cell)}</td>'
            for i, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    st.html(
        f'<div class="yt"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def missing(sentence: str) -> None:
    """What stands where a table is not published yet."""
    st.info(_plain(sentence))


def report_part(part: Part, language: str) -> None:
    """A part of a report, in one language."""
    if isinstance(part, Figures):
        cards(
            [
                Card(one.label[language], one.value[language], one.meaning[language])
                for one in part.figures
            ]
        )
    elif isinstance(part, Note):
        st.write(_plain(part.text[language]))
    elif isinstance(part, Chart):
        with st.container(border=True):
            st.markdown(f"#### {_plain(part.question[language])}")
            st.write(_plain(part.answer[language]))
            if part.svg:
                st.image(part.svg[language], width=DRAWING)
            st.caption(_plain(part.definition[language]))
    elif isinstance(part, Table):
        with st.container(border=True):
            st.markdown(f"#### {_plain(part.question[language])}")
            if part.rows:
                st.write(_plain(part.shown[language]))
                table([h[language] for h in part.headers],
                      [[cell[language] for cell in row] for row in part.rows],
                      numeric=part.numeric)  # fmt: skip
            else:
                st.write(_plain(part.empty[language]))
            st.caption(_plain(part.definition[language]))


def _plain(text: str) -> str:
    """A text in which nothing is Markdown: names from the data may hold anything."""
    for sign in "\\`*_{}[]<>#$~:|":
        text = text.replace(sign, f"\\{sign}")
    return text
