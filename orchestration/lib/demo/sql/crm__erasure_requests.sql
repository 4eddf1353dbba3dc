-- csv: wishes to be erased; the name is a native field no contract declares
select
    'ER' || lpad(n::varchar, 5, '0') as request_id, subject_type, subject_value,
    requested_at::timestamp as requested_at, name as applicant
from rows
