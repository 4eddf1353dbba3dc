"""The page for operators (`yutang app`): a Streamlit application that reads the published file only."""
