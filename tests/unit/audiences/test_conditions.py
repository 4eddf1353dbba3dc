"""What each kind of condition means, on a tiny brand; expected people are written by hand."""

from orchestration.lib.home import Home
from tests.unit.audiences.conftest import Ask
from tests.unit.audiences.tiny import order, publish


def test_a_rolling_window_of_days_ends_with_the_as_of_day_in_the_brands_zone(
    home: Home, who_is: Ask
):
    publish(
        home,
        people=("before", "first", "last", "never"),
        core__fct_orders=[
            order("before", "2026-05-31 15:59:59"),  # 31 May, 23:59:59 in Shanghai
            order("first", "2026-05-31 16:00:00"),  # 1 June, midnight
            order("last", "2026-06-30 15:59:59"),
        ],
    )
    who = "{orders: {window: {rolling: {days: 30}}}}"
    assert who_is(who) == {"first", "last"}
    assert who_is(f"{{not: {who}}}") == {"before", "never"}
    # In UTC the thirty days begin on 1 June at midnight UTC, eight hours later.
    assert who_is(who, timezone="UTC") == {"last"}


def test_counts_and_sums_compare_within_the_window(home: Home, who_is: Ask):
    publish(
        home,
        people=("one", "two", "cents", "none"),
        core__fct_orders=[
            order("one", "2026-06-29 00:00:00"),
            order("two", "2026-06-01 00:00:00", net_revenue_cny=60),
            order("two", "2026-06-02 00:00:00", net_revenue_cny=60),
            order("cents", "2026-06-02 00:00:00", net_revenue_cny="100.01"),
        ],
    )
    june = "window: {calendar: {unit: month, which: this}}"
    assert who_is(f"{{orders: {{{june}, count: {{at_least: 2}}}}}}") == {"two"}
    assert who_is(f"{{orders: {{{june}, count: {{exactly: 0}}}}}}") == {"none"}
    assert who_is(f"{{orders: {{{june}, count: {{at_most: 1}}}}}}") == {"one", "cents", "none"}
    over = f"{{orders: {{{june}, sum: {{of: net_revenue_cny, above: 100}}}}}}"
    assert who_is(over) == {"two", "cents"}
    exact = f"{{orders: {{{june}, sum: {{of: net_revenue_cny, at_least: 100.01}}}}}}"
    assert who_is(exact) == {"two", "cents"}
    assert who_is(f"{{orders: {{{june}, sum: {{of: net_revenue_cny, below: 0.5}}}}}}") == {"none"}


def test_a_brand_counts_its_own_orders_only(home: Home, who_is: Ask):
    publish(
        home,
        people=("a", "b"),
        core__fct_orders=[
            order("a", "2026-06-29 00:00:00"),
            order("b", "2026-06-29 00:00:00", brand="other"),
        ],
    )
    assert who_is("{orders: {window: ever}}", brand="other") == {"b"}
    assert who_is("{events: {of: order, window: ever}}", brand="yutang") == {"a"}
    assert who_is("{orders: {window: ever}}") == {"a", "b"}


def test_unknown_values_hold_for_nothing(home: Home, who_is: Ask):
    publish(
        home,
        profile__customer_360=[
            {"one_id": "f", "gender": "female", "is_buyer": True},
            {"one_id": "m", "gender": "male", "is_buyer": False},
            {"one_id": "x"},
        ],
    )
    assert who_is("{profile: gender, is: female}") == {"f"}
    assert who_is("{profile: gender, none_of: [female]}") == {"m"}
    assert who_is("{not: {profile: gender, is: female}}") == {"m", "x"}
    assert who_is("{profile: gender, known: false}") == {"x"}
    assert who_is("{profile: is_buyer}") == {"f"}
    assert who_is("{profile: is_buyer, is: false}") == {"m"}


def test_tags_of_every_type(home: Home, who_is: Ask):
    publish(
        home,
        people=("a", "b", "c"),
        profile__customer_tags=[
            {"one_id": "a", "tag": "value_tier", "value": "high"},
            {"one_id": "b", "tag": "value_tier", "value": "low"},
            {"one_id": "a", "tag": "member", "value": "true"},
            {"one_id": "a", "tag": "points", "value": "90"},
            {"one_id": "b", "tag": "points", "value": "100"},
            {"one_id": "b", "tag": "expiry", "value": "2026-07-02"},
        ],
    )
    assert who_is("{tag: value_tier, is: high}") == {"a"}
    assert who_is("{tag: value_tier, any_of: [high, low]}") == {"a", "b"}
    assert who_is("{tag: value_tier, none_of: [high]}") == {"b"}
    assert who_is("{tag: value_tier}") == {"a", "b"}
    assert who_is("{tag: value_tier, known: false}") == {"c"}
    assert who_is("{tag: member}") == who_is("{tag: member, is: true}") == {"a"}
    assert who_is("{tag: member, is: false}") == {"b", "c"}
    assert who_is("{tag: expiry, below: 2026-07-03}") == {"b"}
    assert who_is("{tag: expiry, above: 2026-07-02}") == set()
    assert who_is("{tag: points, at_least: 95}") == {"b"}  # as numbers: "90" is above "100" as text


def test_a_coupon_that_was_not_redeemed_within_seven_days(home: Home, who_is: Ask):
    def coupon(one_id: str, code: str, redeemed: str | None, received: str) -> dict:
        return {
            "one_id": one_id,
            "coupon_code": code,
            "received_at": received,
            "redeemed_at": redeemed,
        }

    publish(
        home,
        people=("never", "late", "in_time", "too_early", "other_coupon", "no_coupon"),
        core__fct_coupons=[
            coupon("never", "1", None, "2026-06-10 00:00:00"),
            coupon("late", "2", "2026-06-17 00:00:00", "2026-06-10 00:00:00"),  # at the deadline
            coupon("in_time", "3", "2026-06-16 23:59:59", "2026-06-10 00:00:00"),
            coupon("too_early", "4", None, "2026-06-24 00:00:00"),  # seven days are not over
            coupon("other_coupon", "5", None, "2026-06-10 00:00:00"),
            coupon("other_coupon", "6", "2026-06-11 00:00:00", "2026-05-01 00:00:00"),
        ],
    )
    sequence = (
        "{sequence: {first: coupon_received, then: coupon_redeemed, within: {days: 7}, "
        "happened: %s, %swindow: {rolling: {days: 30}}}}"
    )
    same = "same: coupon, "
    assert who_is(sequence % ("false", same)) == {"never", "late", "other_coupon"}
    assert who_is(sequence % ("false", "")) == {"never", "late"}
    assert who_is(sequence % ("true", same)) == {"in_time"}
    assert who_is(sequence % ("true", "")) == {"in_time", "other_coupon"}


def test_since_an_event_is_strictly_after_it_and_needs_it(home: Home, who_is: Ask):
    publish(
        home,
        people=("after", "at", "before", "no_coupon"),
        core__fct_coupons=[
            {"one_id": one, "coupon_code": one, "received_at": "2026-06-10 00:00:00"}
            for one in ("after", "at", "before")
        ],
        core__fct_orders=[
            order("after", "2026-06-10 00:00:01"),
            order("at", "2026-06-10 00:00:00"),
            order("before", "2026-06-01 00:00:00"),
            order("no_coupon", "2026-06-29 00:00:00"),
        ],
    )
    since = "{orders: {window: {since: {events: coupon_received}}%s}}"
    assert who_is(since % "") == {"after"}
    assert who_is(since % ", count: {exactly: 0}") == {"at", "before"}


def test_named_event_sets_and_channels(home: Home, who_is: Ask):
    publish(
        home,
        people=("bought", "redeemed", "visited", "elsewhere"),
        core__fct_orders=[
            order("bought", "2026-06-29 00:00:00"),
            order("elsewhere", "2026-06-29 00:00:00", channel="tmall"),
        ],
        core__fct_coupons=[
            {"one_id": "redeemed", "redeem_channel": "pos", "redeemed_at": "2026-06-29 00:00:00"}
        ],
        core__fct_touchpoints=[
            {
                "one_id": "visited",
                "touch_type": "mp_visit",
                "channel": "miniprogram",
                "touched_at": "2026-06-29 00:00:00",
            }
        ],
    )
    last = "window: {rolling: {days: 30}}"
    assert who_is(f"{{events: {{of: touch, {last}}}}}") == {"bought", "redeemed", "elsewhere"}
    assert who_is(f"{{events: {{of: touch, channels: [pos], {last}}}}}") == {"bought", "redeemed"}
    wide = f"{{events: {{of: wide, channels: [pos, miniprogram], {last}}}}}"
    assert who_is(wide) == {"bought", "redeemed", "visited"}
    twice = f"{{events: {{of: wide, {last}, count: {{at_least: 2}}}}}}"
    assert who_is(twice) == set()


def test_points_that_expire_are_what_spending_left_of_the_oldest(home: Home, who_is: Ask):
    def booking(one_id: str, change: int, expires: str | None) -> dict:
        return {
            "one_id": one_id,
            "change_points": change,
            "occurred_at": "2026-01-01 00:00:00",
            "expires_at": expires,
        }

    publish(
        home,
        people=("kept", "spent", "far", "partly"),
        core__fct_points=[
            booking("kept", 200, "2026-07-10 00:00:00"),
            booking("spent", 200, "2026-07-10 00:00:00"),
            booking("spent", 500, "2027-01-01 00:00:00"),
            booking("spent", -300, None),
            booking("far", 900, "2027-01-01 00:00:00"),
            booking("partly", 200, "2026-07-10 00:00:00"),
            booking("partly", -50, None),
        ],
    )
    assert who_is("{points_expiring: {days: 30, at_least: 1}}") == {"kept", "partly"}
    assert who_is("{points_expiring: {days: 30, at_least: 151}}") == {"kept"}
    assert who_is("{points_expiring: {days: 5, at_least: 1}}") == set()


def test_replenishment_counts_from_the_last_kept_purchase(home: Home, who_is: Ask):
    publish(
        home,
        people=("due", "bought_again", "refunded", "long_ago"),
        core__dim_products=[{"sku": "s", "category": "tea", "repurchase_cycle_days": 30}],
        core__fct_orders=[
            order("due", "2026-06-01 00:00:00"),
            order("bought_again", "2026-06-01 00:00:00"),
            order("bought_again", "2026-06-20 00:00:00"),
            order("refunded", "2026-06-01 00:00:00", net_revenue_cny=0),
            order("long_ago", "2026-01-01 00:00:00"),
        ],
        core__fct_order_lines=[
            {"order_id": f"{one}-{at}", "sku": "s", "quantity": 1, "paid_at": at}
            for one, at in (
                ("due", "2026-06-01 00:00:00"),
                ("bought_again", "2026-06-01 00:00:00"),
                ("bought_again", "2026-06-20 00:00:00"),
                ("refunded", "2026-06-01 00:00:00"),
                ("long_ago", "2026-01-01 00:00:00"),
            )
        ],
    )
    due = "{replenishment: {days_before: 7, days_after: 7%s}}"
    assert who_is(due % "") == {"due"}
    assert who_is(due % ", categories: [coffee]") == set()


def test_asking_about_another_audience_is_about_its_conditions(home: Home, who_is: Ask):
    from tests.unit.audiences.tiny import audience_text

    publish(
        home,
        people=("a", "b", "c"),
        core__fct_orders=[order("a", "2026-06-29 00:00:00"), order("b", "2026-06-29 00:00:00")],
        core__privacy_statements=[{"one_id": "b", "purpose": "erasure"}],
    )
    buyers = audience_text("{orders: {window: ever}}", name="buyers", channels="[sms]")
    # b asked to be erased: b is no member of anything, and still no newcomer.
    assert who_is("{audience: buyers}", buyers) == {"a"}
    assert who_is("{not: {audience: buyers}}", buyers) == {"c"}


def test_consent_decides_who_may_be_listed(home: Home, who_is: Ask):
    def consent(one_id: str, purpose: str, channel: str, *, granted: bool) -> dict:
        return {"one_id": one_id, "purpose": purpose, "channel": channel, "is_granted": granted}

    def reach(one_id: str, channel: str, day: str | None) -> dict:
        return {
            "one_id": one_id,
            "channel": channel,
            "is_reachable": day == "2026-06-30",
            "next_possible_date": day,
        }

    publish(
        home,
        people=("erased", "objects", "refuses", "no_sms", "now", "tomorrow", "next_month"),
        core__privacy_statements=[{"one_id": "erased", "purpose": "erasure"}],
        profile__customer_consents=[
            consent("objects", "profiling", "all", granted=False),
            consent("refuses", "marketing", "all", granted=False),
            consent("no_sms", "marketing", "sms", granted=False),
            consent("now", "care", "sms", granted=True),
        ],
        profile__customer_reachability=[
            reach("now", "sms", "2026-06-30"),
            reach("tomorrow", "wecom", "2026-07-01"),
            reach("next_month", "wecom", "2026-07-02"),
            reach("no_sms", "sms", None),
        ],
    )
    everybody = "{not: {profile: gender, is: nobody}}"
    assert who_is(everybody) == {"no_sms", "now", "tomorrow", "next_month"}
    assert who_is(everybody, channels="[sms]") == {"now"}
    assert who_is(everybody, channels="[sms, wecom]") == {"now", "tomorrow"}
    # Reachability speaks of marketing; another purpose needs its own yes.
    assert who_is(everybody, channels="[sms, wecom]", purpose="care") == {"now"}


def test_a_day_of_the_profile_may_lie_ahead(home: Home, who_is: Ask):
    publish(
        home,
        profile__customer_360=[
            {"one_id": "today", "last_order_date": "2026-06-30"},
            {"one_id": "tomorrow", "last_order_date": "2026-07-01"},
            {"one_id": "third", "last_order_date": "2026-07-03"},
            {"one_id": "fourth", "last_order_date": "2026-07-04"},
        ],
    )
    who = "{profile: last_order_date, window: {%s: {days: 3}}}"
    assert who_is(who % "ahead") == {"tomorrow", "third"}
    assert who_is(who % "rolling") == {"today"}
