{#
    Grain: one row per launch at which a splash advertisement was shown.
    Feed `touchpoints`. Visits, with the QR scene that opened them, are made of all events later.
    Surprise: a splash that names no campaign is its own campaign.
#}
{{ splash_touchpoints('miniprogram') }}
