"""Store receipts: sales, passers-by, returns, late uploads and a corrected day.

Belongs here: the native pos.receipts and which order each receipt is. Does not belong here:
demand (`orders`).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, STORE_HOURS, Clock, draw_seconds
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import CASHIER_PHONES, STORE_PHONES, Identities
from orchestration.lib.demo.landing import Landing, Style, texts, timestamps
from orchestration.lib.demo.orders import POS, Orders
from orchestration.lib.demo.people import WALK_IN, People

REGIONS = ("east", "north", "south")
REGION_STYLES = (Style(bom=True), Style(compression="gz"), Style(crlf=True))
CORRECTED_DROP, CORRECTION_DROP = 4, 6


@dataclass
class Receipts:
    """Receipts: the sales first (one per store order, same sequence), then the returns.

    Args:
        order: Row in Orders.
        whole: For returns: all lines (else the first one only).
        linked: For returns: the customer brought the receipt.
        drop: Delivery; ``clock.drops`` and above never arrive.
    """

    order: np.ndarray
    at: np.ndarray
    store: np.ndarray
    terminal: np.ndarray
    business_day: np.ndarray  # days since 1970
    number: np.ndarray
    is_return: np.ndarray
    whole: np.ndarray
    linked: np.ndarray
    original: np.ndarray  # row of the sale, -1 for sales
    drop: np.ndarray


def ring_up(
    orders: Orders, people: People, clock: Clock, rng: np.random.Generator, stores: brand.Stores
) -> Receipts:
    """Choose store and till, number the receipts per till and day, add the returns."""
    sale = np.flatnonzero(orders.channel == POS)
    person = orders.person[sale]
    at = orders.at[sale].copy()
    per_city = np.bincount(stores.city, minlength=len(brand.CITIES))
    first_of_city = np.concatenate([[0], np.cumsum(per_city)])[:-1]
    city = people.city[np.maximum(person, 0)]
    store = first_of_city[city] + np.maximum(person, 0) % per_city[city]
    roams = (person < 0) | (rng.random(len(sale)) < 0.12)
    store = np.where(roams, rng.integers(0, len(stores.store_id), len(sale)), store)

    # Passers-by whose receipt gets the store's own number: a busy till with a lazy cashier.
    lazy = lazy_stores(people.count)
    walk_ins = np.flatnonzero(person < 0)
    typed = walk_ins[rng.random(len(walk_ins)) < 0.45]
    store[typed] = rng.integers(0, lazy, len(typed))
    length = int(np.clip(len(typed) // max(lazy, 1) // 6, 1, clock.days))
    day = clock.days - 1 - rng.integers(0, length, len(typed))
    at[typed] = clock.at(day, draw_seconds(rng, len(typed), STORE_HOURS))
    orders.at[sale] = at

    back = np.flatnonzero((rng.random(len(sale)) < 0.04) & (at < clock.end_s - 2 * DAY_S))
    wait = rng.integers(1, 21, len(back))
    return_at = (at[back] // DAY_S + wait) * DAY_S + draw_seconds(rng, len(back), STORE_HOURS)
    in_time = return_at < clock.end_s
    back, return_at = back[in_time], return_at[in_time]

    at = np.concatenate([at, return_at])
    store = np.concatenate([store, store[back]])
    is_return = np.arange(len(at)) >= len(sale)
    whole = rng.random(len(at)) < 0.6
    linked = is_return & (rng.random(len(at)) < 0.7)
    terminal = rng.integers(0, 3, len(at))
    business_day = (at - 3 * 3600) // DAY_S
    till = (store * 3 + terminal) * 100_000 + business_day
    in_till = np.lexsort((at, till))
    starts = np.flatnonzero(np.diff(till[in_till], prepend=-1))
    rank = np.arange(len(at)) - np.repeat(starts, np.diff(np.append(starts, len(at))))
    number = np.empty(len(at), np.int64)
    number[in_till] = rank + 1

    late = rng.choice(4, (len(stores.store_id), clock.days), p=(0.9, 0.05, 0.03, 0.02))
    drop = clock.drop_of(at + late[store, np.clip(clock.day_of(at), 0, clock.days - 1)] * DAY_S)
    return Receipts(
        order=np.concatenate([sale, sale[back]]), at=at, store=store, terminal=terminal,
        business_day=business_day, number=number, is_return=is_return, whole=whole, linked=linked,
        original=np.concatenate([np.full(len(sale), -1), back]), drop=drop,
    )  # fmt: skip


def lazy_stores(people_count: int) -> int:
    """Stores whose cashiers type the store's own number; more in a larger brand."""
    return int(np.clip(people_count // 3000, 1, STORE_PHONES))


def deliver_receipts(
    landing: Landing, receipts: Receipts, orders: Orders, *, people: People,
    identities: Identities, register: Register, products: brand.Products, stores: brand.Stores,
    coupon_codes: pa.Array, rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write pos.receipts, a file per region."""
    shown = _shown_identifiers(receipts, orders, people, identities, rng)
    arrived = receipts.drop < landing.clock.drops
    card, phone, bad_phone, style = (np.where(arrived, column, -1) for column in shown)
    register.column("card", card), register.column("phone", phone)
    register.observe([("card", card)], weak=[("phone", phone)])

    count = np.diff(orders.first_line)[receipts.order]
    count = np.where(receipts.is_return & ~receipts.whole, 1, count)
    count = np.where(arrived, count, 0)
    row = np.repeat(np.arange(len(count)), count)
    line_no = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    line = orders.first_line[receipts.order[row]] + line_no
    sign = np.where(receipts.is_return[row], -1, 1)
    paid = orders.paid_fen[line]
    gross = np.where(sign < 0, -paid, orders.gross_fen[line])
    discount = np.where(sign < 0, 0, orders.discount_fen[line])
    drop = receipts.drop[row]
    coupon = np.where((line_no == 0) & (sign > 0), orders.coupon[receipts.order[row]], -1)
    region = np.array([0, 1, 0, 2, 2, 1, 0, 0, 0, 1, 1, 1])[stores.city[receipts.store]]

    wrong = _wrong_day(receipts, landing.clock)[row]
    wrong &= drop == CORRECTED_DROP
    again = np.concatenate([np.arange(len(row)), np.flatnonzero(wrong)])
    is_original = (np.arange(len(again)) < len(row)) & wrong[again]
    row, line, drop = row[again], line[again], drop[again]
    drop = np.where(np.arange(len(again)) >= len(wrong), CORRECTION_DROP, drop)
    # The day that is corrected later first arrives with its discounts missing.
    discount = np.where(is_original, 0, discount[again])
    gross = gross[again]
    original = receipts.original[row]
    columns = {
        "store": texts(stores.store_id, receipts.store[row]),
        "terminal": receipts.terminal[row],
        "number": receipts.number[row],
        "line_no": line_no[again] + 1,
        "business_date": pa.array(receipts.business_day[row].astype("datetime64[D]")),
        "txn_time": timestamps(receipts.at[row]),
        "card": register.column("card", card[row]),
        "phone": register.column("phone", phone[row]),
        "bad_phone": texts(["1380013", "无", "000000", "12345678901"], bad_phone[row]),
        "phone_style": style[row],
        "person_name": _names_of(orders, receipts, row, identities, shown=card[row] >= 0),
        "cashier": (receipts.business_day[row] + receipts.terminal[row]) % 4 + 1,
        "sku": texts(products.sku, orders.product[line]),
        "quantity": orders.quantity[line] * sign[again],
        "gross_fen": gross,
        "discount_fen": discount,
        "paid_fen": gross - discount,
        "coupon_code": coupon_codes.take(pa.array(coupon[again], mask=coupon[again] < 0)),
        "is_return": sign[again] < 0,
        "original_terminal": pa.array(receipts.terminal[original], mask=~receipts.linked[row]),
        "original_date": pa.array(receipts.business_day[original].astype("datetime64[D]")),
        "original_number": receipts.number[original],
    }
    landing.deliver(
        "pos.receipts", columns, drop=drop, part=region[row], part_names=REGIONS,
        styles=REGION_STYLES, rerun=(3, 8),
    )  # fmt: skip


def _names_of(orders, receipts, row, identities, *, shown) -> pa.Array:
    person = orders.person[receipts.order[row]]
    return identities.name.take(pa.array(np.maximum(person, 0), mask=(person < 0) | ~shown))


def _wrong_day(receipts: Receipts, clock: Clock) -> np.ndarray:
    """Receipts of the one store and day that a later file corrects."""
    day = clock.start_s // DAY_S + clock.days - clock.drops + CORRECTED_DROP
    candidates = (receipts.business_day == day) & (receipts.drop == CORRECTED_DROP)
    if clock.drops <= CORRECTION_DROP or not candidates.any():
        return np.zeros(len(candidates), bool)
    busiest = np.bincount(receipts.store[candidates]).argmax()
    return candidates & (receipts.store == busiest)


def _shown_identifiers(receipts, orders, people, identities, rng):
    """Card and typed phone per receipt, with all that goes wrong at a till."""
    size = len(receipts.at)
    owner = orders.person[receipts.order]
    person = np.maximum(owner, 0)
    member = people.member[person] & (owner >= 0)
    card = np.where(member & (rng.random(size) < 0.72), person, -1)
    granted = people.mini[person] & identities.grants_phone[identities.account[person, 0]]
    share = np.select(
        [member, granted, people.persona[person] == WALK_IN], [0.32, 0.5, person % 5 < 3], 0.03
    )
    types = (owner >= 0) & (rng.random(size) < share)
    phone = np.where(types, identities.phone[person], -1)

    lazy = lazy_stores(people.count)
    walk_in = owner < 0
    at_lazy = walk_in & (receipts.store < lazy)
    store_phone = identities.store_phone[receipts.store % STORE_PHONES]
    phone = np.where(at_lazy & (rng.random(size) < 0.93), store_phone, phone)
    with_card = (card >= 0) & (receipts.store < lazy) & (rng.random(size) < 0.05)
    phone = np.where(with_card, store_phone, phone)
    own = receipts.store % 7 == 6  # cashiers there collect points on their own number
    cashier = identities.cashier_phone[receipts.store % CASHIER_PHONES]
    phone = np.where(own & walk_in & (rng.random(size) < 0.4), cashier, phone)

    placeholder = (phone >= 0) & (rng.random(size) < 0.02)
    phone = np.where(placeholder, identities.placeholder_phone, phone)
    malformed = (phone >= 0) & (rng.random(size) < 0.006)
    bad = np.where(malformed, rng.integers(0, 4, size), -1)
    phone = np.where(malformed, -1, phone)
    style = rng.choice(4, size, p=(0.95, 0.02, 0.02, 0.01))
    return card, phone, bad, style
