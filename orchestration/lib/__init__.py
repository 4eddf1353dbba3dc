"""The real Python of Yutang; nothing here imports dagster."""
