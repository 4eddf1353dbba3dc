"""Audiences by parameters: read, checked, compiled to SQL, evaluated, remembered, explained. No Dagster."""
