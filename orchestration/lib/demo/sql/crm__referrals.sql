-- csv: invitations
select
    inviter as inviter_member_id, invitee as invitee_member_id, campaign_id,
    invited_at::timestamp as invited_at
from rows
