"""Whether what a file names exists and fits: tags, columns, types, events, channels, destinations.

Belongs here: every check that needs the brand's catalogue. Does not belong here: form (schema.py).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from orchestration.lib.audiences.catalogue import SOURCES, Catalogue, events, family
from orchestration.lib.audiences.errors import at, nearest
from orchestration.lib.audiences.files import AudienceFiles, Found
from orchestration.lib.audiences.leaves import channel_column
from orchestration.lib.audiences.lines import Place
from orchestration.lib.audiences.schema import (
    Comparison,
    HasEvents,
    HasSequence,
    NeedsReplenishment,
    ProfileIs,
    TagIs,
)
from orchestration.lib.audiences.tree import evaluation_order, leaves, rows_of, windows_of
from orchestration.lib.audiences.windows import Window

CHANNELS = ("wechat_oa", "wechat_subscription", "wecom", "sms", "calls")
_ORDERED = ("at_least", "at_most", "above", "below")
_SAID = {
    "text": "text",
    "number": "a number",
    "boolean": "true or false",
    "day": "a day (YYYY-MM-DD)",
}
_FUTURE = ("expires_at",)
_PROFILE_DAY = "a day of the profile"  # may lie ahead: the day a coupon ends
_TAG_KINDS = {"date": "day", "number": "number", "boolean": "boolean"}


def check_files(
    files: AudienceFiles, catalogue: Catalogue, *, destinations: Iterable[str] | None = None
) -> None:
    """Check every audience.

    Args:
        files: What was read.
        catalogue: What the brand has.
        destinations: Names of activation/destinations.yml; None: there is no such file.

    Raises:
        AudienceError: For the first fault, with file, line and the nearest right name.
    """
    evaluation_order(files)
    for found in files.found.values():
        # Whoever computes all audiences goes on where a brand has no order yet: nobody is in it.
        check_audience(files, found, catalogue, destinations=destinations, must_know_brand=False)


def check_audience(
    files: AudienceFiles,
    found: Found,
    catalogue: Catalogue,
    *,
    destinations: Iterable[str] | None = None,
    must_know_brand: bool = True,
) -> None:
    """Check one audience; see `check_files`.

    Args:
        must_know_brand: Refuse a brand without an order and a store, which is mostly a slip of the pen.
    """
    check = _Check(files, found, catalogue)
    audience = found.audience
    if audience.timezone is not None and audience.timezone not in available_timezones():
        check.fail(("timezone",), f"there is no time zone '{audience.timezone}': "
                   + nearest(audience.timezone, available_timezones()))  # fmt: skip
    is_unknown = catalogue.brands and audience.brand not in (*catalogue.brands, "all")
    if must_know_brand and is_unknown:
        check.fail(("brand",), f"no order or store is of brand '{audience.brand}': "
                   + nearest(audience.brand, [*catalogue.brands, "all"]))  # fmt: skip
    for n, channel in enumerate(audience.channels):
        check.one_of(("channels", n), "channel to write through", channel, CHANNELS)
    if destinations is not None:
        for n, name in enumerate(audience.destinations):
            check.one_of(("destinations", n), "destination", name, destinations)
    if audience.limit is not None:
        check.column(("limit", "best_by"), audience.limit.best_by, catalogue.profile, "number")
    for leaf in leaves(audience.who):
        check.leaf(leaf.condition, leaf.place)


class _Check:
    """The checks of one document: `fail` raises with its file and line."""

    def __init__(self, files: AudienceFiles, found: Found, catalogue: Catalogue) -> None:
        self._files, self._document, self._catalogue = files, found.document, catalogue

    def fail(self, place: Place, sentence: str) -> None:
        raise at(self._document.path, self._document.line(place), sentence)

    def one_of(self, place: Place, what: str, name: str, valid: Iterable[str]) -> None:
        known = list(valid)
        if name not in known:
            self.fail(place, f"there is no {what} '{name}': {nearest(name, known)}")

    def leaf(self, condition: Any, place: Place) -> None:
        rows = rows_of(condition)
        if isinstance(condition, TagIs):
            self._tag(condition, place)
        elif isinstance(condition, ProfileIs):
            self._profile(condition, place)
        elif isinstance(condition, HasEvents):
            self._event_names(condition.events.of, (*place, "events", "of"))
            self._event_channels(condition, place)
        elif isinstance(condition, HasSequence):
            self._sequence(condition, place)
        elif isinstance(condition, NeedsReplenishment):
            self._tables("order_lines", place)
        elif rows is not None:
            self._rows(*rows, place)
        for below, window in windows_of(condition):
            self._window(window, (*place, *below), self._time_column(condition))

    def column(
        self, place: Place, name: str, columns: Mapping[str, str], wanted: str | None = None
    ) -> str:
        """The family of a column that must be there, and be of the wanted family."""
        self.one_of(place, "column", name, columns)
        found = family(columns[name])
        if found == "other" or (wanted is not None and found != wanted):
            said = _SAID.get(wanted or "", "comparable")
            self.fail(place, f"column '{name}' is {columns[name].lower()}, not {said}")
        return found

    def _tag(self, condition: TagIs, place: Place) -> None:
        tags = self._catalogue.tags
        self.one_of((*place, "tag"), "tag", condition.tag, tags)
        kind = _TAG_KINDS.get(tags[condition.tag][0], "text")
        self._comparison(condition, place, kind, f"tag '{condition.tag}'")
        known = self._catalogue.tag_values.get(condition.tag)
        for key, value in _values(condition) if known else ():
            if str(value) not in (known or ()):
                self.fail(
                    (*place, *key), f"tag '{condition.tag}' never has the value '{value}': "
                    + nearest(str(value), known or ()),
                )  # fmt: skip

    def _profile(self, condition: ProfileIs, place: Place) -> None:
        found = self.column((*place, "profile"), condition.profile, self._catalogue.profile)
        if condition.window is not None:
            if found not in ("day", "time"):
                self.fail(
                    (*place, "window"),
                    f"column '{condition.profile}' is no day, so it has no window",
                )
            if condition.compared:
                self.fail(
                    place, f"column '{condition.profile}' has a window or a comparison, not both"
                )
            if found == "day" and _is_hourly(condition.window):
                self.fail(
                    (*place, "window"),
                    f"column '{condition.profile}' is a day: a window in hours does not fit",
                )
            return
        if found == "boolean" and not condition.compared:
            return
        if not condition.compared:
            self.fail((*place, "profile"), f"say what column '{condition.profile}' must be, for example "
                      "`is:`, `at_least:` or `known: true`")  # fmt: skip
        self._comparison(condition, place, found, f"column '{condition.profile}'")

    def _comparison(self, said: Comparison, place: Place, kind: str, what: str) -> None:
        for key, value in _values(said):
            if not _fits(value, kind):
                self.fail((*place, *key), f"{what} is {_SAID.get(kind, kind)}, found '{value}'")
            if key[0] in _ORDERED and kind in ("text", "boolean"):
                self.fail(
                    (*place, *key),
                    f"{what} is {_SAID[kind]}: '{key[0]}' has no meaning, use is or any_of",
                )

    def _tables(self, source: str, place: Place) -> None:
        for table in SOURCES[source].tables:
            if table not in self._catalogue.columns:
                self.fail(place, f"table {table} is not published: run `yutang run` first")

    def _rows(self, source: str, body: Any, place: Place) -> None:
        self._tables(source, place)
        columns = self._catalogue.source_columns(source)
        here = (*place, source)
        for name, value in body.where.items():
            spot = (*here, "where", name)
            kind = self.column(spot, name, columns)
            if isinstance(value, Comparison):
                self._comparison(value, spot, kind, f"column '{name}'")
                continue
            for n, one in enumerate(value) if isinstance(value, tuple) else [(None, value)]:
                if not _fits(one, kind):
                    self.fail(
                        spot if n is None else (*spot, n),
                        f"column '{name}' is {_SAID.get(kind, 'a time: only known: fits')}, found '{one}'",
                    )  # fmt: skip
        if body.at is not None:
            self.one_of((*here, "at"), f"time of {source}", body.at, SOURCES[source].times)
        if body.sum is not None:
            self.column((*here, "sum", "of"), body.sum.of, columns, "number")

    def _event_names(self, said: str | tuple[str, ...], place: Place) -> None:
        known = {**events(), **self._files.event_sets}
        if isinstance(said, str):
            self.one_of(place, "event or event set", said, known)
            return
        for n, name in enumerate(said):
            self.one_of((*place, n), "event or event set", name, known)

    def _event_channels(self, condition: HasEvents, place: Place) -> None:
        if condition.events.channels is None:
            return
        names = self._files.names_of(condition.events.of)
        if not any(channel_column(events()[name]) for name in names):
            self.fail(
                (*place, "events", "channels"),
                f"{', '.join(names)} has no channel; leave `channels` out",
            )

    def _sequence(self, condition: HasSequence, place: Place) -> None:
        body = condition.sequence
        self._event_names(body.first, (*place, "sequence", "first"))
        self._event_names(body.then, (*place, "sequence", "then"))
        if body.window.since is not None:
            self.fail(
                (*place, "sequence", "window"),
                "the window of a sequence is the same for everybody: not `since`",
            )
        if body.same == "coupon":
            for key in ("first", "then"):
                for name in self._files.names_of(getattr(body, key)):
                    if events()[name].source != "coupons":
                        self.fail(
                            (*place, "sequence", key),
                            f"'{name}' is no event of a coupon, so `same: coupon` does not fit",
                        )

    def _window(self, window: Window, place: Place, column: str | None) -> None:
        if window.since is not None:
            self._event_names(window.since.events, (*place, "since", "events"))
            if column is not None and column in _FUTURE:
                self.fail(place, f"'{column}' lies ahead: `since` does not fit")
        if window.ahead is not None and column not in (*_FUTURE, _PROFILE_DAY):
            self.fail(place, f"`ahead` fits only times that lie ahead ({', '.join(_FUTURE)}), "
                      "not what has happened")  # fmt: skip

    @staticmethod
    def _time_column(condition: Any) -> str | None:
        if isinstance(condition, ProfileIs):
            return _PROFILE_DAY
        rows = rows_of(condition)
        return None if rows is None else rows[1].at or SOURCES[rows[0]].at


def _values(said: Comparison) -> list[tuple[Place, Any]]:
    """Every value of a comparison but `known`, by its place."""
    found: list[tuple[Place, Any]] = []
    for name, value in said.compared.items():
        key = name.rstrip("_")
        if isinstance(value, tuple):
            found += [((key, n), one) for n, one in enumerate(value)]
        elif name != "known":
            found.append(((key,), value))
    return found


def _fits(value: Any, kind: str) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "day":
        return isinstance(value, date)
    return kind == "text" and isinstance(value, str)


def _is_hourly(window: Window) -> bool:
    spans = (window.rolling, window.ahead)
    return any(span is not None and span.hours is not None for span in spans)
