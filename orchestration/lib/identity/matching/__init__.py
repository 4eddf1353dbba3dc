"""Probabilistic matching of records that share no identifier, with Splink on an in-memory DuckDB.

Belongs here: turning records and a model into scored pairs, for any data. Does not belong here:
which people of a brand are compared, or what becomes of a score (lib/identity/suggestions, dbt).
"""
