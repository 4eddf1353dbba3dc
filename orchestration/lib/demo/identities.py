"""Giving people their identifiers, and the traps that make identity hard.

Belongs here: how many accounts, devices and numbers exist and whose they are. Does not belong
here: the records that carry them.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.devices import add_devices
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.names import draw_names
from orchestration.lib.demo.native import BASE64, hashed_ids, sql_column
from orchestration.lib.demo.people import People

PREFIXES = [
    "139",
    "138",
    "137",
    "136",
    "135",
    "134",
    "150",
    "151",
    "152",
    "157",
    "158",
    "159",
    "182",
    "183",
    "187",
    "188",
    "130",
    "131",
    "132",
    "155",
    "156",
    "185",
    "186",
    "133",
    "153",
    "177",
    "180",
    "181",
    "189",
    "199",
    "173",
    "176",
]
STORE_PHONES, CASHIER_PHONES = 6, 4


@dataclass
class Identities:
    """Who has which account and device; indexes into the kinds of the register.

    Args:
        account: Account per person and slot (0 first, 1 second WeChat), -1 if none.
        account_person: Owner of each account.
        bound: Whether the person's member record carries the unionid.
        in_login: Whether logins of the account carry the unionid.
        grants_phone: Whether the account granted its phone to the mini program.
        phone: Number of each person now (index into kind ``phone``).
        device: Device per person, slots 0, 1 own and 2 the family's tablet, -1 if none.
        oaid: Device index where the SDK sends the advertising id, else -1; same shape.
    """

    account: np.ndarray
    account_person: np.ndarray
    bound: np.ndarray
    in_login: np.ndarray
    grants_phone: np.ndarray
    phone: np.ndarray
    old_phone: np.ndarray
    store_phone: np.ndarray
    cashier_phone: np.ndarray
    wrong_phone: np.ndarray
    placeholder_phone: int
    device: np.ndarray
    oaid: np.ndarray
    ios: np.ndarray
    anonymous: np.ndarray
    name: pa.Array
    email: pa.Array


def build_identities(
    people: People, register: Register, rng: np.random.Generator, con: duckdb.DuckDBPyConnection,
    *, seed: int,
) -> Identities:  # fmt: skip
    """Fill the register and return who has what."""
    count = people.count
    wechat = people.follower | people.mini | people.wecom
    owners = np.concatenate([np.flatnonzero(wechat), np.flatnonzero(people.two_wechats)])
    account = np.full((count, 2), -1)
    firsts = int(wechat.sum())
    account[owners[:firsts], 0] = np.arange(firsts)
    account[owners[firsts:], 1] = np.arange(firsts, len(owners))
    accounts = len(owners)

    in_login = rng.random(accounts) < 0.93
    bound = people.member & wechat & (rng.random(count) < 0.78)
    # Non-members are held together by the unionid alone.
    in_login |= ~people.member[owners] & (rng.random(accounts) < 0.9)
    only_unionid = people.member & wechat & ~people.mini
    bound |= only_unionid & (rng.random(count) < 0.96)
    linked = people.mini & bound & in_login[np.maximum(account[:, 0], 0)]
    grants = rng.random(accounts) < 0.45
    grants |= ~linked[owners] & (rng.random(accounts) < 0.96)
    grants &= people.mini[owners]
    grants[firsts:] = rng.random(accounts - firsts) < 0.95

    _add_phones(people, register, rng, con)
    phone = np.arange(count)
    recycled = np.flatnonzero(people.recycled_from >= 0)
    phone[recycled] = people.recycled_from[recycled]
    phones = register.kinds["phone"]
    phones.person[phone[recycled]] = recycled
    phones.recycled[phone[recycled]] = True
    # The number nobody uses any more became the old number of who changed it.
    changed = people.member & ~people.former_owner & (people.recycled_from < 0)
    changed &= rng.random(count) < 0.04
    extra = count + np.arange(count)
    old_phone = np.where(changed, extra, -1)
    first = 2 * count
    store_phone = first + np.arange(STORE_PHONES)
    cashier_phone = first + STORE_PHONES + np.arange(CASHIER_PHONES)
    placeholder = first + STORE_PHONES + CASHIER_PHONES
    wrong_phone = np.where(rng.random(count) < 0.08, extra, -1)
    wrong_phone = np.where(changed, -1, wrong_phone)
    phones.person[extra] = np.where(changed, np.arange(count), -1)
    for shared in (store_phone, cashier_phone, np.array([placeholder])):
        phones.shared[shared] = True
        phones.person[shared] = -1

    device, oaid, ios, anonymous = add_devices(people, register, rng, con, seed=seed)
    _add_accounts(people, register, con, owners=owners, seed=seed)
    name, email = draw_names(people, rng, con, seed=seed)
    return Identities(
        account=account, account_person=owners, bound=bound, in_login=in_login,
        grants_phone=grants, phone=phone, old_phone=old_phone, store_phone=store_phone,
        cashier_phone=cashier_phone, wrong_phone=wrong_phone, placeholder_phone=placeholder,
        device=device, oaid=oaid, ios=ios, anonymous=anonymous, name=name, email=email,
    )  # fmt: skip


def _add_phones(
    people: People, register: Register, rng: np.random.Generator, con: duckdb.DuckDBPyConnection
) -> None:
    """Unique numbers: one per person, a second one, the stores', the cashiers', 13800138000."""
    count = 2 * people.count + STORE_PHONES + CASHIER_PHONES
    wanted = count + count // 1000 + 50
    index = np.arange(wanted, dtype=np.int64)
    prefix = np.array([int(p) for p in PREFIXES], dtype=np.int64)[index % len(PREFIXES)]
    # 61,803,399 shares no factor with 10**8, so every number comes once.
    tail = (index // len(PREFIXES) * 61_803_399 + int(rng.integers(0, 10**8))) % 10**8
    numbers = prefix * 10**8 + tail
    text = numbers.astype("S11")
    digits = text.view("S1").reshape(wanted, 11)
    repeated = (digits[:, 4:] == digits[:, 3:-1]).sum(axis=1) >= 5
    numbers = numbers[~repeated & ~np.isin(numbers, (13800138000, 13800138001))][:count]
    numbers = np.append(rng.permutation(numbers), 13800138000)
    written = sql_column(con, "n::varchar", n=numbers)
    values = sql_column(con, "'+86' || n", n=numbers)
    owner = np.concatenate([np.arange(people.count), np.full(len(numbers) - people.count, -1)])
    register.add("phone", "phone", None, values=values, written=written, person=owner)


def _add_accounts(
    people: People, register: Register, con: duckdb.DuckDBPyConnection,
    *, owners: np.ndarray, seed: int,
) -> None:  # fmt: skip
    """WeChat, WeCom, member identifiers, and those of every shop."""
    everyone = np.arange(people.count)

    def add(name: str, type: str, scope: str | None, expression: str, person: np.ndarray) -> None:
        values = hashed_ids(con, np.arange(len(person)), expression, salt=f"{seed}:{name}")
        register.add(name, type, scope, values=values, person=person)

    add("mp_openid", "wx_openid", brand.MP_APPID, f"'o' || ({BASE64})[1:27]", owners)
    add("oa_openid", "wx_openid", brand.OA_APPID, f"'o' || ({BASE64})[1:27]", owners)
    add("unionid", "wx_unionid", brand.PROGRAM, f"'oU' || ({BASE64})[1:26]", owners)
    add("external", "wecom_external_userid", brand.CORPID, f"'wm' || ({BASE64})[1:30]", owners)
    add("login", "login_id", None, "'u' || translate(h[1:12], '1', 'g') || n", everyone)
    add("member", "member_id", brand.PROGRAM, "'M' || lpad(n::varchar, 8, '0')", everyone)
    add("card", "card_no", brand.PROGRAM, "'VIP' || lpad(n::varchar, 9, '0')", everyone)
    for shop in brand.TMALL_SHOPS:
        add(f"ouid_{shop}", "tmall_ouid", shop, f"'AAE' || ({BASE64})[1:25]", everyone)
    add("omid", "tmall_omid", brand.PROGRAM, f"'AAF' || ({BASE64})[1:25]", everyone)
    add("open_uid", "tmall_open_uid", None, f"'AAH' || ({BASE64})[1:25]", everyone)
    add("jd_xid", "jd_xid", brand.JD_SHOP, f"'jx' || ({BASE64})[1:28]", everyone)
    add("jd_open_id", "jd_open_id", brand.JD_SHOP, f"'jo' || ({BASE64})[1:28]", everyone)
    for shop in brand.DOUYIN_SHOPS:
        add(f"douyin_{shop}", "dd_open_id", shop, f"'dy' || ({BASE64})[1:30]", everyone)
    add("meituan", "meituan_user_token", None, f"'mt' || ({BASE64})[1:26]", everyone)
    add("youzan", "youzan_open_id", brand.YOUZAN_SHOP, f"'yz' || ({BASE64})[1:22]", everyone)
