"""Who should be in each ready-made audience, computed a second time: polars, written from the words.

Belongs here: the people of each file's `why`, from the published tables. Does not belong here: anything
of lib/audiences; no SQL, no file of activation/ is read.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

SHANGHAI = ZoneInfo("Asia/Shanghai")
_TABLES = (
    "core.dim_customers", "core.dim_products", "core.fct_orders", "core.fct_order_lines",
    "core.fct_coupons", "core.fct_touchpoints", "core.fct_points", "core.privacy_statements",
    "profile.customer_360", "profile.customer_tags", "profile.customer_consents",
    "profile.customer_reachability",
)  # fmt: skip
People = set[str]


class Brand:
    """The published tables as data frames."""

    def __init__(self, published: Path) -> None:
        with duckdb.connect(str(published), read_only=True) as connection:
            self.frames = {name: connection.sql(f"from {name}").pl() for name in _TABLES}
        self.as_of: date = self["customer_360"]["as_of_date"].max()  # ty: ignore[invalid-assignment]
        end = datetime.combine(self.as_of + timedelta(days=1), datetime.min.time(), SHANGHAI)
        self.now = end.astimezone(UTC).replace(tzinfo=None)

    def __getitem__(self, table: str) -> pl.DataFrame:
        return next(f for name, f in self.frames.items() if name.split(".")[1] == table)

    def local(self, column: str) -> pl.Expr:
        """The day in Shanghai of an instant in UTC."""
        zoned = pl.col(column).dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Shanghai")
        return zoned.dt.date()

    def last_days(self, column: str, count: int) -> pl.Expr:
        """The as-of day and the count - 1 days before it."""
        day = self.local(column)
        return (day > self.as_of - timedelta(days=count)) & (day <= self.as_of)

    def people(self, frame: pl.DataFrame) -> People:
        return set(frame["one_id"].drop_nulls().to_list())

    def tagged(self, tag: str, *values: str) -> People:
        rows = self["customer_tags"].filter(pl.col("tag") == tag)
        return self.people(rows.filter(pl.col("value").is_in(values)) if values else rows)

    def profile(self, condition: pl.Expr) -> People:
        return self.people(self["customer_360"].filter(condition))

    def orders(self, condition: pl.Expr) -> pl.DataFrame:
        return self["fct_orders"].filter(condition & pl.col("one_id").is_not_null())

    # --- who may be listed ---------------------------------------------------------------------

    def forbidden(self, name: str = "all") -> People:
        """Asked to be erased, or took back marketing or profiling for all channels.

        What was said to another brand does not count for a list of the brand `name`.
        """
        consents = self["customer_consents"]
        if name != "all":
            consents = consents.filter(pl.col("brand").is_in([name, "all"]))
        refused = consents.filter(
            ~pl.col("is_granted")
            & (pl.col("channel") == "all")
            & pl.col("purpose").is_in(["marketing", "profiling"])
        )
        erased = self["privacy_statements"].filter(pl.col("purpose") == "erasure")
        return self.people(refused) | self.people(erased)

    def reachable(self, *channels: str) -> People:
        """Can be written to on one of the channels by the day after the as-of day."""
        rows = self["customer_reachability"].filter(
            pl.col("channel").is_in(channels)
            & (pl.col("next_possible_date") <= self.as_of + timedelta(days=1))
        )
        return self.people(rows)


def touches(brand: Brand, days: int | None, channels: tuple[str, ...] | None = None) -> People:
    """Bought, or redeemed a coupon, in the last days; in these channels."""
    orders = brand["fct_orders"]
    redeemed = brand["fct_coupons"].filter(pl.col("redeemed_at").is_not_null())
    if channels is not None:
        orders = orders.filter(pl.col("channel").is_in(channels))
        redeemed = redeemed.filter(pl.col("redeem_channel").is_in(channels))
    if days is not None:
        orders = orders.filter(brand.last_days("paid_at", days))
        redeemed = redeemed.filter(brand.last_days("redeemed_at", days))
    return brand.people(orders) | brand.people(redeemed)


def vip(brand: Brand) -> People:
    """Best fifth of the buyers: fewer than 20 % of them brought strictly more; and something is left."""
    buyers = brand["customer_360"].filter(pl.col("is_buyer"))
    money = sorted(buyers["net_revenue_cny"].to_list(), reverse=True)
    above = {value: n for n, value in reversed(list(enumerate(money)))}
    return {
        one for one, value in buyers.select("one_id", "net_revenue_cny").iter_rows()
        if above[value] < 0.2 * len(money) and value > 0
    }  # fmt: skip


def vip_about_to_lapse(brand: Brand) -> People:
    return vip(brand) & brand.profile(pl.col("customer_status") == "at_risk")


def new_without_second_order(brand: Brand) -> People:
    counted = (
        brand.orders(pl.lit(value=True))
        .group_by("one_id")
        .agg(pl.len().alias("orders"), brand.local("paid_at").max().alias("day"))
    )
    ago = pl.lit(brand.as_of) - pl.col("day")
    return brand.people(
        counted.filter(
            (pl.col("orders") == 1) & (ago >= timedelta(days=15)) & (ago <= timedelta(days=45))
        )
    )


def dormant(brand: Brand) -> People:
    return brand.profile(pl.col("lifecycle_stage") == "dormant")


def churned_winnable(brand: Brand) -> People:
    visits = brand["fct_touchpoints"].filter(
        pl.col("touch_type").is_in(["mp_visit", "app_visit", "web_visit"])
        & brand.last_days("touched_at", 30)
    )
    worth = brand.profile(pl.col("value_tier").is_in(["high", "middle"]))
    return brand.profile(pl.col("lifecycle_stage") == "churned") & (worth | brand.people(visits))


def coupon_expiring(brand: Brand) -> People:
    day = brand.local("expires_at")
    rows = brand["fct_coupons"].filter(
        (pl.col("coupon_state") == "received")
        & (day > brand.as_of)
        & (day <= brand.as_of + timedelta(days=3))
    )
    return brand.people(rows)


def coupon_taken_not_redeemed(brand: Brand) -> People:
    week = timedelta(days=7)
    taken = brand["fct_coupons"].filter(brand.last_days("received_at", 30))
    late = taken.filter(
        (pl.col("received_at") + week <= brand.now)
        & ~(pl.col("redeemed_at") < pl.col("received_at") + week).fill_null(value=False)
    )
    day = brand.local("expires_at")
    usable = brand["fct_coupons"].filter(
        (pl.col("coupon_state") == "received")
        & (day > brand.as_of)
        & (day <= brand.as_of + timedelta(days=30))
    )
    return brand.people(late) & brand.people(usable)


def replenishment_due(brand: Brand) -> People:
    lines = (
        brand["fct_order_lines"]
        .select("order_id", "sku", "quantity", "paid_at")
        .join(brand["fct_orders"].select("order_id", "one_id", "net_revenue_cny"), on="order_id")
        .join(brand["dim_products"].select("sku", "repurchase_cycle_days"), on="sku")
        .filter(
            pl.col("one_id").is_not_null()
            & (pl.col("net_revenue_cny") > 0)
            & (pl.col("quantity") > 0)
            & (pl.col("repurchase_cycle_days") > 0)
        )
        .group_by("one_id", "sku")
        .agg(pl.col("paid_at").max(), pl.col("repurchase_cycle_days").first())
    )
    week = timedelta(days=7)
    due = pl.col("paid_at") + pl.duration(days=pl.col("repurchase_cycle_days"))
    return brand.people(lines.filter((due >= brand.now - week) & (due < brand.now + week)))


def members_not_in_wecom(brand: Brand) -> People:
    active = brand.profile(
        (pl.col("last_activity_date") > brand.as_of - timedelta(days=90))
        & (pl.col("last_activity_date") <= brand.as_of)
    )
    return (brand.profile(pl.col("is_member")) & active) - brand.profile(pl.col("is_wecom_contact"))


def marketplace_buyers_not_fans(brand: Brand) -> People:
    bought = brand.orders(
        (pl.col("sales_channel") == "marketplace") & brand.last_days("paid_at", 90)
    )
    fans = brand.profile(pl.col("is_oa_follower") | pl.col("is_wecom_contact"))
    return brand.people(bought) - fans


def points_expiring(brand: Brand, days: int = 30) -> People:
    """What is left of each booking when the oldest are used first, booking by booking."""
    found: People = set()
    until = datetime.combine(brand.as_of + timedelta(days=days + 1), datetime.min.time(), SHANGHAI)
    end = until.astimezone(UTC).replace(tzinfo=None)
    for (one,), rows in (
        brand["fct_points"].filter(pl.col("one_id").is_not_null()).group_by("one_id")
    ):
        bookings = list(rows.select("change_points", "expires_at").iter_rows())
        spent = -sum(change for change, _ in bookings if change < 0)
        left = 0
        earned = sorted((at or datetime.max, change) for change, at in bookings if change > 0)
        for at, change in earned:
            used = min(spent, change)
            spent -= used
            left += change - used if at < end else 0
        if left >= 100:
            found.add(str(one))
    return found


def recall_30_days(brand: Brand) -> People:
    return (brand.profile(pl.col("is_buyer")) & touches(brand, 90)) - touches(brand, 30)


def restaurant_untouched_30_days(brand: Brand) -> People:
    channels = ("pos", "miniprogram", "youzan", "meituan")
    return touches(brand, None, channels) - touches(brand, 30, channels)


def high_value_yutang(brand: Brand) -> People:
    recent = brand.orders((pl.col("brand") == "yutang") & brand.last_days("paid_at", 365))
    money = recent.group_by("one_id").agg(
        pl.col("net_revenue_cny").sum().alias("money"),
        (pl.col("net_revenue_cny") > 0).sum().alias("kept"),
    )
    return brand.people(money.filter((pl.col("money") >= 1000) & (pl.col("kept") >= 2)))


def lookalike_seed(brand: Brand) -> People:
    kept = brand.orders((pl.col("net_revenue_cny") > 0) & brand.last_days("paid_at", 180))
    twice = brand.people(kept.group_by("one_id").agg(pl.len().alias("n")).filter(pl.col("n") >= 2))
    worth = brand.profile(pl.col("value_tier").is_in(["high", "middle"]))
    return twice & worth & brand.profile(pl.col("has_verified_phone"))


def existing_buyers(brand: Brand) -> People:
    return brand.people(brand.orders(pl.lit(value=True)))


ALL = ("wechat_oa", "sms", "wecom")
# By audience: who meets the words, and the channels they are written through.
EXPECTED: dict[str, tuple[Callable[[Brand], People], tuple[str, ...]]] = {
    "vip": (vip, ()),
    "vip_about_to_lapse": (vip_about_to_lapse, ALL),
    "new_without_second_order": (new_without_second_order, ALL),
    "dormant": (dormant, ALL),
    "churned_winnable": (churned_winnable, ALL),
    "coupon_expiring": (coupon_expiring, ALL),
    "coupon_taken_not_redeemed": (coupon_taken_not_redeemed, ALL),
    "replenishment_due": (replenishment_due, ALL),
    "members_not_in_wecom": (members_not_in_wecom, ("sms", "wechat_oa")),
    "marketplace_buyers_not_fans": (marketplace_buyers_not_fans, ()),
    "points_expiring": (points_expiring, ALL),
    "recall_30_days": (recall_30_days, ALL),
    "restaurant_untouched_30_days": (restaurant_untouched_30_days, ALL),
    "high_value_yutang": (high_value_yutang, ()),
    "lookalike_seed": (lookalike_seed, ALL),
    "existing_buyers": (existing_buyers, ()),
}


# Audiences of one brand; all others are of the group.
BRANDS = {"high_value_yutang": "yutang"}


def expected_members(brand: Brand, audience: str) -> People:
    """Who meets the words and may be listed."""
    meets, channels = EXPECTED[audience]
    found = meets(brand) - brand.forbidden(BRANDS.get(audience, "all"))
    return found & brand.reachable(*channels) if channels else found
