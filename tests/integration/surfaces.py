"""A published file with every schema that the pages and dashboards know.

Belongs here: tables of schemas activation and attribution for homes whose run does not write them. Does not
belong here: assertions.
"""

from pathlib import Path

import duckdb

AUDIENCES = {"vip": "value_tier = 'high'", "dormant": "lifecycle_stage = 'dormant'",
             "members_not_in_wecom": "is_member and not is_wecom_contact"}  # fmt: skip
MODELS = (
    "first",
    "last",
    "last_non_direct",
    "linear",
    "position_based",
    "time_decay",
    "markov",
    "shapley",
)
_MEMBERS = """
    create table activation.audience_members as
    select {name!r} as audience, as_of_date, one_id,
        as_of_date - cast(identifier_count as int) as joined_date, 'matches' as reason
    from profile.customer_360 where {rule}
"""
_CHANNELS = """
    create table attribution.rpt_channel_attribution as
    with
    orders as (
        select paid_cny - refunded_cny as revenue, one_id is null as lost, is_first_order,
            row_number() over (order by order_id) as place
        from core.fct_orders
    ),
    spend as (select platform, sum(cost_cny) as cost, sum(platform_conversions) as claimed
        from core.fct_ad_spend group by 1),
    credited as (
        select models.model,
            case when lost then '(unattributed)' else list_value('wechat_oa', 'miniprogram',
                'tencent_ads', 'ocean_engine', 'wecom', 'sms')[1 + (place * models.step) % 6] end
                as channel,
            revenue, is_first_order
        from orders cross join (
            select unnest($models) as model, generate_subscripts($models, 1) as step) as models
    )
    select model, channel,
        case channel when '(unattributed)' then 'Not attributed' else channel end as channel_name,
        null::varchar as channel_name_zh,
        count(*)::decimal(18, 4) as conversions,
        count_if(is_first_order)::decimal(18, 4) as new_customers,
        sum(revenue)::decimal(18, 2) as revenue_cny,
        any_value(cost) as cost_cny,
        (sum(revenue) / any_value(cost))::decimal(18, 4) as roas,
        (any_value(cost) / count(*))::decimal(18, 2) as cpa_cny,
        (any_value(cost) / nullif(count_if(is_first_order), 0))::decimal(18, 2) as cac_cny,
        any_value(claimed)::bigint as platform_claimed_conversions
    from credited left join spend on channel = platform
    group by model, channel
"""


def add_activation_and_attribution(published: Path) -> None:
    """Add the tables that are not there, made from the file's own facts."""
    with duckdb.connect(str(published)) as connection:
        there = {f"{s}.{t}" for s, t in connection.execute(
            "select schema_name, table_name from duckdb_tables()").fetchall()}  # fmt: skip
        if "activation.audience_members" not in there:
            connection.execute("create schema if not exists activation")
            for place, (name, rule) in enumerate(AUDIENCES.items()):
                sql = _MEMBERS.format(name=name, rule=rule)
                if place:
                    sql = sql.replace("create table activation.audience_members as",
                                      "insert into activation.audience_members")  # fmt: skip
                connection.execute(sql)
        if "attribution.rpt_channel_attribution" not in there:
            connection.execute("create schema if not exists attribution")
            connection.execute(_CHANNELS, {"models": list(MODELS)})
