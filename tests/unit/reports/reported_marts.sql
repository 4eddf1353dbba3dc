-- A published file written by hand: what the reports on attribution, the private domain, audiences and
-- ads read. Few rows, so that every figure of a report can be counted by eye.
create schema quality;
create schema attribution;
create schema core;
create schema profile;
create schema activation;

create table quality.audit_results as select date '2026-06-30' as as_of_date;

-- 10 orders, 1,000 yuan: 4 and 2 have a touch under the model of the brand, 4 have none.
create table attribution.rpt_channel_attribution as
select * from (values
    ('last_non_direct', 'sms', 'SMS', '短信', 4.0, 1.0, 3.0, 300.00, 100.00, null, 5, 0),
    ('last_non_direct', 'tencent_ads', 'Tencent Ads', '腾讯广告', 2.0, 2.0, 0.0, 200.00, 200.00, 50.00, 4, 1),
    ('last_non_direct', '(unattributed)', 'None', '无', 4.0, 1.0, 3.0, 500.00, 100.00, null, 0, 0),
    ('linear', 'sms', 'SMS', '短信', 3.5, 1.0, 2.5, 250.00, 100.00, null, 5, 0),
    ('linear', 'tencent_ads', 'Tencent Ads', '腾讯广告', 2.5, 2.0, 0.5, 250.00, 200.00, 50.00, 4, 1),
    ('linear', '(unattributed)', 'None', '无', 4.0, 1.0, 3.0, 500.00, 100.00, null, 0, 0)
) as t (model, channel, channel_name, channel_name_zh, conversions, new_customers,
    returning_conversions, revenue_cny, new_customer_revenue_cny, cost_cny, touched_orders,
    shared_ad_orders);
create table attribution.rpt_channel_attribution_days as
select model, channel, date '2026-06-01' as date, conversions, new_customers, revenue_cny, cost_cny
from attribution.rpt_channel_attribution;
create table attribution.rpt_campaign_attribution as
select 'last_non_direct' as model, 'tencent_ads' as channel, 'C1' as campaign_id, '夏季<新品>' as campaign_name,
    2.0 as conversions, 2.0 as new_customers, 200.00 as revenue_cny, 50.00 as cost_cny, 4.0 as roas,
    25.00 as cac_cny;
create table attribution.rpt_paths as
select * from (values
    ('sms', 1, 3, 7, 1, 200.00), ('tencent_ads > sms', 2, 1, 0, 0, 100.00), ('sms', 9, 2, 0, 2, 200.00),
    ('wecom', 1, 0, 4, 0, 0.00)
) as t (path, step_count, conversions, open_paths, new_customer_conversions, revenue_cny);
create table attribution.rpt_model_effects as
select * from (values
    ('channel', 'sms', 0.75, 4.0, 0.6), ('channel', 'tencent_ads', 0.25, 2.0, 0.3),
    ('campaign', 'tencent_ads', 0.9, 2.0, 0.3)
) as t (effect_level, channel, removal_effect, conversions, reach_ratio);
create table attribution.fct_attribution as
select * from (values
    ('last_non_direct', 'sms', 'sale', 400.00), ('last_non_direct', 'sms', 'refund', -100.00),
    ('last_non_direct', 'tencent_ads', 'sale', 200.00), ('linear', 'sms', 'sale', 999.00)
) as t (model, channel, booking_type, credit_cny);

create table core.fct_ad_spend as
select date '2026-06-01' as date, 'tencent_ads' as platform, 'C1' as campaign_id, 'A' as account_id,
    50.00 as cost_cny, 1000 as impressions, 100 as clicks, 7 as platform_conversions
union all
select date '2026-06-01', 'baidu_ads', 'C2', 'A', 150.00, 2000, 200, 9;
create table attribution.rpt_ad_performance as
select * from (values
    ('total', date '2026-06-01', 'tencent_ads', 'C1', '夏季<新品>', 50.00, 100, 40, 2.0, 2.0, 200.00, 120.00,
        50.00, 4.0, 25.00, 25.00, 7, 150.00, 3),
    ('total', date '2026-06-01', 'baidu_ads', 'C2', null, 150.00, 200, 0, 0.0, 0.0, 0.00, 0.00, 0.00, 0.0,
        null, null, 9, null, null),
    ('week', date '2026-06-01', 'tencent_ads', 'C1', '夏季<新品>', 50.00, 100, 40, 2.0, 2.0, 200.00, 120.00,
        50.00, 4.0, 25.00, 25.00, 7, null, null),
    ('week', date '2026-06-01', 'baidu_ads', 'C2', null, 150.00, 200, 0, 0.0, 0.0, 0.00, 0.00, 0.00, 0.0,
        null, null, 9, null, null)
) as t (period_type, period_start_date, platform, campaign_id, campaign_name, cost_cny, clicks, landings,
    conversions, new_customers, revenue_cny, own_revenue_cny, marketplace_revenue_cny, roas, cpa_cny,
    cac_cny, platform_claimed_conversions, ltv_cny, payback_days);
create table attribution.rpt_ad_alerts as
select * from (values
    (date '2026-06-30', 'tencent_ads', 'spend', 'above', 90.00, 20.00, 10.00, 40.00),
    (date '2026-06-30', 'tencent_ads', 'roas', 'too_few', 4.00, 4.00, 0.00, 99999.00),
    (date '2026-06-29', 'tencent_ads', 'spend', 'usual', 20.00, 20.00, 10.00, 40.00)
) as t (date, platform, metric, judgement, value, expected_value, lowest_usual_value, highest_usual_value);

-- June: 6 of 8 orders and 600 of 800 yuan in the private domain.
create table core.fct_orders as
select
    'pos:' || n as order_id, if(n <= 6, 'pos', 'tmall') as channel, 'p' || n as one_id, 100.00 as paid_cny,
    90.00 as net_revenue_cny, date '2026-06-01' as paid_date, true as is_first_order
from range(1, 9) as t (n);
create table profile.rpt_private_share as
select * from (values
    ('month', date '2026-05-01', 4, 1, 400.00, 100.00, 100.00, 0, 0.00, 1, 100.00, 3, 300.00, 0, 0.00),
    ('month', date '2026-06-01', 8, 6, 800.00, 600.00, 540.00, 0, 0.00, 6, 600.00, 2, 200.00, 0, 0.00),
    ('day', date '2026-06-01', 8, 6, 800.00, 600.00, 540.00, 0, 0.00, 6, 600.00, 2, 200.00, 0, 0.00)
) as t (period_type, period_start_date, orders, private_orders, gmv_cny, private_gmv_cny,
    private_net_revenue_cny, own_orders, own_gmv_cny, retail_orders, retail_gmv_cny, marketplace_orders,
    marketplace_gmv_cny, takeaway_orders, takeaway_gmv_cny);
-- 10 people: 8 buyers, 3 of them twice; 4 followers (3 reachable, 2 bought, 1 twice); 2 contacts.
create table profile.customer_360 as
select
    'p' || n as one_id, n <= 8 as is_buyer, if(n <= 3, 2, if(n <= 8, 1, 0)) as order_count,
    n in (3, 4, 9, 10) as is_oa_follower, n in (3, 4, 9) as is_reachable_wechat_oa,
    n in (1, 9) as is_wecom_contact, n = 1 as is_reachable_wecom, n <= 2 as is_member,
    if(n <= 2, 'high', 'low') as value_tier, if(n <= 2, 400.00, if(n <= 8, 100.00, 0.00)) as net_revenue_cny,
    true as is_recently_active, date '2026-06-30' as as_of_date
from range(1, 11) as t (n);
create table profile.customer_lifecycle as
select 'p' || n as one_id, if(n <= 3, 'loyal', if(n <= 8, 'purchase', 'interest')) as aipl_stage
from range(1, 11) as t (n);
create table profile.rpt_aipl_flow as
select * from (values
    ('30_days', 'interest', 'interest', 2, date '2026-05-31', date '2026-06-30'),
    ('30_days', 'interest', 'purchase', 2, date '2026-05-31', date '2026-06-30'),
    ('30_days', 'none', 'loyal', 6, date '2026-05-31', date '2026-06-30'),
    ('1_day', 'interest', 'loyal', 99, date '2026-06-29', date '2026-06-30')
) as t (period_type, from_stage, to_stage, people, from_date, to_date);
create table profile.rpt_lifecycle_flow as
select '30_days' as period_type, 'growth' as from_stage, 'dormant' as to_stage, 3 as people,
    date '2026-05-31' as from_date, date '2026-06-30' as to_date;
create table profile.rpt_domain_conversions as
select * from (values
    ('fan_to_customer', 'wechat_oa', date '2026-05-01', 6, 3, 6, 2),
    ('fan_to_customer', 'wechat_oa', date '2026-06-01', 4, 1, 2, 0)
) as t (conversion_type, channel, month_start_date, entered_people, converted_people, observed_people,
    observed_converted_people);
create table profile.rpt_revenue_concentration as
select * from (values (20, 0.25, 0.5714, 0.55, 2), (100, 1.0, 1.0, 0.55, 8)
) as t (percentile, customer_ratio, revenue_ratio, gini_ratio, cumulative_customers);
create table profile.rpt_customer_cohorts as
select * from (values
    ('pos', date '2026-04-01', 0, 3, 3, true), ('pos', date '2026-04-01', 1, 3, 1, true),
    ('tmall', date '2026-04-01', 0, 1, 1, true), ('tmall', date '2026-04-01', 1, 1, 1, true),
    ('pos', date '2026-04-01', 2, 3, 3, false), ('pos', date '2026-06-01', 0, 5, 5, true)
) as t (first_order_channel, cohort_month_date, months_since, customers, active_customers, is_whole_month);
create table profile.rpt_repeat_rate as
select * from (values
    ('history', null, 8, 3, 0), ('month', date '2026-06-01', 8, 1, 2)
) as t (period_type, period_start_date, customers, repeat_customers, returning_customers);
create table profile.customer_reachability as
select 'p' || n as one_id, 'sms' as channel, if(n <= 7, 'reachable', 'no_consent') as reason,
    n <= 7 as is_reachable
from range(1, 11) as t (n)
union all
select 'p' || n, 'wecom', if(n = 1, 'reachable', 'not_contact'), n = 1 from range(1, 11) as t (n);

-- vip: p1-p4, of whom 1 is held out and 2 more may not; all: p1-p8; nobody in empty, which never ran.
create table activation.audience_members as
select 'vip' as audience, 'p' || n as one_id from range(1, 5) as t (n)
union all
select 'everybody', 'p' || n from range(1, 9) as t (n);
create table activation.audience_runs as
select * from (values
    ('vip', date '2026-06-30', 6, 2, 2, 1), ('vip', date '2026-06-29', 6, 2, 3, 0),
    ('vip', date '2026-01-01', 6, 2, 99, 99), ('everybody', date '2026-06-30', 8, 0, 8, 0)
) as t (audience, as_of_date, met_conditions, not_allowed, joined, "left");
create table activation.audiences as
select * from (values
    ('vip', 'Best customers (80/20)', '最好的客户（二八）', 'buys a lot', '买得多', 'sms,wecom', 'tencent_ads,sms_list',
        'week monday', 10.0, date '2026-06-30', 4, 1, 800.00),
    ('everybody', 'Everybody who ever bought anything in any of our channels', '在任何渠道买过任何商品的所有客户都算在内的人群',
        'is buyer', '是购买客户', '', '', 'day', 0.0, date '2026-06-30', 8, 0, 1400.00),
    ('empty', 'Nobody yet', '还没有人', 'is nobody', '谁都不是', '', '', 'month 1', 0.0, null, null, null, null)
) as t (audience, name_en, name_zh, definition_en, definition_zh, channels, destinations, schedule,
    holdout_pct, as_of_date, members, held_out, recent_net_revenue_cny);
create table activation.export_log as
select * from (values
    ('vip', 'tencent_ads', 1, 'append', 'acknowledged', date '2026-06-29', 3, 3, 2, null, null),
    ('vip', 'tencent_ads', 2, 'append', 'acknowledged', date '2026-06-30', 3, 4, 3, null, null),
    ('vip', 'tencent_ads', 2, 'remove', 'acknowledged', date '2026-06-30', 3, 1, null, null, null)
) as t (audience, destination, version, operation, status, as_of_date, people, lines, matched, hold_reason,
    hold_reason_zh);
