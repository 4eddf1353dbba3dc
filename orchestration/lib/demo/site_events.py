"""Native records of app and web site: app.events and web.events in the Sensors shape.

Belongs here: the events of a visit. Does not belong here: when people visit (`sites`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import UTC_OFFSET_S
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, Style, texts
from orchestration.lib.demo.sites import SiteVisits

START, SCREEN, PRODUCT, CART, END, SIGNUP, UNBIND, BIND = range(8)
NAMES = {
    "app": ["$AppStart", "$AppViewScreen", "ViewProduct", "AddToCart", "$AppEnd"],
    "web": ["$pageview", "$WebClick", "ViewProduct", "AddToCart", "$WebStay"],
}
OF_LINKS = ["$SignUp", "$UnbindID", "$BindID"]
TYPES = ["track", "track", "track", "track", "track", "track_signup", "track_id_unbind",
         "track_id_bind"]  # fmt: skip
SOURCES = ["xiaohongshu", "baidu", "(not set)"]


def deliver_site_events(
    landing: Landing, visits: SiteVisits, *, identities: Identities, register: Register,
    products: brand.Products, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write <channel>.events: a visit's start, pages and end, sign-ups, numbers that change."""
    size = len(visits.person)
    count = np.minimum(3 + rng.geometric(0.4, size), 12)
    visit = np.repeat(np.arange(size), count)
    position = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    roll = rng.random(len(visit))
    event = np.select([roll < 0.4, roll < 0.85], [SCREEN, PRODUCT], CART)
    event = np.select([position == 0, position == count[visit] - 1], [START, END], event)
    event = np.where(visits.signs_up[visit] & (position == 1), SIGNUP, event)
    signed = visits.signed_before[visit] | (visits.signs_up[visit] & (position >= 1))
    phone = np.where(signed, visits.phone[visit], -1)
    # The person takes the former number out and puts the new one in before going on.
    moved = np.flatnonzero(visits.moves & visits.signed_before)
    visit = np.concatenate([visit, moved, moved])
    event = np.concatenate([event, np.full(len(moved), UNBIND), np.full(len(moved), BIND)])
    position = np.concatenate([position, np.zeros(2 * len(moved), int)])
    signed = np.concatenate([signed, np.ones(2 * len(moved), bool)])
    old = identities.old_phone[visits.person[moved]]
    phone = np.concatenate([phone, old, visits.phone[moved]])
    step = rng.integers(5, 60, size)
    time = (visits.at[visit] + position * step[visit] - UTC_OFFSET_S) * 1000
    is_link = event >= UNBIND
    time += np.where(is_link, event - UNBIND + 1, rng.integers(10, 1000, len(visit)))

    person = visits.person[visit]
    anonymous = visits.installation[visit]
    login = np.where(signed, person, -1)
    devices = _devices(visits, visit, identities=identities)
    names_anonymous = ~visits.old_sdk[visit] | (event == SIGNUP)
    register.observe(
        [("login", login), ("phone", np.where(event == UNBIND, -1, phone))],
        weak=[(f"{visits.channel}_anonymous", np.where(names_anonymous, anonymous, -1)),
              *devices.items()],
    )  # fmt: skip
    product = np.searchsorted(products.popularity, rng.random(len(visit)), side="right")
    product = np.minimum(product, len(products.sku) - 1)
    paid = np.where((position == 0) & (roll_of(visits) < 0.3)[visit], visits.at[visit] % 3, -1)
    splash = np.where((event == START) & (visits.at[visit] // 86_400 % 5 == 0), visit % 4, -1)
    columns = {
        "type": texts(TYPES, event),
        "time": np.where((visit % 250 == 0) & ~is_link, time // 1000, time),
        "login": register.column("login", login),
        "anonymous": register.column(f"{visits.channel}_anonymous", anonymous),
        "mobile": register.column("phone", phone),
        "old_sdk": visits.old_sdk[visit],
        "event": texts(NAMES[visits.channel] + OF_LINKS, event),
        **{name: register.column(name, index) for name, index in devices.items()},
        "sku": texts(products.sku, np.where(np.isin(event, (PRODUCT, CART)), product, -1)),
        "splash": texts([f"splash_{c.campaign_id}" for c in brand.SPLASH_CAMPAIGNS], splash),
        "splash_campaign": texts([c.campaign_id for c in brand.SPLASH_CAMPAIGNS], splash),
        "utm_source": texts(SOURCES, paid),
        "duration_s": pa.array(position * step[visit] * 1.0, mask=event != END),
        "name": identities.name.take(pa.array(person, mask=event != CART)),
    }  # fmt: skip
    landing.deliver(
        f"{visits.channel}.events", columns, drop=landing.clock.drop_of(visits.at[visit]),
        styles=(Style("gz"),), rerun=(4, 10),
    )  # fmt: skip


def roll_of(visits: SiteVisits) -> np.ndarray:
    """A number from 0 to 1 per visit that only its time and person decide."""
    return (visits.at * 7919 + visits.person * 104_729) % 1000 / 1000


def _devices(
    visits: SiteVisits, visit: np.ndarray, *, identities: Identities
) -> dict[str, np.ndarray]:
    """Device ids of an app's events, by kind."""
    if visits.channel != "app":
        return {}
    person = visits.person[visit]
    device = identities.device[person, 0]
    is_ios = np.where(device >= 0, identities.ios[np.maximum(device, 0)], person % 5 < 2)
    return {
        "android_id": np.where(is_ios, -1, visits.installation[visit]),
        "oaid": np.where(is_ios, -1, identities.oaid[person, 0]),
        "idfa": np.where(is_ios & (device >= 0) & (person % 3 == 0), device, -1),
    }
