"""Sales of the hard channels counted by hand: line by line from landing/, without any of our SQL.

Belongs here: reading native JD, Douyin and Tmall files as the platforms document them, and summing
what was paid and given back per day. Does not belong here: comparing (test_sales_from_landing.py).
A row that cannot be read is counted as refused, as a loader must do.
"""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from orchestration.lib.home import Home

CHINA = timedelta(hours=8)
EARLIEST = datetime(1970, 1, 3)  # the year 1, 1970-01-01 and 0 mean no time
Row = dict[str, Any]


@dataclass
class Days:
    """Orders, fen paid and fen given back per day in China, and rows that could not be read."""

    orders: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    paid_fen: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    refunded_fen: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    refused: int = 0

    def sell(self, paid: datetime, fen: int, *, until: date) -> bool:
        """Book an order on its day; False if that day is not over yet for these tables."""
        if paid.date() > until:
            return False
        self.orders[paid.date()] += 1
        self.paid_fen[paid.date()] += fen
        return True

    def give_back(self, refunded: datetime, fen: int, *, until: date) -> None:
        if refunded.date() <= until:
            self.refunded_fen[refunded.date()] += fen


def delivered(home: Home, entity: str) -> Iterator[tuple[date, str]]:
    """(delivery day, line) of every file of channel/entity, in the order of delivery."""
    for path in sorted((home.landing / entity).glob("dt=*/*.ndjson*")):
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
        for line in text.splitlines():
            if line.strip():
                yield date.fromisoformat(path.parent.name[3:]), line


def read_versions(
    home: Home, entity: str, days: Days, parse: Callable[[Row], tuple[str, Any]]
) -> dict[str, list[Row]]:
    """Readable versions of each record, oldest first. ``parse`` returns (id, version) or raises."""
    found: dict[str, list[tuple[Any, date, int, Row]]] = defaultdict(list)
    for number, (dt, line) in enumerate(delivered(home, entity)):
        try:
            row = json.loads(line)
            key, version = parse(row)
        except (ValueError, KeyError, TypeError, InvalidOperation):
            days.refused += 1
            continue
        found[key].append((version, dt, number, row))
    return {
        key: [row for *_, row in sorted(rows, key=lambda row: row[:3])]
        for key, rows in found.items()
    }


def id_text(value: Any) -> str:
    """An id is digits; what a spreadsheet made of it (1.86e+18) is none."""
    text = str(value)
    if isinstance(value, float) or not text.isdigit():
        raise ValueError(value)
    return text


def fen(yuan: Any) -> int:
    amount = Decimal(yuan) * 100
    if amount != int(amount):
        raise ValueError(yuan)
    return int(amount)


def whole(value: Any) -> int:
    if isinstance(value, float) or (isinstance(value, str) and not value.isdigit()):
        raise ValueError(value)
    return int(value)


def clock(value: Any) -> datetime | None:
    """Wall clock of China from text (GMT+8), epoch seconds or epoch milliseconds; None: no time."""
    if value in (None, "", 0, "0"):
        return None
    if isinstance(value, int) or str(value).isdigit():
        number = int(value)
        seconds = number / 1000 if number > 10**11 else number
        found = datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None) + CHINA
    else:
        found = datetime.strptime(value, "%Y-%m-%d %H:%M:%S")
    return found if found >= EARLIEST else None


def required(value: Any) -> Any:
    if value is None or value == "":
        raise ValueError("missing")
    return value


def jd_days(home: Home, *, until: date) -> Days:
    """JD: a field a pull did not ask for stays as last known; a parent of delivered parts is none."""
    days = Days()

    def parse(row: Row) -> tuple[str, Any]:
        (
            required(row["orderState"]),
            required(row["venderId"]),
            required(clock(row["orderStartTime"])),
        )
        if row.get("orderPayment") is not None:
            fen(row["orderPayment"])
        return id_text(row["orderId"]), required(clock(row["modified"]))

    orders = {}
    for order_id, versions in read_versions(home, "jd/orders", days, parse).items():
        known: Row = {}
        for row in versions:
            known |= {name: value for name, value in row.items() if value is not None}
        orders[order_id] = known
    parents = {
        str(order["parentOrderId"])
        for order_id, order in orders.items()
        if str(order.get("parentOrderId", "0")) not in ("0", order_id)
    }
    for order_id, order in orders.items():
        state, at_the_door = order["orderState"].upper(), str(order.get("payType")) == "1"
        changed = clock(order.get("orderEndTime")) or clock(order["modified"])
        paid = clock(order.get("paymentConfirmTime"))
        if paid is None and state in ("FINISHED_L", "FINISH"):
            paid = changed if at_the_door else clock(order["orderStartTime"])
        elif paid is None and state.startswith("WAIT") and not at_the_door:
            paid = clock(order["orderStartTime"])
        if paid is None or order_id in parents:
            continue
        amount = fen(order["orderPayment"])
        if days.sell(paid, amount, until=until) and state in ("TRADE_CANCELED", "CANCEL"):
            days.give_back(changed, amount, until=until)
    return days


def douyin_days(home: Home, *, until: date) -> Days:
    """Douyin: fen and epoch seconds; money goes back by refund messages alone."""
    days = Days()

    def parse_order(row: Row) -> tuple[str, Any]:
        required(row["order_status"]), required(row["shop_id"]), required(row["open_id"])
        whole(row["pay_amount"]), whole(row["create_time"])
        return id_text(row["order_id"]), whole(row["update_time"])

    def parse_refund(row: Row) -> tuple[str, Any]:
        id_text(row["p_id"]), whole(row["refund_amount"])
        return id_text(row["aftersale_id"]), whole(row["success_time"])

    for versions in read_versions(home, "douyin/orders", days, parse_order).values():
        order = versions[-1]
        status, pay_type = str(order["order_status"]), str(order.get("pay_type"))
        paid = clock(order.get("pay_time"))
        if paid is None and pay_type == "7" and status in ("105", "2", "101", "3", "5"):
            paid = clock(order["create_time"])
        if paid is None and pay_type == "0" and status == "5":
            paid = clock(order.get("finish_time")) or clock(order["update_time"])
        if paid is not None and status != "1":
            days.sell(paid, whole(order["pay_amount"]), until=until)
    for versions in read_versions(home, "douyin/refunds", days, parse_refund).values():
        refund = versions[-1]
        days.give_back(clock(refund["success_time"]), refund["refund_amount"], until=until)
    return days


def tmall_days(home: Home, *, until: date) -> Days:
    """Tmall: presales count when the balance is paid, closed trades only if they were paid."""
    days = Days()

    def parse_trade(row: Row) -> tuple[str, Any]:
        required(row["status"]), required(row["shop_id"]), required(clock(row["created"]))
        if row.get("payment") is not None:
            fen(row["payment"])
        return id_text(row["tid"]), required(clock(row["modified"]))

    def parse_refund(row: Row) -> tuple[str, Any]:
        required(row["status"]), id_text(row["tid"]), fen(row["refund_fee"])
        return id_text(row["refund_id"]), required(clock(row["modified"]))

    unpaid = {"TRADE_NO_CREATE_PAY", "WAIT_BUYER_PAY", "PAY_PENDING", "WAIT_PRE_AUTH_CONFIRM",
              "TRADE_CLOSED_BY_TAOBAO"}  # fmt: skip
    for versions in read_versions(home, "tmall/orders", days, parse_trade).values():
        trade = versions[-1]
        paid = clock(trade.get("pay_time"))
        presale = trade.get("step_trade_status") or ""
        if paid and trade["status"] not in unpaid and not presale.endswith("FINAL_NOPAID"):
            days.sell(paid, fen(trade["payment"]), until=until)
    for versions in read_versions(home, "tmall/refunds", days, parse_refund).values():
        refund = versions[-1]
        if refund["status"] == "SUCCESS":
            days.give_back(clock(refund["modified"]), fen(refund["refund_fee"]), until=until)
    return days


CHANNELS = {"jd": jd_days, "douyin": douyin_days, "tmall": tmall_days}
