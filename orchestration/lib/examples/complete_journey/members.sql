-- Grain: one household with at least one receipt; its number is its card number.
-- The demographics of 801 households have no columns in the contract (bands of age and income,
-- no birthday): they stay in landing and the load reports their names.
-- Surprise: nobody knows when a household joined, so register_time is empty; updated_at is the
-- start of the year the data describes.

with

households as (

    select distinct household_id from transactions

)

select
    date '2017-02-01' as delivered_date,
    cast(household_id as varchar) as member_id,
    cast(household_id as varchar) as card_no,
    'store' as register_channel,
    'active' as status,
    'Complete Journey' as brand,
    timestamp '2017-01-01 00:00:00' as updated_at,
    age,
    income,
    home_ownership,
    marital_status,
    household_size,
    household_comp,
    kids_count

from households

left join demographics using (household_id)

order by households.household_id
