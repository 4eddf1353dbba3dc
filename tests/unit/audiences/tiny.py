"""A tiny brand for tests of audiences: a published file with the tables that conditions read.

Belongs here: making the file from rows. Does not belong here: assertions.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.lib.home import Home

AS_OF = date(2026, 6, 30)

TABLES: Mapping[str, str] = {
    "quality.audit_results": "as_of_date date",
    "core.dim_customers": "one_id varchar",
    "core.identity_aliases": "retired_one_id varchar, one_id varchar",
    "core.privacy_statements": "identifier_token varchar, one_id varchar, purpose varchar, "
    "channel varchar default 'all', brand varchar default 'all', is_granted boolean, "
    "is_granted_by_person boolean, stated_by_person_at timestamp",
    "core.bridge_customer_identifiers": "identifier_type varchar, identifier_token varchar, "
    "one_id varchar, identifier_class varchar, last_seen_at timestamp",
    "core.dim_stores": "store_id varchar, brand varchar",
    "core.dim_products": "sku varchar, category varchar, product_name varchar, "
    "repurchase_cycle_days integer",
    "core.fct_orders": "order_id varchar, one_id varchar, channel varchar, sales_channel varchar, "
    "brand varchar, net_revenue_cny decimal(18,2), paid_at timestamp, ordered_at timestamp",
    "core.fct_order_lines": "order_id varchar, sku varchar, quantity decimal(18,3), paid_at timestamp",
    "core.fct_coupons": "coupon_code varchar, one_id varchar, coupon_state varchar, "
    "issue_channel varchar, redeem_channel varchar, issued_at timestamp, received_at timestamp, "
    "redeemed_at timestamp, expires_at timestamp, expired_at timestamp, gifted_at timestamp",
    "core.fct_messages": "one_id varchar, channel varchar, delivery_state varchar, sent_at timestamp, "
    "delivered_at timestamp",
    "core.fct_touchpoints": "one_id varchar, channel varchar, touch_type varchar, touched_at timestamp",
    "core.fct_points": "one_id varchar, change_points bigint, reason varchar, occurred_at timestamp, "
    "expires_at timestamp",
    "core.fct_refunds": "one_id varchar, channel varchar, refund_state varchar, "
    "refunded_at timestamp, requested_at timestamp",
    "profile.customer_360": "one_id varchar, is_buyer boolean, gender varchar, order_count bigint, "
    "net_revenue_cny decimal(18,2), last_order_date date, as_of_date date",
    "profile.customer_tags": "one_id varchar, tag varchar, value varchar",
    "profile.tag_catalogue": "tag varchar, value_type varchar, name_en varchar, name_zh varchar",
    "profile.customer_consents": "one_id varchar, purpose varchar, channel varchar, "
    "brand varchar default 'all', is_granted boolean",
    "profile.customer_reachability": "one_id varchar, channel varchar, is_reachable boolean, "
    "reason varchar, next_possible_date date",
    "profile.customer_brand_reachability": "one_id varchar, brand varchar, channel varchar, "
    "is_reachable boolean, reason varchar, next_possible_date date",
}
TAGS = (
    {"tag": "value_tier", "value_type": "text", "name_en": "Value tier", "name_zh": "价值分层"},
    {"tag": "member", "value_type": "boolean", "name_en": "Loyalty member", "name_zh": "会员"},
    {"tag": "expiry", "value_type": "date", "name_en": "Expiry", "name_zh": "到期日"},
    {"tag": "points", "value_type": "number", "name_en": "Points", "name_zh": "积分"},
)
Rows = Sequence[Mapping[str, Any]]


def publish(home: Home, *, as_of: date = AS_OF, people: Sequence[str] = (), **tables: Rows) -> None:
    """Write the published file; a table is given by its name with two underscores for the dot.

    People without a row of their own in the profile get one.
    """
    home.published.parent.mkdir(parents=True, exist_ok=True)
    home.published.unlink(missing_ok=True)
    rows = {name.replace("__", ".", 1): list(found) for name, found in tables.items()}
    profiles = rows.setdefault("profile.customer_360", [])
    known = {row["one_id"] for row in profiles}
    profiles += [{"one_id": one} for one in people if one not in known]
    rows["profile.customer_360"] = [{**row, "as_of_date": as_of} for row in profiles]
    rows["core.dim_customers"] = [{"one_id": row["one_id"]} for row in profiles]
    rows["quality.audit_results"] = [{"as_of_date": as_of}]
    rows.setdefault("profile.tag_catalogue", list(TAGS))
    with duckdb.connect(str(home.published)) as connection:
        for schema in ("core", "profile", "quality"):
            connection.execute(f"create schema {schema}")
        for name, columns in TABLES.items():
            connection.execute(f"create table {name} ({columns})")
            for row in rows.get(name, ()):
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"insert into {name} ({', '.join(row)}) values ({marks})", list(row.values())
                )


def home_in(folder: Path) -> Home:
    return Home(root=folder / "home", secrets=folder / "secrets")


def audience_text(who: str, *, name: str = "sample", **more: str) -> str:
    """The text of a file; ``who`` is YAML in one line."""
    keys = {
        "name": name, "name_en": "Sample", "name_zh": "示例", "owner": "crm",
        "purpose": "marketing", "brand": "all", **more, "who": who,
    }  # fmt: skip
    return "".join(f"{key}: {value}\n" for key, value in keys.items())


def write_audiences(folder: Path, *texts: str) -> Path:
    """activation/audiences with one file per text, and the event sets of the checkout's shape."""
    audiences = folder / "activation" / "audiences"
    audiences.mkdir(parents=True, exist_ok=True)
    for text in texts:
        name = text.splitlines()[0].split(": ")[1]
        (audiences / f"{name}.yml").write_text(text, encoding="utf-8")
    (audiences.parent / "event_sets.yml").write_text(
        "sets:\n"
        "  touch: {en: touch, zh: 触达, events: [order, coupon_redeemed], also_read_as: [wide]}\n"
        "  wide: {en: touch or visit, zh: 触达或访问, events: [order, coupon_redeemed, mp_visit]}\n",
        encoding="utf-8",
    )
    return audiences


def order(one_id: str, paid_at: str, **more: Any) -> dict[str, Any]:
    return {
        "order_id": f"{one_id}-{paid_at}", "one_id": one_id, "channel": "pos",
        "sales_channel": "retail", "brand": "yutang", "net_revenue_cny": 100, "paid_at": paid_at,
        "ordered_at": paid_at, **more,
    }  # fmt: skip
