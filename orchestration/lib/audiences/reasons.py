"""Why somebody is a member, joined or left, in words.

Belongs here: sentences made from the bits of an evaluation. Does not belong here: bits (compiling.py).
"""

from orchestration.lib.audiences.compiling import ALLOWED, FIRST_CONDITION, MEETS
from orchestration.lib.audiences.schema import Audience
from orchestration.lib.audiences.tree import leaves
from orchestration.lib.audiences.words import Words
from orchestration.lib.reports.said import Said

FIRST_RUN = Said("该人群首次计算", "first run of the audience")
NEW_DEFINITION = Said("人群定义已修改", "the definition was changed")
NEW_PERSON = Said("新识别的客户", "newly known person")
UNKNOWN_PERSON = Said("该客户已不存在", "no longer a known person")
LOST_CONSENT = Said("不再允许触达", "no longer allowed or reachable")
GOT_CONSENT = Said("现在允许触达", "now allowed and reachable")
RANKED_OUT = Said("名次不在上限之内", "no longer among the best that the limit takes")
RANKED_IN = Said("名次进入上限之内", "now among the best that the limit takes")


class Reasons:
    """Sentences for one audience."""

    def __init__(self, audience: Audience, words: Words) -> None:
        self._leaves = leaves(audience.who)
        self._texts = [words.condition(leaf.condition) for leaf in self._leaves]

    def membership(self, bits: int) -> Said:
        """The conditions that hold, and those below a `not` that do not."""
        found = [
            self._held(n, holds=not leaf.is_negated)
            for n, leaf in enumerate(self._leaves)
            if bool(bits & FIRST_CONDITION << n) != leaf.is_negated
        ]
        return _joined(found)

    def change(self, before: int | None, after: int | None, *, joined: bool) -> Said:
        """What turned between two evaluations under the same definition."""
        if after is None:
            return UNKNOWN_PERSON
        if before is None:
            why = self.membership(after)
            return Said(f"{NEW_PERSON.zh}：{why.zh}", f"{NEW_PERSON.en}: {why.en}")
        found = [
            self._turned(n, holds=bool(after & FIRST_CONDITION << n))
            for n in range(len(self._leaves))
            if (before ^ after) & FIRST_CONDITION << n
        ]
        has_turned = bool(before & MEETS) != bool(after & MEETS)
        if not has_turned:
            found = []
        if bool(before & ALLOWED) != joined and bool(after & ALLOWED) == joined:
            found.append(GOT_CONSENT if joined else LOST_CONSENT)
        return _joined(found) if found else (RANKED_IN if joined else RANKED_OUT)

    def _held(self, n: int, *, holds: bool) -> Said:
        text = self._texts[n]
        return text if holds else Said(f"不满足：{text.zh}", f"not: {text.en}")

    def _turned(self, n: int, *, holds: bool) -> Said:
        text = self._texts[n]
        if holds:
            return Said(f"现在：{text.zh}", f"now: {text.en}")
        return Said(f"不再：{text.zh}", f"no longer: {text.en}")


def _joined(parts: list[Said]) -> Said:
    return Said("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))
