"""The only place besides landing/ that holds clear personal values, encrypted."""
