"""The errors of attribution.

Belongs here: what can go wrong in a way a person must know. Does not belong here: any work.
"""

from orchestration.lib.errors import YutangError


class AttributionError(YutangError):
    """A figure of attribution cannot be made; the message says why and what to do."""
