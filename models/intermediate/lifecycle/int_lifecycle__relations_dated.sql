{#
    Grain: one row per identifier_token, relation_type and valid_from_date: days on which somebody
    was a member, a follower of an official account or a WeCom contact, as it stood at the end of
    the day. valid_to_date is the first day without; null while it lasts.
    Surprise: a person with two cards or two staff members has overlapping rows; is_member and the
    like of dim_customers hold while any row is open.
#}
with

member_versions as (

    select * from {{ ref('stg_crm__member_versions') }}

),

follow_states as (

    select * from {{ ref('stg_wechat_oa__follow_states') }}

),

wecom_spells as (

    select * from {{ ref('stg_wecom__follow_spells') }}

),

identifiers as (

    select
        identifier_token,
        one_id

    from {{ ref('bridge_customer_identifiers') }}

),

statements as (

    select
        'member' as relation_type,
        member_id_token as identifier_token,
        coalesce(member_status <> 'cancelled', true) as holds,
        -- A member has been one since the registration, whenever the first row was delivered.
        case
            when row_number() over (partition by member_id_token order by updated_at) = 1
                then least(registered_at, updated_at)
            else updated_at
        end as stated_at

    from member_versions

    union all

    select
        'oa_follower' as relation_type,
        wx_openid_token as identifier_token,
        is_follower as holds,
        stated_at

    from follow_states

),

statements_at_end_of_day as (

    select
        relation_type,
        identifier_token,
        holds,
        {{ brand_date('stated_at') }} as stated_date

    from statements

    where stated_at is not null

    qualify row_number() over (
        partition by relation_type, identifier_token, {{ brand_date('stated_at') }}
        order by stated_at desc, holds asc
    ) = 1

),

changes as (

    select
        relation_type,
        identifier_token,
        holds,
        stated_date

    from statements_at_end_of_day

    qualify holds is distinct from coalesce(
        lag(holds) over (partition by relation_type, identifier_token order by stated_date), false
    )

),

spells as (

    select
        relation_type,
        identifier_token,
        holds,
        stated_date as valid_from_date,
        lead(stated_date) over (
            partition by relation_type, identifier_token order by stated_date
        ) as valid_to_date

    from changes

    union all

    select
        'wecom_contact' as relation_type,
        wecom_external_userid_token as identifier_token,
        true as holds,
        {{ brand_date('followed_at') }} as valid_from_date,
        ended_date as valid_to_date

    from wecom_spells

),

final as (

    select
        identifiers.one_id,
        spells.identifier_token,
        spells.relation_type,
        spells.valid_from_date,
        spells.valid_to_date

    from spells
    inner join identifiers
        on spells.identifier_token = identifiers.identifier_token

    where spells.holds
        and coalesce(spells.valid_to_date > spells.valid_from_date, true)

)

select * from final
