"""Native records of the Tmall shops: trades, refunds and member bindings.

Belongs here: field values of the platform. Does not belong here: the course of a trade (`trades`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, lists, texts, timestamps
from orchestration.lib.demo.native import octal_ids, pick, yuan
from orchestration.lib.demo.orders import Orders
from orchestration.lib.demo.people import People
from orchestration.lib.demo.trades import NEVER, WHOLE, WITHDRAWN, Trades, expand, versions


def tmall_shop(person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shop per trade: people have their shop and rarely use the other."""
    return (person % 6 == 0) ^ (rng.random(len(person)) < 0.06)


def deliver_tmall_orders(
    landing: Landing, trades: Trades, orders: Orders, *, shop: np.ndarray, tid: pa.Array,
    people: People, identities: Identities, register: Register, products: brand.Products,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write tmall.orders: every trade again on each day it changed."""
    con = landing.con
    row, drop, modified, until = versions(
        landing.clock, trades.created,
        [trades.paid, trades.closed, trades.shipped, trades.finished, trades.asked,
         trades.refunded],
    )  # fmt: skip
    paid = trades.paid[row] < until
    asked = trades.asked[row] < until
    settled = trades.refunded[row] < until
    whole = settled & (trades.refund[row] == WHOLE)
    status = np.select(
        [whole, trades.closed[row] < until, trades.finished[row] < until,
         trades.shipped[row] < until, paid],
        [0, 1, 2, 3, 4], 5,
    )  # fmt: skip
    person = orders.person[trades.order[row]]
    offsets, owner, line = expand(orders.first_line, trades.order[row])
    first = line == orders.first_line[trades.order[row]][owner]
    concerned = asked[owner] & (
        (trades.refund[row][owner] == WHOLE) | (first & (trades.refund[row][owner] != 0))
    )
    withdrawn = trades.refund[row][owner] == WITHDRAWN
    refund_status = np.select(
        [~concerned, settled[owner] & withdrawn, settled[owner]], [0, 1, 2], 3
    )
    single = np.diff(offsets)[owner] == 1
    oid = octal_ids(con, line, "27")
    tids = tid.take(pa.array(row))
    oid = pick(single, oid, tids.take(pa.array(owner)))
    lines = pa.StructArray.from_arrays(
        [
            oid,
            texts(products.sku, orders.product[line]),
            texts(products.name, orders.product[line]),
            pa.array(orders.quantity[line]),
            yuan(con, products.price_fen[orders.product[line]]),
            yuan(con, orders.gross_fen[line]),
            yuan(con, orders.discount_fen[line]),
            yuan(con, orders.paid_fen[line]),
            texts(["NO_REFUND", "CLOSED", "SUCCESS", "WAIT_SELLER_AGREE"], refund_status),
            octal_ids(con, trades.order[row][owner], "28").take(
                pa.array(np.arange(len(owner)), mask=~concerned)
            ),
        ],
        names=["oid", "outer_sku_id", "title", "num", "price", "total_fee", "discount_fee",
               "divide_order_fee", "refund_status", "refund_id"],
    )  # fmt: skip
    shop_no = shop[row].astype(int)
    omid = np.where(people.tmall_member[person], person, -1)
    for number, name in enumerate(brand.TMALL_SHOPS):
        here = np.where(shop_no == number, person, -1)
        register.column(f"ouid_{name}", here)
        register.observe(
            [("omid", np.where(here >= 0, omid, -1)), (f"ouid_{name}", here),
             ("open_uid", here)]
        )  # fmt: skip
    ouid = [register.column(f"ouid_{name}", np.where(shop_no == number, person, -1))
            for number, name in enumerate(brand.TMALL_SHOPS)]  # fmt: skip
    columns = {
        "tid": tids, "shop": texts(list(brand.TMALL_SHOPS), shop_no),
        "status": texts(
            ["TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO", "TRADE_FINISHED",
             "WAIT_BUYER_CONFIRM_GOODS", "WAIT_SELLER_SEND_GOODS", "WAIT_BUYER_PAY"], status),
        "created": timestamps(trades.created[row]),
        "pay_time": timestamps(trades.paid[row], ~paid),
        "modified": timestamps(modified),
        "end_time": timestamps(
            np.where(whole, trades.refunded[row],
                     np.minimum(trades.finished[row], trades.closed[row])),
            ~np.isin(status, (0, 1, 2))),
        "goods_fen": trades.goods_fen[row], "post_fen": trades.post_fen[row],
        "discount_fen": np.bincount(orders.line_order, orders.discount_fen, len(orders.at))
        .astype(np.int64)[trades.order[row]],
        "step": texts(["FRONT_PAID_FINAL_NOPAID", "FRONT_PAID_FINAL_PAID"],
                      np.where(trades.presale[row], paid.astype(int), -1)),
        "ouid": pick(shop_no, *ouid),
        "omid": register.column("omid", omid),
        "open_uid": register.column("open_uid", person),
        "receiver": register.kinds["phone"].written.take(pa.array(identities.phone[person])),
        "masked": trades.order[row] % 3 != 0,
        "name": identities.name.take(pa.array(person)),
        "email": identities.email.take(pa.array(person)),
        "city": texts([c[0] for c in brand.CITIES], people.city[person]),
        "state": texts([c[1] for c in brand.CITIES], people.city[person]),
        "lines": lists(offsets, lines, np.arange(len(row))),
    }  # fmt: skip
    landing.deliver("tmall.orders", columns, drop=drop, rerun=(2, 7))


def deliver_tmall_refunds(
    landing: Landing, trades: Trades, orders: Orders, *, shop: np.ndarray, tid: pa.Array,
    register: Register,
) -> None:  # fmt: skip
    """Write tmall.refunds: a request, later again with its outcome."""
    asked = np.flatnonzero(trades.asked < NEVER)
    row, drop, modified, until = versions(
        landing.clock, trades.asked[asked], [trades.refunded[asked]]
    )
    row = asked[row]
    settled = trades.refunded[row] < until
    status = np.where(settled, np.where(trades.refund[row] == WITHDRAWN, 1, 2), 0)
    person = orders.person[trades.order[row]]
    line = orders.first_line[trades.order[row]]
    single = orders.first_line[trades.order[row] + 1] - line == 1
    line_fen = orders.paid_fen[line]
    fee = np.where(trades.refund[row] == WHOLE, trades.goods_fen[row], line_fen)
    tids = tid.take(pa.array(row))
    oid = pick(single, octal_ids(landing.con, line, "27"), tids)
    shop_no = shop[row].astype(int)
    ouid = [register.column(f"ouid_{name}", np.where(shop_no == number, person, -1))
            for number, name in enumerate(brand.TMALL_SHOPS)]  # fmt: skip
    columns = {
        "refund_id": octal_ids(landing.con, trades.order[row], "28"),
        "tid": tids, "oid": oid, "fee_fen": fee,
        "status": texts(["WAIT_SELLER_AGREE", "CLOSED", "SUCCESS"], status),
        "created": timestamps(trades.asked[row]), "modified": timestamps(modified),
        "shop": texts(list(brand.TMALL_SHOPS), shop_no),
        "ouid": pick(shop_no, *ouid),
    }  # fmt: skip
    landing.deliver("tmall.refunds", columns, drop=drop, rerun=(5,))


def deliver_tmall_members(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write tmall.members: the sanctioned bridge between a phone and a Tmall buyer."""
    clock = landing.clock
    person = np.flatnonzero(people.tmall_member)
    # Some are members in both shops; the omid ties them.
    both = person[rng.random(len(person)) < 0.12]
    shop_no = np.concatenate([(person % 6 == 0).astype(int), (both % 6 != 0).astype(int)])
    person = np.concatenate([person, both])
    second = rng.integers(8 * 3600, 22 * 3600, len(person))
    bound = clock.at(np.maximum(people.joined_day[person], -400), second)
    member = np.where(people.member[person] & (rng.random(len(person)) < 0.6), person, -1)
    phone = identities.phone[person]
    columns = {"shop": texts(list(brand.TMALL_SHOPS), shop_no)}
    ouid = []
    for number, name in enumerate(brand.TMALL_SHOPS):
        here = np.where(shop_no == number, person, -1)
        ouid.append(register.column(f"ouid_{name}", here))
        register.observe(
            [("member", np.where(here >= 0, member, -1)), ("phone", np.where(here >= 0, phone, -1)),
             ("omid", here), (f"ouid_{name}", here)]
        )  # fmt: skip
    columns |= {
        "ouid": pick(shop_no, *ouid),
        "omid": register.column("omid", person),
        "mobile": register.column("phone", phone),
        "member": register.column("member", member),
        "name": identities.name.take(pa.array(person)),
        "level": 1 + person % 4,
        "bound": bound,
    }
    landing.deliver("tmall.members", columns, drop=clock.drop_of(bound), rerun=(0,))
