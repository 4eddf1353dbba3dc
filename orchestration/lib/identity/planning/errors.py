"""Errors of `yutang plan`."""

from orchestration.lib.errors import YutangError


class PlanError(YutangError):
    """There is nothing to compare with, or the rules cannot be built."""
