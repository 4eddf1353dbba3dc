"""Engagement in the simulated brand: touches that landing shows, and the orders they caused."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from tests.unit.demo.conftest import Brand


def test_causes_precede_their_orders_and_come_from_the_owner_of_the_campaign(brand: Brand):
    caused = brand.truth("""
        select causing_touch_type, causing_channel, causing_campaign_id,
               ordered_at - causing_touched_at
        from {orders} where causing_touch_type is not null
    """)
    assert 0.03 * brand.summary.orders < len(caused) < 0.2 * brand.summary.orders
    assert {(kind, channel) for kind, channel, _, _ in caused} >= {
        ("sms_delivered", "sms"), ("oa_template_delivered", "wechat_oa"),
        ("coupon_received", "crm"), ("qr_scan", "wechat_oa"), ("mp_visit", "miniprogram"),
        ("ad_click", "tencent_ads"), ("ad_click", "ocean_engine"),
    }  # fmt: skip
    assert all(timedelta(0) < delay < timedelta(days=25) for *_, delay in caused)
    prefixes = {"sms_delivered": "SMS", "oa_template_delivered": "OA", "coupon_received": "CPN",
                "qr_scan": "QR", "mp_visit": "QR", "splash_ad": "SPL"}  # fmt: skip
    for kind, _, campaign, _ in caused:
        assert campaign.startswith(prefixes.get(kind, ("9", "7")))


def test_a_causing_sms_is_in_landing_and_was_delivered(brand: Brand):
    receipts = {
        (datetime.fromisoformat(row["report_time"]) - timedelta(hours=8), row["success"])
        for row in brand.rows("sms.receipts")
    }
    touched = brand.truth("""
        select causing_touched_at from {orders} where causing_touch_type = 'sms_delivered'
    """)
    assert touched
    assert all((at, True) in receipts for (at,) in touched)


def test_landings_of_clicks_carry_the_click_id(brand: Brand):
    clicks = {row["click_id"] for row in brand.rows("tencent_ads.clicks")}
    clicks |= {row["request_id"] for row in brand.rows("ocean_engine.clicks")}
    landed = [
        row["gdt_vid"] or row["clickid"]
        for row in brand.rows("miniprogram.logins")
        if row["gdt_vid"] or row["clickid"]
    ]
    assert len(landed) > 20
    assert len(set(landed)) == len(landed)
    assert set(landed) < clicks


def test_macros_the_platform_could_not_fill_arrive_as_they_are(brand: Brand):
    ocean = Counter(row["imei"] for row in brand.rows("ocean_engine.clicks"))
    tencent = Counter(row["oaid"] for row in brand.rows("tencent_ads.clicks"))
    assert ocean["__IMEI__"] > 0 and tencent["__OAID__"] > 0
    assert any(row["idfa"].startswith("00000000-") for row in brand.rows("ocean_engine.clicks"))


def test_reports_are_restated_by_later_deliveries(brand: Brand):
    values = defaultdict(dict)
    for row in brand.rows("tencent_ads.reports"):
        values[row["date"], row["ad_id"]][row["dt"]] = int(row["conversions_count"])
    restated = [list(by_day.values()) for by_day in values.values() if len(by_day) > 1]
    assert restated
    assert all(claims == sorted(claims) for claims in restated)
    assert any(claims[-1] > claims[0] for claims in restated)


def test_platforms_without_forwarded_clicks_report_days_and_hours(brand: Brand):
    days, hours = defaultdict(dict), defaultdict(set)
    for row in brand.rows("kuaishou_ads.reports"):
        key = row["stat_date"], row["unit_id"], row["dt"]
        hours[key].add(row["stat_hour"])
        day = days[row["stat_date"], row["unit_id"]]
        day[row["dt"]] = day.get(row["dt"], 0) + int(row["event_pay"])
    assert {frozenset(found) for found in hours.values()} == {
        frozenset({""}), frozenset({"12", "20"})
    }  # fmt: skip
    restated = [list(day.values()) for day in days.values() if len(day) > 1]
    assert restated and all(claims == sorted(claims) for claims in restated)
    costs = {row["cost"] for row in brand.rows("baidu_ads.reports")}
    assert all(cost[-3] == "." for cost in costs) and max(map(float, costs)) < 500


def test_sms_receipts_fail_repeat_go_missing_and_come_first(brand: Brand):
    messages = {row["out_id"]: row["dt"] for row in brand.rows("sms.messages")}
    receipts = defaultdict(list)
    for row in brand.rows("sms.receipts"):
        receipts[row["out_id"]].append(row)
    assert set(receipts) < set(messages)
    assert any(len(rows) == 2 for rows in receipts.values())
    assert {row["err_code"] for rows in receipts.values() for row in rows} >= {
        "DELIVERED", "MK:0000", "MBBLACK"
    }  # fmt: skip
    early = [i for i, rows in receipts.items() if min(r["dt"] for r in rows) < messages[i]]
    assert early


def test_the_official_account_has_followers_leavers_scans_and_template_results(brand: Brand):
    events = list(brand.rows("wechat_oa.events"))
    kinds = Counter(row["Event"] for row in events)
    assert set(kinds) == {
        "subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "TEMPLATESENDJOBFINISH"
    }  # fmt: skip
    assert {row["Status"] for row in events} == {
        None, "success", "failed:user block", "failed: system failed"
    }  # fmt: skip
    scenes = {row["scene"] for row in brand.rows("qr.scenes")}
    for row in events:
        if row["Event"] == "SCAN":
            assert row["EventKey"] in scenes
        if row["Event"] == "subscribe" and row["EventKey"]:
            assert row["EventKey"].removeprefix("qrscene_") in scenes
    keys = Counter((row["FromUserName"], row["CreateTime"]) for row in events)
    assert max(keys.values()) == 1
    users = brand.newest("wechat_oa.users", "openid").values()
    left = [row for row in users if row["subscribe"] == 0]
    assert left and all(row["unionid"] is None and row["nickname"] is None for row in left)


def test_the_log_of_template_messages_meets_the_results_that_were_pushed(brand: Brand):
    log = list(brand.rows("wechat_oa.messages"))
    assert {row["Status"] for row in log} == {
        None, "success", "failed:user block", "failed: system failed"
    }  # fmt: skip
    last = brand.newest("wechat_oa.messages", "openid", "client_msg_id")
    by_id = {row["msgid"]: row for row in last.values() if row["msgid"]}
    assert 0.85 * len(last) < len(by_id) < 0.95 * len(last)
    assert len(last) < len(log)
    for row in brand.rows("wechat_oa.events"):
        if row["Event"] == "TEMPLATESENDJOBFINISH" and row["MsgID"] in by_id:
            message = by_id[row["MsgID"]]
            assert message["openid"] == row["FromUserName"]
            assert 0 < row["CreateTime"] - message["sent_at"] < 600
            assert message["Status"] in (None, row["Status"])


def test_staff_confirm_mass_messages_at_once_later_or_never(brand: Brand):
    contacts = {row["external_contact"]["external_userid"] for row in brand.rows("wecom.contacts")}
    history = defaultdict(list)
    for row in brand.rows("wecom.messages"):
        assert row["external_userid"] in contacts
        assert (row["status"] == 1) == (row["send_time"] is not None)
        history[row["msgid"], row["external_userid"]].append(row["status"])
    assert {tuple(statuses) for statuses in history.values()} == {(0,), (0, 1), (1,), (2,), (3,)}


def test_visits_have_several_events_and_begin_anonymous(brand: Brand):
    rows = list(brand.rows("miniprogram.events"))
    kinds = Counter(row["event"] for row in rows)
    assert kinds["$MPLaunch"] == kinds["$MPHide"]
    assert len(rows) > 4 * kinds["$MPLaunch"]
    for row in rows:
        assert row["distinct_id"] == (row["login_id"] or row["anonymous_id"])
        if row["event"] == "$MPLaunch":
            assert row["login_id"] is None
        identity = row["identities"]
        assert (identity["$identity_mp_id"] is None) == (row["login_id"] is None)
    seconds = [row["time"] for row in rows if row["time"] < 10**11]
    assert 0 < len(seconds) < 0.02 * len(rows)


def test_app_and_web_sign_up_once_per_installation_and_remember_it(brand: Brand):
    for channel, start in (("app", "$AppStart"), ("web", "$pageview")):
        rows = list(brand.rows(f"{channel}.events"))
        kinds = Counter(row["event"] for row in rows)
        assert kinds[start] == kinds["$AppEnd" if channel == "app" else "$WebStay"]
        signups = [row for row in rows if row["type"] == "track_signup"]
        by_installation = {row["original_id"]: row for row in signups}
        assert len(by_installation) == len(signups) > 30
        old_sdk = {row["distinct_id"] for row in signups if row["login_id"] is None}
        assert 0 < len(old_sdk) < 0.4 * len(signups)
        for row in rows:
            if row["distinct_id"] in old_sdk:
                assert row["properties"]["$is_login_id"] and row["login_id"] is None
            elif row["properties"]["$is_login_id"]:
                assert row["distinct_id"] == row["login_id"]
                assert row["time"] >= by_installation[row["anonymous_id"]]["time"] or (
                    row["time"] < 10**11
                )
            else:
                assert row["identities"]["$identity_mobile"] is None
        seconds = [row["time"] for row in rows if row["time"] < 10**11]
        assert 0 < len(seconds) < 0.02 * len(rows)
        keys = Counter((row["distinct_id"], row["time"], row["event"]) for row in rows)
        assert max(keys.values()) == 1


def test_the_app_takes_a_former_number_out_before_it_binds_the_new_one(brand: Brand):
    events = defaultdict(list)
    for row in brand.rows("app.events"):
        if row["type"] in ("track_id_unbind", "track_id_bind"):
            number = row["identities"]["$identity_mobile"]
            assert row["identities"]["$identity_android_id"] is None
            events[row["login_id"]].append((row["time"], row["type"], number))
    assert events
    for rows in events.values():
        (_, first, old), (_, second, new) = sorted(rows)
        assert (first, second) == ("track_id_unbind", "track_id_bind") and old != new


def test_orders_of_the_brands_own_shop_have_their_submit_event(brand: Brand):
    orders = {row["full_order_info"]["order_info"]["tid"] for row in brand.rows("youzan.orders")}
    submitted = {
        row["properties"]["order_no"]
        for row in brand.rows("miniprogram.events")
        if row["event"] == "SubmitOrder"
    }
    assert submitted <= orders
    assert len(submitted) > 0.9 * len(orders)


def test_events_are_unique_by_their_key(brand: Brand):
    keys = Counter(
        (row["distinct_id"], row["time"], row["event"]) for row in brand.rows("miniprogram.events")
    )
    assert max(keys.values()) == 1
    logins = Counter((row["openid"], row["login_at"]) for row in brand.rows("miniprogram.logins"))
    assert max(logins.values()) == 1
