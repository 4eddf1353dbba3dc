{#
    Grain: one row per ended link: an identifier that stopped being its holder's at ended_at.
    holder_token null: whoever held the value lost it (released, exchanged for another, given up);
    else only that pair came apart (unbound). whole_account: a cancelled account takes all
    that stood on its records with it.
#}
with

events as (

    select * from {{ ref('int_identity__events') }}

),

values_left as (

    select * from {{ ref('int_identity__values_left') }}

),

final as (

    select
        object_token as identifier_token,
        subject_token as holder_token,
        'unbound' as reason,
        false as whole_account,
        occurred_at as ended_at

    from events

    where event = 'unbind'
        and object_token is not null

    union all

    select
        coalesce(object_token, subject_token) as identifier_token,
        cast(null as string) as holder_token,
        case event when 'rebind' then 'rebound' else 'released' end as reason,
        false as whole_account,
        occurred_at as ended_at

    from events

    where event in ('rebind', 'release')

    union all

    select
        subject_token as identifier_token,
        subject_token as holder_token,
        'cancelled' as reason,
        true as whole_account,
        occurred_at as ended_at

    from events

    where event = 'cancel'

    union all

    select
        identifier_token,
        cast(null as string) as holder_token,
        'given_up' as reason,
        false as whole_account,
        ended_at

    from values_left

)

select * from final
