-- Failing means customer_360 lost, invented or doubled people, so counts taken from it are not
-- counts of dim_customers. It does not claim that the people themselves are right.
{{ config(meta={'dagster': {'ref': {'name': 'customer_360'}}}) }}

with

customers as (

    select one_id from {{ ref('dim_customers') }}

),

profiles as (

    select
        one_id,
        count(*) as profile_count

    from {{ ref('customer_360') }}

    group by one_id

),

compared as (

    select
        customers.one_id as customer_one_id,
        profiles.one_id as profile_one_id,
        profiles.profile_count

    from customers
    full outer join profiles
        on customers.one_id = profiles.one_id

    where customers.one_id is null
        or profiles.one_id is null
        or profiles.profile_count > 1

),

emptiness as (

    -- an empty warehouse must not pass
    select
        cast(null as string) as customer_one_id,
        cast(null as string) as profile_one_id,
        count(*) as profile_count

    from customers

    having count(*) = 0

)

select * from compared
union all
select * from emptiness
