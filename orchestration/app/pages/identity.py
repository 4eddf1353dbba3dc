"""Identity quality: the identity report, on the page.

Belongs here: showing the report's parts. Does not belong here: any figure or sentence: they are the
report's, so that page and report say the same.
"""

import streamlit as st

from orchestration.app.parts import report_part
from orchestration.app.reading import Reading
from orchestration.lib.home import Home
from orchestration.lib.reports.parts import Chart, Page


def show(reading: Reading) -> None:
    """The page."""
    status = reading.home.published.stat()
    page = _report(
        str(reading.home.root), str(reading.home.secrets), status.st_ino, status.st_mtime_ns
    )
    for section in page.sections:
        st.subheader(section.title[reading.language])
        columns, place = None, 0
        for part in section.parts:
            if isinstance(part, Chart):
                columns = columns or st.columns(2)
                with columns[place % 2]:
                    report_part(part, reading.language)
                place += 1
            else:
                columns, place = None, 0
                report_part(part, reading.language)


@st.cache_data(max_entries=2, show_spinner=False)
def _report(root: str, secrets: str, inode: int, changed: int) -> Page:
    """The report of a published file; its inode and time say whether it is still the same one."""
    from pathlib import Path

    from orchestration.lib.reports.identity.content import build_page

    return build_page(Home(root=Path(root), secrets=Path(secrets)))
