"""Identity: what is measured about the OneID outside dbt, which builds it."""
