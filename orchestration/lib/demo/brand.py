"""The simulated brand: its ids, cities, stores, products, campaigns and QR codes.

Belongs here: what exists once per brand. Does not belong here: people and what they do.
"""

from dataclasses import dataclass

import numpy as np

OA_APPID = "wx9f1a7c3e5b2d4860"
OLD_OA_APPID = "wx5d2e8b4c6a3f4970"  # the official account before it moved
MP_APPID = "wx2c8e4a6f0b7d9135"
CORPID = "ww1a2b3c4d5e6f7a8b"
TMALL_SHOPS = ("100001", "100002")
YOUZAN_SHOP = "40000001"
JD_SHOP = "70020034"
DOUYIN_SHOPS = ("8800301", "8800302")
PROGRAM = "main"

# city, province, share of people, stores
CITIES = (
    ("上海", "上海", 0.17, 5),
    ("北京", "北京", 0.13, 4),
    ("杭州", "浙江", 0.11, 4),
    ("广州", "广东", 0.10, 3),
    ("深圳", "广东", 0.10, 3),
    ("成都", "四川", 0.09, 3),
    ("南京", "江苏", 0.07, 2),
    ("武汉", "湖北", 0.06, 2),
    ("苏州", "江苏", 0.06, 1),
    ("西安", "陕西", 0.05, 1),
    ("重庆", "重庆", 0.04, 1),
    ("青岛", "山东", 0.02, 1),
)
PLACES = ("万象店", "银泰店", "大悦城店", "天街店", "高铁站店")

# category, code, nouns, lowest and highest list price in yuan, days until used up, share of cost
CATEGORIES = (
    ("茶饮", "TE", ("龙井", "白茶", "乌龙茶", "茉莉花茶", "陈皮普洱"), 29, 399, 45, 0.38),
    ("咖啡", "CO", ("冻干咖啡", "挂耳咖啡", "咖啡豆", "冷萃液"), 39, 199, 30, 0.42),
    ("坚果", "NU", ("每日坚果", "夏威夷果", "巴旦木", "开心果"), 19, 168, 21, 0.55),
    ("烘焙", "BA", ("蛋黄酥", "曲奇", "吐司", "麻薯"), 9, 89, 10, 0.48),
    ("护肤", "SK", ("面霜", "精华", "防晒乳", "面膜", "洁面乳"), 59, 599, 60, 0.24),
    ("洗护", "HA", ("洗发水", "护发素", "沐浴露", "护手霜"), 29, 159, 50, 0.35),
    ("香氛", "FR", ("香薰", "无火香", "车载香片"), 49, 329, 75, 0.28),
    ("家居", "HO", ("保温杯", "茶具", "收纳盒", "毛巾"), 19, 459, 180, 0.45),
)
ADJECTIVES = ("经典", "轻享", "臻选", "云朵", "山野", "晨露", "暖阳", "四季")
SIZES = ("小包装", "标准装", "家庭装", "礼盒装")

PLACEMENTS = ("parcel_card", "store_poster", "receipt", "shelf_card", "staff_badge", "event_booth")


@dataclass(frozen=True)
class Campaign:
    """One campaign: where it runs (shares of the window) and how well a touch of it sells."""

    campaign_id: str
    name: str
    start: float
    end: float
    rate: float


def _series(prefix: str, name: str, *, count: int, rate: float) -> tuple[Campaign, ...]:
    """``count`` campaigns spread over the window, some work better than others."""
    strength = (0.6, 1.5, 1.0, 0.3, 1.2, 1.8)
    return tuple(
        Campaign(
            f"{prefix}{i + 1:02d}",
            f"{name}{i + 1}",
            (i + 0.3) / count,
            min(1.0, (i + 1.2) / count),
            rate * strength[i % 6],
        )
        for i in range(count)
    )


SMS_CAMPAIGNS = _series("SMS", "短信活动", count=6, rate=0.045)
OA_CAMPAIGNS = _series("OA", "服务号模板", count=6, rate=0.035)
TENCENT_CAMPAIGNS = _series("91000", "朋友圈广告", count=4, rate=0.16)
OCEAN_CAMPAIGNS = _series("72000", "短视频广告", count=3, rate=0.12)
KUAISHOU_CAMPAIGNS = _series("83000", "快手短视频", count=2, rate=0.0)
BAIDU_CAMPAIGNS = _series("64000", "百度信息流", count=2, rate=0.0)
COUPON_CAMPAIGNS = _series("CPN", "优惠券", count=6, rate=0.14)
QR_CAMPAIGNS = _series("QR", "扫码活动", count=5, rate=0.09)
SPLASH_CAMPAIGNS = _series("SPL", "开屏", count=4, rate=0.02)
# Sent every day to whoever has an occasion, not to a list: it sells little.
SMS_CARE = Campaign("SMS90", "会员关怀短信", 0.0, 1.0, 0.008)
OA_CARE = Campaign("OA90", "订单与会员通知", 0.0, 1.0, 0.004)
# Messages that cause no orders: the truth names no cause among them.
WECOM_CAMPAIGNS = _series("WCM", "企微群发", count=4, rate=0.0)
WECOM_CARE = Campaign("WCM90", "企微关怀", 0.0, 1.0, 0.0)
REFERRAL = Campaign("MGM01", "老带新", 0.0, 1.0, 0.0)
CALL_CAMPAIGN = Campaign("CAL01", "电话回访", 0.0, 1.0, 0.0)
CAMPAIGNS = (
    *SMS_CAMPAIGNS,
    *OA_CAMPAIGNS,
    *TENCENT_CAMPAIGNS,
    *OCEAN_CAMPAIGNS,
    *COUPON_CAMPAIGNS,
    *QR_CAMPAIGNS,
    *SPLASH_CAMPAIGNS,
    SMS_CARE,
    OA_CARE,
    *WECOM_CAMPAIGNS,
    WECOM_CARE,
    REFERRAL,
    *KUAISHOU_CAMPAIGNS,
    *BAIDU_CAMPAIGNS,
    CALL_CAMPAIGN,
)


def campaign_ids() -> list[str]:
    return [campaign.campaign_id for campaign in CAMPAIGNS]


CAMPAIGN_NO = {campaign.campaign_id: i for i, campaign in enumerate(CAMPAIGNS)}


@dataclass(frozen=True)
class Stores:
    store_id: list[str]
    name: list[str]
    city: np.ndarray  # index into CITIES
    opened: list[str]


def build_stores() -> Stores:
    """The 30 stores, by city."""
    ids, names, cities, opened = [], [], [], []
    for city_no, (city, _, _, count) in enumerate(CITIES):
        for i in range(count):
            ids.append(f"S{len(ids) + 1:03d}")
            names.append(f"鱼塘·{city}{PLACES[i]}")
            cities.append(city_no)
            opened.append(f"{2017 + (len(ids) * 5) % 8}-{1 + len(ids) % 12:02d}-15")
    return Stores(ids, names, np.array(cities), opened)


@dataclass(frozen=True)
class Products:
    sku: list[str]
    name: list[str]
    category: list[str]
    price_fen: np.ndarray
    cost_fen: np.ndarray
    cycle_days: np.ndarray
    popularity: np.ndarray  # cumulated share of lines


def build_products(rng: np.random.Generator, count: int = 300) -> Products:
    """The product range; prices end in 9.00 or 9.90 yuan, popularity is Zipf-like."""
    sku, name, category, price, cost, cycle = [], [], [], [], [], []
    for i in range(count):
        label, code, nouns, low, high, cycle_days, cost_share = CATEGORIES[i % len(CATEGORIES)]
        k = i // len(CATEGORIES)
        size = SIZES[(k // len(nouns)) % len(SIZES)]
        sku.append(f"YT{code}{k + 1:03d}")
        name.append(f"{ADJECTIVES[k % len(ADJECTIVES)]}{nouns[k % len(nouns)]} {size}")
        category.append(label)
        yuan = int(np.exp(rng.uniform(np.log(low), np.log(high)))) // 10 * 10 + 9
        price.append(yuan * 100 + (90 if i % 3 == 0 else 0))
        cost.append(int(price[-1] * cost_share))
        cycle.append(cycle_days)
    name[5] = name[5] + ', "限定"'  # what a CSV reader must survive
    name[11] = name[11] + "\n（第二代）"
    share = 1 / (rng.permutation(count) + 8.0)
    return Products(
        sku, name, category, np.array(price), np.array(cost), np.array(cycle),
        np.cumsum(share) / share.sum(),
    )  # fmt: skip


@dataclass(frozen=True)
class Scenes:
    scene: list[str]
    campaign: np.ndarray  # index into CAMPAIGNS
    placement: list[str]


def build_scenes() -> Scenes:
    """QR codes: every campaign in every placement, two of each."""
    scene, campaign, placement = [], [], []
    for item in QR_CAMPAIGNS:
        for place in PLACEMENTS:
            for copy in "AB":
                scene.append(f"{item.campaign_id}_{place}_{copy}")
                campaign.append(CAMPAIGN_NO[item.campaign_id])
                placement.append(place)
    return Scenes(scene, np.array(campaign), placement)
