"""Errors of `yutang explain`. None ever repeats what a person typed: it may be a clear value."""

from orchestration.lib.errors import YutangError


class ExplainError(YutangError):
    """The question cannot be answered: it names nothing that is known, or nothing is published."""
