{#
    Grain: one row per account, day, campaign and ad.
    Feed `ad_spend`: what the platform billed and claims.
#}
{{ ad_spend_by_day('kuaishou_ads') }}
