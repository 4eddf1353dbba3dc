{#
    Grain: one row per platform, account and post, as the platform last reported it.
    Account level: nobody who saw a post is known, so nothing of it reaches a person, a touch or a
    mart. first_delivered_date tells a post that is still growing from an old one.
    Surprise: counts are restated and may go down when a platform takes fake interactions back.
#}
with

source as (

    select
        *,
        min(dt) over (partition by platform, account_id, post_id) as first_dt

    from {{ source('social', 'posts') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by platform, account_id, post_id
        order by
            dt desc,
            impressions desc nulls last,
            interactions desc nulls last,
            follows desc nulls last,
            link_clicks desc nulls last,
            published_at desc,
            content_type asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        concat_ws('|', lower(platform), account_id, post_id) as post_key,
        account_id,
        post_id,

        ---------- text
        lower(platform) as platform,
        lower({{ clean_text('content_type') }}) as content_type,

        ---------- numbers
        impressions,
        interactions,
        follows,
        link_clicks,

        ---------- dates
        first_dt as first_delivered_date,
        dt as delivered_date,

        ---------- timestamps
        {{ to_utc('published_at') }} as published_at

    from newest_delivery

)

select * from final
