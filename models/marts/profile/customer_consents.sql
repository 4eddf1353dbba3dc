{#
    Grain: one row per one_id, purpose, channel and brand about which the person ever said something.
    The person's answer on the as-of day, for exports (share:<destination>), audiences and the
    privacy officer. No row: nothing was ever said, so nothing is allowed.
    Who hears which statement: docs/reference/reachability.md (a group of brands).
#}
with

consents as (

    select * from {{ ref('int_consent__people_resolved') }}

),

final as (

    select
        cast(one_id as string) as one_id,
        cast(purpose as string) as purpose,
        cast(channel as string) as channel,
        cast(brand as string) as brand,
        cast(policy_version as string) as policy_version,
        cast(is_granted as boolean) as is_granted,
        cast(has_withdrawn_identifier as boolean) as has_withdrawn_identifier,
        cast(stated_at as timestamp) as stated_at

    from consents

)

select * from final
