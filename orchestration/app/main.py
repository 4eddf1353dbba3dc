"""The application: language, choice of page, and what stands on every page.

Belongs here: the frame. Does not belong here: a page's content (pages/). Streamlit runs this file again
for every click; the published file is opened for that run and closed again, so the next click sees a new
publish, and a run that is writing is never waited for.
"""

from collections.abc import Callable, Mapping

import streamlit as st

from orchestration.app import style
from orchestration.app.pages import attribution, audiences, customer, health, identity, overview
from orchestration.app.reading import Reading, open_reading
from orchestration.app.texts import TEXTS
from orchestration.lib.errors import YutangError
from orchestration.lib.home import Home

PAGES: dict[str, Callable[[Reading], None]] = {
    "overview": overview.show,
    "customer": customer.show,
    "audiences": audiences.show,
    "attribution": attribution.show,
    "identity": identity.show,
    "health": health.show,
}
LANGUAGES = {"zh": "中文", "en": "English"}


def main() -> None:
    """One run of the page."""
    st.set_page_config(page_title="Yutang 鱼塘", page_icon="🐟", layout="wide")
    style.apply()
    language = _language()
    page = _chosen(
        "page",
        TEXTS("frame", "page")[language],
        {name: TEXTS("pages", name)[language] for name in PAGES},
        "overview",
    )
    try:
        with open_reading(Home.from_environment(), language) as reading:
            st.title(TEXTS("pages", page)[language])
            day = reading.as_of.isoformat() if reading.as_of else "–"
            lead = reading.say("leads", page)
            st.caption(f"{reading.say('frame', 'as_of', day=day)} · {lead}")
            PAGES[page](reading)
            st.caption(reading.say("frame", "source"))
    except YutangError as error:
        st.error(f"{TEXTS('frame', 'failed')[language]} {error}")


def _language() -> str:
    """The language chosen; at first that of the browser."""
    browser = (st.context.locale or "zh").lower()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.markdown("**鱼塘 Yutang**")
        return _chosen(
            "lang", "语言 / Language", LANGUAGES, "zh" if browser.startswith("zh") else "en"
        )


def _chosen(key: str, label: str, options: Mapping[str, str], first: str) -> str:
    """A choice that stands in the address too, so that a page in a language can be linked to."""
    linked = st.query_params.get(key)
    chosen = st.segmented_control(
        label,
        list(options),
        format_func=options.__getitem__,
        default=linked if linked in options else first,
        required=True,
        key=key,
        label_visibility="collapsed",
    )
    st.query_params[key] = str(chosen or first)
    return str(chosen or first)


main()
