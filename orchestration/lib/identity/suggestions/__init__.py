"""Links between people of a brand that share no identifier, as suggestions with a score.

Belongs here: whom to compare, what is written, what stays. Does not belong here: how a pair is
scored (lib/identity/matching) or which suggestion joins the graph (dbt, int_identity__suggested_links).
"""
