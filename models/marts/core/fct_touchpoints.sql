{#
    Grain: one row per touch between the brand and a person, known or not.
    What attribution and AIPL count. A QR scene brings its campaign and placement.
    Surprise: a touch nobody could be named for is kept with one_id null; ids are digests of the
    channel's own key, so they survive a rebuild and a change of who is whom.
#}
with

touches as (

    select * from {{ ref('int_engagement__touchpoints_unioned') }}

),

resolution as (

    select *

    from {{ ref('int_identity__resolution') }}

    where is_verified

),

scenes as (

    select * from {{ ref('stg_qr__scenes') }}

),

touch_types as (

    select * from {{ ref('touch_types') }}

),

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

final as (

    select
        ---------- ids
        md5(concat_ws('|', touches.channel, touches.touch_type, touches.touch_key))
            as touchpoint_id,
        coalesce(touches.one_id, best.one_id, fallback.one_id) as one_id,
        touches.touched_at,
        touches.channel,
        touches.touch_type,
        coalesce(touches.campaign_id, scenes.campaign_id) as campaign_id,
        coalesce(touches.placement, scenes.placement) as placement,
        coalesce(touch_types.is_paid, false)
        or coalesce(
            touches.utm_medium in (
                {%- for medium in var('paid_utm_mediums') %}
                '{{ medium }}'{{ "," if not loop.last }}
                {%- endfor %}
            ),
            false
        ) as is_paid,
        {{ brand_date('touches.touched_at') }} as touched_date,
        touches.ad_id,
        touches.scene,
        touches.utm_source,
        touches.utm_medium,
        case
            when touches.has_interest then 'interest'
            else coalesce(touch_types.activity_type, 'aware')
        end as activity_type,
        touches.source_entity,
        touches.event_count

    from touches
    cross join as_of
    left join touch_types
        on touches.touch_type = touch_types.touch_type
    left join resolution as best
        on touches.identifier_token = best.identifier_token
        and {{ resolved_at('best', 'touches.touched_at') }}
    left join resolution as fallback
        -- A null key is not looked up: most touches are found by their first identifier.
        on case when best.one_id is null then touches.fallback_token end
        = fallback.identifier_token
        and {{ resolved_at('fallback', 'touches.touched_at') }}
    left join scenes
        on touches.scene = scenes.scene

    where touches.touched_at < as_of.as_of_end_at

)

select * from final
