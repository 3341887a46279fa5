"""Benchmarks of what the project promises about speed; `python -m tests.benchmarks`."""
