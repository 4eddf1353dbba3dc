-- csv: what the member system says about links; the default scope of a type is not written
select
    'IE' || lpad(n::varchar, 7, '0') as event_id, event,
    subject_type, nullif(subject_scope, 'main') as subject_scope, subject_value,
    object_type, nullif(object_scope, 'main') as object_scope, object_value, new_object_value,
    'yutang' as brand, occurred_at::timestamp as occurred_at
from rows
