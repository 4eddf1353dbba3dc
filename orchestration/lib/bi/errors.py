"""What can go wrong with dashboards."""

from orchestration.lib.errors import YutangError


class BiError(YutangError):
    """A dashboard, or the place where it is shown, is not as it must be; the message says what to do."""
