"""Running dbt: where it is, its manifest, the variables of a run. No Dagster, no SQL."""
