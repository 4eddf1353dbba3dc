"""Metrics, defined once in models/semantic: their definitions, their SQL, their values. No Dagster."""
