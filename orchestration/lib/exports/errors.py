"""Errors of exports. A message names destination, audience, version and what to do, never a value."""

from orchestration.lib.errors import YutangError


class ExportError(YutangError):
    """An export could not be prepared, written or read."""


class DestinationError(ExportError):
    """activation/destinations.yml is wrong; the message says file, line and the nearest name."""


class ReceiptError(ExportError):
    """A receipt cannot be read or is about nothing that was sent."""


class PastDayError(ExportError):
    """The published file describes a day before the newest members: no day to export."""
