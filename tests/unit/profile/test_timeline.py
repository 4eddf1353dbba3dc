"""`yutang timeline` on a small published file: whom it finds, what it shows, what it refuses."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.lib.home import PROJECT_DIR, Home
from orchestration.lib.profile.errors import TimelineError
from orchestration.lib.profile.timeline import read_timeline

ANN, BEN, OLD = "aaaaaaaa11111111", "aaaaaaaa22222222", "cccccccc33333333"
TABLES = f"""
create schema core;
create schema profile;
create table core.dim_customers as select unnest(['{ANN}', '{BEN}']) as one_id;
create table core.identity_aliases as
select '{OLD}' as retired_one_id, '{ANN}' as one_id, date '2026-05-01' as retired_date;
create table core.dim_products as select 'T1' as sku, 'Green tea' as product_name;
create table core.dim_stores as select 'S1' as store_id, 'Main street' as store_name;
create table core.dim_campaigns as select 'C1' as campaign_id, null::varchar as campaign_name;
create table profile.customer_360 as
select unnest(['{ANN}', '{BEN}']) as one_id, date '2026-06-30' as as_of_date,
    'gold' as member_level, 'active' as customer_status, 'loyal' as aipl_stage,
    'high' as value_tier, 3 as order_count, 99.5::decimal(18, 2) as net_revenue_cny,
    10 as points_balance;
create table core.customer_timeline (
    event_id varchar, one_id varchar, occurred_at timestamp, occurred_date date,
    event_type varchar, event_group varchar, event_name_en varchar, event_name_zh varchar,
    channel varchar, title varchar, state varchar, page varchar, campaign_id varchar,
    placement varchar, store_id varchar, order_id varchar, amount_cny decimal(18, 2),
    quantity bigint, source_table varchar, source_id varchar
);
insert into core.customer_timeline by name
select 'e1' as event_id, '{ANN}' as one_id, timestamp '2026-06-28 17:30:00' as occurred_at,
    date '2026-06-29' as occurred_date, 'store_purchase' as event_type, 'order' as event_group,
    'Bought in a store' as event_name_en, '到店消费' as event_name_zh, 'pos' as channel,
    'kept' as state, 'S1' as store_id, 'pos:1' as order_id, 1234.5 as amount_cny,
    'core.fct_orders' as source_table, 'pos:1' as source_id
union all by name
select 'e2' as event_id, '{ANN}' as one_id, timestamp '2026-06-01 02:00:00' as occurred_at,
    date '2026-06-01' as occurred_date, 'sms' as event_type, 'message' as event_group,
    'SMS' as event_name_en, '短信' as event_name_zh, 'sms' as channel, 'C1' as campaign_id,
    'failed: MBBLACK' as state, 'core.fct_messages' as source_table, 'sms:1' as source_id
union all by name
select 'e3' as event_id, '{ANN}' as one_id, timestamp '2026-06-29 02:00:00' as occurred_at,
    date '2026-06-29' as occurred_date, 'points_used' as event_type, 'points' as event_group,
    'Points used' as event_name_en, '使用积分' as event_name_zh, 'crm' as channel,
    'redeem' as title, -50 as quantity, 'core.fct_points' as source_table, 'l1' as source_id;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    found = Home(root=tmp_path, secrets=tmp_path / "secrets")
    found.published.parent.mkdir(parents=True)
    with duckdb.connect(str(found.published)) as con:
        con.execute(TABLES)
    monkeypatch.setenv("YUTANG_HOME", str(tmp_path))
    monkeypatch.setenv("YUTANG_SECRETS", str(tmp_path / "secrets"))
    monkeypatch.setenv("COLUMNS", "160")
    return found


def shown(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["timeline", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_events_come_oldest_first_with_their_names(home: Home):
    found = read_timeline(home, ANN)
    assert [event.event_id for event in found.events] == ["e2", "e1", "e3"]
    assert found.as_of_date == date(2026, 6, 30)
    assert found.events[1].amount_cny == Decimal("1234.50")
    assert found.names == {"S1": "Main street"}


def test_days_count_the_as_of_day(home: Home):
    assert [e.event_id for e in read_timeline(home, ANN, days=2).events] == ["e1", "e3"]
    assert read_timeline(home, ANN, days=1).events == ()
    assert len(read_timeline(home, ANN, days=30).events) == 3


def test_a_retired_one_id_leads_to_the_person_of_today(home: Home):
    found = read_timeline(home, "cccccccc")
    assert (found.one_id, found.retired_on) == (ANN, date(2026, 5, 1))
    assert f"cccccccc was merged into {ANN} on 2026-05-01" in shown("cccccccc")


def test_a_person_without_events_is_no_error(home: Home):
    assert read_timeline(home, BEN).events == ()
    assert "No event in this time." in shown(BEN)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("aaaaaaaa", "2 one_ids begin like that"),
        ("dddddddd", "nobody published has that one_id"),
        ("13800138000", "nobody published has that one_id"),
        ("aaaa", "that is no one_id"),
        ("张三张三张三张三", "that is no one_id"),
        ("' or true --", "that is no one_id"),
    ],
)
def test_what_names_nobody_is_one_clear_sentence_that_repeats_nothing(
    home: Home, asked: str, said: str
):
    with pytest.raises(TimelineError, match=said) as error:
        read_timeline(home, asked)
    assert asked not in str(error.value).replace("aaaaaaaa1111", "").replace("aaaaaaaa2222", "")


def test_nothing_published_is_said(tmp_path: Path):
    with pytest.raises(TimelineError, match="run `yutang run` first"):
        read_timeline(Home(root=tmp_path, secrets=tmp_path), ANN)


def test_an_older_file_is_said(tmp_path: Path):
    home = Home(root=tmp_path, secrets=tmp_path)
    home.published.parent.mkdir(parents=True)
    with duckdb.connect(str(home.published)) as con:
        con.execute("create schema core; create table core.dim_customers as select 'a' as one_id")
    with pytest.raises(TimelineError, match="older version"):
        read_timeline(home, ANN)


def test_the_terminal_speaks_both_languages_in_the_zone_of_the_brand(home: Home):
    english, chinese = shown(ANN), shown(ANN, "--lang", "zh", "--days", "30")
    assert "01:30" in english and "Bought in a store" in english
    assert "Main street (S1)" in english and "1,234.50" in english
    assert "failed: MBBLACK" in english and "-50 · redeemed" in english
    assert "3 个事件，最近 30 天" in chinese and "黑卡" not in chinese
    assert "到店消费" in chinese and "失败: MBBLACK" in chinese and "-50 · 兑换" in chinese
    with pytest.raises(TimelineError, match="there is no such language"):
        shown(ANN, "--lang", "fr")


def test_json_is_plain(home: Home):
    told = json.loads(shown(ANN, "--days", "2", "--json"))
    assert told["one_id"] == ANN and told["days"] == 2 and told["as_of_date"] == "2026-06-30"
    assert told["person"]["net_revenue_cny"] == "99.50"
    assert told["events"][0]["occurred_at"] == "2026-06-28T17:30:00"
    assert told["events"][0]["amount_cny"] == "1234.50"


def test_the_guide_names_every_group():
    guide = (PROJECT_DIR / "docs" / "guides" / "timeline.md").read_text(encoding="utf-8")
    seed = PROJECT_DIR / "seeds" / "reference" / "timeline_events.csv"
    groups = {line.split(",")[1] for line in seed.read_text(encoding="utf-8").splitlines()[1:]}
    assert all(f"| {group} " in guide for group in groups)
