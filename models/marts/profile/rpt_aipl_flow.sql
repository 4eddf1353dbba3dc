{#
    Grain: one row per period_type, to_date, from_stage and to_stage.
    How many people moved between two dates, by AIPL stage of everyone known.
    Surprise: from_stage is never null; "none" is who was not known yet, so the rows of a pair
    add up to everybody on to_date, and those that are not "none" to everybody on from_date.
#}
{{ stage_flow('aipl') }}
