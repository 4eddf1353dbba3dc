"""Errors of the profile: a declaration that says nothing sensible, a person nobody knows."""

from orchestration.lib.errors import YutangError


class TagError(YutangError):
    """The declarations of the tags cannot be read; the message names the tag and the file."""


class TimelineError(YutangError):
    """A timeline cannot be shown: nothing is published, or no such person."""
