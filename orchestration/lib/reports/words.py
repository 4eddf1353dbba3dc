"""Names of types, rules, reasons and channels as people read them, in both languages.

Belongs here: one place where reports look such names up. Does not belong here: the names themselves:
those of identity are in explaining/texts.yml, those of channels in the channel map of the brand.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from orchestration.lib.identity.explaining.texts import SHORT, Texts
from orchestration.lib.reports.said import LANGUAGES, Said, same


class Words:
    """The dictionary of one brand.

    Args:
        channels: Var channel_map: by channel its `name` and `name_zh`.
    """

    def __init__(self, channels: Mapping[str, Mapping[str, Any]]) -> None:
        self._channels = channels
        self._texts = {language: Texts(language, ZoneInfo("UTC")) for language in LANGUAGES}

    def type(self, name: str) -> Said:
        return self._said("type", name)

    def rule(self, name: str) -> Said:
        """A rule that refused a link; what stands behind its first colon is in brackets."""
        return self._said("rule_name", name)

    def status(self, name: str) -> Said:
        """Why a value cannot name anybody."""
        return self._said("status", name)

    def reason(self, name: str) -> Said:
        """Why an identifier changed hands."""
        return self._said("reason", name)

    def channel(self, name: str) -> Said:
        found = self._channels.get(name)
        if found is None:
            return same(_spoken(name))
        english = str(found.get("name") or _spoken(name))
        return Said(str(found.get("name_zh") or english), english)

    def channels(self, names: str | None) -> Said:
        """Channels of a list separated by commas, as tables hold it."""
        return self.listed([self.channel(name) for name in (names or "").split(",") if name])

    @staticmethod
    def listed(parts: list[Said]) -> Said:
        return Said("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))

    def _said(self, kind: str, name: str) -> Said:
        return Said(*(_spoken(getattr(self._texts[lang], kind)(name)) for lang in LANGUAGES))


def short(token: str | None) -> str:
    """The first digits of a token or an id, as many as `yutang explain` takes."""
    return (token or "")[:SHORT]


def _spoken(name: str) -> str:
    """A name that nobody translated: a column name is no word."""
    return name.replace("_", " ")
