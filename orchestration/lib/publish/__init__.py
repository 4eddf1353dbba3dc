"""The published file: built beside, audited, then renamed. No Dagster, no expectations."""
