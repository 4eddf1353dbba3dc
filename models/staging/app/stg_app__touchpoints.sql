{#
    Grain: one row per start at which a splash advertisement was shown.
    Feed `touchpoints`. Visits are made of all events later.
    Surprise: a splash that names no campaign is its own campaign.
#}
{{ splash_touchpoints('app') }}
