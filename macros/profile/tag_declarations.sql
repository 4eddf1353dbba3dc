{#
    Every tag of customer_tags, declared once. What stands between the macro's first and last line is
    YAML: dbt reads it through tag_definitions, Python through orchestration/lib/profile/tags.py, and
    docs/reference/tags.md is made of it. Why it lives here: docs/decisions/adr-0022.

    tag          code, as audiences write it
    column       of customer_360 whose value is the tag's; none: several values, made in
                 int_profile__tags_of_many
    value_type   text, number, boolean or date: how to read the value. A false boolean and a 0 are no tag
    values       closed list, or where an open one comes from
    unit         of a number
    window       none (an attribute), standing (true now), history (everything up to the as-of day) or
                 rolling (the last days)
    valid_from   column that says since when the value is known to hold; as_of_date where it depends on
                 all customers or on a moving window
    fresh_as     entities whose newest delivery bounds it; every run makes all tags anew. orders, touches
                 and messages stand for those of all channels
#}
{% macro tag_declarations() %}
- tag: gender
  column: gender
  value_type: text
  values: ["male", "female"]
  name_en: Gender
  name_zh: 性别
  owner: profile
  definition_en: "As the member stated it; without a member row as WeCom says."
  definition_zh: "会员填写的性别；没有会员记录时取企业微信资料。"
  window: "none"
  valid_from: gender_stated_date
  fresh_as: [crm.members, wecom.contacts]
- tag: age_band
  column: age_band
  value_type: text
  values: ["under 18", "18-24", "25-34", "35-44", "45-54", "55+"]
  name_en: Age band
  name_zh: 年龄段
  owner: profile
  definition_en: "Year of the as-of day less birth year, in bands."
  definition_zh: "截止日年份减出生年份，按段划分。"
  window: "none"
  valid_from: as_of_date
  fresh_as: [crm.members]
- tag: home_city
  column: home_city
  value_type: text
  values: "reference.cities.city"
  name_en: Home city
  name_zh: 常住城市
  owner: profile
  definition_en: "City the member stated, else of the newest delivery, else of the most visited store."
  definition_zh: "会员填写的城市；否则取最近收货城市；再否则取最常去门店所在城市。"
  window: "none"
  valid_from: home_city_stated_date
  fresh_as: [crm.members, tmall.orders, pos.receipts]
- tag: home_province
  column: home_province
  value_type: text
  values: "reference.cities.province"
  name_en: Home province
  name_zh: 常住省份
  owner: profile
  definition_en: "Province of the home city."
  definition_zh: "常住城市所在省份。"
  window: "none"
  valid_from: home_city_stated_date
  fresh_as: [crm.members, tmall.orders, pos.receipts]
- tag: life_stage
  value_type: text
  values: "reference.life_stages.programme:stage"
  name_en: Stage of life
  name_zh: 生活阶段
  owner: marketing
  definition_en: "Stage of a programme (programme:stage) by months since the first purchase of its category; configured in seeds/reference/life_stages.csv."
  definition_zh: "按首次购买某品类后的月数所处的阶段（方案:阶段），在 seeds/reference/life_stages.csv 中配置。"
  window: history
  valid_from: stage_since_date
  fresh_as: [orders]
- tag: first_channel
  column: first_channel
  value_type: text
  values: "channel_map"
  name_en: First channel
  name_zh: 首次来源渠道
  owner: profile
  definition_en: "Channel of the oldest record of the person."
  definition_zh: "该人最早一条记录所在的渠道。"
  window: history
  valid_from: first_seen_date
  fresh_as: [all]
- tag: seen_channel
  value_type: text
  values: "channel_map"
  name_en: Seen in channel
  name_zh: 出现过的渠道
  owner: profile
  definition_en: "Every channel that delivered a record of the person."
  definition_zh: "出现过该人记录的每个渠道。"
  window: history
  valid_from: first_seen_date
  fresh_as: [all]
- tag: member
  column: is_member
  value_type: boolean
  name_en: Loyalty member
  name_zh: 会员
  owner: crm
  definition_en: "Has a membership of the loyalty programme that is not cancelled."
  definition_zh: "持有未注销的会员资格。"
  window: standing
  valid_from: member_since_date
  fresh_as: [crm.members]
- tag: member_level
  column: member_level
  value_type: text
  values: "open"
  name_en: Member level
  name_zh: 会员等级
  owner: crm
  definition_en: "Level of the membership that speaks for the person."
  definition_zh: "代表该人的会员资格的等级。"
  window: standing
  valid_from: member_updated_date
  fresh_as: [crm.members]
- tag: register_channel
  column: register_channel
  value_type: text
  values: "open"
  name_en: Registration channel
  name_zh: 注册渠道
  owner: crm
  definition_en: "Channel in which the member registered."
  definition_zh: "会员注册时所在的渠道。"
  window: history
  valid_from: registered_date
  fresh_as: [crm.members]
- tag: tmall_member
  column: is_tmall_member
  value_type: boolean
  name_en: Tmall shop member
  name_zh: 天猫会员
  owner: crm
  definition_en: "Joined the programme of a Tmall shop (会员通)."
  definition_zh: "已加入天猫店铺会员（会员通）。"
  window: standing
  valid_from: shop_member_since_date
  fresh_as: [tmall.members]
- tag: oa_follower
  column: is_oa_follower
  value_type: boolean
  name_en: Official account follower
  name_zh: 公众号粉丝
  owner: private-domain
  definition_en: "Follows an official account, by the newest snapshot or event."
  definition_zh: "按最新快照或事件，正在关注公众号。"
  window: standing
  valid_from: oa_follower_since_date
  fresh_as: [wechat_oa.users, wechat_oa.events]
- tag: wecom_contact
  column: is_wecom_contact
  value_type: boolean
  name_en: WeCom contact
  name_zh: 企微好友
  owner: private-domain
  definition_en: "Is an external contact of a member of staff."
  definition_zh: "是员工的企业微信外部联系人。"
  window: standing
  valid_from: wecom_contact_since_date
  fresh_as: [wecom.contacts]
- tag: verified_phone
  column: has_verified_phone
  value_type: boolean
  name_en: Verified phone
  name_zh: 有效手机号
  owner: private-domain
  definition_en: "Has a phone that was verified by a code or by a platform."
  definition_zh: "有经验证码或平台验证的手机号。"
  window: standing
  valid_from: as_of_date
  fresh_as: [all]
- tag: reachable_channel
  value_type: text
  values: "reach_channels"
  name_en: Reachable in channel
  name_zh: 可触达渠道
  owner: private-domain
  definition_en: "Every channel in which a marketing message may and can be sent (profile.customer_reachability)."
  definition_zh: "可以且允许发送营销消息的每个渠道（profile.customer_reachability）。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: reachable_wechat_oa
  column: is_reachable_wechat_oa
  value_type: boolean
  name_en: Reachable by official account
  name_zh: 可通过公众号触达
  owner: private-domain
  definition_en: "A marketing message may and can be sent by official account."
  definition_zh: "可以且允许通过公众号发送营销消息。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: reachable_wechat_subscription
  column: is_reachable_wechat_subscription
  value_type: boolean
  name_en: Reachable by subscription message
  name_zh: 可通过订阅消息触达
  owner: private-domain
  definition_en: "A marketing message may and can be sent by subscription message."
  definition_zh: "可以且允许通过订阅消息发送营销消息。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: reachable_wecom
  column: is_reachable_wecom
  value_type: boolean
  name_en: Reachable by WeCom
  name_zh: 可通过企业微信触达
  owner: private-domain
  definition_en: "A marketing message may and can be sent by WeCom."
  definition_zh: "可以且允许通过企业微信发送营销消息。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: reachable_sms
  column: is_reachable_sms
  value_type: boolean
  name_en: Reachable by SMS
  name_zh: 可通过短信触达
  owner: private-domain
  definition_en: "A marketing message may and can be sent by SMS."
  definition_zh: "可以且允许通过短信发送营销消息。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: reachable_calls
  column: is_reachable_calls
  value_type: boolean
  name_en: Reachable by phone
  name_zh: 可通过电话触达
  owner: private-domain
  definition_en: "A marketing message may and can be sent by phone."
  definition_zh: "可以且允许通过电话发送营销消息。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.consents, crm.erasure_requests, messages]
- tag: subscription_credits
  column: subscription_credits_left
  value_type: number
  unit: messages
  name_en: Subscription credits
  name_zh: 订阅消息剩余次数
  owner: private-domain
  definition_en: "One-time subscription messages accepted and not yet sent."
  definition_zh: "已授权而未使用的一次性订阅消息次数。"
  window: standing
  valid_from: as_of_date
  fresh_as: [miniprogram.subscriptions]
- tag: asked_to_be_erased
  column: has_asked_to_be_erased
  value_type: boolean
  name_en: Asked to be erased
  name_zh: 已申请删除
  owner: privacy
  definition_en: "A request to be erased names the person."
  definition_zh: "有删除个人信息的申请指向该人。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.erasure_requests]
- tag: rfm_segment
  column: rfm_segment
  value_type: text
  values: ["important_value", "important_development", "important_retention", "important_winback", "general_value", "general_development", "general_retention", "general_winback"]
  name_en: RFM segment
  name_zh: RFM 分群
  owner: marketing
  definition_en: "One of eight segments by recency, frequency and revenue, high or low."
  definition_zh: "按最近一次消费、频次、金额的高低分成的八个客群之一。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders]
- tag: value_tier
  column: value_tier
  value_type: text
  values: ["high", "middle", "low"]
  name_en: Value tier
  name_zh: 价值分层
  owner: marketing
  definition_en: "high, middle or low by rank of net revenue among buyers."
  definition_zh: "按净销售额在购买客户中的排名分为高、中、低。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders]
- tag: lifecycle_stage
  column: lifecycle_stage
  value_type: text
  values: ["introduction", "growth", "maturity", "dormant", "churned"]
  name_en: Lifecycle stage
  name_zh: 生命周期阶段
  owner: marketing
  definition_en: "introduction, growth, maturity, dormant or churned."
  definition_zh: "引入期、成长期、成熟期、休眠期或流失期。"
  window: history
  valid_from: stage_since_date
  fresh_as: [orders]
- tag: customer_status
  column: customer_status
  value_type: text
  values: ["new", "active", "at_risk", "dormant", "churned"]
  name_en: Customer status
  name_zh: 客户状态
  owner: marketing
  definition_en: "new, active, at_risk (new or active, but overdue by the purchase rhythm), dormant or churned."
  definition_zh: "新客、活跃、流失预警（新客或活跃，但已超过购买节奏）、沉睡或流失。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders]
- tag: aipl_stage
  column: aipl_stage
  value_type: text
  values: ["aware", "interest", "purchase", "loyal"]
  name_en: AIPL stage
  name_zh: AIPL 阶段
  owner: marketing
  definition_en: "aware, interest, purchase or loyal."
  definition_zh: "认知、兴趣、购买或忠诚。"
  window: rolling
  valid_from: as_of_date
  fresh_as: [orders, touches]
- tag: order_count
  column: order_count
  value_type: number
  unit: orders
  name_en: Orders
  name_zh: 订单数
  owner: marketing
  definition_en: "Paid orders of all history, refunded ones included."
  definition_zh: "全部已支付订单数，含已退款。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: net_revenue
  column: net_revenue_cny
  value_type: number
  unit: yuan
  name_en: Net revenue
  name_zh: 净销售额
  owner: marketing
  definition_en: "Paid less refunded, of all paid orders."
  definition_zh: "全部已支付订单的实付减退款。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders]
- tag: average_order_value
  column: average_order_value_cny
  value_type: number
  unit: yuan
  name_en: Average order value
  name_zh: 客单价
  owner: marketing
  definition_en: "Net revenue per kept order."
  definition_zh: "每个有效订单的净销售额。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders]
- tag: price_sensitivity
  column: price_sensitivity
  value_type: text
  values: ["high", "middle", "low"]
  name_en: Price sensitivity
  name_zh: 价格敏感度
  owner: marketing
  definition_en: "Share of spending bought at a discount, high from var price_sensitivity_high_pct, low below var price_sensitivity_low_pct."
  definition_zh: "以折扣价购买的消费占比：不低于 price_sensitivity_high_pct 为高，低于 price_sensitivity_low_pct 为低。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: discounted_spend_pct
  column: discounted_spend_pct
  value_type: number
  unit: percent
  name_en: Bought at a discount
  name_zh: 折扣消费占比
  owner: marketing
  definition_en: "Gross value of discounted order lines over that of all, in percent."
  definition_zh: "有折扣的订单行原价金额占全部的百分比。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: favourite_price_band
  column: favourite_price_band
  value_type: text
  values: ["low", "middle", "high"]
  name_en: Favourite price band
  name_zh: 偏好价格带
  owner: marketing
  definition_en: "Third of its category by list price, of most order lines."
  definition_zh: "购买最多的商品在其品类吊牌价中所处的三分位。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders, catalog.products]
- tag: favourite_channel
  column: favourite_channel
  value_type: text
  values: "channel_map"
  name_en: Favourite buying channel
  name_zh: 偏好购买渠道
  owner: marketing
  definition_en: "Channel with most paid orders of the person."
  definition_zh: "该人已支付订单最多的渠道。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: favourite_store
  column: favourite_store_id
  value_type: text
  values: "core.dim_stores.store_id"
  name_en: Favourite store
  name_zh: 偏好门店
  owner: retail
  definition_en: "Store with most paid orders of the person."
  definition_zh: "该人已支付订单最多的门店。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: favourite_category
  column: favourite_category
  value_type: text
  values: "core.dim_products.category"
  name_en: Favourite category
  name_zh: 偏好品类
  owner: marketing
  definition_en: "Product category of most order lines of the person."
  definition_zh: "该人订单行最多的品类。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders, catalog.products]
- tag: preferred_category
  value_type: text
  values: "core.dim_products.category"
  name_en: Preferred category
  name_zh: 常购品类
  owner: marketing
  definition_en: "Every category with at least var preference_min_pct percent of the order lines, from var preference_min_orders orders on."
  definition_zh: "占订单行比例不低于 preference_min_pct 的每个品类，订单数需不少于 preference_min_orders。"
  window: history
  valid_from: last_bought_date
  fresh_as: [orders, catalog.products]
- tag: favourite_brand
  column: favourite_brand
  value_type: text
  values: "core.dim_products.brand"
  name_en: Favourite brand
  name_zh: 偏好品牌
  owner: marketing
  definition_en: "Product brand of most order lines."
  definition_zh: "该人订单行最多的商品品牌。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders, catalog.products]
- tag: favourite_daypart
  column: favourite_daypart
  value_type: text
  values: ["morning", "noon", "afternoon", "evening", "night"]
  name_en: Favourite time of day
  name_zh: 偏好购买时段
  owner: marketing
  definition_en: "Part of the day (var dayparts) of most paid orders."
  definition_zh: "已支付订单最多的时段（变量 dayparts）。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: basket_size
  column: basket_size
  value_type: text
  values: ["one", "few", "many"]
  name_en: Basket size
  name_zh: 购物篮大小
  owner: marketing
  definition_en: "one, few or many by mean units per order (vars basket_*)."
  definition_zh: "按每单平均件数分为单件、少件、多件（变量 basket_*）。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: basket_units
  column: average_basket_units
  value_type: number
  unit: units
  name_en: Units per order
  name_zh: 每单件数
  owner: marketing
  definition_en: "Mean units per paid order."
  definition_zh: "每个已支付订单的平均件数。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders]
- tag: purchase_cycle_days
  column: purchase_cycle_days
  value_type: number
  unit: days
  name_en: Purchase cycle
  name_zh: 购买周期
  owner: marketing
  definition_en: "Rhythm of the person in days: own pauses between days with an order, else the category's cycle."
  definition_zh: "购买节奏天数：自身下单日之间的间隔，否则取品类复购周期。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders, catalog.products]
- tag: purchase_cycle_source
  column: purchase_cycle_source
  value_type: text
  values: ["own", "category", "fixed"]
  name_en: Purchase cycle from
  name_zh: 购买周期来源
  owner: marketing
  definition_en: "Where the purchase cycle comes from; fixed means there is none."
  definition_zh: "购买周期的来源；fixed 表示没有周期。"
  window: history
  valid_from: last_order_date
  fresh_as: [orders, catalog.products]
- tag: purchase_rhythm
  column: purchase_rhythm
  value_type: text
  values: ["within_cycle", "due", "overdue"]
  name_en: Purchase rhythm
  name_zh: 购买节奏
  owner: marketing
  definition_en: "within_cycle, due or overdue by the purchase cycle (vars rhythm_*)."
  definition_zh: "相对购买周期：周期内、到期、超期（变量 rhythm_*）。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders, catalog.products]
- tag: replenishment_due
  value_type: text
  values: "core.dim_products.category"
  name_en: Replenishment due
  name_zh: 待补货品类
  owner: marketing
  definition_en: "Every category that is used up about now: last kept purchase plus the product's cycle, within vars replenishment_*."
  definition_zh: "当前应补货的每个品类：最近一次有效购买日加商品复购周期，窗口见变量 replenishment_*。"
  window: rolling
  valid_from: as_of_date
  fresh_as: [orders, catalog.products]
- tag: replenishment_due_date
  column: replenishment_due_date
  value_type: date
  name_en: Next replenishment date
  name_zh: 下次补货日
  owner: marketing
  definition_en: "Day the next category is used up."
  definition_zh: "下一个品类用完的日期。"
  window: history
  valid_from: as_of_date
  fresh_as: [orders, catalog.products]
- tag: coupons_taken
  column: taken_coupon_count
  value_type: number
  unit: coupons
  name_en: Coupons taken
  name_zh: 领券数
  owner: crm
  definition_en: "Coupons the person took or was given."
  definition_zh: "领取或获赠的优惠券数。"
  window: history
  valid_from: as_of_date
  fresh_as: [crm.coupons]
- tag: coupons_redeemed
  column: redeemed_coupon_count
  value_type: number
  unit: coupons
  name_en: Coupons redeemed
  name_zh: 用券数
  owner: crm
  definition_en: "Coupons redeemed and not taken back."
  definition_zh: "已核销且未撤销的优惠券数。"
  window: history
  valid_from: as_of_date
  fresh_as: [crm.coupons]
- tag: coupons_expired
  column: expired_coupon_count
  value_type: number
  unit: coupons
  name_en: Coupons expired
  name_zh: 过期券数
  owner: crm
  definition_en: "Coupons that expired unused."
  definition_zh: "未使用而过期的优惠券数。"
  window: history
  valid_from: as_of_date
  fresh_as: [crm.coupons]
- tag: open_coupons
  column: open_coupon_count
  value_type: number
  unit: coupons
  name_en: Open coupons
  name_zh: 可用优惠券数
  owner: crm
  definition_en: "Coupons neither redeemed, expired nor taken back."
  definition_zh: "未核销、未过期、未作废的优惠券数。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.coupons]
- tag: next_coupon_expiry_date
  column: next_coupon_expiry_date
  value_type: date
  name_en: Next coupon expiry
  name_zh: 最近券到期日
  owner: crm
  definition_en: "Last day of the open coupon that ends first."
  definition_zh: "最先到期的可用优惠券的到期日。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.coupons]
- tag: coupon_behaviour
  column: coupon_behaviour
  value_type: text
  values: ["only_with_coupon", "redeemer", "taker"]
  name_en: Coupon behaviour
  name_zh: 用券行为
  owner: crm
  definition_en: "only_with_coupon (every order had one), redeemer (used one) or taker (took, never used)."
  definition_zh: "只用券购买（每单都用券）、用过券、领而未用。"
  window: history
  valid_from: as_of_date
  fresh_as: [crm.coupons, orders]
- tag: recently_active
  column: is_recently_active
  value_type: boolean
  name_en: Recently active
  name_zh: 近期活跃
  owner: private-domain
  definition_en: "Showed any activity within var engagement_recent_days."
  definition_zh: "在 engagement_recent_days 天内有任何互动。"
  window: rolling
  valid_from: last_activity_date
  fresh_as: [touches]
- tag: recent_visits
  column: recent_visit_count
  value_type: number
  unit: visits
  name_en: Recent visits
  name_zh: 近期访问次数
  owner: private-domain
  definition_en: "Visits to mini program, app and web site within var engagement_recent_days."
  definition_zh: "在 engagement_recent_days 天内访问小程序、App、官网的次数。"
  window: rolling
  valid_from: as_of_date
  fresh_as: [touches]
- tag: last_activity_channel
  column: last_activity_channel
  value_type: text
  values: "channel_map"
  name_en: Last touched in
  name_zh: 最近互动渠道
  owner: private-domain
  definition_en: "Channel of the newest touch."
  definition_zh: "最近一次互动所在渠道。"
  window: history
  valid_from: last_activity_date
  fresh_as: [touches]
- tag: touched_channel
  value_type: text
  values: "channel_map"
  name_en: Touched in channel
  name_zh: 互动过的渠道
  owner: private-domain
  definition_en: "Every channel with a touch; valid_from is the day of the newest one there."
  definition_zh: "有过互动的每个渠道；valid_from 为该渠道最近一次互动日。"
  window: history
  valid_from: last_activity_date
  fresh_as: [touches]
- tag: last_message_date
  column: last_message_date
  value_type: date
  name_en: Last message
  name_zh: 最近消息日
  owner: private-domain
  definition_en: "Day of the last message sent to an address of the person."
  definition_zh: "最近一次向该人的地址发送消息的日期。"
  window: history
  valid_from: last_message_date
  fresh_as: [messages]
- tag: points_balance
  column: points_balance
  value_type: number
  unit: points
  name_en: Points balance
  name_zh: 积分余额
  owner: crm
  definition_en: "Sum of all bookings of the points ledger."
  definition_zh: "积分流水全部变动之和。"
  window: standing
  valid_from: last_points_date
  fresh_as: [crm.points]
- tag: expiring_points
  column: expiring_points
  value_type: number
  unit: points
  name_en: Expiring points
  name_zh: 即将过期积分
  owner: crm
  definition_en: "Points left of bookings that expire within var points_expiring_days; the oldest points are used first."
  definition_zh: "在 points_expiring_days 天内过期的剩余积分，先进先出。"
  window: rolling
  valid_from: as_of_date
  fresh_as: [crm.points]
- tag: next_points_expiry_date
  column: next_points_expiry_date
  value_type: date
  name_en: Next points expiry
  name_zh: 最近积分到期日
  owner: crm
  definition_en: "Day the next points left expire."
  definition_zh: "最近一批剩余积分的到期日。"
  window: standing
  valid_from: as_of_date
  fresh_as: [crm.points]
- tag: invited
  column: is_invited
  value_type: boolean
  name_en: Invited by a member
  name_zh: 受邀客户
  owner: marketing
  definition_en: "A counted invitation of another person led to this one."
  definition_zh: "由其他人的有效邀请带来。"
  window: history
  valid_from: invited_date
  fresh_as: [crm.referrals]
- tag: inviter
  column: invited_people_count
  value_type: number
  unit: people
  name_en: People invited
  name_zh: 邀请人数
  owner: marketing
  definition_en: "People whose counted invitation came from this person."
  definition_zh: "有效邀请的人数。"
  window: history
  valid_from: as_of_date
  fresh_as: [crm.referrals]
- tag: referral_depth
  column: referral_depth
  value_type: number
  unit: links
  name_en: Referral depth
  name_zh: 邀请层级
  owner: marketing
  definition_en: "Links up the chain of invitations, at most var referral_max_depth."
  definition_zh: "邀请链向上的层数，最多 referral_max_depth 层。"
  window: history
  valid_from: invited_date
  fresh_as: [crm.referrals]
{% endmacro %}
