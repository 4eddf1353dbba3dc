"""Errors of the reports."""

from orchestration.lib.errors import YutangError


class ReportError(YutangError):
    """A report cannot be made: nothing is published, or a text is missing."""
