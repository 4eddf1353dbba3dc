-- csv: posts; one platform reports no clicks, and texts of posts are a native field no contract declares
select
    platform, 'yutang_' || platform as account_id, 'P' || lpad(n::varchar, 6, '0') as post_id,
    published_at::timestamp as published_at, content_type, impressions, interactions, follows,
    case when links then link_clicks end as link_clicks, '新品到店' as caption
from rows
