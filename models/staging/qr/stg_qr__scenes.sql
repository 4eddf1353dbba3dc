{#
    Grain: one row per scene.
    QR codes the brand printed or posted, as last delivered.
#}
with

source as (

    select *

    from {{ source('qr', 'scenes') }}

    {{ delivered() }}

),

newest_delivery as (

    select *

    from source

    qualify row_number() over (
        partition by scene
        order by
            dt desc,
            created_at desc nulls last,
            campaign_id asc nulls last,
            placement asc nulls last
    ) = 1

),

final as (

    select
        ---------- ids
        scene,
        {{ clean_text('campaign_id') }} as campaign_id,

        ---------- text
        lower({{ clean_text('placement') }}) as placement,

        ---------- dates
        dt as delivered_date,

        ---------- timestamps
        {{ to_utc('created_at', 'Asia/Shanghai') }} as created_at

    from newest_delivery

)

select * from final
