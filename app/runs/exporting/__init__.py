"""A run to take away, in formats that others can read."""
