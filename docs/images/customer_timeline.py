"""Draw docs/images/customer-timeline.png: one customer of the demo brand on one line of time.

Run after `make run`: ``python docs/images/customer_timeline.py``. Takes the person with the most
channels (ties by one_id), so the same brand gives the same picture.
"""

from pathlib import Path

import altair as alt
import duckdb

from orchestration.lib.home import Home

EVENTS = """
with person as (
    select one_id from core.dim_customers where is_buyer
    order by channel_count desc, identifier_count desc, one_id limit 1
)
select touched_at as at, channel, touch_type as kind, 'touch' as family, null as cny
from core.fct_touchpoints where one_id = (select one_id from person)
union all
select coalesce(delivered_at, sent_at), channel, 'message', 'message', null
from core.fct_messages where one_id = (select one_id from person)
union all
select paid_at, channel, 'order', 'order', net_revenue_cny
from core.fct_orders where one_id = (select one_id from person)
order by 1, 2, 3
"""


def main() -> None:
    """Read the published file and write the picture beside this script."""
    with duckdb.connect(str(Home.from_environment().published), read_only=True) as connection:
        events = connection.execute(EVENTS).df()
    base = alt.Chart(events).encode(
        x=alt.X("at:T", title=None, axis=alt.Axis(format="%b %d", grid=True)),
        y=alt.Y("channel:N", title=None, sort="ascending"),
    )
    touches = (
        base.transform_filter("datum.family != 'order'")
        .mark_point(size=45, filled=True)
        .encode(color=alt.Color("kind:N", title="touch", scale=alt.Scale(scheme="tableau20")))
    )
    orders = (
        base.transform_filter("datum.family == 'order'")
        .mark_square(color="#222222", opacity=0.85)
        .encode(size=alt.Size("cny:Q", title="order, net yuan", scale=alt.Scale(range=[60, 500])))
    )
    chart = (touches + orders).properties(
        width=760, height=260, title=f"One customer, {len(events)} touches and orders in 180 days"
    )
    chart.save(Path(__file__).with_name("customer-timeline.png"), scale_factor=1.5)


if __name__ == "__main__":
    main()
