{#
    Grain: one row per member_id_token: the member as of the last change.
    The newest updated_at wins, whichever day delivered it, so a late file cannot turn a member back.
#}
with

versions as (

    select * from {{ ref('stg_crm__member_versions') }}

),

final as (

    select *

    from versions

    qualify row_number() over (
        partition by member_id_token
        order by updated_at desc
    ) = 1

)

select * from final
