"""What an edit of the identity rules would do, found out before it is applied."""
