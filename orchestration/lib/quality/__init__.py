"""What was checked and what came out: load books, dbt results, the trail of an audit."""
