{#
    Grain: one row per conversion_type, month and channel.
    粉转客 (fan_to_customer), 客转粉 (customer_to_fan) and 公转私 (public_to_private): of the people
    who were the first thing first, how many became the second, by the channel of the first.
    Surprise: entered_people and converted_people are about the people who came in that month;
    conversions are those that happened in it, whenever the people came.
#}
{%- set window_days = definition('conversion_window_days', 1, 3650) %}

with

firsts as (

    select * from {{ ref('int_lifecycle__firsts') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

people as (

    select
        'fan_to_customer' as conversion_type,
        fan_channel as channel,
        {{ brand_date('fan_since_at') }} as entered_date,
        {{ brand_date('customer_since_at') }} as converted_date

    from firsts

    where fan_since_at < customer_since_at
        or (fan_since_at is not null and customer_since_at is null)

    union all

    select
        'customer_to_fan' as conversion_type,
        customer_channel as channel,
        {{ brand_date('customer_since_at') }} as entered_date,
        {{ brand_date('fan_since_at') }} as converted_date

    from firsts

    where customer_since_at <= fan_since_at
        or (customer_since_at is not null and fan_since_at is null)

    union all

    select
        'public_to_private' as conversion_type,
        public_channel as channel,
        {{ brand_date('public_since_at') }} as entered_date,
        {{ brand_date('private_since_at') }} as converted_date

    from firsts

    where public_since_at <= private_since_at
        or (public_since_at is not null and private_since_at is null)

),

people_timed as (

    select
        people.*,
        {{ days_between('people.entered_date', 'as_of.as_of_date') }} >= {{ window_days }}
            as is_window_over,
        coalesce(
            {{ days_between('people.entered_date', 'people.converted_date') }} < {{ window_days }},
            false
        ) as is_in_window

    from people
    cross join as_of

),

counted as (

    select
        conversion_type,
        channel,
        cast(date_trunc('month', entered_date) as date) as month_start_date,
        1 as entered_people,
        case when converted_date is not null then 1 else 0 end as converted_people,
        case when is_window_over then 1 else 0 end as observed_people,
        case when is_window_over and is_in_window then 1 else 0 end as observed_converted_people,
        0 as conversions

    from people_timed

    union all

    select
        conversion_type,
        channel,
        cast(date_trunc('month', converted_date) as date) as month_start_date,
        0 as entered_people,
        0 as converted_people,
        0 as observed_people,
        0 as observed_converted_people,
        1 as conversions

    from people_timed

    where converted_date is not null

),

final as (

    select
        cast(conversion_type as string) as conversion_type,
        cast(channel as string) as channel,
        cast(sum(entered_people) as bigint) as entered_people,
        cast(sum(converted_people) as bigint) as converted_people,
        cast(sum(observed_people) as bigint) as observed_people,
        cast(sum(observed_converted_people) as bigint) as observed_converted_people,
        cast(sum(conversions) as bigint) as conversions,
        {{ ratio('sum(converted_people)', 'sum(entered_people)') }} as conversion_ratio,
        {{ ratio('sum(observed_converted_people)', 'sum(observed_people)') }}
            as window_conversion_ratio,
        cast(month_start_date as date) as month_start_date

    from counted

    group by conversion_type, channel, month_start_date

)

select * from final
