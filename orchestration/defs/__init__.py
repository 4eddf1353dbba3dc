"""Thin Dagster wrappers, by concern; the work is in orchestration/lib."""
