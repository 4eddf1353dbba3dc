"""Reachability of a finished run, judged a second time in plain Python, one person at a time.

The oracle reads staging (what was delivered), who owns which identifier since when, and the vars.
It shares no SQL with the models: credits are counted by walking through the pushes, caps by counting
days, and the reason is the first of a list of questions.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
import yaml

from orchestration.lib.home import PROJECT_DIR, Home

VARS = yaml.safe_load((PROJECT_DIR / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
CODES = VARS["reach_suppressing_codes"]
ZONE = ZoneInfo(VARS["brand_timezone"])
# Per channel: staging model, who counts for the cap of the day, what decides the verdict.
MESSAGES = {
    "sms": ("stg_sms__messages", "null", "fail_reason"),
    "calls": ("stg_calls__messages", "null", "call_outcome"),
    "wechat_oa": ("stg_wechat_oa__messages", "null", "fail_reason"),
    "wecom": ("stg_wecom__messages", "staff_id", "fail_reason"),
}
GOOD_TO_BAD = [
    "reachable",
    "daily_cap",
    "monthly_cap",
    "no_credit",
    "consent_withdrawn",
    "suppressed",
]
pytestmark = pytest.mark.slow


def local_day(moment: datetime) -> date:
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZONE).date()


@dataclass
class World:
    """Everything the oracle asks, read once."""

    as_of: date
    end: datetime
    owners: dict = field(default_factory=lambda: defaultdict(list))
    addresses: dict = field(default_factory=lambda: defaultdict(list))
    messages: dict = field(default_factory=lambda: defaultdict(list))
    statements: dict = field(default_factory=lambda: defaultdict(list))
    credits: dict = field(default_factory=lambda: defaultdict(int))
    erased: set = field(default_factory=set)

    def owner_at(self, token: str, moment: datetime) -> str | None:
        for one_id, since, until in self.owners[token]:
            if (since is None or moment >= since) and (until is None or moment < until):
                return one_id
        return None

    def owned_since(self, token: str) -> datetime | None:
        return next((since for _, since, until in self.owners[token] if until is None), None)


def read_world(home: Home) -> World:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:

        def rows(sql: str) -> list[tuple]:
            return con.execute(sql).fetchall()

        [(as_of, end)] = rows("select * from intermediate.int_run__as_of")
        world = World(as_of, end)
        for token, one_id, since, until in rows(
            "select identifier_token, one_id, valid_from_at, valid_to_at"
            " from intermediate.int_identity__resolution where is_verified"
        ):
            world.owners[token].append((one_id, since, until))
        people = dict(rows("select identifier_token, one_id from core.bridge_customer_identifiers"))
        for (token,) in rows(
            "select identifier_token from core.bridge_customer_identifiers"
            " where identifier_type = 'phone' and identifier_class <> 'weak'"
        ):
            for channel in ("sms", "calls"):
                world.addresses[people[token], channel].append((token, None, None))
        for token, followed_at in _followers(rows):
            if token in people:
                world.addresses[people[token], "wechat_oa"].append((token, None, followed_at))
        for token, staff, followed_at in rows(
            "select wecom_external_userid_token, staff_id, followed_at"
            " from staging.stg_wecom__follows where is_current"
        ):
            if token in people:
                world.addresses[people[token], "wecom"].append((token, staff, followed_at))
        _read_credits(world, rows, people)
        _read_talk(world, rows)
    return world


def _read_talk(world: World, rows) -> None:
    """Messages, statements of consent and wishes to be erased, up to the as-of day."""
    for channel, (model, sender, code) in MESSAGES.items():
        for token, who, what, state, sent_at, reported_at in rows(
            f"select identifier_token, {sender}, {code}, delivery_state, sent_at, reported_at"
            f" from staging.{model} where identifier_token is not null"
        ):
            if sent_at < world.end:
                message = (who, what, state, sent_at, reported_at or sent_at)
                world.messages[channel, token].append(message)
    for token, channel, brand, granted, at in rows(
        "select subject_token, channel, brand, is_granted, stated_at from staging.stg_crm__consents"
        " where purpose = 'marketing' and subject_token is not null"
    ):
        if at < world.end:
            world.statements[channel].append((at, granted, token, brand))
    for token, at in rows(
        "select subject_token, requested_at from staging.stg_crm__erasure_requests"
        " where subject_token is not null"
    ):
        if at < world.end:
            world.erased.add(world.owner_at(token, at))


def _followers(rows) -> list[tuple]:
    words = defaultdict(list)
    for token, follows, since, day in rows(
        "select wx_openid_token, is_follower, followed_at, delivered_date from staging.stg_wechat_oa__users"
    ):
        spoken = datetime(day.year, day.month, day.day, tzinfo=ZONE)
        spoken = spoken.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        words[token].append((max(spoken, since) if since else spoken, not follows, since))
    for token, event, at in rows(
        "select wx_openid_token, event_type, event_at from staging.stg_wechat_oa__events"
        " where event_type in ('subscribe', 'unsubscribe')"
    ):
        words[token].append((at, event == "unsubscribe", at))
    newest = {token: max(said, key=lambda w: (w[0], w[1])) for token, said in words.items()}
    return [(token, since) for token, (_, left, since) in newest.items() if not left]


def _read_credits(world: World, rows, people: dict) -> None:
    """Walk through the pushes of each openid and template in time."""
    pushes = defaultdict(list)
    for token, template, event, answer, error, at in rows(
        "select wx_openid_token, template_code, event_type, answer, error_code, created_s"
        " from staging.stg_miniprogram__subscriptions"
    ):
        pushes[token, template].append((at, event, answer, error))
    for (token, template), events in pushes.items():
        left = 0
        for _, event, answer, error in sorted(events, key=lambda e: (e[0], str(e[3]), str(e[2]))):
            if error == "43101" or (event == "subscribe_msg_change_event" and answer == "reject"):
                left = 0
            elif event == "subscribe_msg_popup_event" and answer == "accept":
                left += 1
            elif error == "0":
                left -= 1
        world.credits[token] += max(left, 0)
        del template
    openids = {token for token, _ in pushes}
    openids |= {t for (t,) in rows("select wx_openid_token from staging.stg_miniprogram__logins")}
    for token in openids:
        if token in people:
            world.addresses[people[token], "wechat_subscription"].append((token, None, None))


def newest_word(
    world: World, one_id: str, channel: str, token: str | None, brand: str
) -> tuple | None:
    """(granted, when) of what a list of the brand hears from the person, or about one address of theirs.

    The newest word to each brand and to the group, one by one. A no that is heard wins: the brand's own
    and the group's; for the group's list every brand's. Else the newest yes to the brand or the group.
    """
    heard: dict[str, list[tuple]] = defaultdict(list)
    for spoken in [*VARS["reach_channels"][channel]["consent_channels"], "all"]:
        for at, granted, subject, to in world.statements[spoken]:
            mine = world.owner_at(subject, at) == one_id
            if mine and (token is None or subject == token):
                heard[to].append((at, not granted))
    newest = {to: max(said) for to, said in heard.items()}
    noes = [
        at for to, (at, refused) in newest.items()
        if refused and (brand == "all" or to in (brand, "all"))
    ]  # fmt: skip
    if noes:
        return (False, max(noes))
    yeses = [at for to, (at, refused) in newest.items() if not refused and to in (brand, "all")]
    return (True, max(yeses)) if yeses else None


def is_suppressed(messages: list[tuple], sender, related, word: tuple | None) -> bool:
    """Whether the newest receipt forbids, or an unsubscription that no later yes ended."""
    verdicts, unsubscribed = [], None
    for who, code, state, _, judged in messages:
        kind = CODES.get(code) or ("ok" if state == "delivered" else None)
        if who != sender or kind is None:
            continue
        if kind == "unsubscribed":
            unsubscribed = max(judged, unsubscribed or judged)
        elif related is None or judged >= related:
            verdicts.append((judged, kind != "ok"))
    if verdicts and max(verdicts)[1]:
        return True
    return bool(unsubscribed) and not (word and word[0] and word[1] > unsubscribed)


def cap_of(messages: list[tuple], sender, as_of: date) -> str:
    """Which cap of WeCom holds for one contact and member of staff."""
    arrived = [(who, local_day(at)) for who, _, state, at, _ in messages if state == "delivered"]
    month = [day for _, day in arrived if (day.year, day.month) == (as_of.year, as_of.month)]
    if len(month) >= VARS["reach_wecom_monthly_cap"]:
        return "monthly_cap"
    today = [who for who, day in arrived if day == as_of and who == sender]
    return "daily_cap" if len(today) >= VARS["reach_wecom_daily_cap"] else "reachable"


def judge_address(world: World, one_id: str, channel: str, address: tuple, brand: str) -> str:
    """What speaks against one address, the person's own word aside."""
    token, sender, related = address
    since = world.owned_since(token)
    messages = [m for m in world.messages[channel, token] if since is None or m[3] >= since]
    if is_suppressed(messages, sender, related, newest_word(world, one_id, channel, None, brand)):
        return "suppressed"
    own_word = newest_word(world, one_id, channel, token, brand)
    if own_word and not own_word[0]:
        return "consent_withdrawn"
    if channel == "wechat_subscription" and world.credits[token] == 0:
        return "no_credit"
    return cap_of(messages, sender, world.as_of) if channel == "wecom" else "reachable"


def judge(world: World, one_id: str, channel: str, brand: str = "all") -> str:
    """The reason of one person in one channel, for a list of a brand."""
    addresses = world.addresses[one_id, channel]
    word = newest_word(world, one_id, channel, None, brand)
    best = min(
        (judge_address(world, one_id, channel, a, brand) for a in addresses),
        key=GOOD_TO_BAD.index,
        default=None,
    )
    if one_id in world.erased:
        return "erasure_requested"
    if best is None:
        return {"wechat_oa": "not_follower", "wecom": "not_contact"}.get(channel, "no_address")
    if best != "suppressed" and word and not word[0]:
        return "consent_withdrawn"
    needs_a_yes = VARS["reach_channels"][channel]["consent"] == "required"
    if (
        GOOD_TO_BAD.index(best) < GOOD_TO_BAD.index("consent_withdrawn")
        and needs_a_yes
        and not word
    ):
        return "no_consent"
    return best


def next_day(as_of: date, reason: str) -> date | None:
    if reason == "monthly_cap":
        return (as_of.replace(day=28) + timedelta(7)).replace(day=1)
    return {"reachable": as_of, "daily_cap": as_of + timedelta(1)}.get(reason)


def test_every_reason_equals_the_oracle(demo_run):
    world = read_world(demo_run.home)
    with duckdb.connect(str(demo_run.home.published), read_only=True) as marts:
        found = marts.execute(
            "select one_id, channel, reason, next_possible_date from profile.customer_reachability"
        ).fetchall()
        people = marts.execute("select count(*) from core.dim_customers").fetchone()[0]
    assert len(found) == people * len(VARS["reach_channels"])
    wrong = []
    for one_id, channel, reason, day in found:
        expected = judge(world, one_id, channel)
        if (reason, day) != (expected, next_day(world.as_of, expected)):
            wrong.append((one_id, channel, reason, expected, day))
    assert wrong == []
    # The comparison means something only where the brand has every kind of case.
    seen = {reason for _, _, reason, _ in found}
    assert seen >= {"reachable", "no_consent", "consent_withdrawn", "suppressed", "no_credit",
                    "no_address", "not_follower", "not_contact", "erasure_requested"}  # fmt: skip
