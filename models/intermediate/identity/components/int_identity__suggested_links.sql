{# Grain: one row per pair. #}
select
    cast(null as string) as token_a,
    cast(null as string) as token_b,
    cast(null as double) as match_probability

where false
