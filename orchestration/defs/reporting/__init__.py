"""Reports for people, made from the published file."""
