"""Native records of the brand's posts on social platforms: social.posts.

Belongs here: posts and how their counts grow. Does not belong here: people, whom no post names.
"""

import numpy as np

from orchestration.lib.demo.landing import Landing, texts, timestamps

PLATFORMS = ["xiaohongshu", "weibo", "douyin", "wechat_channels"]
CONTENT = ["image", "article", "video", "live"]
RESTATED = 4  # deliveries that report a post


def deliver_posts(landing: Landing, *, rng: np.random.Generator) -> None:
    """Write social.posts: a post every other day per account, counted anew for four deliveries."""
    clock = landing.clock
    accounts = len(PLATFORMS)
    day = np.repeat(np.arange(clock.days), accounts)
    account = np.tile(np.arange(accounts), clock.days)
    posted = (rng.random(len(day)) < 0.55) | ((day + account) % accounts == 0)
    # Platforms report the posts of the last days only, so the first delivery is as long as others.
    posted &= day > clock.days - clock.drops - RESTATED
    day, account = day[posted], account[posted]
    at = clock.at(day, 9 * 3600 + rng.integers(0, 10 * 3600, len(day)))
    shown = (rng.pareto(1.6, len(day)) * 3000 + 400).astype(np.int64)
    first = clock.drop_of(at)
    row = np.repeat(np.arange(len(day)), RESTATED)
    age = np.tile(np.arange(RESTATED), len(day))
    drop = first[row] + age
    kept = drop < clock.drops
    row, age, drop = row[kept], age[kept], drop[kept]
    impressions = shown[row] * (age + 1) // RESTATED
    # Once in a while a platform takes interactions back.
    interactions = impressions // 25 - np.where((age == RESTATED - 1) & (row % 9 == 0), 20, 0)
    columns = {
        "n": row,
        "platform": texts(PLATFORMS, account[row]),
        "published_at": timestamps(at[row]),
        "content_type": texts(CONTENT, account[row]),
        "impressions": impressions,
        "interactions": np.maximum(interactions, 0),
        "follows": impressions // 900,
        "link_clicks": impressions // 120,
        "links": account[row] != 0,
    }
    landing.deliver("social.posts", columns, drop=drop, rerun=(6,))
