-- csv: statements of consent; the default scope of a type is not written
select
    subject_type, nullif(subject_scope, 'main') as subject_scope, subject_value, purpose, channel,
    status, policy_version, event_time::timestamp as event_time
from rows
