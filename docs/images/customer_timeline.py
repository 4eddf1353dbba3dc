"""Draw docs/images/customer-timeline.png: one customer of the demo brand on one line of time.

Run after `make run`: ``python docs/images/customer_timeline.py``. Takes the person with the most
channels (ties by one_id), so the same brand gives the same picture.
"""

from pathlib import Path

import altair as alt
import duckdb

from orchestration.lib.home import Home

EVENTS = """
select occurred_at as at, channel, event_name_en as kind, event_group as family, amount_cny as cny
from core.customer_timeline
where one_id = (
    select one_id from core.dim_customers where is_buyer
    order by channel_count desc, identifier_count desc, one_id limit 1
)
    and event_group in ('order', 'behaviour', 'relation', 'message', 'coupon')
    and event_type not in ('page_view', 'product_view', 'add_to_cart', 'order_submit', 'refund')
order by occurred_at, channel, event_type, event_id
"""


def main() -> None:
    """Read the published file and write the picture beside this script."""
    with duckdb.connect(str(Home.from_environment().published), read_only=True) as connection:
        events = connection.execute(EVENTS).df()
    days = (events["at"].max() - events["at"].min()).days + 1
    title = f"One customer, {len(events)} touches and orders in {days} days"
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
        .encode(size=alt.Size("cny:Q", title="order, yuan paid", scale=alt.Scale(range=[60, 500])))
    )
    chart = (touches + orders).properties(width=760, height=260, title=title)
    chart.save(Path(__file__).with_name("customer-timeline.png"), scale_factor=1.5)


if __name__ == "__main__":
    main()
