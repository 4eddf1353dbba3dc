"""What each `yutang` subcommand does: one module per command, printing included."""
