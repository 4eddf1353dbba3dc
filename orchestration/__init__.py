"""The Dagster code location of Yutang and the Python around it."""
