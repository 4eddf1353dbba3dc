-- ndjson: externalcontact/get; names and remarks are native fields no contract declares
select
    '$CORPID' as corpid,
    {
        external_userid: external,
        name: name,
        avatar: 'http://wx.qlogo.example/mmhead/' || md5(external),
        type: 1,
        gender: gender,
        unionid: unionid
    } as external_contact,
    case when second_staff is null then [main] else [main, other] end as follow_user
from (
    select
        *,
        {
            userid: staff,
            remark: name || case when edited then '（老客）' else '' end,
            description: case when edited then name || '，喜欢试用装' else '' end,
            createtime: created,
            state: coalesce(state, ''),
            add_way: add_way,
            remark_mobiles: case when mobile is null then []::varchar[] else [mobile] end,
            tags: case
                when edited then [{group_name: '意向', tag_name: '高', type: 1, tag_id: 'et0001'}]
                else []
            end
        } as main,
        {
            userid: second_staff,
            remark: name,
            description: '',
            createtime: created + 3600,
            state: '',
            add_way: 201,
            remark_mobiles: []::varchar[],
            tags: []::struct(group_name varchar, tag_name varchar, "type" integer, tag_id varchar)[]
        } as other
    from rows
)
