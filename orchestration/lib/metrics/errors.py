"""What can go wrong between a definition and a number."""

from orchestration.lib.errors import YutangError


class MetricsError(YutangError):
    """A metric, a grouping or a period that cannot be answered; the message says what can."""
