"""Attribution around the SQL: alerts in words, budgets, and how right the models are."""
