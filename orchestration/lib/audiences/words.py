"""A definition in plain words, Chinese and English, made from its tree.

Belongs here: sentences of conditions, windows and whole definitions. Does not belong here: counts
(card.py). Whatever a file says is only ever text here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.lib.audiences.catalogue import SOURCES, events
from orchestration.lib.audiences.files import AudienceFiles
from orchestration.lib.audiences.naming import names
from orchestration.lib.audiences.schema import (
    All,
    Amount,
    AnyOf,
    Audience,
    Comparison,
    HasEvents,
    HasPointsExpiring,
    HasSequence,
    InAudience,
    NeedsReplenishment,
    Not,
    ProfileIs,
    TagIs,
)
from orchestration.lib.audiences.tree import rows_of
from orchestration.lib.audiences.windows import Span, Window
from orchestration.lib.reports.said import Said, same

_OPERATIONS = {
    "is": Said("为 {v}", "is {v}"), "any_of": Said("为 {v} 之一", "is one of {v}"),
    "none_of": Said("不为 {v}", "is none of {v}"), "at_least": Said("至少 {v}", "is at least {v}"),
    "at_most": Said("至多 {v}", "is at most {v}"), "above": Said("大于 {v}", "is above {v}"),
    "below": Said("小于 {v}", "is below {v}"),
}  # fmt: skip
_AMOUNTS = {
    "at_least": Said("至少 {v}", "at least {v}"), "at_most": Said("至多 {v}", "at most {v}"),
    "above": Said("大于 {v}", "more than {v}"), "below": Said("小于 {v}", "fewer than {v}"),
    "exactly": Said("恰好 {v}", "exactly {v}"),
}  # fmt: skip
_UNITS = {"day": Said("日", "day"), "week": Said("周", "week"), "month": Said("月", "month")}


@dataclass(frozen=True)
class Line:
    """One line of a definition: how deep it stands, its number (leaves only), what it says."""

    depth: int
    number: str
    text: Said


class Words:
    """The dictionary of one brand.

    Args:
        files: Audiences and event sets that conditions name.
        channels: Var channel_map: by channel its `name` and `name_zh`.
        tags: By tag: value type, English and Chinese name.
    """

    def __init__(
        self,
        files: AudienceFiles,
        channels: Mapping[str, Mapping[str, Any]],
        tags: Mapping[str, tuple[str, str, str]],
    ) -> None:
        self._files, self.channels, self._tags = files, channels, tags

    def definition(self, audience: Audience) -> Said:
        """The whole definition as one sentence."""
        parts = [self._sentence(audience.who)]
        if audience.brand != "all":
            parts.append(Said(f"订单仅计品牌 {audience.brand}", f"orders of {audience.brand} only"))
        parts += self.rules(audience)
        return Said("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))

    def rules(self, audience: Audience) -> list[Said]:
        """What applies beside the conditions: channels, holdout, limit."""
        found = []
        if audience.channels:
            named = self._listed([self.write_channel(c) for c in audience.channels])
            found.append(Said(f"可通过{named.zh}触达", f"reachable by {named.en}"))
        if audience.holdout is not None:
            share = _number(audience.holdout.percent)
            found.append(Said(f"留出 {share}% 对照", f"{share} % held out"))
        if audience.limit is not None:
            column = self._column(audience.limit.best_by)
            people = f"{audience.limit.people:,}"
            found.append(
                Said(f"按{column.zh}取前 {people} 人", f"the best {people} by {column.en}")
            )
        return found

    def lines(self, audience: Audience) -> list[Line]:
        """The tree, one line per condition, for people to read."""
        return self._lines(audience.who, 0, "")

    def condition(self, condition: Any) -> Said:
        """One leaf; its own label if it has one."""
        if condition.label is not None:
            return Said(condition.label.zh, condition.label.en)
        rows = rows_of(condition)
        if rows is not None:
            return self._rows(*rows)
        for kind, say in (
            (TagIs, self._tag), (ProfileIs, self._profile), (InAudience, self._audience),
            (HasEvents, self._events), (HasSequence, self._sequence),
            (NeedsReplenishment, self._replenishment), (HasPointsExpiring, self._points),
        ):  # fmt: skip
            if isinstance(condition, kind):
                return say(condition)
        raise TypeError(f"no words for {type(condition).__name__}")

    def window(self, window: Window) -> Said:
        """A window, its kind always said: rolling and calendar are never left to guess."""
        if window.rolling is not None:
            length = _span(window.rolling)
            return Said(f"近{length.zh}（滚动）", f"in the last {length.en} (rolling)")
        if window.calendar is not None:
            return _calendar(window)
        if window.since is not None:
            event = self.event_names(window.since.events)
            zh = "首次" if window.since.which == "first" else "最近一次"
            return Said(f"自{zh}「{event.zh}」之后", f"since the {window.since.which} {event.en}")
        if window.between is not None:
            one, other = window.between.from_, window.between.before
            return Said(f"{one} 起、{other} 前", f"from {one} and before {other}")
        if window.ahead is not None:
            length = _span(window.ahead)
            return Said(f"未来{length.zh}内", f"within the next {length.en}")
        return Said("截至数据日", "at any time so far")

    def event_names(self, said: str | tuple[str, ...]) -> Said:
        """Events or sets by their names."""
        names = [said] if isinstance(said, str) else said
        found = []
        for name in names:
            if name in self._files.event_sets:
                one = self._files.event_sets[name]
                found.append(Said(one.zh, one.en))
            else:
                found.append(Said(events()[name].zh, events()[name].en))
        return Said("/".join(s.zh for s in found), " or ".join(s.en for s in found))

    def _lines(self, condition: Any, depth: int, number: str) -> list[Line]:
        if isinstance(condition, All | AnyOf):
            is_all = isinstance(condition, All)
            children = condition.all if isinstance(condition, All) else condition.any
            heading = Said("同时满足：", "all of:") if is_all else Said("满足任一：", "any of:")
            found = [Line(depth, "", heading)]
            for n, child in enumerate(children):
                below = f"{number}.{n + 1}" if number else f"{n + 1}"
                found += self._lines(child, depth + 1, below)
            return found
        if isinstance(condition, Not):
            inner = self._lines(condition.not_, depth, number)
            first = inner[0]
            text = Said(f"不满足：{first.text.zh}", f"not: {first.text.en}")
            return [Line(first.depth, first.number, text), *inner[1:]]
        return [Line(depth, number or "1", self.condition(condition))]

    def _sentence(self, condition: Any, *, inside: bool = False) -> Said:
        if isinstance(condition, Not):
            inner = self._sentence(condition.not_)
            return Said(f"非（{inner.zh}）", f"not ({inner.en})")
        if isinstance(condition, All | AnyOf):
            is_all = isinstance(condition, All)
            children = condition.all if isinstance(condition, All) else condition.any
            parts = [self._sentence(child, inside=True) for child in children]
            both = Said(
                (" 且 " if is_all else " 或 ").join(p.zh for p in parts),
                (" and " if is_all else " or ").join(p.en for p in parts),
            )
            return Said(f"（{both.zh}）", f"({both.en})") if inside and len(parts) > 1 else both
        return self.condition(condition)

    def _tag(self, condition: TagIs) -> Said:
        kind, en, zh = self._tags.get(condition.tag, ("text", condition.tag, condition.tag))
        if not condition.compared or (kind == "boolean" and condition.is_ is True):
            return Said(f"有标签「{zh}」", f"has the tag {en}")
        return self._compared(Said(zh, en), condition)

    def _profile(self, condition: ProfileIs) -> Said:
        name = self._column(condition.profile)
        if condition.window is not None:
            window = self.window(condition.window)
            return Said(f"{name.zh}在{window.zh}", f"{name.en} {window.en}")
        if not condition.compared or condition.is_ is True:
            return name
        return self._compared(name, condition)

    def _audience(self, condition: InAudience) -> Said:
        found = self._files.found.get(condition.audience)
        if found is None:
            return Said(f"属于人群 {condition.audience}", f"in audience {condition.audience}")
        return Said(
            f"属于人群「{found.audience.name_zh}」", f"in audience “{found.audience.name_en}”"
        )

    def _rows(self, source: str, body: Any) -> Said:
        filters = [self._filter(column, value) for column, value in body.where.items()]
        what = SOURCES[source]
        zh = f"{what.zh}（{'，'.join(f.zh for f in filters)}）" if filters else what.zh
        en = f"{what.en} ({', '.join(f.en for f in filters)})" if filters else what.en
        window = self.window(body.window)
        if body.at is not None and body.at != what.at:
            at = self._time(body.at)
            window = Said(f"{at.zh}在{window.zh}", f"with {at.en} {window.en}")
        if body.sum is not None:
            column, amount = self._column(body.sum.of), _amount(body.sum)
            return Said(
                f"{window.zh}{zh}的{column.zh}合计{amount.zh}",
                f"{amount.en} of {column.en} over {en} {window.en}",
            )
        return _counted(Said(zh, en), window, body.count)

    def _events(self, condition: HasEvents) -> Said:
        body = condition.events
        named = self.event_names(body.of)
        if body.channels is not None:
            channels = self._listed([self._channel(c) for c in body.channels])
            named = Said(f"{named.zh}（渠道：{channels.zh}）", f"{named.en} (in {channels.en})")
        return _counted(named, self.window(body.window), body.count)

    def _sequence(self, condition: HasSequence) -> Said:
        body = condition.sequence
        first, then = self.event_names(body.first), self.event_names(body.then)
        within, window = _span(body.within), self.window(body.window)
        zh = "同一张券" if body.same else ""
        en = "the same coupon: " if body.same else ""
        if body.happened:
            return Said(
                f"{window.zh}{first.zh}，且{zh}{within.zh}内{then.zh}",
                f"{en}{first.en} {window.en}, then {then.en} within {within.en}",
            )
        return Said(
            f"{window.zh}{first.zh}，但{zh}{within.zh}内未{then.zh}",
            f"{en}{first.en} {window.en}, and no {then.en} within {within.en}",
        )

    def _replenishment(self, condition: NeedsReplenishment) -> Said:
        body = condition.replenishment
        limits = Said("", "")
        if body.categories:
            listed = "、".join(body.categories)
            limits = Said(f"（品类：{listed}）", f" ({', '.join(body.categories)})")
        return Said(
            f"已购商品{limits.zh}的复购周期在未来{body.days_before}天内到期，或已到期不超过{body.days_after}天",
            f"the repurchase cycle of a product they kept{limits.en} ends within {body.days_before} "
            f"days or ended within the last {body.days_after}",
        )

    def _points(self, condition: HasPointsExpiring) -> Said:
        body = condition.points_expiring
        amount = _amount(body)
        return Said(
            f"未来{body.days}天内到期积分{amount.zh}",
            f"{amount.en} points that expire within {body.days} days",
        )

    def _compared(self, name: Said, said: Comparison) -> Said:
        parts = []
        for key, value in said.compared.items():
            operation = key.rstrip("_")
            if operation == "known":
                parts.append(Said("有值", "is known") if value else Said("无值", "is not known"))
                continue
            values = value if isinstance(value, tuple) else (value,)
            listed = self._listed([self._value(one) for one in values])
            parts.append(_OPERATIONS[operation].filled(v=listed))
        return Said(
            f"{name.zh}{'且'.join(p.zh for p in parts)}",
            f"{name.en} {' and '.join(p.en for p in parts)}",
        )

    def _filter(self, column: str, value: Any) -> Said:
        name = self._column(column)
        if isinstance(value, Comparison):
            return self._compared(name, value)
        values = value if isinstance(value, tuple) else (value,)
        say = self._channel if column.endswith("channel") else self._value
        listed = self._listed([say(one) for one in values])
        return Said(f"{name.zh}为{listed.zh}", f"{name.en} {listed.en}")

    def _value(self, value: Any) -> Said:
        if isinstance(value, bool):
            return Said("是", "yes") if value else Said("否", "no")
        if isinstance(value, int | float):
            return same(_number(value))
        known = names()["values"].get(str(value))
        if known is None and str(value) in events():
            event = events()[str(value)]
            return Said(event.zh, event.en)
        return Said(known, str(value).replace("_", " ")) if known else same(str(value))

    def _channel(self, name: Any) -> Said:
        found = self.channels.get(str(name))
        if found is None:
            return self._value(name)
        return Said(str(found.get("name_zh", name)), str(found.get("name", name)))

    def write_channel(self, name: str) -> Said:
        if name == "wechat_subscription":
            return Said("小程序订阅消息", "subscription message")
        return self._channel(name)

    def _column(self, name: str) -> Said:
        english = name.replace("_", " ")
        if english.endswith(" cny"):
            english = english.removesuffix(" cny") + " (CNY)"
        return Said(names()["columns"].get(name, name), english)

    def _time(self, name: str) -> Said:
        english = name.replace("_at", "").replace("_", " ") + " time"
        return Said(names()["columns"].get(name, name), english)

    @staticmethod
    def _listed(parts: list[Said]) -> Said:
        return Said("、".join(p.zh for p in parts), ", ".join(p.en for p in parts))


def _counted(what: Said, window: Said, count: Amount | None) -> Said:
    if count is None or count.compared == {"at_least": 1}:
        return Said(f"{window.zh}有{what.zh}", f"at least one {what.en} {window.en}")
    amount = _amount(count)
    return Said(f"{window.zh}{what.zh}{amount.zh}次", f"{amount.en} × {what.en} {window.en}")


def _amount(amount: Amount) -> Said:
    parts = [_AMOUNTS[key].filled(v=_number(value)) for key, value in amount.compared.items()]
    return Said("且".join(p.zh for p in parts), " and ".join(p.en for p in parts))


def _calendar(window: Window) -> Said:
    assert window.calendar is not None
    unit, count = window.calendar.unit, window.calendar.count
    name = _UNITS[unit]
    if window.calendar.which == "this":
        if count == 1:
            return Said(f"本自然{name.zh}", f"in this calendar {name.en}")
        return Said(
            f"本自然{name.zh}及之前{count - 1}个自然{name.zh}",
            f"in this calendar {name.en} and the {count - 1} before it",
        )
    if count == 1:
        return Said(f"上一自然{name.zh}", f"in the previous calendar {name.en}")
    return Said(f"前{count}个自然{name.zh}", f"in the previous {count} calendar {name.en}s")


def _span(span: Span) -> Said:
    count, zh, en = (
        (span.days, "天", "day") if span.days is not None else (span.hours or 0, "小时", "hour")
    )
    return Said(f"{count}{zh}", f"{count} {en}{'' if count == 1 else 's'}")


def _number(value: float) -> str:
    return f"{value:,}"
