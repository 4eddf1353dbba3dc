"""The look of the application.

Belongs here: style sheets. Everything is in this file: no font, script or picture is loaded from elsewhere.
Does not belong here: content.
"""

import streamlit as st

_CSS = """
<style>
.block-container { padding: 3.2rem 1.2rem 2rem; max-width: 1240px; }
h1 { font-size: 1.7rem !important; padding: 0.2rem 0 0 !important; }
h3 { font-size: 1.2rem !important; }
h4 { font-size: 1.05rem !important; font-weight: 700 !important; padding: 0 0 0.3rem !important; }
[data-testid="stMetricValue"], [data-testid="stMetricValue"] * { white-space: normal !important;
  overflow: visible !important; text-overflow: clip !important; overflow-wrap: anywhere; line-height: 1.2; }
[data-testid="stMetricLabel"] p { font-size: 0.82rem; }
[data-testid="stMetricValue"] { font-size: 1.3rem; font-variant-numeric: tabular-nums; }
[data-testid="stMetricLabel"] p { white-space: normal; }
.yt { font-family: inherit; }
.yt table { border-collapse: collapse; width: 100%; font-size: 0.9rem; margin: 0; }
.yt th, .yt td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border: 0;
  border-bottom: 1px solid #dfe5e8; overflow-wrap: anywhere; }
.yt th { color: #5c6b73; font-weight: 600; }
.yt .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.yt .number + :not(.number) { padding-left: 20px; }
@media (max-width: 640px) {
  .block-container { padding: 3rem 0.8rem 2rem; }
  .yt table, .yt tbody { display: block; }
  .yt thead { display: none; }
  .yt tr { display: block; border: 1px solid #dfe5e8; border-radius: 8px; padding: 4px 10px;
    margin: 0 0 8px; }
  .yt td { display: flex; justify-content: space-between; gap: 12px; padding: 4px 0; text-align: right; }
  .yt tr td:last-child { border-bottom: 0; }
  .yt td::before { content: attr(data-name); color: #5c6b73; text-align: left; flex: none; max-width: 45%; }
  .yt .number { white-space: normal; }
  .yt .number + :not(.number) { padding-left: 0; }
}
</style>
"""


def apply() -> None:
    """Put the style on the page."""
    st.html(_CSS)
