"""Native records of the official account: wechat_oa.users and wechat_oa.events.

Belongs here: followers and event pushes. Does not belong here: campaigns (`messages`, `touches`).
"""

import numpy as np
import pyarrow as pa

from orchestration.lib.demo import brand
from orchestration.lib.demo.clock import DAY_S, ONLINE_HOURS, UTC_OFFSET_S, draw_times
from orchestration.lib.demo.identifiers import Register
from orchestration.lib.demo.identities import Identities
from orchestration.lib.demo.landing import Landing, texts
from orchestration.lib.demo.messages import Messages
from orchestration.lib.demo.native import octal_ids
from orchestration.lib.demo.people import People
from orchestration.lib.demo.touches import Scans

NEVER = np.int64(1) << 40
SUBSCRIBE, UNSUBSCRIBE, SCAN, CLICK, VIEW, TEMPLATE = range(6)
EVENTS = ["subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "TEMPLATESENDJOBFINISH"]
SUBSCRIBE_SCENES = ["ADD_SCENE_SEARCH", "ADD_SCENE_QR_CODE", "ADD_SCENE_PROFILE_LINK",
                    "ADD_SCENE_WECHAT_ADVERTISEMENT"]  # fmt: skip


def deliver_official_account(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    followed: np.ndarray, scans: Scans, scenes: brand.Scenes, templates: Messages,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    """Write wechat_oa.users and wechat_oa.events.

    Args:
        followed: Local time each person followed; before the window for old followers.
    """
    clock = landing.clock
    fans = np.flatnonzero(people.follower)
    leaves = fans[rng.random(len(fans)) < 0.04]
    left = np.full(people.count, NEVER)
    since = np.maximum(followed[leaves] + DAY_S, clock.start_s)
    # Most of them leave while deliveries come day by day: they were seen as followers before.
    lately = rng.random(len(leaves)) < 0.7
    since = np.where(lately, np.maximum(since, clock.drop_ends_s()[0]), since)
    left[leaves] = since + (rng.random(len(leaves)) * (clock.end_s - since)).astype(np.int64)
    left[left >= clock.end_s] = NEVER
    by_code = np.where(rng.random(people.count) < 0.35, np.arange(people.count), -1)
    code = np.where(by_code >= 0, np.arange(people.count) % len(scenes.scene), -1)
    _deliver_users(landing, people=people, identities=identities, register=register,
                   followed=followed, left=left, code=code, scenes=scenes)  # fmt: skip

    new = fans[followed[fans] >= clock.start_s]
    visits = np.repeat(fans, rng.poisson(1.6, len(fans)))
    visited_at = draw_times(
        clock, rng, first_day=people.joined_day[visits] + 1, last_day=people.left_day[visits],
        weights=clock.day_weights(), hours=ONLINE_HOURS,
    )  # fmt: skip
    scanned = np.flatnonzero(~scans.in_mini)
    parts = [
        (new, followed[new], SUBSCRIBE, code[new]),
        (leaves, left[leaves], UNSUBSCRIBE, np.full(len(leaves), -1)),
        (scans.person[scanned], scans.at[scanned], SCAN, scans.scene[scanned]),
        (visits, visited_at, CLICK, rng.integers(0, 6, len(visits))),
        (templates.person, templates.reported_at, TEMPLATE, np.arange(len(templates.person))),
    ]
    person = np.concatenate([part[0] for part in parts])
    at = np.concatenate([part[1] for part in parts])
    event = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    detail = np.concatenate([part[3] for part in parts])
    event = np.where((event == CLICK) & (detail >= 4), VIEW, event)
    # The platform names an event by person and second: keep one per pair.
    order = np.lexsort((event, at, person))
    person, at, event, detail = person[order], at[order], event[order], detail[order]
    clash = (np.diff(person, prepend=-1) == 0) & (np.diff(at, prepend=-1) == 0)
    kept = np.flatnonzero(~clash & (at >= clock.start_s) & (at < clock.end_s))
    kept = kept[np.lexsort((person[kept], at[kept]))]
    person, at, event, detail = person[kept], at[kept], event[kept], detail[kept]
    account = identities.account[person, 0]
    register.observe([("oa_openid", account)])
    message = np.where(event == TEMPLATE, detail, -1)
    columns = {
        "appid": texts([brand.OA_APPID], np.zeros(len(at), int)),
        "openid": register.column("oa_openid", account),
        "create_time": at - UTC_OFFSET_S,
        "event": texts(EVENTS, event),
        "prefix": event == SUBSCRIBE,
        "scene": texts(scenes.scene, np.where(np.isin(event, (SUBSCRIBE, SCAN)), detail, -1)),
        "menu": texts(["MENU_MEMBER", "MENU_SHOP", "MENU_SERVICE", "MENU_STORES"],
                      np.where(event == CLICK, detail, -1)),
        "page": texts(["https://m.yutang.example/new", "https://m.yutang.example/club"],
                      np.where(event == VIEW, detail - 4, -1)),
        "msg_id": octal_ids(landing.con, np.maximum(message, 0), "3").take(
            pa.array(np.arange(len(at)), mask=message < 0)),
        "status": texts(["success", "failed:user block", "failed: system failed"],
                        np.where(message >= 0, templates.status[message], -1)),
        "template": texts(brand.campaign_ids(),
                          np.where(message >= 0, templates.campaign[message], -1)),
    }  # fmt: skip
    landing.deliver("wechat_oa.events", columns, drop=clock.drop_of(at), rerun=(2, 11))


def _deliver_users(
    landing: Landing, *, people: People, identities: Identities, register: Register,
    followed: np.ndarray, left: np.ndarray, code: np.ndarray, scenes: brand.Scenes,
) -> None:  # fmt: skip
    """A snapshot first, then whoever followed or left since the last delivery."""
    clock = landing.clock
    rows, drops, ends = [], [], []
    before = np.int64(-1) << 40
    for drop, end in enumerate(clock.drop_ends_s()):
        changed = (followed >= before) & (followed < end) | (left >= before) & (left < end)
        chosen = np.flatnonzero(people.follower & changed & (followed < end))
        rows.append(chosen)
        drops.append(np.full(len(chosen), drop))
        ends.append(np.full(len(chosen), end))
        before = end
    row, drop, end = (np.concatenate(column) for column in (rows, drops, ends))
    follows = left[row] >= end
    account = identities.account[row, 0]
    unionid = np.where(follows, account, -1)
    register.observe([("unionid", unionid), ("oa_openid", account)])
    scene = np.where(code[row] >= 0, 1, row % 4)
    scene = np.where((code[row] < 0) & (scene == 1), 0, scene)
    columns = {
        "openid": register.column("oa_openid", account),
        "unionid": register.column("unionid", unionid),
        "subscribe": follows.astype(np.int8),
        "subscribe_time": pa.array(followed[row] - UTC_OFFSET_S, mask=~follows),
        "subscribe_scene": texts(SUBSCRIBE_SCENES, np.where(follows, scene, -1)),
        "qr_scene_str": texts(scenes.scene, np.where(follows, code[row], -1)),
        "name": identities.name.take(pa.array(row, mask=~follows)),
        "tag": row % 5,
    }
    landing.deliver("wechat_oa.users", columns, drop=drop, rerun=(1,))
