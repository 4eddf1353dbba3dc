{#
    Grain: one row per weak identifier_token and cluster it was seen with.
    A weak identifier (device, cookie, phone typed by staff) meets a person on a record that also
    carries a strong identifier. A pair that people keep apart is no meeting.
#}
with

observations as (

    select * from {{ ref('int_identity__observations_allowed') }}

),

clusters as (

    select * from {{ ref('int_identity__clusters') }}

),

kept_apart as (

    select
        manual_links.token_a as identifier_token,
        clusters.component_key
    from {{ ref('int_identity__manual_links') }} as manual_links
    inner join clusters
        on manual_links.token_b = clusters.identifier_token
    where manual_links.link = 'cannot'

    union distinct

    select
        manual_links.token_b as identifier_token,
        clusters.component_key
    from {{ ref('int_identity__manual_links') }} as manual_links
    inner join clusters
        on manual_links.token_a = clusters.identifier_token
    where manual_links.link = 'cannot'

),

groups_with_cluster as (

    select distinct
        observations.record_group,
        clusters.component_key

    from observations
    inner join clusters
        on observations.identifier_token = clusters.identifier_token

    where observations.identifier_class in ('unique', 'many')

),

meetings as (

    select
        weak.identifier_token,
        weak.identifier_type,
        groups.component_key,
        cast(sum(weak.record_count) as bigint) as record_count,
        min(weak.first_observed_at) as first_observed_at

    from observations as weak
    inner join groups_with_cluster as groups
        on weak.record_group = groups.record_group

    where weak.identifier_class = 'weak'

    group by weak.identifier_token, weak.identifier_type, groups.component_key

),

final as (

    select meetings.*

    from meetings
    left join kept_apart
        on meetings.identifier_token = kept_apart.identifier_token
        and meetings.component_key = kept_apart.component_key

    where kept_apart.identifier_token is null

)

select * from final
