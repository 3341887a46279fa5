"""Recorded steps of small networks, read by both languages: `python -m tests.golden.make` writes them."""
