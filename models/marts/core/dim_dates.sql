{#
    Grain: one row per calendar day, from calendar_years years before the year of the as-of day to
    the end of that year.
    The calendar of BI tools, and the time spine of the metrics (models/semantic).
    Surprise: days after the as-of day are in here too, so that a month or a year is whole.
#}
with

as_of as (

    select * from {{ ref('int_run__as_of') }}

),

bounds as (

    select
        cast(date_trunc('year', as_of_date) as date) as year_start_date,
        as_of_date

    from as_of

),

numbered as (

    select cast(days.n as int) as day_no

    from range({{ (definition('calendar_years', 1, 50) + 1) * 366 }}) as days (n)

),

days as (

    select
        -- 365.25 days a year, counted back; the filter below cuts to whole years
        bounds.year_start_date
        - {{ definition('calendar_years', 1, 50) * 366 }}
        + numbered.day_no as date,
        bounds.year_start_date,
        bounds.as_of_date

    from numbered
    cross join bounds

),

final as (

    select
        cast(date as date) as date,
        cast(date_trunc('week', date) as date) as week_start_date,
        cast(date_trunc('month', date) as date) as month_start_date,
        cast(date_trunc('quarter', date) as date) as quarter_start_date,
        cast(date_trunc('year', date) as date) as year_start_date,
        cast({{ days_between("date_trunc('week', date)", 'date') }} + 1 as int) as weekday_no,
        {{ days_between("date_trunc('week', date)", 'date') }} >= 5 as is_weekend,
        date <= as_of_date as is_past

    from days

    where extract(year from date)
        between extract(year from year_start_date) - {{ definition('calendar_years', 1, 50) }}
        and extract(year from year_start_date)

)

select * from final
