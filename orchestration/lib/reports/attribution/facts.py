"""What the attribution report is made of, read from the published file.

Belongs here: one query per fact. Does not belong here: attribution itself (dbt), the comparison with a truth
(lib/attribution/evaluation), words or charts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.lib.reports.said import Said
from orchestration.lib.reports.source import Row, Source

UNATTRIBUTED = "(unattributed)"
MODELS = (
    "first", "last", "last_non_direct", "linear", "position_based", "time_decay", "markov", "shapley",
)  # fmt: skip
CAMPAIGNS, PATHS, LONGEST = 25, 15, 8  # rows that are shown; paths of LONGEST steps or more are one

_CHANNELS = "attribution.rpt_channel_attribution"
_CHANNEL_ROWS = f"select * from {_CHANNELS} order by model, revenue_cny desc, channel"
_CAMPAIGN_ROWS = """
    select *, count(*) over () as campaigns
    from attribution.rpt_campaign_attribution
    where model = $model and campaign_id is not null
    order by revenue_cny desc, cost_cny desc nulls last, channel, campaign_id
"""
_PATH_ROWS = f"""
    select *, count(*) over () as paths
    from attribution.rpt_paths
    where conversions > 0
    order by conversions desc, revenue_cny desc, path
    limit {PATHS}
"""
_LENGTHS = f"""
    select least(step_count, {LONGEST}) as steps, sum(conversions)::bigint as conversions
    from attribution.rpt_paths
    where step_count > 0 and conversions > 0
    group by 1 order by 1
"""
_EFFECTS = """
    select channel, removal_effect, conversions, reach_ratio
    from attribution.rpt_model_effects
    where effect_level = 'channel' and removal_effect > 0
    order by removal_effect desc, channel
"""
_REFUNDS = """
    select
        channel,
        coalesce(sum(credit_cny) filter (where booking_type = 'sale'), 0) as sold_cny,
        coalesce(-sum(credit_cny) filter (where booking_type = 'refund'), 0) as refunded_cny
    from attribution.fct_attribution
    where model = $model
    group by channel
    order by refunded_cny desc, channel
"""


@dataclass(frozen=True)
class Facts:
    """Everything the report says.

    Args:
        model: The model whose credit the brand's pages and alerts use.
        channels: By model the rows of all channels, the most revenue first.
        names: Names of channels as the tables give them.
    """

    model: str
    channels: Mapping[str, list[Row]]
    names: Mapping[str, Said]
    campaigns: list[Row]
    paths: list[Row]
    lengths: list[Row]
    effects: list[Row]
    refunds: list[Row]

    @property
    def chosen(self) -> list[Row]:
        """Channels under the chosen model."""
        return self.channels.get(self.model, [])

    @property
    def models(self) -> list[str]:
        """Models there are, in the order of MODELS."""
        return [m for m in MODELS if m in self.channels] + sorted(set(self.channels) - set(MODELS))

    @property
    def total(self) -> float:
        """Net revenue of all orders, the same under every model."""
        return sum(float(row["revenue_cny"]) for row in self.chosen)


def read_facts(source: Source) -> Facts:
    """All of it; empty where attribution is not published."""
    channels: dict[str, list[Row]] = {}
    for row in source.rows(_CHANNEL_ROWS, _CHANNELS):
        channels.setdefault(row["model"], []).append(row)
    asked = str(source.settings["attribution_report_model"])
    model = asked if asked in channels else next(iter(sorted(channels)), asked)
    names = {
        row["channel"]: source.codes.attributed(row) for rows in channels.values() for row in rows
    }
    return Facts(
        model=model,
        channels=channels,
        names=names,
        campaigns=source.rows(_CAMPAIGN_ROWS, "attribution.rpt_campaign_attribution", model=model),
        paths=source.rows(_PATH_ROWS, "attribution.rpt_paths"),
        lengths=source.rows(_LENGTHS, "attribution.rpt_paths"),
        effects=source.rows(_EFFECTS, "attribution.rpt_model_effects"),
        refunds=source.rows(_REFUNDS, "attribution.fct_attribution", model=model),
    )
