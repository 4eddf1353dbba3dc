"""Dashboards as code for Apache Superset: made from dbt's descriptions, the metrics and bi/dashboards.yml."""
